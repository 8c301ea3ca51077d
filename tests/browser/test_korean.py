"""The interface in Korean has no English left in it."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Product, Visit
from tests.browser.test_accessibility import Audit
from tests.browser.visitor import expect_time_to_pass, node

I18N = Path(__file__).resolve().parents[2] / "frontend" / "src" / "i18n"

#: Everything that is shown or read out: texts, labels, tooltips, placeholders.
SHOWN = """
() => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement, data } = walk.currentNode;
    if (!parentElement?.checkVisibility() || parentElement.closest('code, .react-flow__attribution')) continue;
    found.add(data.trim());
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (element.closest('.react-flow__attribution')) continue;
    for (const name of ['aria-label', 'title', 'placeholder']) found.add((element.getAttribute(name) ?? '').trim());
  }
  return [...found];
}
"""

SENTENCE = re.compile(r"(?:[A-Za-z]{2,}[ ,.]+){3,}")
#: Product names are the same in every language, and titles of works stay as their authors wrote them.
NAMES = re.compile(r"Docker Compose|Linchpin (YAML|JSON)|Linchpin|draw\.io|Mermaid|diagrams\.net|SVG|JMT|JSON")


def messages(language: str) -> dict[str, str]:
    """The page's own texts."""
    found: dict[str, str] = {}
    for file in sorted(I18N.glob(f"*.{language}.ts")):
        for key, single, double in re.findall(
            r"'([\w.]+)':\s*(?:'((?:[^'\\]|\\.)*)'|\"([^\"]*)\")", file.read_text("utf-8")
        ):
            found[key] = single or double
    return found


def pairs(value: Any) -> dict[str, str]:
    """English texts that the catalogue serves, with their Korean."""
    if isinstance(value, dict):
        if isinstance(value.get("en"), str) and isinstance(value.get("ko"), str):
            return {value["en"]: value["ko"]}
        value = list(value.values())
    if isinstance(value, list):
        return {en: ko for each in value for en, ko in pairs(each).items()}
    return {}


def cited(value: Any) -> set[str]:
    """Where the catalogue's numbers are from: citations stay as they were published."""
    if isinstance(value, dict):
        own = {value["source"]} if isinstance(value.get("source"), str) else set()
        return own.union(*(cited(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(cited(each) for each in value))
    return set()


class Reader:
    """Somebody who reads Korean only; `leftovers` are texts that are English where there is Korean."""

    def __init__(self, english: set[str], sources: set[str]) -> None:
        self.english = english
        self.sources = sources
        self.leftovers: set[str] = set()

    def reads(self, page: Page, place: str) -> None:
        """All that is shown here."""
        page.wait_for_timeout(150)
        for text in page.evaluate(SHOWN):
            plain = NAMES.sub("", text)
            sentence = SENTENCE.search(plain) and not re.search(r"[가-힣]", plain)
            if text in self.english or (sentence and text not in self.sources):
                self.leftovers.add(f"{place}: {text}")


def test_no_english_is_left(product: Product, visit: Visit) -> None:
    visitor = visit(locale="ko-KR")
    own, korean = messages("en"), messages("ko")
    assert len(own) > 300
    assert own.keys() == korean.keys()
    catalogue = visitor.context.request.get(f"{product.address}/api/v1/catalogue").json()
    served = pairs(catalogue)
    english = {text for key, text in own.items() if text != korean[key] and "{" not in text}
    english |= {en for en, ko in served.items() if en != ko and en.lower() != ko.lower()}
    reader = Reader(english, cited(catalogue))

    page = visitor.goes("/")
    assert page.locator("html").get_attribute("lang") == "ko"
    expect(page.get_by_role("button", name=re.compile("^서버 한 대"))).to_be_visible()
    reader.reads(page, "gallery")
    audit = Audit(page)
    audit.here("gallery")
    assert audit.found == []
    page.get_by_role("button", name="가져오기").first.click()
    reader.reads(page, "import")
    page.close()

    page = visitor.draws(scenario={"duration_s": 5})
    analysis = page.get_by_role("region", name="분석")
    expect(analysis.get_by_text("최신")).to_be_visible()
    for name in ("지표", "검토", "손실", "제안", "가정"):
        analysis.get_by_role("tab", name=name).click()
        for summary in analysis.locator("summary").all():
            summary.click()
        closed = analysis.locator("button[aria-expanded=false]")
        while closed.count() > 0:
            closed.first.click()
        reader.reads(page, name)
    page.get_by_role("tab", name="개요").click()
    node(page, "web").click()
    reader.reads(page, "outline and properties")
    node(page, "web").click(button="right")
    reader.reads(page, "menu")
    page.keyboard.press("Escape")
    for name in ("공유", "시나리오"):
        page.get_by_role("button", name=name).first.click()
        reader.reads(page, name)
        page.keyboard.press("Escape")
    page.get_by_role("tab", name="이력").click()
    reader.reads(page, "history")
    page.get_by_role("button", name="실행", exact=True).click()
    expect_time_to_pass(page)
    reader.reads(page, "run")
    page.keyboard.press("Control+k")
    reader.reads(page, "palette")
    page.keyboard.press("Escape")
    expect(page.get_by_text("완료").first).to_be_visible(timeout=30_000)
    reader.reads(page, "result")
    assert not reader.leftovers, "\n".join(sorted(reader.leftovers))
