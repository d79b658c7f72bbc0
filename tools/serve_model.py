"""Serves a causal language model's folder at an OpenAI-compatible address on this machine.

    python tools/serve_model.py MODEL_FOLDER [PORT]

For trying `weakspot compare --detector prompt-zero` and `weakspot generate llm` without a gateway:
greedy, one request at a time, on 127.0.0.1 alone. Prints the address when it is ready.
"""

import json
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import torch

from weakspot.networks.causal import load_base


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote, the tokens read and written, and whether the limit cut it."""

    text: str
    read: int
    written: int
    is_cut: bool


class Served(HTTPServer):
    """The server with its model and tokenizer."""

    def __init__(self, folder: str, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.name = folder.rstrip("/").rpartition("/")[2]
        self.model, self.tokenizer = load_base(folder, offline=True)
        self.places = int(self.model.config.max_position_embeddings)

    @torch.inference_mode()
    def complete(self, prompt: str, most: int) -> Completion:
        """Continue a prompt; no text in it becomes a special token.

        Of a prompt that is too long the beginning is left out: the question stands at the end.
        """
        most = max(1, min(most, self.places // 2))
        ids = self.tokenizer.encode(prompt, split_special_tokens=True)[-(self.places - most) :]
        given = torch.tensor([ids])
        out = self.model.generate(
            given,
            attention_mask=torch.ones_like(given),
            max_new_tokens=most,
            do_sample=False,
            pad_token_id=self.tokenizer.pad_token_id,
        )[0, len(ids) :]
        ends = self.model.generation_config.eos_token_id
        is_ended = int(out[-1]) in (ends if isinstance(ends, list) else [ends])
        text = self.tokenizer.decode(out, skip_special_tokens=True)
        return Completion(text, len(ids), len(out), len(out) >= most and not is_ended)


class Handler(BaseHTTPRequestHandler):
    """Answers `POST …/chat/completions`."""

    server: Served

    def do_POST(self) -> None:
        """Continue the last message."""
        try:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prompt = str(asked["messages"][-1]["content"])
            most = int(asked.get("max_tokens") or 64)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            self._send(400, {"error": {"message": f"not a chat request: {error}"}})
            return
        made = self.server.complete(prompt, most)
        message = {"role": "assistant", "content": made.text}
        reason = "length" if made.is_cut else "stop"
        choice = {"index": 0, "finish_reason": reason, "message": message}
        usage = {
            "prompt_tokens": made.read,
            "completion_tokens": made.written,
            "total_tokens": made.read + made.written,
        }
        self._send(200, {"model": self.server.name, "choices": [choice], "usage": usage})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Stay quiet: the asker tells what happens."""


def main() -> None:
    """Serve until interrupted."""
    server = Served(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}/v1\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
