"""Reads the body of a chat completion: the model's text."""

import json
from collections.abc import Mapping
from typing import Any

from weakspot.core.errors import DataError


def content(body: str, *, may_be_cut: bool = False) -> str:
    """Return the model's text from the body of a reply.

    Raises DataError when there is none, or when the limit on tokens cut it and it must be whole.
    """
    choice = _choice(parsed(body))
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else None
    if isinstance(text, list):  # some gateways answer in parts
        parts = [part.get("text") for part in text if isinstance(part, dict)]
        text = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(text, str) or not text.strip():
        why = message.get("refusal") if isinstance(message, dict) else None
        raise DataError(f"the model declined: {why}" if why else "the reply holds no text")
    if choice.get("finish_reason") == "length" and not may_be_cut:
        raise DataError("the answer was cut short by the limit on tokens")
    return text


def parsed(body: str) -> Mapping[str, Any]:
    """Return a reply as an object. Raises DataError when it is none."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DataError("the reply is not JSON") from error
    if not isinstance(reply, dict):
        raise DataError("the reply is no JSON object")
    return reply


def _choice(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = reply.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    raise DataError("the reply has no choices")
