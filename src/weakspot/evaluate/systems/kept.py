"""Keeps the answers of a language model, so that each is paid for once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self


class Kept:
    """Replies by endpoint and request, appended to a file and flushed one by one."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, str] = {}
        text = path.read_text("utf-8") if path.exists() else ""
        for line in text.splitlines():
            try:
                row = json.loads(line)
                self._known[row["key"]] = row["reply"]
            except (ValueError, KeyError, TypeError):
                continue  # a line that a kill cut short: asked again
        self._file = path.open("a", encoding="utf-8")
        if text and not text.endswith("\n"):
            self._file.write("\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, url: str, body: Mapping[str, Any], ask: Callable[[str], str]) -> str:
        """Return the reply to a request that is known, or ask and keep it.

        `ask` gets a name for the request that is the same in every run.
        """
        key = hashlib.sha256(json.dumps([url, body], sort_keys=True).encode()).hexdigest()
        if key not in self._known:
            self._known[key] = ask(key)
            self._file.write(json.dumps({"key": key, "reply": self._known[key]}) + "\n")
            self._file.flush()
        return self._known[key]
