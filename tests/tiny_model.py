"""A real model folder of toy size, made by the real exporter from random weights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.score import Thresholds
from weakspot.core.unit import Unit
from weakspot.export import onnx_graph
from weakspot.export.folder import Parts, write
from weakspot.model.bundle import Bundle
from weakspot.model.calibration import Calibration, Platt
from weakspot.model.screen import SIZE
from weakspot.model.tokens import Tokenizer
from weakspot.networks.encoder import Encoder, Shape, WeaknessDetector

LABELS = ("CWE-22", "CWE-78", "CWE-89")
CONTEXT = 96
SOURCE = """
import os
import sqlite3

LIMIT = 10


def rows(db, name):
    query = "SELECT * FROM t WHERE name = '" + name + "'"
    return db.execute(query).fetchmany(LIMIT)


class Store:
    def remove(self, path):
        if os.path.exists(path):
            os.system("rm " + path)
        return True


def quiet():
    total = 0
    for number in range(10):
        total += number
    return total
"""


def tokenizer() -> Tokenizer:
    """Return a vocabulary of the single bytes and a few merges."""
    words = [bytes([byte]) for byte in range(256)]
    words += [b"se", b"lf", b"self", b"re", b"tu", b"rn", b"return", b" =", b"ex", b"ec"]
    return Tokenizer({word: rank for rank, word in enumerate(words)})


def network(seed: int = 0) -> WeaknessDetector:
    """Return a detector with random weights, those of the residual branches included."""
    torch.manual_seed(seed)
    shape = Shape(
        vocabulary=tokenizer().size,
        layers=2,
        width=32,
        heads=2,
        feed_forward=64,
        context=CONTEXT,
        labels=len(LABELS),
    )
    made = WeaknessDetector(Encoder(shape))
    for name, parameter in made.named_parameters():
        if "project_out" in name or "feed_out" in name:
            torch.nn.init.normal_(parameter, std=0.2)
    return made.eval()


def units(code: str = SOURCE) -> tuple[Unit, ...]:
    """Return the units of a source text."""
    return units_of(Source("", code)).units


def make(folder: Path, **changes: Any) -> Bundle:
    """Write a model folder; `changes` replace fields of `Parts`."""
    fields: Mapping[str, Any] = {
        "graph": changes.get("graph") or onnx_graph.to_onnx(network()),
        "tokenizer": tokenizer().to_json(),
        "screen": bytes(SIZE),
        "mechanisms": b"",
        "linears": {},
        "beside": b"",
        "labels": LABELS,
        "recipe": {"name": "tiny"},
        "name": "tiny",
        "version": "1",
        "max_tokens": CONTEXT,
        "thresholds": Thresholds(0.5, 0.9, ((1.0, 0.5),)),
        "calibration": Calibration(Platt(1.0, 0.0), (Platt(1.0, 0.0),) * 3, Platt(1.0, 0.0)),
        "words_settings": {},
        "facts_settings": {},
        "kinds_settings": {},
        "sites_settings": {},
        "beside_settings": {},
        "screen_settings": {"scale": 1.0, "bias": 0.0, "threshold": 0.0},
        "data_digest": "0" * 64,
    }
    return write(folder, Parts(**{**fields, **changes}))
