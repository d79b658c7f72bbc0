import gzip
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.core.unit import Unit
from weakspot.train import corpus


def written(path: Path, count: int) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for number in range(count):
            row = {"origin": f"p/{number}.py", "name": f"f{number}", "kind": "function"}
            lines = [[0, f"def f{number}():"], [1, f"return {number}"]]
            out.write(json.dumps(row | {"window": [0, 1], "lines": lines, "context": []}) + "\n")
    return path


def test_a_sample_is_drawn_from_all_of_the_corpus(tmp_path: Path) -> None:
    path = written(tmp_path / "corpus.jsonl.gz", 1000)
    places = [int(unit.name[1:]) for unit in corpus.sample(path, 200, seed=1)]
    assert len(set(places)) == 200
    assert 400 < sum(places) / len(places) < 600


def test_a_sample_depends_on_the_seed_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "corpus.jsonl.gz", 300)
    assert corpus.sample(path, 50, seed=1) == corpus.sample(path, 50, seed=1)
    assert corpus.sample(path, 50, seed=1) != corpus.sample(path, 50, seed=2)


def wheel(folder: Path, name: str, files: dict[str, str]) -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "Name: x\nLicense: MIT\n\nText\n")
        for path, text in files.items():
            archive.writestr(path, text)


@pytest.fixture
def three_wheels(tmp_path: Path) -> Path:
    """Each package has five functions of its own, and one that all have, twice."""
    code = "def {}(parts):\n    joined = '/'.join(parts)\n    return joined.strip('/') + '{}'\n"
    shared = code.format("shared", "/")
    for name in ("aa", "bb", "cc"):
        own = "".join(code.format(f"own_{number}", f"{name}{number}") for number in range(5))
        wheel(tmp_path, name, {f"{name}/one.py": shared + own, f"{name}/two.py": shared})
    return tmp_path


def test_of_equal_functions_the_first_is_kept(three_wheels: Path, tmp_path: Path) -> None:
    origins = corpus.build(three_wheels, tmp_path / "all.gz", with_stdlib=False, per_origin=9)
    rows = list(corpus.read(tmp_path / "all.gz"))
    assert [origin.name for origin in origins] == ["aa", "bb", "cc"]
    assert [at for at, unit in rows if unit.name == "shared"] == ["aa/aa/one.py"]
    assert Counter(at.split("/")[0] for at, _ in rows) == {"aa": 6, "bb": 5, "cc": 5}


def test_a_corpus_is_the_same_from_one_process_and_from_many(
    three_wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("read in this process")

    with monkeypatch.context() as here:
        here.setattr(corpus, "units_in", refuse)
        corpus.build(three_wheels, tmp_path / "many.gz", with_stdlib=False, per_origin=4)
    monkeypatch.setattr(corpus, "_FEW_SOURCES", 3)
    corpus.build(three_wheels, tmp_path / "one.gz", with_stdlib=False, per_origin=4)
    rows = list(corpus.read(tmp_path / "many.gz"))
    assert rows == list(corpus.read(tmp_path / "one.gz"))
    assert Counter(at.split("/")[0] for at, _ in rows) == {"aa": 4, "bb": 4, "cc": 4}


def test_what_stands_apart_is_not_read(three_wheels: Path, tmp_path: Path) -> None:
    apart = corpus.Apart(frozenset({"bb"}), frozenset({"cc/cc/one.py own_3"}))
    path = tmp_path / "apart.gz"
    origins = corpus.build(three_wheels, path, with_stdlib=False, per_origin=9, apart=apart)
    rows = list(corpus.read(path))
    assert [origin.name for origin in origins] == ["aa", "cc"]
    assert Counter(at.split("/")[0] for at, _ in rows) == {"aa": 6, "cc": 4}
    assert ("cc/cc/one.py", "own_3") not in [(at, unit.name) for at, unit in rows]


def test_what_another_corpus_has_is_not_read_again(three_wheels: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, name in ((first, "aa"), (second, "bb")):
        folder.mkdir()
        (three_wheels / f"{name}-1.0-py3-none-any.whl").rename(
            folder / f"{name}-1.0-py3-none-any.whl"
        )
        corpus.build(
            folder,
            tmp_path / f"{name}.gz",
            with_stdlib=False,
            per_origin=9,
            but_of=tmp_path / "aa.gz" if name == "bb" else None,
        )
    names = [[unit.name for _, unit in corpus.read(tmp_path / f"{n}.gz")] for n in ("aa", "bb")]
    assert "shared" in names[0]
    assert sorted(names[1]) == [f"own_{number}" for number in range(5)]


def test_nothing_but_what_another_corpus_has_is_no_corpus(
    three_wheels: Path, tmp_path: Path
) -> None:
    first = tmp_path / "first.gz"
    corpus.build(three_wheels, first, with_stdlib=False, per_origin=9)
    with pytest.raises(DataError, match="no wheel with Python code"):
        corpus.build(three_wheels, tmp_path / "x.gz", with_stdlib=False, per_origin=9, but_of=first)


def test_a_damaged_wheel_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd-1.0-py3-none-any.whl").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(DataError, match=r"odd-1\.0"):
        corpus.build(tmp_path, tmp_path / "x.gz", with_stdlib=False, per_origin=9)


def test_only_what_fits_is_drawn_and_a_small_corpus_is_taken_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "corpus.jsonl.gz", 30)

    def is_even(unit: Unit) -> bool:
        return int(unit.name[1:]) % 2 == 0

    assert len(corpus.sample(path, 100, 1, is_even)) == 15


@pytest.mark.parametrize(
    ("licence", "passes"),
    [
        ("MIT", True),
        ("BSD; BSD License; Other/Proprietary License", True),
        ("Open WebUI License; Other/Proprietary License", False),
        ("GPL-3.0-or-later", False),
        ("MIT; GNU General Public License", False),
        ("", False),
    ],
)
def test_only_permissive_licences_pass(licence: str, passes: bool) -> None:
    assert corpus.is_permissive(licence) is passes


def test_kin_of_test_rows_stay_out_and_all_else_comes_in() -> None:
    place, name = "pyramid/pyramid/static.py", "_secure_path"
    assert f"{place} {name}" in corpus.kin()
    code = "def {}(parts):\n    joined = '/'.join(parts)\n    return joined.strip('/') + '/'\n"
    both = (code.format(name) + code.format("other_path")).encode()
    assert [unit.name for unit in corpus.units_in(place, both)] == ["other_path"]
    assert len(list(corpus.units_in("another/static.py", both))) == 2
