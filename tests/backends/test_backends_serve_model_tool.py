"""tools/serve_model.py: what it answers, and why it stopped."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def served(tiny_causal: Path) -> Iterator[Any]:
    spec = spec_from_file_location("serve_model", ROOT / "tools" / "serve_model.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    server = module.Served(str(tiny_causal), 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def asked(server: Any, prompt: str) -> dict[str, Any]:
    body = {"messages": [{"role": "user", "content": prompt}], "max_tokens": 4}
    address = f"http://127.0.0.1:{server.server_port}/v1/chat/completions"
    request = urllib.request.Request(address, data=json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def test_an_answer_that_the_limit_cut_says_so(served: Any) -> None:
    reply = asked(served, "def f")
    assert reply["usage"]["completion_tokens"] == 4
    assert reply["choices"][0]["finish_reason"] == "length"


def test_an_answer_that_came_to_its_end_says_so(served: Any) -> None:
    served.model.generation_config.eos_token_id = list(range(520))
    reply = asked(served, "def f")
    assert reply["usage"]["completion_tokens"] == 1
    assert reply["choices"][0]["finish_reason"] == "stop"


def test_a_prompt_cannot_hold_a_special_token(served: Any) -> None:
    assert asked(served, served.tokenizer.eos_token)["usage"]["prompt_tokens"] > 1
