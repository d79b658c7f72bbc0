"""Tests of Semgrep's rules: `# ruleid: x` above a weak line, `# ok: x` above a sound one.

github.com/semgrep/semgrep-rules; semgrep.dev/docs/writing-rules/testing-rules. The test of
`sqli.yaml` is `sqli.py` beside it; a `.py` without its `.yaml` and a `.fixed.py` are no tests.
`todoruleid` and `todook` say what is true where the rule errs, `deep...` and `pro...` what only
the paid engine sees. A row's CWEs are those of its rules' `metadata.cwe`; a rule without one is
about style or correctness, and its marks say nothing of weaknesses. A sound row is sound for its
rules only, and names such as `query_ok` tell the answer to whoever reads them. The rule files are
not parsed as YAML, which would be one dependency more: `id` must come before `cwe`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.fields import cwes_in, gathered, holds, text_of
from weakspot.evaluate.readers.marks import Mark, comments, rows_of, stripped
from weakspot.evaluate.suites import Row

_MARK = re.compile(r"#\s*(?:todo|deep|pro)?(ruleid|ok)\s*:\s*(\S.*)")
_MEANT = re.compile(r"#\s*(?:todo|deep|pro)?(?:ruleid|ok)\b")
_ID = re.compile(r"^[ ]*(?:-[ ]+)?id:[ ]*[\"']?([\w./-]+)", re.MULTILINE)
_CWE = re.compile(r"^[ ]*cwe:(.*(?:\n[ ]*-.*)*)", re.MULTILINE)


def recognises(path: Path) -> bool:
    """Say whether a folder, or a test itself, has tests of rules."""
    return any(holds(test, "ruleid:") for test in _tests(path))


def read(path: Path) -> tuple[Row, ...]:
    """Read the rows; raises DataError, which names the line, for a mark of an unknown rule."""
    return gathered((row for test in _tests(path) for row in _rows(test, path)), path)


def _tests(path: Path) -> Iterator[Path]:
    for test in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        if test.suffix == ".py" and test.with_suffix(".yaml").is_file():
            yield test


def _rules(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the CWEs of each rule of a file."""
    text = text_of(path)
    starts = list(_ID.finditer(text))
    ends = [*(one.start() for one in starts[1:]), len(text)]
    rules = {}
    for start, end in zip(starts, ends, strict=True):
        cwe = _CWE.search(text, start.end(), end)
        rules[start[1]] = cwes_in(cwe[1], f"{path}: {start[1]}") if cwe else ()
    return rules


def _rows(test: Path, folder: Path) -> Iterator[Row]:
    rules = _rules(test.with_suffix(".yaml"))
    if not any(rules.values()):
        return
    text = text_of(test)
    marks = []
    for token, line in comments(text, test):
        if not (match := _MARK.match(token.string)):
            continue
        place = f"{test}:{token.start[0]}"
        for rule in re.split(r"\s*,\s*", match[2].strip()):
            if rule not in rules:
                raise DataError(f"{place}: the rule {rule!r} is not in {test.stem}.yaml")
            if line is None:
                raise DataError(f"{place}: no code below the mark")
            if rules[rule]:
                marks.append(Mark(line, match[1] == "ruleid", rules[rule]))
    name = test.relative_to(folder).as_posix() if test != folder else test.name
    yield from rows_of(name, stripped(text, _MEANT, test), marks, test)
