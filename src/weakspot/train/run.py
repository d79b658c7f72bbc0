"""The folder of one training run: what lies where, and which step makes it."""

from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.model.tokens import Tokenizer


def checkpoint_in(folder: Path) -> Path:
    """Return where a training step keeps its newest state."""
    return folder / "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Names of what a run leaves behind."""

    path: Path

    @property
    def corpus(self) -> Path:
        """Real code to learn from."""
        return self.path / "corpus.jsonl.gz"

    @property
    def calibration(self) -> Path:
        """Real code that thresholds are chosen on."""
        return self.path / "calibration.jsonl.gz"

    @property
    def grafts(self) -> Path:
        """Pairs of real functions that grafts made."""
        return self.path / "grafts.jsonl.gz"

    @property
    def found_sound(self) -> Path:
        """Real functions that looked weak, were read, and are sound."""
        return self.path / "found_sound.jsonl.gz"

    @property
    def fixes(self) -> Path:
        """Pairs of real functions before and after a fix."""
        return self.path / "fixes.jsonl.gz"

    @property
    def tokenizer(self) -> Path:
        """The byte-pair vocabulary."""
        return self.path / "tokenizer.json"

    @property
    def sources(self) -> Path:
        """What the corpora were made from; the corpus step removes it first and writes it last."""
        return self.path / "sources.json"

    @property
    def corpus_record(self) -> Path:
        """What decided the corpus step (`weakspot.train.decided`)."""
        return self.path / "corpus.recipe.json"

    @property
    def tokenizer_record(self) -> Path:
        """What decided the vocabulary."""
        return self.path / "tokenizer.recipe.json"

    @property
    def pretrained(self) -> Path:
        """The folder of pre-training."""
        return self.path / "pretrain"

    def phase(self, name: str) -> Path:
        """Return the folder of one phase of fine-tuning."""
        return self.path / "embedded" / name

    def need(self, path: Path, step: str) -> Path:
        """Return `path`, or say which step makes it."""
        if not path.exists():
            raise DataError(f"{path} is missing", hint=f"run `weakspot train {step}` first")
        return path


def load_tokenizer(run: RunFolder) -> Tokenizer:
    """Load the vocabulary of a run."""
    return Tokenizer.from_json(run.need(run.tokenizer, "tokenizer").read_bytes())
