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


def test_one_bad_row_costs_that_row(weakspot, project: Path) -> None:
    (project / "rows.jsonl").write_text("\n".join(ROWS))
    assert weakspot("predict", "rows.jsonl", "-o", "out.jsonl", "--jobs", "2") == 0
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


def test_a_missing_file_is_an_error(weakspot, capsys) -> None:
    assert weakspot("predict", "nowhere.jsonl") == 2
