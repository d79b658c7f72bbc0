"""Prompts as versioned files: a TOML header, what the model is told once, and what each time.

The shipped ones lie in `generate/prompts/`, one file a version; a version that drafts were made
under is never edited, a new file is written. A path to a file of one's own works as well.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from weakspot.core.errors import DataError, UsageError

LATEST = "pairs-2"
_FENCE = "+++"
_SUFFIX = ".md"
_FIELDS = {"name", "answer", "about"}


class AnswerForm(StrEnum):
    """What a prompt asks the model to answer with."""

    JSON = "json"  # an object of the schema in `answer`
    PAIR = "pair"  # the text of a pair file


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version: `system` is sent as it is, `user` is a Jinja template; `digest` is SHA-256."""

    name: str
    answer: AnswerForm
    system: str
    user: str
    digest: str

    def messages(self, values: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
        """Return the chat messages of one request. Raises DataError for a slip in a template."""
        return (
            {"role": "system", "content": _rendered(self, self.system, values)},
            {"role": "user", "content": _rendered(self, self.user, values)},
        )


def versions() -> tuple[str, ...]:
    """Return the names of the shipped prompts."""
    folder = files("weakspot.generate") / "prompts"
    return tuple(
        sorted(
            entry.name.removesuffix(_SUFFIX)
            for entry in folder.iterdir()
            if entry.name.endswith(_SUFFIX)
        )
    )


def load_prompt(name: str) -> Prompt:
    """Load a shipped version by its name, or a file by its path.

    Raises:
        UsageError: there is no such version and no such file.
        DataError: the file is not a prompt.
    """
    if name in versions():
        entry = files("weakspot.generate") / "prompts" / f"{name}{_SUFFIX}"
        return parse_prompt(entry.read_text("utf-8"), name)
    path = Path(name)
    if not path.is_file():
        raise UsageError(
            f"there is no prompt {name!r}",
            hint=f"shipped are {', '.join(versions())}; or give the path of a prompt file",
        )
    try:
        return parse_prompt(path.read_text("utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{name}: {error}") from error


def parse_prompt(text: str, where: str) -> Prompt:
    """Parse the text of a prompt file; errors name `where` it came from."""
    parts = text.removeprefix(_FENCE + "\n").split(f"\n{_FENCE}\n")
    # Inside of the instructions an example may hold fences: the first ends the header, the last
    # begins what is said each time.
    if not text.startswith(_FENCE + "\n") or len(parts) < 3:
        raise DataError(f"{where}: a prompt is a header, instructions and a request, after '+++'")
    try:
        header = tomllib.loads(parts[0])
        odd = sorted(header.keys() ^ _FIELDS)
        if odd:
            raise DataError(f"{where}: missing or unknown in the header: {', '.join(odd)}")
        form = AnswerForm(header["answer"])
    except ValueError as error:
        raise DataError(f"{where}: {error}") from error
    return Prompt(
        name=str(header["name"]),
        answer=form,
        system=f"\n{_FENCE}\n".join(parts[1:-1]).strip(),
        user=parts[-1].strip(),
        digest=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )


def _rendered(prompt: Prompt, template: str, values: Mapping[str, Any]) -> str:
    # Prompts are plain text for a model, not pages: nothing is to be escaped. The sandbox is
    # for prompt files that users hand to each other.
    environment = SandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
    try:
        return environment.from_string(template).render(values)
    except (jinja2.TemplateError, TypeError, ValueError) as error:
        raise DataError(f"prompt {prompt.name}: {error}") from error
