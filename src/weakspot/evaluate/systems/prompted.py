"""Prompted language models: zero-shot, shown examples, or made to reason first.

After Dozono et al. (arXiv 2408.06428: zero- and few-shot), Steenhoek et al. (arXiv 2403.17218:
examples and chains of thought) and Mechri et al. (SecureQwen). The prompts are files beside this
one. Every answer is kept in the work folder as soon as it is there: it is paid for once.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from weakspot.backends.chat.cost import Pace, Prices, usage_of
from weakspot.backends.chat.reply import content, parsed
from weakspot.core.errors import DataError, MissingExtraError, UsageError
from weakspot.evaluate.detector import Answers, Settings, needs_training
from weakspot.evaluate.suites import Row, Verdict
from weakspot.evaluate.systems.kept import Kept
from weakspot.model.prompt import answer_of

if TYPE_CHECKING:
    from weakspot.backends.chat.client import Client, Watch

_MOST_TOKENS = {"prompt-chain": 600}
_SHORT = 24  # tokens of an answer of one line
_ANSWER = re.compile(
    r"vulnerable\b\W{0,9}cwe-?\s?([1-9]\d{0,4})|\b(secure|vulnerable)\b", re.IGNORECASE
)
_NEGATION = re.compile(r"(?:\b(?:not|never|no longer)|n['\u2019]t)(?:\s+\w+ly)?\s+$", re.IGNORECASE)
_REFUSAL = re.compile(r"\b(?:can(?:no|')t|unable to|won't|not able to|sorry)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompted:
    """One of `prompt-zero`, `prompt-few`, `prompt-chain`, against any compatible endpoint."""

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Ask about every row; what is refused or cannot be read counts as not flagged.

        Raises:
            UsageError: no endpoint or model was given, or nothing to draw examples from.
            EndpointError: the endpoint does not answer; what was answered so far is kept.
        """
        at = self.settings
        if at.endpoint is None or at.llm is None:
            raise UsageError(f"{self.name} asks a language model", hint="give --endpoint and --llm")
        shown = ""
        if self.name == "prompt-few":
            needs_training(train, self.name)
            shown = _examples(train, at.shots, at.seed)
        template = files(__package__).joinpath("prompts", f"{self.name}.txt").read_text("utf-8")
        asked = {row.id: _filled(template, code=row.code, examples=shown) for row in rows}
        texts, notes = self._answers(asked)
        verdicts: dict[str, Verdict] = {}
        counted = Counter({"refused": 0, "unparsable": 0})
        for name, text in texts.items():
            verdict = read(text, is_last=self.name == "prompt-chain")
            if verdict is None:
                counted["refused" if _REFUSAL.search(text) else "unparsable"] += 1
            verdicts[name] = verdict or Verdict(False, 0.0)
        return Answers(verdicts, at.llm, {**counted, **notes})

    def _answers(self, asked: Mapping[str, str]) -> tuple[dict[str, str], dict[str, float]]:
        """Return the model's text on every prompt, asked now or earlier, and what it cost."""
        try:
            from weakspot.backends.chat.client import (  # noqa: PLC0415 - optional extra
                Client,
                Endpoint,
                Watch,
            )
        except ImportError as error:
            raise MissingExtraError("generate", "prompting a language model") from error
        at = self.settings
        endpoint = Endpoint(str(at.endpoint), os.environ.get(at.key_env), timeout=300.0, retries=4)
        watch = Watch(sent=lambda: None, failed=_quiet)
        spent: Counter[str] = Counter()
        texts: dict[str, str] = {}
        with (
            Kept(at.work / f"{self.name}.jsonl") as kept,
            Client(endpoint, Pace(None), _quiet) as client,
        ):
            for name, prompt in asked.items():
                body = self._body(prompt)
                reply = kept.get(client.url, body, partial(_asked, client, body, watch))
                try:
                    texts[name] = content(reply, may_be_cut=True)
                    said = parsed(reply)
                except DataError as error:  # a refusal in the protocol's own words, or rubbish
                    texts[name], said = error.message, {}
                used = usage_of(said, len(prompt), len(texts[name]))
                spent["tokens_read"] += used.prompt
                spent["tokens_written"] += used.completion
        cost = Prices(*at.prices).of(spent["tokens_read"], spent["tokens_written"])
        return texts, {**spent, "cost": cost}

    def _body(self, prompt: str) -> dict[str, Any]:
        return {
            "model": self.settings.llm,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0.0,
            "seed": self.settings.seed,
            "max_tokens": _MOST_TOKENS.get(self.name, _SHORT),
        }


def _asked(client: "Client", body: Mapping[str, Any], watch: "Watch", key: str) -> str:
    return client.ask(body, key, watch).body


def _quiet(text: str) -> None:
    del text  # what is tried again is no part of the result


def read(text: str, *, is_last: bool = False) -> Verdict | None:
    """Return the first (or last) verdict in a text, None when there is none in it.

    "Not vulnerable" is sound, and "not secure" weak.
    """
    found = list(_ANSWER.finditer(text))
    if not found:
        return None
    one = found[-1 if is_last else 0]
    is_weak = one[1] is not None or one[2].lower() == "vulnerable"
    if _NEGATION.search(text, 0, one.start()):
        is_weak = not is_weak
    if not is_weak:
        return Verdict(False, 0.0)
    return Verdict(True, 1.0, (f"CWE-{one[1]}",) if one[1] else ())


def _examples(train: Sequence[Row], shots: int, seed: int) -> str:
    """Return so many pairs of the training side, weak and fixed, the shortest twins of a draw."""
    twins: dict[str, list[Row]] = {}
    for row in train:
        twins.setdefault(row.pair, []).append(row)
    pairs = [each for each in twins.values() if {row.is_weak for row in each} == {True, False}]
    if not pairs:
        raise UsageError("examples are shown in pairs, and --train has none")
    drawn = random.Random(seed).sample(pairs, min(len(pairs), 8 * shots))  # noqa: S311
    drawn.sort(key=lambda each: sum(len(row.code) for row in each))
    return "".join(
        f"<code>\n{row.code}\n</code>\n{answer_of(_first(row)) if row.is_weak else 'Secure'}\n\n"
        for each in drawn[:shots]
        for row in each
    )


def _first(row: Row) -> str:
    return row.cwes[0] if row.cwes else "CWE-20"


def _filled(template: str, **parts: str) -> str:
    """Put the parts into a template in one pass: braces in code stay what they are."""
    return re.sub(r"\{(code|examples)\}", lambda match: parts[match[1]], template)
