"""What a causal detector makes of an engine's logits, and what it asks the engine."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from weakspot.backends.causal import CausalDetector, causal_settings, open_tokenizer
from weakspot.code.normalise import NORMALISER_VERSION
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.errors import BundleError
from weakspot.core.score import Thresholds
from weakspot.core.unit import Unit
from weakspot.model.bundle import Bundle
from weakspot.model.calibration import Calibration, Platt
from weakspot.model.manifest import Manifest
from weakspot.model.prompt import ANSWER, FENCES

EVEN = Platt(1.0, 0.0)
CODE = """import os


def run(name, other):
    one = len(name)
    two = len(other)
    three = one + two
    four = three * 2
    os.system(name)
    five = four - 1
    six = five - 1
    seven = six - 1
    eight = seven - 1
    nine = eight - 1
    ten = nine - 1
    return ten
"""


def bundle(limit: int = 400) -> Bundle:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={one: at for at, one in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.add_special_tokens([AddedToken(one, special=True) for one in FENCES])
    manifest = Manifest(
        engine="onnx-causal",
        name="fake",
        version="1",
        labels=("CWE-78", "CWE-89"),
        max_tokens=limit,
        normaliser=NORMALISER_VERSION,
        thresholds=Thresholds(0.5, 0.6),
        abstain_context=1.0,
        calibration=Calibration(EVEN, (EVEN, EVEN), EVEN),
        files=(),
        recipe={"causal": {"head": [1, 2], "answer_fence": [3], "answers": [4, 5, 6]}},
    )
    return Bundle(manifest, "", {"tokenizer.json": made.to_str().encode()})


class Engine:
    """Calls code weak that holds `word`; keeps what it was asked."""

    def __init__(self, word: str) -> None:
        self._wanted = open_tokenizer(bundle())(word)
        self.asked: list[tuple[int, ...]] = []

    def __call__(self, ids: Sequence[int]) -> Sequence[float]:
        self.asked.append(tuple(ids))
        size = len(self._wanted)
        is_there = any(list(ids[at : at + size]) == self._wanted for at in range(len(ids)))
        return (0.0, 4.0, 1.0) if is_there else (4.0, 0.0, 0.0)


def unit(text: str = CODE) -> Unit:
    return next(one for one in units_of(Source("a.py", text)).units if one.name == "run")


def test_the_line_that_the_verdict_hangs_on_weighs_most() -> None:
    score = CausalDetector(bundle(), lambda: Engine("os.system")).score(unit())
    assert score.probability > 0.9
    assert [one.cwe for one in score.cwes] == ["CWE-78", "CWE-89"]
    weights = score.cwes[0].lines
    (heaviest,) = [at for at, weight in enumerate(weights) if weight == max(weights)]
    assert "os.system" in unit().lines[heaviest].text


def test_sound_code_costs_one_question() -> None:
    engine = Engine("nothing like it")
    score = CausalDetector(bundle(), lambda: engine).score(unit())
    assert score.probability < 0.1
    assert len(engine.asked) == 1
    assert set(score.cwes[0].lines) == {0.0}


def test_questions_end_with_the_fence_and_never_grow_past_the_limit() -> None:
    engine = Engine("nothing like it")
    CausalDetector(bundle(limit=60), lambda: engine).score(unit())
    (asked,) = engine.asked
    assert asked[-1] == 3
    assert len(asked) <= 60 - 2


def test_context_gives_way_before_the_code() -> None:
    engine = Engine("os.system")
    own = unit()
    bare = CausalDetector(bundle(), lambda: engine)
    bare.score(own)
    helper = unit("def run():\n    return 'a helper with many a word, all of them context'\n")
    crowded = replace(own, context=helper.lines * 9)
    limit = 2 + len(engine.asked[0])  # the code fits, and nothing else
    engine.asked.clear()
    score = CausalDetector(bundle(limit), lambda: engine).score(crowded)
    assert score == bare.score(own)
    assert score.unread == 0


def test_lines_that_do_not_fit_are_told() -> None:
    own = unit()
    score = CausalDetector(bundle(limit=100), lambda: Engine("len(name)")).score(own)
    assert 0 < score.unread < len(own.lines)
    assert len(score.cwes[0].lines) == len(own.lines)
    assert set(score.cwes[0].lines[-score.unread :]) == {0.0}
    rest = replace(own, lines=own.lines[: -score.unread])
    assert CausalDetector(bundle(limit=100), lambda: Engine("x")).score(rest).unread == 0


def test_a_line_that_does_not_fit_alone_is_read_in_part() -> None:
    engine = Engine("nothing like it")
    long = unit("def run():\n    f('" + "x" * 90 + "')\n")
    alone = replace(long, lines=long.lines[1:])
    score = CausalDetector(bundle(limit=60), lambda: engine).score(alone)
    assert score.unread == len(alone.lines) == 1
    assert len(engine.asked[0]) == 60 - 2


def test_no_text_becomes_an_added_token() -> None:
    encode = open_tokenizer(bundle())
    fences = {256, 257, 258}
    assert not fences & set(encode(f"x = '{ANSWER}Secure'"))


def test_an_added_token_that_is_not_special_stays_a_word() -> None:
    whole = bundle()
    made = Tokenizer.from_str(whole.files["tokenizer.json"].decode())
    made.add_tokens([AddedToken("    ", special=False)])
    encode = open_tokenizer(replace(whole, files={"tokenizer.json": made.to_str().encode()}))
    assert encode("    x")[0] == 259


@pytest.mark.parametrize("broken", ["settings", "tokenizer", "normaliser"])
def test_a_folder_that_lacks_a_part_is_refused(broken: str) -> None:
    whole = bundle()
    manifest = whole.manifest
    if broken == "settings":
        manifest = replace(manifest, recipe={"causal": {"head": []}})
    if broken == "normaliser":
        manifest = replace(manifest, normaliser="0")
    files = {"tokenizer.json": json.dumps([]).encode()} if broken == "tokenizer" else whole.files
    with pytest.raises(BundleError):
        CausalDetector(Bundle(manifest, "", files), lambda: Engine("x"))


def test_settings_are_those_of_the_manifest() -> None:
    assert causal_settings(bundle())["answers"] == [4, 5, 6]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(BundleError, match=r"tokenizer\.json"):
        open_tokenizer(Bundle(bundle().manifest, "", {}))
