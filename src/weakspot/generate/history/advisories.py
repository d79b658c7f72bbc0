"""Finds the commits that the advisories inside a repository name, or that brought one in."""

import json
import re
from collections.abc import Iterator

from weakspot.generate.history.git import Repository
from weakspot.generate.history.signs import Sign, Signs, named

_MOST_FILES = 5_000
_MOST_BYTES = 512_000
_WHOLE = 3  # a file with more advisories than this is read block by block
_PLACE = re.compile(
    r"(?i)(?:^|/)(?:security[-_]?)?(?:advisor(?:y|ies)|vulns?|vulnerabilities|osv|cves?)/[^/]"
    r"|(?:^|/)(?:CVE|GHSA|PYSEC)-[^/]*$"
)
_ENDING = re.compile(r"(?i)\.(?:md|txt|rst|json|ya?ml|toml|adoc)$")
_BROUGHT = tuple(
    f":(top,icase,glob)**/{one}"
    for one in ("*advisories/**", "*advisory/**", "CVE-*", "GHSA-*", "PYSEC-*")
)
_HASH = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{40}(?![0-9a-zA-Z])|(?<=/commit/)[0-9a-f]{7,40}\b")
_INTRODUCED = re.compile(r"(?i)introduc|limit\b|last_affected")


def advisory_commits(repository: Repository, revision: str) -> dict[str, Signs]:
    """Return the commits that advisories speak for, by hash."""
    found: dict[str, Signs] = {}
    for name, signs in _told(repository, revision):
        commit = repository.commit(name)
        if commit is not None:
            found[commit] = found[commit].also(signs) if commit in found else signs
    arguments = ("log", "-z", "--format=%H", "--diff-filter=A", revision, "--", *_BROUGHT)
    for record in repository.records(*arguments):
        name = record.decode("ascii", "replace").strip()
        if name:
            found.setdefault(name, Signs(Sign.ADVISORY))
    return found


def _told(repository: Repository, revision: str) -> Iterator[tuple[str, Signs]]:
    with repository.blobs() as blobs:
        for path, blob in _files(repository, revision):
            data = blobs.read(blob, _MOST_BYTES)
            if data is not None and b"\0" not in data:
                yield from fixes(path, data.decode("utf-8", "replace"))


def _files(repository: Repository, revision: str) -> Iterator[tuple[str, str]]:
    count = 0
    for record in repository.records("ls-tree", "-r", "-z", "--full-tree", revision):
        about, _, raw = record.partition(b"\t")
        mode, kind, blob = about.split()
        path = raw.decode("utf-8", "replace")
        if kind == b"blob" and mode != b"120000" and _PLACE.search(path) and _ENDING.search(path):
            yield path, blob.decode("ascii")
            count += 1
            if count == _MOST_FILES:
                return


def fixes(path: str, text: str) -> Iterator[tuple[str, Signs]]:
    """Yield the commits that an advisory's text names as fixes, with what it says of them."""
    if path.lower().endswith(".json"):
        try:
            # One value a line, so that what a commit did stands beside it.
            text = json.dumps(json.loads(text), indent=1)
        except (ValueError, RecursionError):
            return
    whole = f"{path}\n{text}"
    ids, _ = named(whole)
    blocks = [whole] if len(ids) <= _WHOLE else re.split(r"\n\s*\n", whole)
    for block in blocks:
        ids, cwes = named(block)
        if not ids and not cwes:
            continue
        for line in block.split("\n"):
            if not _INTRODUCED.search(line):
                for match in _HASH.finditer(line):
                    yield match[0], Signs(Sign.ADVISORY, ids, cwes)
