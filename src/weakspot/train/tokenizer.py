"""Learns the byte-pair vocabulary from a corpus of normalised units."""

from collections.abc import Iterable, Iterator

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from weakspot.core.unit import Unit
from weakspot.model.tokens import PATTERN
from weakspot.model.tokens import Tokenizer as UnitTokenizer


def learn(units: Iterable[Unit], vocabulary: int) -> UnitTokenizer:
    """Return an encoder whose vocabulary of `vocabulary` byte strings fits the units' lines."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    learner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        initial_alphabet=sorted(_alphabet()),
        special_tokens=[],
        show_progress=False,
    )
    learner.train_from_iterator(_lines(units), trainer)
    letters = _alphabet()
    found = learner.get_vocab()
    words = sorted(found, key=found.__getitem__)
    return UnitTokenizer(
        {bytes(letters[letter] for letter in word): rank for rank, word in enumerate(words)}
    )


def _lines(units: Iterable[Unit]) -> Iterator[str]:
    for unit in units:
        for line in unit.lines:
            yield line.text.encode("utf-8", "replace").decode("utf-8")


def _alphabet() -> dict[str, int]:
    """Map the printable stand-ins of the byte-level scheme (Radford et al. 2019) to bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {chr(byte): byte for byte in printable}
    others = [byte for byte in range(256) if byte not in set(printable)]
    letters.update({chr(0x100 + index): byte for index, byte in enumerate(others)})
    return letters
