"""Names the project that a repository holds, for the record and for what is reserved."""

import re

from weakspot.core.errors import UsageError
from weakspot.generate.history.git import Repository

_LAST = re.compile(r"([^/:\\]+?)(?:\.git)?/*\Z")


def project_name(repository: Repository) -> str:
    """Return the last part of where the repository was cloned from, else its folder's name."""
    try:
        url = repository.output("config", "--get", "remote.origin.url").decode("utf-8", "replace")
    except UsageError:
        url = ""
    found = _LAST.search(url.strip()) or _LAST.search(repository.folder.as_posix())
    name = found[1] if found else "unknown"
    return "".join(one if one.isprintable() else "-" for one in name)[:80]
