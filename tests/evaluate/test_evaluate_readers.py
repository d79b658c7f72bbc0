"""Public suites in the layouts of their repositories; every snippet here is our own."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from weakspot.core.errors import DataError
from weakspot.evaluate.readers import READERS, read_any
from weakspot.evaluate.suites import Row

WEAK = "def load(name):\n    return open('/srv/' + name)\n"
SOUND = "def load(name):\n    return open('/srv/' + basename(name))\n"
CHANGES = {
    "deleted": [{"line_no": 2, "line": "    return open('/srv/' + name)\n"}],
    "added": [{"line_no": 2, "line": "    return open('/srv/' + basename(name))\n"}],
}
FIX = {
    "func_name": "load",
    "func_src_before": WEAK,
    "func_src_after": SOUND,
    "file_name": "files/load.py",
    "vul_type": "cwe-022",
    "line_changes": CHANGES,
}
SNIPPET = {
    "prompt_id": 7,
    "origin_code": "    with a:\n        x = eval(b)\n    y = 1",
    "cwe_identifier": "CWE-94",
    "language": "python",
    "line_number": 31,
    "line_text": "        x = eval(b)",
}
DIFF = "\n def load(name):\n-    return open('/srv/' + name)\n+    return open(safe(name))\n \n"
CHANGE = {"diff": DIFF, "badparts": ["    return open('/srv/' + name)"], "goodparts": []}


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def put_lines(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    return put(path, "".join(json.dumps(row) + "\n" for row in rows))


def recognised(path: Path) -> list[str]:
    return [name for name, recognises, _ in READERS if recognises(path)]


def without_code(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    return [(row.id, row.is_weak, row.cwes, row.lines, row.pair) for row in rows]


def test_json_lines_of_our_own(tmp_path: Path) -> None:
    row = {"id": "a", "code": "x = 1\n", "label": "secure"}
    assert read_any(put_lines(tmp_path / "cwe-1.jsonl", [row]))[0].code == "x = 1\n"
    put_lines(tmp_path / "dataset.jsonl", [row])
    assert recognised(tmp_path) == []


def test_unknown_folder(tmp_path: Path) -> None:
    put(tmp_path / "data.csv", "a,b\n")
    with pytest.raises(DataError, match="not the folder of a suite") as caught:
        read_any(tmp_path)
    assert caught.value.hint is not None
    assert all(name in caught.value.hint for name, _, _ in READERS)


def test_securityeval(tmp_path: Path) -> None:
    row = {"ID": "CWE-022_author_1.py", "Prompt": "def load", "Insecure_code": WEAK}
    put_lines(tmp_path / "dataset.jsonl", [row])
    assert recognised(tmp_path) == ["SecurityEval"]
    rows = read_any(tmp_path)
    name = "CWE-022_author_1.py"
    assert without_code(rows) == [(name, True, ("CWE-22",), (), name)]
    assert rows[0].code == WEAK
    put_lines(tmp_path / "dataset.jsonl", [row, row])
    with pytest.raises(DataError, match=r"CWE-022_author_1\.py' comes twice"):
        read_any(tmp_path)


def test_sven_keeps_python_and_moves_methods_to_the_margin(tmp_path: Path) -> None:
    method = FIX | {
        "func_src_before": "    def f(self):\n        a()\n",
        "func_src_after": "    def f(self):\n        b()\n",
        "line_changes": {"deleted": [{"line_no": 2, "line": "        a()\n"}], "added": []},
    }
    rows = [FIX | {"file_name": "a.c"}, FIX, method]
    file = put_lines(tmp_path / "data_train_val" / "train" / "cwe-022.jsonl", rows)
    assert recognised(tmp_path) == ["SVEN"]
    found = read_any(tmp_path)
    assert without_code(found) == [
        ("train/cwe-022:2/before", True, ("CWE-22",), (2,), "train/cwe-022:2"),
        ("train/cwe-022:2/after", False, ("CWE-22",), (), "train/cwe-022:2"),
        ("train/cwe-022:3/before", True, ("CWE-22",), (2,), "train/cwe-022:3"),
        ("train/cwe-022:3/after", False, ("CWE-22",), (), "train/cwe-022:3"),
    ]
    assert [row.code for row in found[:2]] == [WEAK, SOUND]
    assert found[2].code == "def f(self):\n    a()\n"
    assert read_any(file) == read_any(tmp_path / "data_train_val") == found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"func_src_after": None}, r"cwe-022\.jsonl:2: the field 'func_src_after' must be"),
        ({"vul_type": "path"}, r"cwe-022\.jsonl:2: no CWE in 'path'"),
        ({"line_changes": {"deleted": [{"line_no": 9, "line": "x"}]}}, ":2: .*names line 9"),
        ({"line_changes": {"deleted": [3]}}, ":2: not a JSON object"),
    ],
)
def test_broken_row_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    put_lines(tmp_path / "data_train_val" / "val" / "cwe-022.jsonl", [FIX, FIX | change])
    with pytest.raises(DataError, match=message):
        read_any(tmp_path)


def test_broken_files(tmp_path: Path) -> None:
    file = tmp_path / "data_train_val" / "val" / "cwe-022.jsonl"
    put(file, json.dumps(FIX) + "\n{")
    with pytest.raises(DataError, match=r"cwe-022\.jsonl:2: not JSON"):
        read_any(tmp_path)
    put_lines(file, [FIX | {"file_name": "a.c"}])
    with pytest.raises(DataError, match="no rows of Python code"):
        read_any(tmp_path)
    file.write_bytes(b'"func_src_before" \xff')
    with pytest.raises(DataError, match=r"cwe-022\.jsonl: .*utf-8"):
        read_any(tmp_path)


def test_safecoder_compares_sides_where_the_changes_are_not_told(tmp_path: Path) -> None:
    plain = {key: value for key, value in FIX.items() if key != "line_changes"}
    folder = tmp_path / "data_train_val" / "train"
    put_lines(folder / "sec-desc.jsonl", [plain | {"description": "Open a file."}])
    put_lines(folder / "sec-new-desc.jsonl", [FIX | {"line_changes": {"deleted": []}}])
    put_lines(folder / "evol.jsonl", [{"instruction": "Say hello."}])
    assert recognised(tmp_path) == ["SafeCoder"]
    assert without_code(read_any(tmp_path)) == [
        ("train/sec-desc:1/before", True, ("CWE-22",), (2,), "train/sec-desc:1"),
        ("train/sec-desc:1/after", False, ("CWE-22",), (), "train/sec-desc:1"),
        ("train/sec-new-desc:1/before", True, ("CWE-22",), (), "train/sec-new-desc:1"),
        ("train/sec-new-desc:1/after", False, ("CWE-22",), (), "train/sec-new-desc:1"),
    ]


def test_cweval_cuts_the_unsafe_functions_out_of_the_test(tmp_path: Path) -> None:
    folder = tmp_path / "benchmark" / "core" / "py"
    put(folder / "cwe_022_0_task.py", SOUND)
    test = put(
        folder / "cwe_022_0_test.py",
        "import os.path\nimport pytest\nfrom cwe_022_0_task import load\n"
        "os.hook = pytest\nROOT = os.sep\n\n"
        "def load_unsafe_0(name):\n    return open(ROOT + name)\n\n"
        "def load_unsafe_1(name):\n    return load_unsafe_1\n\n"
        "def _test_load(f):\n    pass\n\n"
        "def test_load_unsafe():\n    pass\n",
    )
    assert recognised(tmp_path) == ["CWEval"]
    rows = read_any(tmp_path)
    assert without_code(rows) == [
        ("cwe_022_0/secure", False, ("CWE-22",), (), "cwe_022_0"),
        ("cwe_022_0/load_unsafe_0", True, ("CWE-22",), (), "cwe_022_0"),
        ("cwe_022_0/load_unsafe_1", True, ("CWE-22",), (), "cwe_022_0"),
    ]
    assert [row.code for row in rows] == [
        SOUND,
        "import os.path\nROOT = os.sep\ndef load(name):\n    return open(ROOT + name)\n",
        "def load(name):\n    return load\n",
    ]
    put(test, "def test_load():\n    pass\n")
    with pytest.raises(DataError, match=r"cwe_022_0_test\.py: no function named"):
        read_any(tmp_path)
    put(test, "def f(:\n")
    with pytest.raises(DataError, match=r"cwe_022_0_test\.py:1: does not parse"):
        read_any(tmp_path)
    test.unlink()
    with pytest.raises(DataError, match=r"cwe_022_0_test\.py: .*No such file"):
        read_any(tmp_path)


def test_owasp(tmp_path: Path) -> None:
    results = tmp_path / "expectedresults-0.1.csv"
    put(results, "# test name, category, real vulnerability, cwe\nPage1,path,true,22\n")
    assert recognised(tmp_path) == []
    put(tmp_path / "testcode" / "Page1.py", WEAK)
    put(tmp_path / "testcode" / "Page2.py", SOUND)
    assert recognised(tmp_path) == ["OWASP BenchmarkPython"]
    put(results, "# name\nPage1,path,true,22\nPage2,path,false,22\n")
    rows = read_any(tmp_path)
    assert without_code(rows) == [
        ("Page1", True, ("CWE-22",), (), "Page1"),
        ("Page2", False, ("CWE-22",), (), "Page2"),
    ]
    assert [row.code for row in rows] == [WEAK, SOUND]
    for line, message in [
        ("Page1,path,yes,22", r"csv:2: not a name"),
        ("Page1,path,true,x", r"csv:2: no CWE"),
        ("Page3,path,true,22", r"Page3\.py: .*No such file"),
        ("../Page1,path,true,22", r"csv:2: not a name"),
    ]:
        put(results, f"# name\n{line}\n")
        with pytest.raises(DataError, match=message):
            read_any(tmp_path)


def test_cyberseceval_takes_a_snippet_of_two_files_once(tmp_path: Path) -> None:
    folder = tmp_path / "CybersecurityBenchmarks" / "datasets"
    php = SNIPPET | {"prompt_id": 8, "language": "php"}
    put(folder / "instruct" / "instruct.json", json.dumps([php, SNIPPET]))
    other = put(folder / "autocomplete" / "autocomplete.json", json.dumps([SNIPPET]))
    assert recognised(tmp_path) == recognised(folder) == recognised(other) == ["CyberSecEval"]
    rows = read_any(tmp_path)
    assert without_code(rows) == [("7", True, ("CWE-94",), (2,), "7")]
    assert rows[0].code == "with a:\n    x = eval(b)\ny = 1"
    assert read_any(folder / "instruct") == rows
    put(other, json.dumps([SNIPPET | {"origin_code": "        x = eval(b)"}]))
    with pytest.raises(DataError, match="the prompt 7 comes twice with different code"):
        read_any(tmp_path)
    put(other, json.dumps([SNIPPET, SNIPPET | {"line_text": "c"}]))
    with pytest.raises(DataError, match="object 2: its line_text is not in its origin_code"):
        read_any(other)
    put(other, json.dumps({"origin_code": 1}))
    with pytest.raises(DataError, match="not a JSON list"):
        read_any(other)


def commit(**files: Any) -> dict[str, Any]:
    return {"url": "", "keyword": "path", "diff": "", "msg": "", "files": files}


def test_vudenc_applies_the_diffs(tmp_path: Path) -> None:
    source = f"import os\r\n\r\n{WEAK}\nx = 1\ny = 2\n"
    two = {"diff": "\n x = 1\n-y = 2\n+y = 3\n-# z\n", "badparts": ["y = 2"], "goodparts": []}
    one = {
        "changes": [CHANGE, two | {"diff": two["diff"].replace("-# z\n", "")}],
        "source": "",
        "sourceWithComments": source,
    }
    bare = {"changes": [CHANGE]}
    ends = {"diff": "\n x = 1\n-y = 2\n+y = 2\n\\ No newline at end of file", "badparts": []}
    same = {"changes": [ends], "sourceWithComments": source}
    found = {"web/a": {"c1": commit(**{"/load.py": one, "/big.py": bare, "/end.py": same})}}
    found["fork/a"] = found["web/a"]
    file = put(tmp_path / "Code" / "data" / "plain_path_disclosure", json.dumps(found))
    assert recognised(tmp_path) == recognised(file) == ["VUDENC"]
    rows = read_any(tmp_path)
    pair = "plain_path_disclosure/c1/load.py"
    assert without_code(rows) == [
        (f"{pair}/before", True, ("CWE-22",), (4, 7), pair),
        (f"{pair}/after", False, ("CWE-22",), (), pair),
    ]
    assert rows[0].code == source.replace("\r", "")
    assert rows[1].code == (
        "import os\n\ndef load(name):\n    return open(safe(name))\n\nx = 1\ny = 3\n"
    )
    one["sourceWithComments"] = "import os\n"
    put(file, json.dumps(found))
    with pytest.raises(DataError, match=r"web/a: c1: /load\.py: the source does not hold"):
        read_any(tmp_path)
    put(file, json.dumps({"web/a": {"c1": {"files": []}}}))
    with pytest.raises(DataError, match="web/a: c1: the field 'files' must be"):
        read_any(tmp_path)


RULES = """\
rules:
- id: shell
  message: none
  metadata:
    cwe:
    - "CWE-78: one"
    - 'CWE-77: two'
    owasp: A01
- id: style
  metadata: {category: style}
"""
RULE_TEST = '''\
import os
import sys
ROOT = "/"

def weak(name):
    """# ruleid: shell"""
    # ok: shell
    os.system("ls")
    # deepok: style
    # todoruleid: shell, style

    os.system(ROOT + name)  # not quoted

@sys.wraps
def sound():
    #ok:shell
    os.system("ls")

def styled():
    # ruleid: style
    pass

def unmarked():
    pass

# ruleid: shell
os.system(sys.argv[0])
'''


def test_tests_of_semgrep_rules(tmp_path: Path) -> None:
    test = put(tmp_path / "python" / "shell.py", RULE_TEST)
    assert recognised(tmp_path) == []
    rules = put(tmp_path / "python" / "shell.yaml", RULES)
    put(tmp_path / "python" / "shell.fixed.py", RULE_TEST)
    put(tmp_path / "python" / "taste.py", "print 'Python 2'  # ruleid: taste\n")
    put(tmp_path / "python" / "taste.yaml", "rules:\n  - id: taste\n")
    assert recognised(tmp_path) == ["tests of Semgrep rules"]
    rows = read_any(tmp_path)
    cwes = ("CWE-78", "CWE-77")
    assert without_code(rows) == [
        ("python/shell.py:5:weak", True, cwes, (10,), "python/shell.py:5:weak"),
        ("python/shell.py:15:sound", False, cwes, (), "python/shell.py:15:sound"),
        ("python/shell.py:1:<module>", True, cwes, (15,), "python/shell.py:1:<module>"),
    ]
    weak, sound, rest = (row.code.split("\n") for row in rows)
    assert weak[:3] == ["import os", 'ROOT = "/"', "def weak(name):"]
    assert weak[9] == "    os.system(ROOT + name)  # not quoted"
    assert sound == [
        *("import os", "import sys", "@sys.wraps", "def sound():", "", '    os.system("ls")', "")
    ]
    assert rest[14] == "os.system(sys.argv[0])"
    assert "def styled():" in rest
    assert not any("# ruleid: style" in row.code or "ok:" in row.code for row in rows)
    assert without_code(read_any(test))[0][0] == "shell.py:5:weak"
    put(rules, RULES.replace("id: style", "id: taste"))
    with pytest.raises(DataError, match=r"shell\.py:9: the rule 'style' is not in shell\.yaml"):
        read_any(tmp_path)
    put(rules, RULES)
    put(test, "x = 1\n# ruleid: shell\n")
    with pytest.raises(DataError, match=r"shell\.py:2: no code below the mark"):
        read_any(tmp_path)
    put(test, "# ruleid: shell\nprint 1\n")
    with pytest.raises(DataError, match=r"shell\.py:2: does not parse"):
        read_any(tmp_path)


def test_annotated_sources_as_rows(tmp_path: Path) -> None:
    file = put(
        tmp_path / "shop" / "files.py",
        "import os\n\n"
        "def load(name):\n    return open(name)  # expect: CWE-22\n\n"
        "class Safe:\n    def load(self, name):\n"
        "        # ok: CWE-22, CWE-78\n        return os.path.basename(name)\n",
    )
    assert recognised(tmp_path) == ["annotated sources"]
    rows = read_any(tmp_path)
    assert without_code(rows) == [
        ("shop/files.py:3:load", True, ("CWE-22",), (2,), "shop/files.py:3:load"),
        ("shop/files.py:6:Safe", False, ("CWE-22", "CWE-78"), (), "shop/files.py:6:Safe"),
    ]
    assert rows[0].code == "def load(name):\n    return open(name)\n"
    assert "ok" not in rows[1].code
    put(file, "x = 1  # expect: CWE-22\ny = 2  # expects: CWE-22\n")
    with pytest.raises(DataError, match=r"files\.py:2: malformed mark"):
        read_any(tmp_path)
