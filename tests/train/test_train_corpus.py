import gzip
import json
from pathlib import Path

import pytest

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
