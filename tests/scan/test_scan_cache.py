import os
import random
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakspot.core.report import ModelIdentity
from weakspot.core.score import CweEvidence, UnitScore
from weakspot.core.span import Span
from weakspot.core.unit import Line, Unit, UnitKind
from weakspot.report.formats import load
from weakspot.report.rendering import RenderContext
from weakspot.scan import cache
from weakspot.scan.cache import FILE_NAME, Cache, pack_score, unpack_score

WEAK = "import os\n\n\ndef run(name):\n    os.system(name)\n"


def render(report) -> str:
    return load("json").render(report, RenderContext())


def fill(folder: Path) -> bytes:
    cache = Cache.open(folder, create=True)
    cache.put((f"key{index}", b"value" * 50) for index in range(200))
    cache.close()
    return (folder / FILE_NAME).read_bytes()


def test_what_is_put_is_got(tmp_path: Path) -> None:
    fill(tmp_path)
    cache = Cache.open(tmp_path)
    assert cache.get("key7") == b"value" * 50
    assert cache.get("other") is None


@pytest.mark.parametrize("create", [False, True])
def test_what_is_no_file_is_not_opened(tmp_path: Path, create: bool) -> None:
    for folder, make in (("fifo", os.mkfifo), ("folder", Path.mkdir)):
        (tmp_path / folder).mkdir()
        make(tmp_path / folder / FILE_NAME)
        cache = Cache.open(tmp_path / folder, create=create)
        cache.put([("key", b"value")])
        assert not cache.works
        assert cache.get("key") is None


def test_damage_never_fails_nor_lies(tmp_path: Path) -> None:
    whole = fill(tmp_path)
    chance = random.Random(7)
    path = tmp_path / FILE_NAME
    for attempt in range(60):
        data = bytearray(whole)
        if attempt % 3 == 0:
            del data[chance.randrange(len(data)) :]
        elif attempt % 3 == 1:
            at = chance.randrange(len(data))
            data[at : at + 300] = chance.randbytes(min(300, len(data) - at))
        else:
            data = bytearray(chance.randbytes(chance.randrange(1, 5000)))
        path.write_bytes(data)
        cache = Cache.open(tmp_path, create=True)
        for index in range(200):
            assert cache.get(f"key{index}") in (None, b"value" * 50)
        cache.put([("new", b"entry")])
        cache.close()


def test_garbage_is_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 500)
    cache = Cache.open(tmp_path, create=True)
    cache.put([("a", b"b")])
    assert cache.get("a") == b"b"


def test_a_scan_survives_a_cut_cache(project: Path, tmp_path: Path, run) -> None:
    (project / "a.py").write_text(WEAK)
    before = render(run(cache=tmp_path))
    path = tmp_path / FILE_NAME
    for size in (0, 1, 100, 5000, path.stat().st_size - 1):
        run(cache=tmp_path)
        path.write_bytes(path.read_bytes()[:size])
        assert render(run(cache=tmp_path)) == before


def test_a_place_that_cannot_hold_a_cache_is_no_obstacle(
    project: Path, tmp_path: Path, run
) -> None:
    (project / "a.py").write_text(WEAK)
    (tmp_path / "file").write_text("")
    assert len(run(cache=tmp_path / "file" / "below").findings) == 1


def test_two_scans_at_once(project: Path, tmp_path: Path, run) -> None:
    for index in range(6):
        (project / f"m{index}.py").write_text(WEAK + f"x = {index}\n")
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda: texts.append(render(run(cache=tmp_path, jobs=2))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [render(run())] * 2


def test_what_is_kept_cannot_be_read_without_the_code(project: Path, tmp_path: Path, run) -> None:
    (project / "a.py").write_text(WEAK + "password = 'correct horse battery'\n")
    (tmp_path / "scan-1.sqlite").write_text("lines that an earlier version kept open")
    assert [finding.cwe for finding in run(cache=tmp_path).findings] == ["CWE-78", "CWE-798"]
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("scan-*"))
    assert b"battery" not in kept
    assert b"CWE-" not in kept
    assert not (tmp_path / "scan-1.sqlite").exists()


@pytest.mark.parametrize("changed", ["_EDITION", "__version__", "engine", "python"])
def test_other_versions_know_nothing(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = Unit("f", UnitKind.FUNCTION, Span(1, 1, 1, 1), (Line("f()", 0, 1, 1),))
    model = ModelIdentity("m", "1", "d")

    def keys() -> set[str]:
        cache._made_by.cache_clear()
        return {cache.score_key("d", unit), cache.file_key(model, ".py", False, b"f()")}

    before = keys()
    assert keys() == before
    if changed == "engine":
        (tmp_path / "onnxruntime-99.0.dist-info").mkdir()
        monkeypatch.syspath_prepend(tmp_path)
    elif changed == "python":
        patched = (*sys.version_info[:2], sys.version_info[2] + 1)
        monkeypatch.setattr(cache, "sys", SimpleNamespace(version_info=patched, path=sys.path))
    else:
        monkeypatch.setattr(cache, changed, "other")
    assert not keys() & before
    monkeypatch.undo()
    assert keys() == before


numbers = st.floats(0, 1)
scores = st.builds(
    UnitScore,
    numbers,
    st.lists(
        st.builds(CweEvidence, st.just("CWE-1"), numbers, st.lists(numbers, max_size=4).map(tuple)),
        max_size=3,
    ).map(tuple),
    numbers,
    st.booleans(),
    st.integers(0, 4),
)


@given(scores)
def test_scores_keep_every_bit(score: UnitScore) -> None:
    assert unpack_score(pack_score(score), 4) == score


@pytest.mark.parametrize("data", [b"", b"x" * 40, pack_score(UnitScore(0.5, ()))[:-3]])
def test_a_broken_score_is_unknown(data: bytes) -> None:
    assert unpack_score(data, 3) is None
