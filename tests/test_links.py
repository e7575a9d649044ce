"""Every link from a page of ours to another leads somewhere: to a file that is there, and to a heading in it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_house import FILES, ROOT

PAGES = [path for path in FILES if path.suffix == ".md"]
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*?) *#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z]+:")


def links(page: Path) -> Iterator[str]:
    """Where a page leads to, but for places in the web."""
    yield from (link for link in LINK.findall(CODE.sub("", page.read_text("utf-8"))) if not ELSEWHERE.match(link))


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    text = re.sub(r"^(```|~~~).*?^\1", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    found, seen = set[str](), Counter[str]()
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    wrong = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        leads_to = (page.parent / path).resolve() if path else page
        is_ours = leads_to.is_relative_to(ROOT)
        there = leads_to.exists() and (not anchor or anchor in anchors(leads_to))
        if not is_ours or not there:
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


@pytest.mark.parametrize("link", ["gone.md", "there.md#gone", "#gone", "../../../outside.md"])
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_links.ROOT", tmp_path)
    (tmp_path / "there.md").write_text("# There\n\n```sh\n# gone\n```\n")
    (tmp_path / "page.md").write_text(
        f"# A page\n\n[good](there.md#there), [own](#a-page), [bad]({link}), `[code](x.md)`\n"
    )

    assert broken(tmp_path / "page.md") == [link]


def test_the_readme_leads_to_every_page() -> None:
    named = {(ROOT / link.partition("#")[0]).resolve() for link in links(ROOT / "README.md")}

    assert [path.name for path in sorted((ROOT / "docs").glob("*.md")) if path not in named] == []
