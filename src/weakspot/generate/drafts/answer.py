"""Reads a model's answer into a pair: JSON alone, in a fence, or amid talk; or a pair file's text.

Answers are hostile input: nothing in them is run, and each search in them is bounded.
"""

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from weakspot.core.errors import DataError
from weakspot.dataset.pairs import FENCE, Origin, Pair, Side, parse_pair
from weakspot.generate.drafts.prompts import AnswerForm, Prompt

MAX_CHARS = 200_000  # 80 lines a side need a fiftieth of this
_STARTS = 50  # braces at which an object is looked for
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_WEAK_LINE = {
    "type": "object",
    "properties": {"line": {"type": "integer"}, "text": _TEXT},
    "required": ["line", "text"],
    "additionalProperties": False,
}
_PROPERTIES: Mapping[str, Any] = {
    "mechanism": _TEXT,
    "accepted": _TEXTS,
    "domain": _TEXT,
    "frameworks": _TEXTS,
    "vulnerable_code": _TEXT,
    "fixed_code": _TEXT,
    "weak_lines": {"type": "array", "items": _WEAK_LINE},
    "vulnerable": _TEXT,
    "fixed": _TEXT,
}
# In the part of JSON Schema that strict structured output takes: all required, nothing else.
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": _PROPERTIES,
    "required": list(_PROPERTIES),
    "additionalProperties": False,
}
_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_FENCED = re.compile(r"^```[\w-]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def read_answer(text: str, prompt: Prompt, cwe: str, today: datetime.date) -> Pair:
    """Return the pair that an answer holds, labelled with what was asked for.

    Raises:
        DataError: the answer holds no pair; the message says what is missing.
    """
    if len(text) > MAX_CHARS:
        raise DataError(f"the answer has {len(text)} characters; a pair has far fewer")
    said = _THOUGHT.sub("", text)
    if prompt.answer is AnswerForm.PAIR:
        pair = _pair_file(said)
        if pair.cwe != cwe:
            raise DataError(f"the answer is about {pair.cwe}, not {cwe}")
    else:
        pair = _from_object(_object(said), cwe)
    return replace(pair, origin=Origin.DRAFTED, prompt=prompt.name, date=today)


def _pair_file(text: str) -> Pair:
    start = text.find(FENCE)
    if start < 0:
        raise DataError("the answer holds no pair file")
    body = text[start:]
    # Where a code fence was opened before the file, the last one closes it.
    if "```" in text[:start] and "\n```" in body:
        body = body[: body.rindex("\n```") + 1]
    return parse_pair("\n".join(line.rstrip("\r") for line in body.split("\n")))


def _object(text: str) -> Mapping[str, Any]:
    for candidate in _candidates(text):
        if isinstance(candidate, dict) and "vulnerable_code" in candidate:
            return candidate
    raise DataError("the answer holds no JSON object with both sides")


def _candidates(text: str) -> Iterator[Any]:
    fenced = [match[1] for _, match in zip(range(_STARTS), _FENCED.finditer(text), strict=False)]
    for part in (text, *fenced):
        try:
            yield json.loads(part)
        except (ValueError, RecursionError):
            continue
    decoder = json.JSONDecoder()
    for _, brace in zip(range(_STARTS), re.finditer(r"\{", text), strict=False):
        try:
            yield decoder.raw_decode(text, brace.start())[0]
        except (ValueError, RecursionError):
            continue


def _from_object(found: Mapping[str, Any], cwe: str) -> Pair:
    vulnerable = _code(found, "vulnerable_code")
    return Pair(
        cwe=cwe,
        mechanism=_text(found, "mechanism"),
        accepted=tuple(one for one in _texts(found, "accepted") if one != cwe),
        domain=_text(found, "domain"),
        frameworks=tuple(one.lower() for one in _texts(found, "frameworks")),
        origin=Origin.DRAFTED,
        prompt="",
        date=datetime.date.min,
        why_vulnerable=_text(found, "vulnerable"),
        why_fixed=_text(found, "fixed"),
        vulnerable=Side(vulnerable, _weak_lines(found, vulnerable.split("\n"))),
        fixed=Side(_code(found, "fixed_code"), ()),
    )


def _weak_lines(found: Mapping[str, Any], code: Sequence[str]) -> tuple[int, ...]:
    rows = found.get("weak_lines")
    if not isinstance(rows, list) or not rows:
        raise DataError("weak_lines is no list, or empty")
    return tuple(sorted({_weak_line(row, code) for row in rows}))


def _weak_line(row: Any, code: Sequence[str]) -> int:
    """Return the line a row means. Models count badly, but quote well: the text decides."""
    number, text = (row.get("line"), row.get("text")) if isinstance(row, dict) else (row, None)
    if text is not None and not isinstance(text, str):
        raise DataError("the text of a weak line is no string")
    if isinstance(number, bool) or not isinstance(number, int):
        raise DataError("the number of a weak line is no integer")
    inside = 1 <= number <= len(code)
    if text is None or not text.strip():
        if not inside:
            raise DataError(f"weak line {number} is outside of the {len(code)} lines")
        return number
    wanted = text.strip()
    if inside and code[number - 1].strip() == wanted:
        return number
    places = [at for at, line in enumerate(code, 1) if line.strip() == wanted]
    if len(places) != 1:
        raise DataError(f"weak line {number} is quoted as a line that stands {len(places)} times")
    return places[0]


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{name} is no text, or empty")
    return value.strip()


def _code(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{name} is no text, or empty")
    return value.replace("\r\n", "\n").strip("\n") + "\n"


def _texts(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = found.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DataError(f"{name} is no list of texts")
    return tuple(dict.fromkeys(item.strip() for item in value if item.strip()))
