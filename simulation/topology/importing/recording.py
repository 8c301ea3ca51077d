"""Recorded traffic as CSV: a flow that sends what was recorded, to a server that stands for whatever answers it."""

from simulation.topology import recordings
from simulation.topology.catalogue.model import Text
from simulation.topology.importing.draft import Draft
from simulation.topology.strict_json import decoded

FORMAT = "csv"
TITLE = Text("Recorded traffic (CSV)", "기록된 트래픽(CSV)")
EXTENSIONS = (".csv", ".tsv")


def recognises(text: str, name: str) -> bool:
    """By its name alone: figures could be anything."""
    return name.endswith(EXTENSIONS)


def read(content: str | bytes) -> Draft:
    """A client with the recording (time and rate, or time stamps) in front of one web server."""
    shape = recordings.read(decoded(content, "document"), "/content")
    draft = Draft("Recorded traffic")
    users, web = draft.node("users", "client"), draft.node("web", "web_server")
    draft.edge(users, web)
    rate = max(recordings.mean_rate(shape), 1e-6)
    draft.flows.append({"id": "recorded", "source": users, "rate_rps": rate, "mix": {"read": 1.0}, "shape": shape})
    rows = shape.get("points") or [[time, None] for time in shape["times_s"]]
    things = (
        ("points of time and rate", "시각과 요청률") if "points" in shape else ("time stamps of requests", "요청 시각")
    )
    last = rows[-1][0]
    draft.say(
        draft.understood,
        f"{len(rows):,} {things[0]} over {last:g} s, {rate:.3g} requests a second on average",
        f"{last:g}초에 걸친 {things[1]} {len(rows):,}개, 평균 초당 요청 {rate:.3g}개입니다.",
    )
    draft.say(
        draft.assumed,
        "one web server answers; a recording does not say what stands behind",
        "기록에는 뒤에 무엇이 있는지 없어 웹 서버 하나가 답한다고 가정했습니다.",
    )
    draft.note_defaults()
    return draft
