"""Tells the licence of a project from the text in the root of its repository."""

import re

from weakspot.generate.history.git import Repository

_FILE = re.compile(r"(?i)(?:licen[sc]es?|copying)(?:\.(?:txt|md|rst))?")
_MOST_BYTES = 1 << 18
_REFUSED = re.compile(
    r"(?i)Commons Clause|Functional Source|Business Source|Server Side Public|Elastic License"
    r"|PolyForm|proprietary"
)
# The phrase that begins each text. A repository that holds several licences has the first for its
# own code, by custom; a copyleft before any of them ends the search.
_KNOWN = (
    (re.compile(r"GNU|Mozilla Public|European Union Public|CeCILL"), ""),
    (re.compile(r"Apache License"), "Apache-2.0"),
    (re.compile(r"Permission is hereby granted, free of charge"), "MIT"),
    (re.compile(r"Redistribution and use in source and binary"), "BSD"),
    (re.compile(r"released into the\s+public\s+domain"), "Unlicense"),
    (re.compile(r"Permission to use, copy, modify, and/or distribute"), "ISC"),
)


def licence_of(repository: Repository) -> str:
    """Return the permissive licence of a project's newest state, or "" where none is known.

    Older commits may have had another licence: whoever reads fixes looks.
    """
    names = repository.output("ls-tree", "--name-only", "-z", "HEAD").decode("utf-8", "replace")
    with repository.blobs() as blobs:
        for name in filter(_FILE.fullmatch, names.split("\0")):
            if data := blobs.read(f"HEAD:{name}", _MOST_BYTES):
                return _named(data.decode("utf-8", "replace"))
    return ""


def _named(text: str) -> str:
    if _REFUSED.search(text):
        return ""
    places = [
        (match.start(), licence) for known, licence in _KNOWN if (match := known.search(text))
    ]
    return min(places)[1] if places else ""
