"""Writes `docs/cwe/`, one page for each CWE and an index, from the catalogue.

Those that the embedded model never names are marked.

Usage: python tools/docs_cwe.py [--check]

With `--check` nothing is written; it exits 1 and names the pages that are not up to date.
"""

import sys
from pathlib import Path

from weakspot.core import catalogue
from weakspot.model.bundle import embedded_labels
from weakspot.report import explain

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "cwe"


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    named = embedded_labels()
    texts = {
        explain.page_name(entry.id): explain.explain_markdown(entry, is_named=entry.id in named)
        for entry in catalogue.all_weaknesses()
    }
    return {"index.md": explain.index_markdown(named), **texts}


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of pages that are missing, differ or have no entry any more."""
    wanted = pages()
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(
        name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)
    )


def write(folder: Path = FOLDER) -> None:
    """Make the folder hold exactly the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the command; return the exit code."""
    if arguments == ["--check"]:
        names = stale()
        for name in names:
            sys.stderr.write(f"not up to date: docs/cwe/{name}; run python tools/docs_cwe.py\n")
        return 1 if names else 0
    if arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    write()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
