"""Asks git about a repository without running anything that the repository brings.

A repository can name programs in its configuration that git runs while it looks at files (filters,
fsmonitor, external diff, text conversion, pagers, hooks, ways to fetch what is missing). All of
those are switched off here; filters of the user's own, too, since what they run may read the
repository's configuration in turn. The user's environment is trusted, as far as it says where a
repository is and what its settings are.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from weakspot.code.ignore import repository_root
from weakspot.core.errors import UsageError

_SAFE = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat",
    "-c", "diff.external=",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
    "-c", "submodule.recurse=false",
)  # fmt: skip
_CLOSED = {
    "GIT_ALLOW_PROTOCOL": "",  # protocol.NAME.allow in a configuration says nothing against it
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_FOUND_BY = ("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_FROM_HERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR")
_FROM_TOP = ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
_PROGRAMS = ("clean", "smudge", "process")
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository: the `top` folder of its files, and how git is asked there."""

    top: Path
    environment: Mapping[str, str]
    switches: tuple[str, ...]

    def ask(self, *arguments: str, data: bytes = b"") -> bytes:
        """Return what git prints; `data` is its input.

        Raises:
            UsageError: git is missing, fails or takes too long.
        """
        return _git(self.top, self.environment, (*self.switches, *arguments), data)

    def first(self, count: int, *arguments: str) -> bytes:
        """Return the first `count` bytes of what git prints, none where it fails."""
        with subprocess.Popen(  # noqa: S603 - as in `_git`
            _command((*self.switches, *arguments)),
            cwd=self.top,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            data = b"" if process.stdout is None else process.stdout.read(count)
            process.kill()
        return data

    def names(self, *arguments: str) -> list[str]:
        """Return what git prints as a list of names; `arguments` ask it to end each with NUL."""
        return _split(self.ask(*arguments))


def open_repository(folder: Path) -> Repository:
    """Return the repository that `folder` lies in.

    Raises:
        UsageError: there is none, or git does not work.
    """
    real = Path(os.path.realpath(folder))
    # What a hook is told is about the repository it runs in, and about no other one.
    own = _work_tree(real) == _work_tree(Path.cwd())
    environment = _environment(os.environ, own=own)
    start = _work_tree(real) or real
    said = _git(start, environment, ("rev-parse", "--show-toplevel"))
    top = Path(os.path.realpath(os.fsdecode(said.rstrip(b"\n"))))
    return Repository(top, environment, _no_filters(top, environment))


def _work_tree(folder: Path) -> Path | None:
    root = repository_root(folder)
    return root if os.path.lexists(root / ".git") else None


def _environment(around: Mapping[str, str], *, own: bool) -> dict[str, str]:
    """Return git's environment: without what names programs or changes what git prints.

    Of `own` repositories it says where they are. A hook of `git commit -a` or `git commit FILE`
    is told of another index than the usual one.
    """
    kept = {name: value for name, value in around.items() if not name.startswith("GIT_")}
    for name, value in around.items():
        if name.startswith("GIT_CONFIG_") or name in _FOUND_BY or (own and name in _FROM_TOP):
            kept[name] = value
        elif own and name in _FROM_HERE:  # git takes the others from the top folder
            kept[name] = os.path.abspath(value)  # noqa: PTH100 - text in, text out
    return {**kept, **_CLOSED}


def _no_filters(top: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return options that switch off every filter of a configuration."""
    filters = set()
    for key in _split(_git(top, environment, ("config", "--list", "--name-only", "-z"))):
        section, _, rest = key.partition(".")
        name, _, what = rest.rpartition(".")
        if section == "filter" and what in _PROGRAMS:
            filters.add(name)
    switches = []
    for name in sorted(filters):
        if "=" in name:  # `-c` would end the name there and leave the filter on
            raise UsageError(f"git's configuration has a filter with an odd name: {name!r}")
        off = [*(f"{program}=" for program in _PROGRAMS), "required=false"]
        switches += [word for value in off for word in ("-c", f"filter.{name}.{value}")]
    return tuple(switches)


def _git(
    folder: Path, environment: Mapping[str, str], arguments: tuple[str, ...], data: bytes = b""
) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; what comes from users stands behind `--`
            _command(arguments),
            cwd=folder,
            env=environment,
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise UsageError("--diff and --staged need git, which is not installed") from error
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"git did not answer within {_SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"git failed: {said[0] if said else f'exit status {done.returncode}'}")
    return done.stdout


def _command(arguments: tuple[str, ...]) -> list[str]:
    return ["git", "--no-pager", "--literal-pathspecs", *_SAFE, *arguments]


def _split(data: bytes) -> list[str]:
    return [os.fsdecode(name) for name in data.split(b"\0") if name]
