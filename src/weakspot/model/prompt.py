"""The one prompt that causal language models are trained and asked with, and their answers.

One constant instruction, the code, an answer: `Secure` or `Vulnerable - CWE-79` (arXiv 2504.16584,
section 3). The parts are fenced by special tokens that are added to the vocabulary; code is encoded
with special tokens switched off, so no text in it can end the prompt or speak as an instruction.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from weakspot.core.errors import DataError
from weakspot.core.unit import Line

INSTRUCTION = (
    "Say whether this Python code has a security weakness. "
    "Answer 'Secure', or 'Vulnerable - CWE-' and the number of the weakness."
)
# The experiment with varied instructions draws from these as well; asking always uses the first.
INSTRUCTIONS = (
    INSTRUCTION,
    "Which CWE does this Python code have, if any? Answer 'Secure' when there is none.",
    "Review the Python code below for weaknesses and name the CWE, or answer 'Secure'.",
    "Classify this Python snippet: 'Secure', or 'Vulnerable - CWE-' with the right number.",
)
SECURE = "Secure"
ASKED, CODE, ANSWER = "<|ws-instruction|>", "<|ws-code|>", "<|ws-answer|>"
FENCES = (ASKED, CODE, ANSWER)
LEAST_TOKENS = 32  # of a whole prompt; a model folder's manifest allows no fewer
_LEAST_ROOM = 16  # tokens for code: with fewer there is nothing to judge
_ANSWER = re.compile(r"Vulnerable - (CWE-[1-9][0-9]*)")


def answer_of(cwe: str | None) -> str:
    """Return the answer for a weakness, or for sound code (None)."""
    return SECURE if cwe is None else f"Vulnerable - {cwe}"


def cwe_of(answer: str) -> str | None:
    """Return the CWE of an answer, None for a sound one. Raises ValueError for anything else."""
    if answer == SECURE:
        return None
    found = _ANSWER.fullmatch(answer)
    if found is None:
        raise ValueError(f"neither {SECURE!r} nor 'Vulnerable - CWE-…': {answer!r}")
    return found[1]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Token ids up to and with the answer's fence; `is_cut` says that not all code is in them."""

    ids: tuple[int, ...]
    is_cut: bool


Encode = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Prompter:
    """Builds prompts of at most `limit` tokens.

    `encode` turns plain text into ids and never makes a special token; `fences` are the ids of
    `FENCES` or, for a model that does not know them, the ids of a plain-text stand-in.
    """

    encode: Encode
    fences: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    limit: int

    def head(self, instruction: str = INSTRUCTION) -> tuple[int, ...]:
        """Return the ids before the code: the same for every prompt, and so worth caching."""
        return (*self.fences[0], *self.encode(instruction), *self.fences[1])

    def build(self, code: str, instruction: str = INSTRUCTION) -> Prompt:
        """Build the prompt for `code`; what does not fit is cut at a line's end.

        A first line that does not fit even alone is cut within.

        Raises:
            DataError: `limit` leaves hardly any room for code.
        """
        head = self.head(instruction)
        room = self.limit - len(head) - len(self.fences[2])
        if room < _LEAST_ROOM:
            raise DataError(
                f"a prompt of {self.limit} tokens leaves {max(0, room)} for code, "
                f"and {_LEAST_ROOM} are needed",
                hint="raise `max_tokens`, or take a model that reads more",
            )
        kept: list[int] = []
        for line in code.splitlines(keepends=True):
            ids = self.encode(line)
            if len(kept) + len(ids) > room:
                kept = kept or [*ids[:room]]
                return Prompt((*head, *kept, *self.fences[2]), is_cut=True)
            kept += ids
        return Prompt((*head, *kept, *self.fences[2]), is_cut=False)


def unit_lines(lines: Iterable[Line]) -> list[str]:
    """Return normalised lines as indented text with newlines, as a causal model reads them."""
    return ["    " * line.indent + line.text + "\n" for line in lines]


def answer_logits(answers: Sequence[float]) -> tuple[float, list[float]]:
    """Turn a logit for each answer, `Secure` first, into a verdict logit and one for each CWE.

    The verdict is the log-odds of "any weakness" against `Secure`; a CWE's are its log-odds
    against all the other answers.
    """
    top = max(answers)
    powers = [math.exp(one - top) for one in answers]
    whole = sum(powers)
    odds = [_log_odds(one, whole) for one in powers]
    return -odds[0], odds[1:]


def _log_odds(part: float, whole: float) -> float:
    tiny = 1e-12
    return math.log(max(part, tiny * whole)) - math.log(max(whole - part, tiny * whole))
