"""What decides each step of an embedded model's run, and the records that bind it (`binding`).

A step is decided by the fields of the recipe that it reads and by digests of what it reads, so
that another calibration or one more phase leaves finished steps what they are.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from weakspot.code.normalise import NORMALISER_VERSION
from weakspot.core.errors import DataError
from weakspot.dataset import headed, pairs
from weakspot.train import binding, corpus, start
from weakspot.train.recipe import PhaseRecipe, Recipe
from weakspot.train.run import RunFolder, checkpoint_in

Told = dict[str, Any]

_AGAIN = "choose another --run folder, or run `weakspot train {}` again"


class Decided:
    """The steps of a run folder as one recipe decides them; every digest is made once.

    Each verb raises a `DataError` where something else decided what is there. With `say`, a step
    that is older than records is told of and gets one; without, nothing is written.
    """

    def __init__(
        self, recipe: Recipe, run: RunFolder, say: Callable[[str], None] | None = None
    ) -> None:
        self._recipe = recipe
        self._run = run
        self._say = say

    def check_corpus(self) -> None:
        """Refuse a corpus step that was not finished, or made otherwise."""
        self._run.need(self._run.sources, "corpus")
        record = self._run.corpus_record
        self._bind(record, self.of_corpus(), begun=True, hint=_AGAIN.format("corpus"))

    def check_tokenizer(self) -> None:
        """Refuse a vocabulary that is not the start's, or was learnt otherwise."""
        self._run.need(self._run.tokenizer, "tokenizer")
        if before := start.opened(self._recipe):
            start.check_vocabulary(self._recipe, self._run, before)
            return
        self.check_corpus()
        record = self._run.tokenizer_record
        self._bind(record, self.of_tokenizer(), begun=True, hint=_AGAIN.format("tokenizer"))

    def check_pretrained(self, labels: Sequence[str]) -> None:
        """Refuse a pre-training that was begun otherwise, by what it began with as well."""
        self.check_tokenizer()
        if self._recipe.pretrain.steps:
            self.check_corpus()
        folder = self._run.pretrained
        self._bind(folder / binding.RECORD, self.of_pretrained(labels), begun=_is_begun(folder))

    def check_phase(
        self, phase: PhaseRecipe, labels: Sequence[str], generator: str, before: Path
    ) -> None:
        """Refuse a phase that was begun otherwise; `before` is the folder that it goes on from.

        `generator` is a digest of what composes programs and rewrites real functions.
        """
        folder = self._run.phase(phase.name)
        told = self.of_phase(phase, labels, generator, before)
        self._bind(folder / binding.RECORD, told, begun=_is_begun(folder))

    def write_tokenizer(self, made: bytes) -> None:
        """Write the vocabulary, unless pre-training was begun with another that is there."""
        path, record = self._run.tokenizer, self._run.tokenizer_record
        folder = self._run.pretrained
        if _is_begun(folder) and path.exists() and path.read_bytes() != made:
            raise DataError(
                f"{folder} was begun with the vocabulary that {path} holds, not with this one",
                hint=f"choose another --run folder, or remove {folder} and those of the steps "
                "after it",
            )
        record.unlink(missing_ok=True)
        path.write_bytes(made)
        binding.write(record, self.of_tokenizer())

    def of_corpus(self) -> Told:
        """Return what decides the corpus step; versions of sources are in ``sources.json``."""
        wanted = self._recipe.embedded
        told: Told = {"corpus": asdict(self._recipe.corpus)}
        told["embedded"] = {"grafts": wanted.grafts, "fixes": wanted.fixes}
        told["inputs"] = {"normaliser": NORMALISER_VERSION, "list_of_kin": _kin()}
        if wanted.grafts:
            told["embedded"]["held_out"] = wanted.held_out
            told["inputs"]["text_of_grafts"] = _texts(wanted.grafts, headed.SUFFIX)
        if wanted.fixes:
            told["inputs"]["text_of_fixes"] = _texts(wanted.fixes, headed.SUFFIX)
        return told

    def of_tokenizer(self) -> Told:
        """Return what decides the vocabulary."""
        if self._recipe.start:
            return {"inputs": {"start": self._start}}
        return {
            "seed": self._recipe.seed,
            "tokenizer": asdict(self._recipe.tokenizer),
            "inputs": {"start": "", "corpus": self._corpus},
        }

    def of_pretrained(self, labels: Sequence[str]) -> Told:
        """Return what decides pre-training; `labels`, where it reads the pairs that show them."""
        recipe = self._recipe
        told = self._network()
        told["pretrain"] = asdict(recipe.pretrain)
        if recipe.pretrain.steps:
            told["inputs"]["corpus"] = self._corpus
        if recipe.pretrain.written:
            names = ("pairs", "drills", "held_out", "leave_out")
            told["embedded"] = {name: self._embedded[name] for name in names}
            told["labels"] = list(labels)
            told["inputs"] |= self._written
        return told

    def of_phase(
        self, phase: PhaseRecipe, labels: Sequence[str], generator: str, before: Path
    ) -> Told:
        """Return what decides a phase that goes on from what the folder `before` holds."""
        unused = {"phases"}
        told = self._network()
        told["phase"] = asdict(phase)
        told["labels"] = list(labels)
        told["inputs"] |= {
            "corpus": self._corpus,
            "earlier_checkpoint": _sha256(checkpoint_in(before)),
            "generator": generator,
        }
        if phase.written:
            told["inputs"] |= self._written
        else:
            unused |= {"pairs", "drills", "variants"}
        for name, share, path in (
            ("grafts", phase.grafted, self._run.grafts),
            ("fixes", phase.mined, self._run.fixes),
        ):
            if share:
                told["inputs"][f"set_of_{name}"] = corpus.digest(self._run.need(path, "corpus"))
            else:
                unused.add(name)
        if phase.hard:
            found = self._run.need(self._run.found_sound, "corpus")
            told["inputs"]["set_of_found_sound"] = corpus.digest(found)
        told["embedded"] = {
            name: value for name, value in self._embedded.items() if name not in unused
        }
        return told

    def _network(self) -> Told:
        """Return what decides every step that trains."""
        return {
            "seed": self._recipe.seed,
            "shape": asdict(self._recipe.shape),
            "inputs": {"start": self._start, "tokenizer": _sha256(self._run.tokenizer)},
        }

    def _bind(self, record: Path, told: Told, *, begun: bool, hint: str | None = None) -> None:
        if self._say is not None:
            binding.bind(record, told, self._say, begun=begun, hint=hint)
        elif begun:
            binding.check(record, told, hint=hint)

    @cached_property
    def _corpus(self) -> str:
        return corpus.digest(self._run.need(self._run.corpus, "corpus"))

    @cached_property
    def _start(self) -> str:
        before = start.opened(self._recipe)
        return before.digest if before else ""

    @cached_property
    def _embedded(self) -> Told:
        told = asdict(self._recipe.embedded)
        return told | {"leave_out": sorted(told["leave_out"])}  # a set, however it is written

    @cached_property
    def _written(self) -> Told:
        wanted = self._recipe.embedded
        return {
            "text_of_pairs": _texts(wanted.pairs, pairs.SUFFIX),
            "text_of_drills": _texts(wanted.drills, headed.SUFFIX),
        }


def _is_begun(folder: Path) -> bool:
    """Whether a step has left anything to go on from; a record alone binds nothing."""
    return checkpoint_in(folder).exists()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _texts(folder: str, suffix: str) -> str:
    """Return a digest of the texts below a folder and of their paths in it."""
    found = hashlib.sha256()
    for path in sorted(Path(folder).rglob(f"*{suffix}")):
        found.update(f"{path.relative_to(folder).as_posix()} {_sha256(path)}\n".encode())
    return found.hexdigest()


def _kin() -> str:
    return hashlib.sha256("\n".join(sorted(corpus.kin())).encode()).hexdigest()
