import re
import runpy
from pathlib import Path

import pytest

from weakspot.core import catalogue
from weakspot.report import explain

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("entry", catalogue.all_weaknesses(), ids=lambda entry: entry.id)
def test_text_and_page_say_everything(entry):
    text, page = explain.explain_text(entry, width=80), explain.explain_markdown(entry)
    for part in (entry.id, entry.name, entry.summary, entry.in_python, entry.remediation):
        assert part in " ".join(text.split())
        assert part in page
    for line in (*entry.before.splitlines(), *entry.after.splitlines(), *entry.references):
        assert line in text
        assert line in page


def test_colours_change_nothing_but_styles():
    entry = catalogue.get("CWE-89")
    painted = explain.explain_text(entry, color=True)
    assert "\x1b[" in painted
    bare = re.sub(r"\x1b\[[0-9;]*m", "", painted)
    lines = [line.rstrip() for line in bare.splitlines()]
    assert lines == explain.explain_text(entry).splitlines()


def test_prose_keeps_to_the_width():
    text = explain.explain_text(catalogue.get("CWE-20"), width=60)
    prose = text.partition("Before")[0].splitlines()
    assert max(len(line) for line in prose if "`" not in line) <= 60


def test_committed_pages_are_up_to_date():
    stale = runpy.run_path(str(ROOT / "tools" / "docs_cwe.py"))["stale"]
    assert stale() == []


def test_pages_mark_what_a_model_never_names():
    assert "never names" not in explain.explain_markdown(catalogue.get("CWE-88"))
    assert "| Model | the embedded one never names" in explain.explain_markdown(
        catalogue.get("CWE-88"), is_named=False
    )
    index = explain.index_markdown({entry.id for entry in catalogue.all_weaknesses()} - {"CWE-88"})
    assert index.count(".md) * |") == index.count("[CWE-88](cwe-088.md) * |") == 1


def test_stale_pages_are_noticed(tmp_path):
    tool = runpy.run_path(str(ROOT / "tools" / "docs_cwe.py"))
    tool["write"](tmp_path)
    assert tool["stale"](tmp_path) == []
    (tmp_path / "cwe-089.md").write_text("old")
    (tmp_path / "cwe-099999.md").write_text("gone")
    (tmp_path / "index.md").unlink()
    assert tool["stale"](tmp_path) == ["cwe-089.md", "cwe-099999.md", "index.md"]


def test_links_between_pages_lead_somewhere():
    pages = runpy.run_path(str(ROOT / "tools" / "docs_cwe.py"))["pages"]()
    for text in pages.values():
        assert set(re.findall(r"\]\(([^)]+\.md)\)", text)) <= pages.keys()
