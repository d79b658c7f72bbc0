import zipfile
from pathlib import Path

import pytest

from weakspot.core.errors import DataError
from weakspot.dataset.grafts import digest_of
from weakspot.train import corpus, grafted, pair_file

FILE = """import os


class Store:
    def put(self, name, data):
        target = os.path.join(self.root, os.path.basename(name))
        with open(target, "wb") as out:
            out.write(data)


@cached
def load(name):
    return eval(name)


def reader():
    def parse(name):
        return eval(name)

    return parse
"""
PUT = "\n".join(FILE.split("\n")[4:8])
LOAD = "\n".join(FILE.split("\n")[10:13])


def place(line: int, name: str, function: str, source: str = "sprout-2.1.0") -> str:
    return f"{source} sprout/files.py:{line} {name} {digest_of(function.split(chr(10)))}"


PUT_WEAK = f"""### CWE-22 weak: any name is joined
{place(5, "Store.put", PUT)}
@ 6-6
        target = os.path.join(self.root, name)
! 7
"""
LOAD_SOUND = f"""### CWE-95 sound: a name is evaluated
{place(11, "load", LOAD)}
! 13
@ 0+
import ast
@ 13-13
    return ast.literal_eval(name)
"""
FOUND_SOUND = f"""### sound: nothing is asked of the caller
{place(5, "Store.put", PUT)}
"""


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "sprout-2.1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("sprout/files.py", FILE)
        wheel.writestr("sprout-2.1.0.dist-info/METADATA", "Name: sprout\nLicense: MIT\n\n")
    return folder


def made(tmp_path: Path, wheels: Path, *texts: str):
    folder = tmp_path / "grafts"
    folder.mkdir(exist_ok=True)
    (folder / "one.txt").write_text("\n".join(texts), "utf-8")
    number = pair_file.write(grafted.pairs(folder, wheels), tmp_path / "grafts.jsonl.gz")
    pairs = list(pair_file.read(tmp_path / "grafts.jsonl.gz"))
    assert len(pairs) == number
    return pairs


def test_both_kinds_of_grafts_make_pairs_of_real_functions(tmp_path, wheels):
    put, load = made(tmp_path, wheels, PUT_WEAK, LOAD_SOUND, FOUND_SOUND)
    assert put.cwe == "CWE-22"
    assert put.origin == "sprout/sprout/files.py"
    assert "basename" in put.sound.text()
    assert "basename" not in put.weak.text()
    assert [put.weak.lines[at].text for at in put.lines] == ["with open(target, 'wb') as out:"]
    assert "eval(name)" in load.weak.text().replace("literal_", "")
    assert "ast.literal_eval(name)" in load.sound.text()
    assert [load.weak.lines[at].text for at in load.lines] == ["return eval(name)"]
    assert put.mechanism == "CWE-22/any name is joined"


def test_the_twin_of_a_change_that_says_nothing_is_left_out(tmp_path, wheels):
    (load,) = made(
        tmp_path, wheels, PUT_WEAK.replace("name)", "os.path.basename(name))"), LOAD_SOUND
    )
    assert load.cwe == "CWE-95"


@pytest.mark.parametrize(
    ("graft", "said"),
    [
        (PUT_WEAK.replace("sprout-2.1.0", "sprout-2.1.1"), "no wheel of sprout-2.1.1"),
        (PUT_WEAK.replace("sprout/files.py", "sprout/filed.py"), "has no sprout/filed.py"),
        (PUT_WEAK.replace("files.py:5", "files.py:4"), "4 is not Store.put"),
        (PUT_WEAK.replace("Store.put", "Store.get"), "5 is not Store.get"),
        (PUT_WEAK.replace(digest_of(PUT.split("\n")), "0" * 12), "not the function that was read"),
    ],
)
def test_a_function_that_is_not_there_is_told(tmp_path, wheels, graft, said):
    with pytest.raises(DataError, match=said):
        made(tmp_path, wheels, graft)


def test_a_function_that_is_judged_within_another_is_left_out(tmp_path, wheels):
    inner = "\n".join(FILE.split("\n")[16:18])
    graft = f"""### CWE-95 sound: a name is evaluated
{place(17, "reader.parse", inner)}
! 18
@ 18-18
        return int(name)
"""
    (load,) = made(tmp_path, wheels, graft, LOAD_SOUND)
    assert load.mechanism == "CWE-95/a name is evaluated"


def test_all_pairs_of_a_package_are_on_one_side(tmp_path, wheels):
    pairs = made(tmp_path, wheels, PUT_WEAK, LOAD_SOUND)
    for share in (0.0, 0.3, 0.6, 1.0):
        assert len({pair_file.is_held_out(pair, share) for pair in pairs}) == 1
    assert not pair_file.is_held_out(pairs[0], 0.0)
    assert pair_file.is_held_out(pairs[0], 1.0)


def test_what_grafts_hold_out_or_find_weak_stands_apart_from_sound_code(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("\n".join([PUT_WEAK, LOAD_SOUND, FOUND_SOUND]), "utf-8")
    found = grafted.apart(tmp_path, 0.0)
    assert found.places == {"sprout/sprout/files.py load"}
    assert not found.packages
    assert grafted.apart(tmp_path, 1.0).packages == {"sprout"}


def test_a_doubtful_function_is_learnt_from_as_nothing(tmp_path: Path, wheels: Path) -> None:
    doubtful = FOUND_SOUND.replace("### sound", "### doubtful")
    assert not made(tmp_path, wheels, doubtful)
    folder = tmp_path / "grafts"
    assert not list(grafted.found_sound(folder, wheels, 0.0))
    assert grafted.apart(folder, 0.0).places == {"sprout/sprout/files.py Store.put"}


def test_functions_found_sound_are_read_as_they_stand(tmp_path: Path, wheels: Path) -> None:
    (tmp_path / "one.txt").write_text("\n".join([LOAD_SOUND, FOUND_SOUND]), "utf-8")
    path = tmp_path / "found.jsonl.gz"
    assert corpus.write(grafted.found_sound(tmp_path, wheels, 0.0), path) == 1
    ((origin, unit),) = corpus.read(path)
    assert (origin, unit.name) == ("sprout/sprout/files.py", "Store.put")
    assert "basename" in unit.text()
    assert not list(grafted.found_sound(tmp_path, wheels, 1.0))
