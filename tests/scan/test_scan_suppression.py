from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from timing import check_linear
from weakspot.core.report import Notice
from weakspot.core.rules import cwes_of
from weakspot.scan.suppression import directives

BROKEN = "def g():\n        y = 1\n    y = 2\n"  # no tokenizer reads what stands behind
# (code, is the finding in it silenced, kinds of notices)
CASES = [
    ("os.system(x)", False, []),
    ("os.system(x)  # weakspot: ignore", True, []),
    ("os.system(x)  # weakspot: ignore[CWE-78] checked by hand", True, []),
    ("os.system(x)  # weakspot: ignore[89, 78]", True, []),
    ("os.system(x)  # weakspot: ignore[injection]", True, []),
    ("os.system(x)  # weakspot: ignore[CWE-89]", False, ["unused-suppression"]),
    ("os.system(x)  # weakspot: ignore[CWE-78] (until 2026-06-01)", True, []),
    ("os.system(x)  # weakspot: ignore (until 2026-05-31)", False, ["expired-suppression"]),
    ("os.system(x)  # weakspot: ignore (until soon)", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore[CWE-99999]", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignroe", False, ["bad-suppression"]),
    (
        "os.system(x)  # weakspot: ignore[78] see issue #12 (until 2020-01-01)",
        False,
        ["expired-suppression"],
    ),
    ("os.system(x)  # weakspot: ignore[78] until 2020-01-01", False, ["expired-suppression"]),
    ("os.system(x)  # weakspot: ignore[78] until: 2027-01-31, then mend", True, []),
    ("os.system(x)  # weakspot: ignore[78] until 31.12.2030", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore[78] (until we mend it)", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore[78] until 3.12 is out", True, []),
    *(
        (f"os.system(x)  # weakspot: ignore[78] {end}", False, ["bad-suppression"])
        for end in (
            "until end of 2020",
            "until Dec 2020",
            "until 31 December 2020",
            "until the 2020-01-01 release",
            "until v2 (2020-01-01)",
            'until "2020-01-01"',
            "until=2020-01-01",
            "until=20200101",
            "until_2020-01-01",
            "(until2020-01-01)",
            "(expires 2020-01-01)",
            "in 2020 it expires",
        )
    ),
    ("os.system(x)  # weakspot: ignore[78] until CVE-2020-1234 is mended", True, []),
    ("os.system(x)  # weakspot: ignore[78] agreed in 2020", True, []),
    ("os.system(x)  # weakspot: ignore[78] the token expires", True, []),
    ("os.system(x)  # weakspot: ignore-file", False, ["bad-suppression"]),
    ("# weakspot: ignore-next-line[CWE-89]\nos.system(x)", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore-line", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore- checked", True, []),
    ("os.system(x)  # weakspot: ignore -checked", True, []),
    ("os.system(x)  # weakspot: ignore CWE-89", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore: cwe89, cwe90", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore - 78 is fine", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore crypto", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore top25", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore B602", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore [CWE-78", False, ["bad-suppression"]),
    ("os.system(x)  # weakspot: ignore 12345 says why", True, []),
    # Where it says until when, or what, may be more than is looked at.
    (
        f"os.system(x)  # weakspot: ignore {'why ' * 600} (until 2020-01-01)",
        False,
        ["bad-suppression"],
    ),
    (f"os.system(x)  # nosec {'why ' * 600} B324", False, []),
    (
        "os.system(x)  # weakspot: ignore[89] a # weakspot: ignore[78] b",
        True,
        ["unused-suppression"],
    ),
    ("os.system(x)  # weakspot: ignore[CWE-78", False, ["bad-suppression"]),
    ("os.system(x)  # nosec", True, []),
    ("os.system(x)  # nosec B605", True, []),
    ("os.system(x)  # nosec: B324, B605 reason", True, []),
    ("os.system(x)  # nosec B324", False, []),
    ("os.system(x)  # nosec start_process_with_a_shell", True, []),
    ("os.system(x)  # nosec assert_used", False, []),
    ("os.system(x)  # nosec: no password, see hardcoded_password_string", False, []),
    ("os.system(x)  # nosec: the md5 here is fine", False, []),
    ("os.system(x)  # nosec no_such_test", False, []),
    ("os.system(x)  # nosec by hand, user_input is checked", True, []),
    ("os.system(x)  # noqa: S605", True, []),
    ("os.system(x)  # noqa: E501, S605", True, []),
    ("os.system(x)  # noqa", False, []),
    ("os.system(x)  # noqa: E501", False, []),
    ("os.system('# weakspot: ignore' + x)", False, []),
    ("os.system(f'''\n# weakspot: ignore\n{x}''')", False, []),
    ("# weakspot: ignore[CWE-78]\nos.system(x)", True, []),
    ("# weakspot: ignore[CWE-78]\n# why\nos.system(x)", True, []),
    ("# weakspot: ignore[CWE-78]\ny = 1\nos.system(x)", False, ["unused-suppression"]),
    # A comment behind code speaks for that code, not for the line below it.
    ("y = 1  # weakspot: ignore[CWE-78]\nos.system(x)", False, ["unused-suppression"]),
    ("os.system(\n    x\n)  # weakspot: ignore[CWE-78]", True, []),
    ("os.system(\n    # nosec\n    x\n)", True, []),
    ("def broken(:\n    pass\n\nos.system(x)  # weakspot: ignore", True, []),
    (BROKEN + "os.system(x)  # weakspot: ignore", True, []),
    (BROKEN + "os.system(x + '# weakspot: ignore')", False, []),
    (BROKEN + 'os.system(x + """\n# weakspot: ignore\n""")', False, []),
    (BROKEN * 2 + 'os.system(x + """\n# weakspot: ignore\n""")', False, []),
    (BROKEN + 'y = """\n# weakspot: ignore[78] """\nos.system(x)', False, []),
    (BROKEN + "# weakspot: ignore\nos.system(x)\n" + BROKEN, True, []),
    ('y = """\nos.system(x)  # weakspot: ignore', True, []),
]


@pytest.mark.parametrize(("code", "silent", "kinds"), CASES)
def test_cases(project: Path, run, code: str, silent: bool, kinds: list[str]) -> None:
    (project / "a.py").write_text("import os\n\n\n" + code + "\n")
    report = run()
    (finding,) = [finding for finding in report.findings if finding.cwe == "CWE-78"]
    assert (finding.suppression is not None) == silent
    assert [notice.kind for notice in report.notices] == kinds


WRAPPED = """\
    subprocess.run(
        "/usr/local/bin/some-very-long-command-name --with-an-option --and-another-option " + x,
        stdout=subprocess.PIPE,
        # a comment
        shell=True,
        check=True,
    )
"""


@pytest.mark.parametrize("at", range(8))
def test_any_line_of_a_wrapped_statement_will_do(
    project: Path, tmp_path: Path, run, at: int
) -> None:
    """The statement is longer than a normalised line, and the finding is at `shell=True`."""
    lines = ["def f(x):", *WRAPPED.splitlines()]
    if at == 0:
        lines.insert(1, "    # weakspot: ignore[CWE-78]")
    else:
        lines[at] += "  # weakspot: ignore[CWE-78]"
    (project / "a.py").write_text("\n".join(lines) + "\n")
    for _ in range(2):  # the second time from the cache
        report = run(cache=tmp_path / "cache")
        (finding,) = report.findings
        assert finding.span.start_line == finding.span.end_line == 6 + (at == 0)
        assert (finding.suppression is not None, report.notices) == (True, ())


def test_the_next_statement_is_not_meant(project: Path, run) -> None:
    (project / "a.py").write_text(f"def f(x):\n{WRAPPED}    y = 1  # weakspot: ignore[CWE-78]\n")
    report = run()
    assert [finding.suppression for finding in report.findings] == [None]
    assert [notice.kind for notice in report.notices] == ["unused-suppression"]


@pytest.mark.parametrize("choice", [{"select": ("CWE-89",)}, {"ignore": ("CWE-78",)}])
def test_a_comment_is_needed_though_nobody_asks_for_its_finding(
    project: Path, run, choice: dict[str, tuple[str, ...]]
) -> None:
    (project / "a.py").write_text("os.system(x)  # weakspot: ignore[CWE-78, CWE-89]\n")
    report = run(**choice)
    assert (report.findings, report.notices) == ((), ())


def test_an_unused_one_is_told_for_what_is_selected(project: Path, run) -> None:
    (project / "a.py").write_text("x = 1  # weakspot: ignore[CWE-78]\n")
    kinds = {cwe: [n.kind for n in run(select=(cwe,)).notices] for cwe in ("CWE-78", "CWE-89")}
    assert kinds == {"CWE-78": ["unused-suppression"], "CWE-89": []}


def test_a_selected_cwe_is_as_silent_as_in_the_full_scan(project: Path, run) -> None:
    """The two are one finding there, and the comment silences all of it."""
    (project / "a.py").write_text("exec(eval(x))  # weakspot: ignore[CWE-95]\n")
    for choice in ({}, {"select": ("CWE-94",)}):
        (finding,) = run(**choice).findings
        assert finding.suppression is not None


@pytest.mark.parametrize(
    "broken",
    [BROKEN, "\\'''\n" * 2, "(\n" * 2, '"""\n'],
    ids=["breaks", "quotes", "brackets", "strings"],
)
def test_comments_of_broken_files_take_linear_time(broken: str) -> None:
    def prepared(count: int) -> Callable[[], object]:
        text = broken * (2 * count + 1) + "# weakspot: ignore\n"
        return lambda: directives(text)

    check_linear(prepared, 1_250, yards=50)


def test_reason_and_line_are_kept(project: Path, run) -> None:
    (project / "a.py").write_text(
        "os.system(x)  # weakspot: ignore[78] by hand (until 2027-01-31)\n"
    )
    (finding,) = run().findings
    assert finding.suppression is not None
    assert (finding.suppression.line, finding.suppression.reason) == (1, "by hand")


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("see issue #12, or #13", "see issue #12, or #13"),
        ("by hand # nosec B602", "by hand"),
        ("by hand  #  type: ignore", "by hand"),
        ("by hand # pragma: no cover", "by hand"),
        ("safe until 2027-01-31", "safe until 2027-01-31"),
    ],
)
def test_a_reason_ends_where_another_comment_begins(comment: str, reason: str) -> None:
    first, *_ = directives(f"x = 1  # weakspot: ignore[78] {comment}\n")
    assert first.reason == reason


def test_what_stands_without_brackets_is_told(project: Path, run) -> None:
    (project / "a.py").write_text("os.system(x)  # weakspot: ignore CWE-89\n")
    message = "write ignore[CWE-89]; without brackets it would silence everything"
    assert run().notices == (Notice("bad-suppression", "a.py", 1, message),)


def test_an_unused_one_is_told_with_its_place(project: Path, run) -> None:
    (project / "a.py").write_text("x = 1\ny = 2  # weakspot: ignore[CWE-78]\n")
    message = "the suppression is not needed: no finding of CWE-78 here"
    assert run().notices == (Notice("unused-suppression", "a.py", 2, message),)


def test_dates_are_read() -> None:
    (directive,) = directives("x = 1  # weakspot: ignore[78] why (until 2027-01-31)\n")
    assert directive.until == date(2027, 1, 31)


def test_rules_of_bandit() -> None:
    assert "CWE-78" in cwes_of("S602")
    assert cwes_of("B602") == cwes_of("s602")
    assert cwes_of("E501") == frozenset()
    assert cwes_of("start_process_with_a_shell") == cwes_of("B605")


def test_every_test_of_bandit_is_known_by_number_and_name() -> None:
    manager = pytest.importorskip("bandit.core.extension_loader").MANAGER
    tests = [(one.plugin._test_id, one.name) for one in manager.plugins]
    tests += [(one["id"], one["name"]) for kind in manager.blacklist.values() for one in kind]
    assert {name for number, name in tests if cwes_of(name) != cwes_of(number)} == set()
    assert {number for number, _ in tests if not cwes_of(number)} == set()
