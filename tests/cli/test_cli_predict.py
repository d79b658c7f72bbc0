import json
from pathlib import Path

WEAK = "import os\n\ndef a():\n    return 1\n\ndef f(x):\n    y = x\n    os.system(y)\n"
ROWS = [
    json.dumps({"id": "w", "code": WEAK}),
    "not json",
    json.dumps({"id": "c", "code": "def f():\n    CRASH\n"}),
    json.dumps({"id": 4}),
    "",
    json.dumps({"id": "s", "code": "x = 1\n", "more": True}),
    json.dumps([1]),
    json.dumps({"id": "e", "code": ""}),
]


def test_one_bad_row_costs_that_row(weakspot, project: Path, capsys) -> None:
    (project / "rows.jsonl").write_text("\n".join(ROWS))
    assert weakspot("predict", "rows.jsonl", "-o", "out.jsonl", "--jobs", "2") == 4
    assert "7 rows, 4 not judged (error), 0 not read whole (unread)" in capsys.readouterr().err
    rows = [json.loads(line) for line in (project / "out.jsonl").read_text().splitlines()]
    told = [(row["id"], row["verdict"], row["error"] is None) for row in rows]
    assert told == [
        ("w", "vulnerable", True),
        (None, "secure", False),
        ("c", "secure", False),
        (4, "secure", False),
        ("s", "secure", True),
        (None, "secure", False),
        ("e", "secure", True),
    ]
    first = rows[0]
    assert first["cwes"][0] == {"id": "CWE-78", "probability": 0.9}
    assert first["lines"][0] == 8
    assert set(first["lines"]) == {3, 4, 6, 7, 8}
    assert [row["abstained"] for row in rows] == [False, True, True, True, False, True, False]


def test_the_threshold_decides_the_verdict(weakspot, project: Path, capsys) -> None:
    (project / "rows.jsonl").write_text(ROWS[0] + "\n")
    assert weakspot("predict", "rows.jsonl", "--threshold", "0.95") == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "secure"


def test_with_the_first_stage_what_it_holds_back_is_sound(weakspot, project: Path, capsys) -> None:
    code = "import os\n\ndef f(SKIP):\n    os.system(SKIP)\n"
    (project / "rows.jsonl").write_text(json.dumps({"id": 1, "code": code}) + "\n")
    said = []
    for options in ([], ["--first-stage"]):
        assert weakspot("predict", "rows.jsonl", *options) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert [one["verdict"] for one in said] == ["vulnerable", "secure"]
    assert [one["probability"] for one in said] == [0.9, 0.0]
    assert [one["abstained"] for one in said] == [False, False]


def test_what_was_not_read_is_told(weakspot, project: Path, capsys) -> None:
    codes = ["print 'a'\n", "def f():\n    return 1\n\nprint 'a'\n", "def f():\n    return 1\n"]
    rows = [json.dumps({"id": at, "code": code}) for at, code in enumerate(codes)]
    (project / "rows.jsonl").write_text("\n".join(rows))
    assert weakspot("predict", "rows.jsonl") == 0
    told = capsys.readouterr()
    said = [json.loads(line) for line in told.out.splitlines()]
    assert [len(one["unread"]) for one in said] == [1, 1, 0]
    assert "line 4" in said[1]["unread"][0]
    assert "3 rows, 0 not judged (error), 2 not read whole (unread)" in told.err


def test_a_missing_file_is_an_error(weakspot, capsys) -> None:
    assert weakspot("predict", "nowhere.jsonl") == 2
