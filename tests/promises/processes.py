"""Processes by what the system says of them."""

from pathlib import Path


def children(pid: int) -> list[int]:
    """Those that the process started and that are still there."""
    return [child for child, (parent, _) in _all().items() if parent == pid]


def below(pid: int) -> list[int]:
    """Those that it or any of them started."""
    return [found for child in children(pid) for found in (child, *below(child))]


def dead(pids: list[int]) -> list[int]:
    """Zombies among them."""
    states = _all()
    return [pid for pid in pids if pid in states and states[pid][1] == "Z"]


def alive(pids: list[int]) -> list[int]:
    """Those that are there and at work."""
    states = _all()
    return [pid for pid in pids if pid in states and states[pid][1] != "Z"]


def held(pid: int) -> dict[str, int]:
    """What a process holds: open descriptors, threads, kilobytes of memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return {
        "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
        "threads": int(status.partition("Threads:")[2].split()[0]),
        "memory_kb": int(status.partition("VmRSS:")[2].split()[0]),
    }


def _all() -> dict[int, tuple[int, str]]:
    """Parent and state of every process."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        found[int(path.parent.name)] = int(parent), state
    return found
