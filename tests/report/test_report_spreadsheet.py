import csv
from io import StringIO

import pytest
from report_cases import MAIN

from weakspot.core.report import ScanReport
from weakspot.report.rendering import RenderContext
from weakspot.report.spreadsheet import COLUMNS, CsvFormat, cell


def rows(report: ScanReport) -> list[dict[str, str]]:
    text = CsvFormat().render(report, RenderContext())
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    "value",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "|calc", "%0A", "\uff1d1", "\xa0=1"],
)
def test_no_cell_starts_a_formula(value: str) -> None:
    assert not cell(value).lstrip().startswith(("=", "+", "-", "@", "|", "%", "\uff1d"))


@pytest.mark.parametrize("value", ["shop/a.py", "12", "0.83", "'quoted'", ""])
def test_harmless_cells_stay_as_they_are(value: str) -> None:
    assert cell(value) == value


def test_each_row_is_one_line(rich: ScanReport) -> None:
    text = CsvFormat().render(rich, RenderContext())
    assert len(text.splitlines()) == 1 + len(rows(rich))
    assert text.splitlines()[0] == ",".join(f'"{column}"' for column in COLUMNS)


def test_a_place_in_a_notebook_is_a_line_of_its_file(rich: ScanReport) -> None:
    (row,) = (r for r in rows(rich) if r["path"] == "notebooks/load.ipynb")
    assert (row["line"], row["column"], row["cell"]) == ("31", "1", "cell 3, line 2")


def test_a_finding_has_its_place_and_code(rich: ScanReport) -> None:
    (row,) = (r for r in rows(rich) if (r["path"], r["line"]) == (MAIN, "6"))
    assert (row["kind"], row["cwe"], row["severity"]) == ("finding", "CWE-89", "critical")
    assert (row["probability"], row["confidence"]) == ("0.9700", "high")
    assert row["code"].startswith("cursor.execute(")


def test_unread_files_and_the_summary_are_rows(rich: ScanReport) -> None:
    kinds = [row["kind"] for row in rows(rich)]
    assert kinds[-4:] == ["not analysed", "partly analysed", "notice", "summary"]
