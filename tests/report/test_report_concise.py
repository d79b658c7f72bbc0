import pytest
from report_cases import commanding, commands

from weakspot.core.report import ScanReport
from weakspot.report.concise import ConciseFormat
from weakspot.report.rendering import RenderContext


def test_a_line_for_each_finding_unread_file_and_notice(rich: ScanReport) -> None:
    lines = ConciseFormat().render(rich, RenderContext()).splitlines()
    assert len(lines) == len(rich.active) + 2 + 1 + 3
    assert lines[8].startswith("shop/orders.py:6:2: CWE-89 ")
    assert lines[8].endswith("[critical, 97 % (high confidence)]")
    assert "half.py:1:1: partly analysed: syntax error in lines 7 to 9" in lines
    assert "fifo\\n|<i>.py:1:1: not analysed: not a regular file; x\\x1bc" in lines
    assert lines[-1] == f"Coverage: {rich.coverage.line()}"


def test_quiet_is_findings_and_unread_files(rich: ScanReport, good: ScanReport) -> None:
    lines = ConciseFormat().render(rich, RenderContext()).splitlines()
    quiet = ConciseFormat().render(rich, RenderContext(quiet=True)).splitlines()
    assert quiet == lines[: len(rich.active) + 2]
    assert ConciseFormat().render(good, RenderContext(quiet=True)) == ""


def test_the_way_leads_to_every_path(rich: ScanReport) -> None:
    lines = ConciseFormat().render(rich, RenderContext()).splitlines()
    led = ConciseFormat().render(rich, RenderContext(way="../x")).splitlines()
    assert led == [*(f"../x/{line}" for line in lines[:-3]), *lines[-3:]]


@pytest.mark.parametrize("way", ["", "::x"])
def test_no_name_becomes_a_workflow_command(rich: ScanReport, way: str) -> None:
    shown = ConciseFormat().render(commanding(rich), RenderContext(way=way))
    assert commands(shown) == []
    assert ("./::x/" if way else "./::error title=pwn::x.py:3:5") in shown
