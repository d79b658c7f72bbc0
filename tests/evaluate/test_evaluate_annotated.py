import ast
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from weakspot.core.catalogue import related
from weakspot.core.errors import DataError
from weakspot.core.finding import CweScore, Finding, FlaggedLine, Severity
from weakspot.core.report import Coverage, FileOutcome, FileStatus, ModelIdentity, ScanReport
from weakspot.core.span import Span
from weakspot.evaluate.annotated import Expectation, Tally, compare, expected
from weakspot.report.document import JsonFormat
from weakspot.report.rendering import RenderContext

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop"


def write(folder: Path, text: str, name: str = "app.py") -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return folder


def finding(
    cwe: str,
    flagged: tuple[int, ...],
    unit: tuple[int, int],
    path: str = "app.py",
    name: str = "view",
    others: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        cwe=cwe,
        path=path,
        span=Span(flagged[0], 1, flagged[0], 9),
        unit=name,
        unit_span=Span(unit[0], 1, unit[1], 1),
        probability=0.9,
        severity=Severity.HIGH,
        lines=tuple(FlaggedLine(line, 0.9, "") for line in flagged),
        cwes=tuple(CweScore(one, 0.9) for one in (cwe, *others)),
        fingerprint="0" * 32,
    )


def places(marks: tuple[Expectation, ...]) -> list[tuple[int, str, bool]]:
    return [(mark.line, mark.cwe, mark.weak) for mark in marks]


def test_a_mark_stands_above_its_line_or_behind_it(tmp_path):
    text = "# expect: CWE-89\nrun(a)\nrun(b)  # ok: CWE-78\n"
    assert places(expected(write(tmp_path, text))) == [(2, "CWE-89", True), (3, "CWE-78", False)]


def test_marks_stack_with_other_comments_and_share_a_line(tmp_path):
    text = "# expect: CWE-89\n# why it is written so\n# ok: CWE-78, CWE-22\nrun(a)\n"
    assert places(expected(write(tmp_path, text))) == [
        (4, "CWE-22", False),
        (4, "CWE-78", False),
        (4, "CWE-89", True),
    ]


def test_a_mark_inside_brackets_and_after_an_indent_finds_its_line(tmp_path):
    text = (
        "def f():\n    # expect: CWE-89\n    run(\n        # expect: CWE-295\n        v=0,\n    )\n"
    )
    assert places(expected(write(tmp_path, text))) == [(3, "CWE-89", True), (5, "CWE-295", True)]


def test_strings_that_look_like_marks_do_not_count(tmp_path):
    text = '"""\n# expect: CWE-89\n"""\nlabel = "# ok: CWE-1"\n# expect the unexpected\n# okay\n'
    assert expected(write(tmp_path, text)) == ()


def test_files_are_read_below_the_folder_and_lines_know_their_function(tmp_path):
    write(tmp_path, "# expect: CWE-798\nKEY = 'x'\n", "pkg/config.py")
    text = "class A:\n    # ok: CWE-798\n    K = ''\n    # expect: CWE-862\n    @d\n"
    text += "    async def f(s): ...\n"
    write(tmp_path, text)
    assert expected(tmp_path) == (
        Expectation("app.py", 3, "CWE-798", False, in_function=False),
        Expectation("app.py", 5, "CWE-862", True, in_function=True),
        Expectation("pkg/config.py", 2, "CWE-798", True, in_function=False),
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = 1\n# expect: 89\nrun()\n", 2, "malformed"),
        ("run()  # expect CWE-89\n", 1, "malformed"),
        ("run()  # expected: CWE-89\n", 1, "malformed"),
        ("run()  # OK: CWE-89\n", 1, "malformed"),
        ("run()  # expect: CWE-89 CWE-78\n", 1, "malformed"),
        ("run()  # ok: cwe-89\n", 1, "malformed"),
        ("run()  # expect: CWE-99999\n", 1, "catalogue"),
        ("run()\n# expect: CWE-89\n", 2, "no code"),
        ("# expect: CWE-89\n\nrun()\n", 1, "no code"),
        ("# ok: CWE-89\nrun()  # expect: CWE-89\n", 2, "twice"),
        ("x = 1\ndef broken(:\n", 2, "does not parse"),
        ("x = 1\0\n", 1, "does not parse"),
    ],
)
def test_a_malformed_mark_is_an_error_with_its_place(tmp_path, text, line, reason):
    with pytest.raises(DataError) as caught:
        expected(write(tmp_path, text))
    assert caught.value.message.startswith(f"{tmp_path / 'app.py'}:{line}: ")
    assert reason in caught.value.message


def test_a_folder_that_is_none_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        expected(tmp_path / "missing")


WEAK = Expectation("app.py", 20, "CWE-89", weak=True, in_function=True)
SOUND = Expectation("app.py", 26, "CWE-89", weak=False, in_function=True)


@pytest.mark.parametrize(
    ("one", "found", "near"),
    [
        (finding("CWE-89", (20,), (10, 30)), True, True),
        (finding("CWE-89", (23,), (10, 30)), True, True),
        (finding("CWE-89", (24,), (10, 30)), True, False),
        (finding("CWE-89", (12, 17), (10, 30)), True, True),
        (finding("CWE-943", (20,), (10, 30)), True, True),  # a parent of CWE-89
        (finding("CWE-22", (20,), (10, 30), others=("CWE-89",)), True, True),
        (finding("CWE-22", (20,), (10, 30)), False, False),
        (finding("CWE-89", (20,), (10, 30), path="other.py"), False, False),
        (finding("CWE-89", (31,), (21, 40)), False, False),
        (finding("CWE-89", (20,), (1, 90), name="<module>"), False, False),
    ],
)
def test_a_weak_line_is_found_in_its_unit_by_a_related_cwe(one, found, near):
    result = compare([WEAK], [one], related)
    assert result.found == ((WEAK,) if found else ())
    assert result.missed == (() if found else (WEAK,))
    assert result.near == ((WEAK,) if near else ())
    assert result.unexpected == (() if found else (one,))


def test_a_weak_line_of_the_module_is_found_by_the_module():
    mark = Expectation("app.py", 3, "CWE-798", weak=True)
    one = finding("CWE-798", (3,), (1, 90), name="<module>")
    assert compare([mark], [one], related).found == (mark,)


@pytest.mark.parametrize(
    ("flagged", "false"), [((25,), True), ((27,), True), ((24,), False), ((12, 26), True)]
)
def test_a_sound_line_is_false_only_where_it_is_flagged(flagged, false):
    one = finding("CWE-89", flagged, (10, 30))
    result = compare([SOUND], [one], related)
    assert result.false == ((SOUND,) if false else ())
    assert result.quiet == (() if false else (SOUND,))
    assert result.unexpected == (() if false else (one,))


def test_a_sound_line_does_not_care_for_unrelated_cwes():
    one = finding("CWE-532", (26,), (10, 30))
    result = compare([SOUND], [one], related)
    assert (result.false, result.unexpected) == ((), (one,))


def test_a_finding_of_a_weak_line_leaves_the_sound_one_beside_it_alone():
    result = compare([WEAK, SOUND], [finding("CWE-89", (20,), (10, 30))], related)
    assert (result.found, result.quiet, result.unexpected) == ((WEAK,), (SOUND,), ())


def test_relatedness_is_the_callers():
    result = compare([WEAK], [finding("CWE-943", (20,), (10, 30))], str.__eq__)
    assert result.missed == (WEAK,)


def test_tallies_are_per_cwe_in_numeric_order():
    other = Expectation("app.py", 50, "CWE-611", weak=True, in_function=True)
    small = Expectation("app.py", 60, "CWE-9", weak=False, in_function=True)
    far = finding("CWE-89", (29,), (10, 30))
    result = compare([other, SOUND, WEAK, small], [far], related)
    assert result.tallies() == (
        Tally("CWE-9", sound=1),
        Tally("CWE-89", found=1, near=0, missed=0, sound=1, false=0),
        Tally("CWE-611", missed=1),
    )


# The example


def test_the_shop_has_enough_of_both_kinds():
    marks = expected(SHOP)
    weak = [mark for mark in marks if mark.weak]
    assert len({mark.cwe for mark in weak}) >= 12
    assert len(marks) - len(weak) >= len(weak)


def test_no_sound_place_of_the_shop_touches_a_weak_one_of_a_related_cwe():
    marks = expected(SHOP)
    clashes = [
        (weak.path, weak.line, sound.line)
        for weak in marks
        for sound in marks
        if weak.weak and not sound.weak and weak.path == sound.path
        if abs(weak.line - sound.line) <= 1 and related(weak.cwe, sound.cwe)
    ]
    assert clashes == []


def test_imports_and_templates_of_the_shop_resolve():
    package = SHOP / "teashop"
    names = {path.stem: set() for path in package.glob("*.py")}
    trees = {path.stem: ast.parse(path.read_bytes()) for path in package.glob("*.py")}
    for module, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names[module].add(node.name)
            elif isinstance(node, ast.Assign):
                names[module] |= {one.id for one in node.targets if isinstance(one, ast.Name)}
    names["__init__"] |= set(names)
    lost = []
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("teashop"):
                _, _, source = str(node.module).partition(".")
                lost += [
                    (module, one.name)
                    for one in node.names
                    if one.name not in names[source or "__init__"]
                ]
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template":
                template = ast.literal_eval(node.args[0])
                if not (package / "templates" / template).is_file():
                    lost.append((module, template))
    assert lost == []


# tools/shop_score.py


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = spec_from_file_location("shop_score", ROOT / "tools" / "shop_score.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(path: str, *findings: Finding, status: FileStatus = FileStatus.ANALYSED) -> ScanReport:
    return ScanReport(
        tool_version="1",
        model=ModelIdentity("nano", "1", "0" * 64),
        threshold=0.5,
        findings=findings,
        coverage=Coverage((FileOutcome(path, status, lines=2, units=1),)),
    )


@pytest.mark.parametrize("prefix", ["", "shop/", "examples/shop/"])
def test_the_score_finds_the_folder_in_the_reports_paths(tool, tmp_path, prefix):
    folder = write(tmp_path / "examples" / "shop", "def f():\n    run()  # expect: CWE-78\n")
    one = finding("CWE-78", (2,), (1, 2), path=f"{prefix}app.py")
    result = tool.score(report(f"{prefix}app.py", one), folder)
    assert places(result.found) == [(2, "CWE-78", True)]


@pytest.mark.parametrize(
    ("path", "status"),
    [("elsewhere.py", FileStatus.ANALYSED), ("app.py", FileStatus.PARTLY)],
)
def test_a_file_that_was_not_read_whole_is_an_error(tool, tmp_path, path, status):
    folder = write(tmp_path, "run()  # expect: CWE-78\n")
    with pytest.raises(DataError, match=r"does not cover app\.py"):
        tool.score(report(path, status=status), folder)


def test_a_folder_without_marks_is_an_error(tool, tmp_path):
    with pytest.raises(DataError, match="no line is marked"):
        tool.score(report("app.py"), write(tmp_path, "run()\n"))


def test_the_table_counts_and_names_the_places(tool, tmp_path):
    text = "def f():\n    run()  # expect: CWE-78\n    log()\n    log()\n    safe()  # ok: CWE-89\n"
    folder = write(tmp_path, text)
    stray = finding("CWE-89", (5,), (1, 5))
    rows = tool.table(tool.score(report("app.py", stray), folder)).split("\n")
    assert rows[1].split() == ["CWE-78", "0", "0", "1", "0", "0"]
    assert rows[2].split() == ["CWE-89", "0", "0", "0", "1", "1"]
    assert rows[3].split() == ["all", "0", "0", "1", "1", "1"]
    assert rows[5:] == ["missed      app.py:2 CWE-78", "false       app.py:5 CWE-89", ""]


def test_the_command_reports_mistakes_and_exits_with_2(tool, tmp_path, capsys):
    assert tool.main([]) == 2
    assert tool.main([str(tmp_path / "none.json"), str(tmp_path)]) == 2
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"format": "else"}), encoding="utf-8")
    assert tool.main([str(other), str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert "Usage" in errors
    assert "none.json" in errors


def test_the_command_reads_what_the_json_format_writes(tool, tmp_path, capsys):
    folder = write(tmp_path / "shop", "def f():\n    run()  # expect: CWE-78\n")
    document = tmp_path / "report.json"
    one = finding("CWE-78", (2,), (1, 2))
    document.write_text(JsonFormat().render(report("app.py", one), RenderContext()))
    assert tool.main([str(document), str(folder)]) == 0
    assert capsys.readouterr().out.split("\n")[1].split() == ["CWE-78", "1", "1", "0", "0", "0"]
