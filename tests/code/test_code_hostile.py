"""Every file of the hostile corpus is found or listed, and read as far as the corpus says."""

import pytest

from hostile_corpus import HostileFile, write_corpus
from weakspot.code.decode import decode
from weakspot.code.discovery import DiscoverySettings, discover, read_bytes
from weakspot.code.notebook import read_notebook
from weakspot.code.parse import parse
from weakspot.core.errors import ReadError

LIMIT = 4_000_000  # bytes, the default of a scan


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    return folder, write_corpus(folder)


def account(path: str, data: bytes) -> tuple[str, str]:
    """Return how far a file is read, and the text of it that was."""
    try:
        source = read_notebook(data, path) if path.endswith(".ipynb") else decode(data, path)
    except ReadError:
        return "not", ""
    parsed = parse(source.text)
    is_partly = source.notes or parsed.lost or parsed.refused
    return ("partly" if is_partly else "whole"), source.text


def test_the_corpus_is_large_and_has_every_outcome(corpus):
    _, files = corpus
    assert len({file.name for file in files}) == len(files) >= 115
    assert {file.expectation for file in files} == {"finding", "analysed", "partly", "not"}


def test_each_file_is_read_as_far_as_it_can_be(corpus):
    folder, files = corpus
    found = discover([folder], DiscoverySettings())
    seen = {outcome.path: ("not", "") for outcome in found.unread}
    for file in found.files:
        try:
            data = read_bytes(file.path, LIMIT)
        except ReadError:
            seen[file.report_path] = ("not", "")
        else:
            seen[file.report_path] = account(file.report_path, data)
    expected = {
        file.name: {"finding": "whole", "analysed": "whole"}.get(file.expectation, file.expectation)
        for file in files
    }
    assert {name: status for name, (status, _) in seen.items()} == expected
    assert [name for name in _with_weakness(files) if "system" not in seen[name][1]] == [
        "ligatures.py"  # CPython reads mathematical letters as plain ones; so does `ast`
    ]


def _with_weakness(files: tuple[HostileFile, ...]) -> list[str]:
    return [file.name for file in files if file.expectation == "finding"]
