"""What a model folder may hold, and what makes the loader refuse it."""

import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from weakspot.core.errors import BundleError
from weakspot.core.score import Thresholds
from weakspot.model.bundle import open_bundle, write_bundle
from weakspot.model.manifest import MANIFEST, MAX_MANIFEST_BYTES, parse_manifest

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_folder, copy)
    return copy


def rewrite(folder: Path, change: Change) -> None:
    path = folder / MANIFEST
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document), "utf-8")


def relist(folder: Path, name: str, data: bytes) -> None:
    """Put `data` in a listed file and make the manifest agree with it."""
    (folder / name).write_bytes(data)

    def change(document: dict[str, Any]) -> None:
        entry = next(one for one in document["files"] if one["name"] == name)
        entry.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())

    rewrite(folder, change)


def test_a_whole_folder_opens_with_all_its_files(folder: Path) -> None:
    bundle = open_bundle(folder)
    assert sorted(bundle.files) == ["model.onnx", "screen.bin", "tokenizer.json"]
    assert bundle.files["model.onnx"] == (folder / "model.onnx").read_bytes()
    assert bundle.digest == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def test_a_missing_folder_says_what_model_takes(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model folder") as caught:
        open_bundle(tmp_path / "nothing")
    assert "weakspot export" in (caught.value.hint or "")


def test_one_changed_byte_is_noticed(folder: Path) -> None:
    data = bytearray((folder / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "model.onnx").write_bytes(bytes(data))
    with pytest.raises(BundleError, match=r"model\.onnx is not the file .* SHA-256"):
        open_bundle(folder)


@pytest.mark.parametrize("keep", [0, 10])
def test_a_truncated_file_is_noticed(folder: Path, keep: int) -> None:
    path = folder / "tokenizer.json"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BundleError, match=rf"tokenizer\.json has {keep} bytes"):
        open_bundle(folder)


def test_a_longer_file_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / "screen.bin").open("ab") as file:
        file.write(b"more")
    with pytest.raises(BundleError, match=r"screen\.bin is larger"):
        open_bundle(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "screen.bin").unlink()
    with pytest.raises(BundleError, match=r"cannot open screen\.bin"):
        open_bundle(folder)


def test_an_unlisted_file_is_refused(folder: Path) -> None:
    (folder / "extra.py").write_text("print()")
    with pytest.raises(BundleError, match=r"does not list: 'extra\.py'"):
        open_bundle(folder)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_a_pickle_is_refused_though_its_hash_is_right(folder: Path, protocol: int) -> None:
    relist(folder, "model.onnx", pickle.dumps({"weights": [1.0]}, protocol))
    with pytest.raises(BundleError, match=r"model\.onnx looks like a pickle"):
        open_bundle(folder)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9"])
def test_an_archive_is_refused(folder: Path, start: bytes) -> None:
    relist(folder, "model.onnx", start + bytes(20))
    with pytest.raises(BundleError, match="archive"):
        open_bundle(folder)


@pytest.mark.parametrize("name", ["../model.onnx", "/etc/hostname", "a/b", "..", "", "a\\b"])
def test_a_path_in_a_name_is_refused(folder: Path, name: str) -> None:
    rewrite(
        folder, lambda document: document["files"].append({"name": name, "size": 1, "sha256": ""})
    )
    with pytest.raises(BundleError, match="outside its folder"):
        open_bundle(folder)


def test_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.bin"
    (folder / "screen.bin").rename(real)
    (folder / "screen.bin").symlink_to(real)
    with pytest.raises(BundleError, match=r"cannot open screen\.bin"):
        open_bundle(folder)


def test_a_fifo_does_not_hang_the_loader(folder: Path) -> None:
    (folder / "screen.bin").unlink()
    os.mkfifo(folder / "screen.bin")
    with pytest.raises(BundleError, match="no regular file"):
        open_bundle(folder)


def test_an_oversized_manifest_is_refused(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b" " * (MAX_MANIFEST_BYTES + 1))
    with pytest.raises(BundleError, match="larger than"):
        open_bundle(folder)


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, b'{"format": "weakspot-bundle/0"}', b"NaN"],
)
def test_a_manifest_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(BundleError):
        parse_manifest(text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.pop("labels"), "damaged"),
        (lambda document: document["labels"].append("CWE-1"), "calibration pair"),
        (lambda document: document["calibration"].update(verdict=[-1, 0]), "positive"),
        (lambda document: document["calibration"].update(verdict=[float("nan"), 0]), "positive"),
        (lambda document: document.update(files=[{"name": 3}]), "damaged"),
        (lambda document: document.update(max_tokens="many"), "damaged"),
        (lambda document: document.update(max_tokens=0), "max_tokens"),
        (lambda document: document.update(max_tokens=float("inf")), "damaged"),
        (lambda document: document.update(abstain_context=float("nan")), "finite"),
        (lambda document: document["calibration"].update(verdict=[1, float("nan")]), "finite"),
        (lambda document: document["calibration"].update(context=[float("inf"), 0]), "finite"),
        (lambda document: document["calibration"]["cwes"][0].__setitem__(1, 1e999), "finite"),
        (lambda document: document["thresholds"].update(default=float("nan")), "finite"),
        (lambda document: document["thresholds"].update(default=0), "threshold"),
        (lambda document: document["thresholds"].update(tests=1.5), "threshold"),
        (lambda document: document["thresholds"].update(points=[[1, -1]]), "threshold"),
        (lambda document: document["files"].append(document["files"][0]), "twice"),
        (lambda document: document["labels"].__setitem__(0, "CWE-99999"), "does not know"),
        (lambda document: document["labels"].__setitem__(0, "cwe-22"), "does not know"),
        (lambda document: document["labels"].__setitem__(0, "CWE-78"), "twice"),
    ],
)
def test_a_damaged_manifest_is_refused(folder: Path, change: Change, message: str) -> None:
    rewrite(folder, change)
    with pytest.raises(BundleError, match=message):
        open_bundle(folder)


def test_an_impossible_size_is_refused(folder: Path) -> None:
    rewrite(folder, lambda document: document["files"][0].update(size=-1))
    with pytest.raises(BundleError, match="impossible size"):
        open_bundle(folder)


def test_a_manifest_survives_writing_and_reading(folder: Path) -> None:
    data = (folder / MANIFEST).read_bytes()
    assert parse_manifest(data).to_json() == data


def test_writing_never_overwrites(folder: Path) -> None:
    bundle = open_bundle(folder)
    with pytest.raises(BundleError, match="exists already"):
        write_bundle(folder, bundle.manifest, bundle.files)


def test_a_manifest_that_would_be_refused_leaves_no_folder(folder: Path, tmp_path: Path) -> None:
    bundle = open_bundle(folder)
    beyond = replace(bundle.manifest, thresholds=Thresholds(1.000001, 1.0))
    with pytest.raises(BundleError, match="threshold must lie"):
        write_bundle(tmp_path / "new", beyond, bundle.files)
    assert not (tmp_path / "new").exists()
