"""An OpenAI-compatible server with a tiny model, run as a process of its own by the tests.

The model writes pairs by drawing a weak query and functions around it from a grammar, and reads
the prompt in so far as it uses no mechanism that the prompt names. In its rubbish mode it is a
letter-trigram model of its own source text. Each request is a line in the log, written when it
comes and again when it has been answered.
"""

import argparse
import collections
import json
import os
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SINKS = {
    "parts-price-band": ("price", "band", "f\"SELECT id FROM parts WHERE band = '{band}'\""),
    "berth-by-vessel": ("vessel", "flag", "\"SELECT berth FROM calls WHERE flag = '%s'\" % flag"),
    "seed-lot-origin": ("farm", "lot", '"SELECT kg FROM lots WHERE origin = \'" + lot + "\'"'),
    "shift-of-driver": ("driver", "day", '"SELECT * FROM shifts WHERE day = {}".format(day)'),
    "sample-by-rack": ("rack", "row", "f\"SELECT code FROM samples WHERE rack = '{row}'\""),
    "reel-by-archive-word": (
        "word",
        "reel",
        '"SELECT reel FROM tapes WHERE word = \'" + reel + "\'"',
    ),
    "meter-by-street": (
        "street",
        "meter",
        "f\"SELECT value FROM meters WHERE street = '{meter}'\"",
    ),
    "crate-by-label": ("label", "crate", "\"SELECT crate FROM depot WHERE label = '%s'\" % crate"),
}
# Functions in which {n}, {N} and {k} are drawn, one after the other.
AROUND = """
def mean_{n}(values):
    total = sum(values)
    return total / len(values) if values else {k}
---
class {N}Ledger:
    def __init__(self, owner):
        self.owner = owner
        self.rows = [{k}]

    def post(self, row):
        self.rows.append(row)
        return len(self.rows)
---
def {n}_table(rows):
    for number, row in enumerate(rows, start={k}):
        yield f"{{number:>4}} {{row[0]}} {{row[1]}}"
---
async def drain_{n}(queue):
    while not queue.empty():
        item = await queue.get()
        queue.task_done()
        yield item, {k}
---
def read_{n}(path):
    with open(path, newline='') as handle:
        return [tuple(line) for line in csv.reader(handle)][{k}:]
---
def {n}_window(start, days={k}):
    first = datetime.date.fromisoformat(start)
    return first, first + datetime.timedelta(days=days)
---
def group_{n}(pairs):
    found = collections.defaultdict(set)
    for key, value in pairs:
        found[key % {k}].add(value)
    return dict(found)
---
@functools.lru_cache(maxsize={k}0)
def {n}_rate(code):
    return decimal.Decimal(code) * decimal.Decimal('0.19')
---
def {n}_codes(text):
    found = re.findall(r'[A-Z]{{2}}-\\d{{{k}}}', text)
    return sorted(set(found), key=str.lower)
""".strip("\n").split("\n---\n")
IMPORTS = """import collections
import csv
import datetime
import decimal
import functools
import re
import sqlite3
"""
RUN = "return db.execute(query).fetchall()"


def write_pair(prompt: str, seed: int) -> dict:
    rng = random.Random(seed)
    free = [name for name in SINKS if f"- {name}\n" not in f"{prompt}\n"]
    mechanism = rng.choice(free or list(SINKS))
    noun, name, query = SINKS[mechanism]
    around = [
        one.format(n=f"{noun}_{rng.choice('abcdefgh')}", N=noun.title(), k=rng.randrange(2, 9))
        for one in rng.sample(AROUND, 4)
    ]
    columns, rest = query.split("SELECT ")[1].split(" WHERE ")
    column = rest.split(" ")[0]
    bound = f'"SELECT {columns} WHERE {column} = ?", ({name},)'
    begin = f"def find_{noun}(db, {name}):\n"
    weak = f"{begin}    query = {query}\n    {RUN}"
    sound = f"{begin}    return db.execute({bound}).fetchall()"
    head = f'"""Keeps the {noun} book of the depot."""\n\n{IMPORTS}'
    sides = ["\n\n\n".join((head, *around[:2], one, *around[2:], "")) for one in (weak, sound)]
    line = sides[0].split("\n").index(f"    {RUN}") + 1
    return {
        "mechanism": mechanism,
        "accepted": ["CWE-943"],
        "domain": f"{noun} book",
        "frameworks": [],
        "vulnerable_code": sides[0],
        "fixed_code": sides[1],
        # It counts badly, as models do.
        "weak_lines": [{"line": line + rng.choice((-2, 0, 3)), "text": RUN}],
        "vulnerable": f"The {name} is put into the statement. All rows can be read.",
        "fixed": f"The {name} is bound. The database never reads it as a statement.",
    }


def babble(seed: int, length: int = 600) -> str:
    rng = random.Random(seed)
    text = Path(__file__).read_text("utf-8")
    follows = collections.defaultdict(list)
    for at in range(len(text) - 3):
        follows[text[at : at + 3]].append(text[at + 3])
    said = text[:3]
    while len(said) < length:
        said += rng.choice(follows.get(said[-3:]) or ["\n"])
    return said


def completion(mode: str, body: dict, number: int) -> str:
    prompt = body["messages"][-1]["content"]
    seed = body.get("seed", number)
    if mode == "rubbish":
        kind = seed % 4
        if kind == 0:
            return babble(seed)
        if kind == 1:
            return "Sure! " + json.dumps({"vulnerable_code": babble(seed), "fixed_code": 3})
        pair = write_pair(prompt, seed)
        if kind == 2:
            return json.dumps(
                pair | {"vulnerable_code": babble(seed), "weak_lines": [{"line": 1, "text": ""}]}
            )
        return json.dumps(pair | {"fixed_code": pair["vulnerable_code"]})
    pair = write_pair("" if mode == "repeat" else prompt, 7 if mode == "repeat" else seed)
    if mode == "repeat" and number % 2 == 0:
        pair["mechanism"] += "-again"
    if "response_format" in body:
        return json.dumps(pair)
    shown = json.dumps(pair, indent=1)
    return f"<think>Which? {{}}</think>Here it is:\n```json\n{shown}\n```\nShall I go on?"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def log_message(self, *arguments):
        pass

    def refusal(self, mode, number, body):
        """Return status, text and headers where the mode has a request refused."""
        if self.path.partition("?")[0] != "/v1/chat/completions":
            return 404, "no such route", {}
        if mode == "locked":
            return 401, f"wrong key {self.headers.get('Authorization')}", {}
        if mode == "moved":
            return 307, "elsewhere", {"Location": "http://127.0.0.1:9/v1/chat/completions"}
        if mode == "down" or (mode == "busy" and number % 3):
            after = "60" if mode == "down" else "0.05"
            return (429 if number % 3 == 1 else 500), "later", {"Retry-After": after}
        if mode == "no-schema" and "response_format" in body:
            return 400, "unknown field response_format", {}
        return None

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        auth = self.headers.get("Authorization")
        number = self.server.note("came", key, body, auth=auth, path=self.path)
        mode = self.server.mode
        refusal = self.refusal(mode, number, body)
        if refusal is not None:
            return self.refuse(*refusal)
        if mode == "masked" and number % 2:
            return self.send(200, {"error": {"code": 502, "message": "upstream"}})
        if mode == "dripping" and number % 2:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            for _ in range(40):
                time.sleep(0.1)
                self.wfile.write(b" ")
            return None
        if mode == "dying" and number > self.server.count:
            os._exit(9)
        if mode == "holding" and number > self.server.count:
            time.sleep(600)
        if mode == "cut" and number % 2:
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"choices": [')
            self.wfile.flush()
            self.close_connection = True
            return None
        text = completion(mode, body, number)
        self.send(
            200,
            {
                "object": "chat.completion",
                "model": body["model"],
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": text},
                    }
                ],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 500},
            },
        )
        self.server.note("answered", key, body)
        return None

    def refuse(self, status, why, headers):
        self.send(status, {"error": {"message": why}}, headers)

    def send(self, status, row, headers=None):
        data = json.dumps(row).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, mode, count, log):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode, self.count, self.log = mode, count, log
        self.lock, self.came = threading.Lock(), 0

    def note(self, event, key, body, **more):
        row = {"event": event, "key": key, "fields": sorted(body), "body": body, **more}
        with self.lock, self.log.open("a") as file:
            self.came += event == "came"
            file.write(json.dumps(row) + "\n")
            return self.came


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    parser.add_argument("log", type=Path)
    parser.add_argument("--count", type=int, default=0)
    chosen = parser.parse_args()
    server = Server(chosen.mode, chosen.count, chosen.log)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
