"""The engine that scanning uses: the same answers as the weights, whatever came before."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import tiny_model
from weakspot.backends import load_detector
from weakspot.code.sites import reading
from weakspot.core.errors import BundleError
from weakspot.core.score import Detector
from weakspot.core.span import Span
from weakspot.core.unit import Unit, UnitKind
from weakspot.export import onnx_graph
from weakspot.model import hashed, kinds, sites, words
from weakspot.model.calibration import sigmoid
from weakspot.model.manifest import MANIFEST


def changed(tiny_folder: Path, tmp_path: Path, **fields: object) -> Path:
    folder = tmp_path / "changed"
    shutil.copytree(tiny_folder, folder)
    document = json.loads((folder / MANIFEST).read_bytes()) | fields
    (folder / MANIFEST).write_text(json.dumps(document))
    return folder


def test_scores_are_those_of_the_weights(tiny_folder: Path) -> None:
    detector = load_detector(tiny_folder)
    model, tokenizer = tiny_model.network(), tiny_model.tokenizer()
    for unit in tiny_model.units():
        encoded = tokenizer.encode(unit, tiny_model.CONTEXT)
        with torch.no_grad():
            out = model(torch.tensor([encoded.ids]), torch.tensor([encoded.anchors]))
        assert detector.score(unit).probability == pytest.approx(
            sigmoid(out.verdict.item()), abs=0.05
        )


def test_the_same_unit_gets_the_same_score_whatever_was_scored_before(tiny_folder: Path) -> None:
    units = tiny_model.units()
    forwards = [load_detector(tiny_folder).score(unit) for unit in units]
    one = load_detector(tiny_folder)
    backwards = [one.score(unit) for unit in reversed(units)]
    assert forwards == backwards[::-1]
    assert len({score.probability for score in forwards}) > 1


def test_every_line_of_the_unit_has_a_score(tiny_folder: Path) -> None:
    detector = load_detector(tiny_folder)
    for unit in tiny_model.units():
        for evidence in detector.score(unit).cwes:
            assert len(evidence.lines) == len(unit.lines)
            assert all(0.0 <= score <= 1.0 for score in evidence.lines)


LONG = "def long():\n" + "".join(f"    value_{n} = compute({n})\n" for n in range(30))


def test_lines_that_do_not_fit_are_told(tiny_folder: Path) -> None:
    (unit,) = [one for one in tiny_model.units(LONG) if one.kind is UnitKind.FUNCTION]
    detector = load_detector(tiny_folder)
    score = detector.score(unit)
    assert 0 < score.unread < len(unit.lines)
    fitting = replace(unit, lines=unit.lines[: -score.unread])
    assert detector.score(fitting).unread == 0
    assert all(detector.score(one).unread == 0 for one in tiny_model.units("def f():\n    g()\n"))


def moves_the_first_alone(plain: Detector, moved: Detector) -> list[Unit]:
    """Check that of two functions the one that executes has a higher verdict; return both."""
    code = "def one(a):\n    b.execute(a)\ndef two(a):\n    b.commit(a)\n"
    units = [unit for unit in tiny_model.units(code) if unit.kind is UnitKind.FUNCTION]
    before = [plain.score(unit).probability for unit in units]
    after = [moved.score(unit).probability for unit in units]
    assert after[0] > before[0] + 0.1
    assert after[1] == before[1]
    return units


def with_sites(folder: Path, *, gate: object = None, **settings: object) -> Path:
    """Make a tiny model that knows one statement to be weak; `gate` is its second look."""
    table = np.zeros(sites.SIZE)
    table[hashed.placed({"call .execute": 1}, sites.SIZE)[0]] = 20.0
    files = {sites.FILE: hashed.to_bytes(table, np.ones(sites.SIZE))}
    known = {"bias": 0.0, "weight": 1.0, "unread": 0.0, "reading": reading(), **settings}
    screen = {"scale": 1.0, "bias": 0.0, "threshold": 0.0} | ({"gate": gate} if gate else {})
    tiny_model.make(folder, linears=files, sites_settings=known, screen_settings=screen)
    return folder


def test_the_weakest_statement_moves_the_verdict_and_no_first_stage_without_a_second_look(
    tiny_folder: Path, tmp_path: Path
) -> None:
    plain, moved = load_detector(tiny_folder), load_detector(with_sites(tmp_path / "with-sites"))
    units = moves_the_first_alone(plain, moved)
    assert [moved.screen(unit) for unit in units] == [plain.screen(unit) for unit in units]


@pytest.mark.parametrize(
    ("said", "passed"),
    [
        ({"statements": True}, [True, False]),
        ({"statements": False}, [False, False]),
        ({}, [False, False]),  # a folder of before statements were asked there
    ],
)
def test_the_second_look_asks_for_statements_where_its_folder_says_so(
    tiny_folder: Path, tmp_path: Path, said: dict[str, bool], passed: list[bool]
) -> None:
    gate = {"words_weight": 0.0, "threshold": 1.0, **said}
    moved = load_detector(with_sites(tmp_path / "gated", gate=gate))
    units = moves_the_first_alone(load_detector(tiny_folder), moved)
    assert [moved.screen(unit) for unit in units] == passed


def test_a_model_that_read_statements_in_another_way_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="read in another way"):
        load_detector(with_sites(tmp_path / "old", reading="0-another"))


def test_quotes_that_cannot_be_mended_hide_nothing(tiny_folder: Path, tmp_path: Path) -> None:
    """What does not parse must not look sounder than what nobody knows."""
    plain, moved = load_detector(tiny_folder), load_detector(with_sites(tmp_path / "with-sites"))
    quotes = "".join(f'    note(f"it isn\'t {{a}} {at}")\n' for at in range(12))
    units = tiny_model.units(f"def one(a):\n{quotes}    b.execute(a)\n")
    for unit in units:
        assert moved.score(unit).probability >= plain.score(unit).probability


def test_the_second_look_lets_pass_what_it_cannot_see_whole(tmp_path: Path) -> None:
    screen = {"scale": 1.0, "bias": 0.0, "threshold": 0.0}
    screen["gate"] = {"words_weight": 0.0, "threshold": 1.0}
    tiny_model.make(tmp_path / "gated", screen_settings=screen)
    detector = load_detector(tmp_path / "gated")
    long, short = (
        next(one for one in tiny_model.units(code) if one.kind is UnitKind.FUNCTION)
        for code in (LONG, "def f():\n    g()\n")
    )
    assert detector.screen(long)
    assert not detector.screen(short)


def test_a_network_that_breaks_down_gives_no_clean_bill(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = load_detector(tiny_folder)
    session = detector._session

    class Broken:
        def run(self, names: list[str], inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [value * math.nan for value in session.run(names, inputs)]

    monkeypatch.setattr(detector, "_session", Broken())
    with pytest.raises(BundleError, match="no number"):
        detector.score(tiny_model.units()[0])


def test_lines_that_do_not_fit_score_nothing(tiny_folder: Path) -> None:
    (unit,) = [one for one in tiny_model.units(LONG) if one.kind is UnitKind.FUNCTION]
    evidence = load_detector(tiny_folder).score(unit).cwes[0]
    assert len(evidence.lines) == len(unit.lines)
    assert evidence.lines[0] > 0.0
    assert evidence.lines[-1] == 0.0


def test_cwes_come_likeliest_first_and_never_above_the_verdict(tiny_folder: Path) -> None:
    for unit in tiny_model.units():
        score = load_detector(tiny_folder).score(unit)
        order = [one.probability for one in score.cwes]
        assert order == sorted(order, reverse=True)
        assert order[0] == pytest.approx(score.probability, abs=1e-6)
        assert {one.cwe for one in score.cwes} == set(tiny_model.LABELS)


@pytest.mark.parametrize(
    ("file", "size", "known", "settings"),
    [
        (words.FILE, words.SIZE, "execute", "words_settings"),
        (hashed.FACTS_FILE, hashed.FACTS_SIZE, "call .execute", "facts_settings"),
    ],
)
def test_linear_models_move_the_verdict_of_units_that_hold_what_they_know(
    tiny_folder: Path, tmp_path: Path, file: str, size: int, known: str, settings: str
) -> None:
    table = np.zeros(size)
    table[hashed.placed({known: 1}, size)[0]] = 20.0
    folder = tmp_path / "with-linear"
    files = {file: hashed.to_bytes(table, np.ones(size))}
    tiny_model.make(folder, linears=files, **{settings: {"bias": 0.0, "weight": 1.0}})
    plain, moved = load_detector(tiny_folder), load_detector(folder)
    moves_the_first_alone(plain, moved)


def test_the_second_look_lets_pass_what_facts_speak_for(tmp_path: Path) -> None:
    table = np.zeros(hashed.FACTS_SIZE)
    table[hashed.placed({"call .execute": 1}, hashed.FACTS_SIZE)[0]] = 20.0
    files = {hashed.FACTS_FILE: hashed.to_bytes(table, np.ones(hashed.FACTS_SIZE))}
    facts_settings = {"bias": 0.0, "weight": 1.0}
    code = "def one(a):\n    b.execute(a)\ndef two(a):\n    b.commit(a)\n"
    units = [unit for unit in tiny_model.units(code) if unit.kind is UnitKind.FUNCTION]
    passed = []
    for name, words_from in (("open", 0.0), ("closed", 1.0)):
        screen = {"scale": 1.0, "bias": 0.0, "threshold": words_from}
        screen["gate"] = {"words_weight": 0.5, "threshold": 0.5}
        tiny_model.make(
            tmp_path / name, linears=files, facts_settings=facts_settings, screen_settings=screen
        )
        detector = load_detector(tmp_path / name)
        passed.append([detector.screen(unit) for unit in units])
        again = load_detector(tmp_path / name)
        assert [detector.score(unit) for unit in units] == [again.score(unit) for unit in units]
    # The screen knows no word here: it lets all pass from 0, and nothing from 1.
    assert passed == [[True, False], [False, False]]


def test_kinds_name_another_cwe_where_they_know_a_fact(tiny_folder: Path, tmp_path: Path) -> None:
    labels = len(tiny_model.LABELS)
    code = "def one(a):\n    b.execute(a)\ndef two(a):\n    b.commit(a)\n"
    units = [unit for unit in tiny_model.units(code) if unit.kind is UnitKind.FUNCTION]
    plain = load_detector(tiny_folder)
    last = plain.score(units[0]).cwes[-1].cwe
    table = np.zeros((kinds.SIZE, labels))
    places, _ = hashed.placed({"call .execute": 1}, kinds.SIZE)
    table[places, tiny_model.LABELS.index(last)] = 1.0
    data, step = kinds.to_bytes(table, np.ones(kinds.SIZE), 60.0)
    folder = tmp_path / "with-kinds"
    tiny_model.make(folder, linears={kinds.FILE: data}, kinds_settings={"step": step})
    moved = load_detector(folder)
    assert moved.score(units[0]).cwes[0].cwe == last
    assert moved.score(units[0]).probability == plain.score(units[0]).probability
    assert moved.score(units[1]) == plain.score(units[1])


def asked(folder: Path, asked_from: float) -> list[float]:
    """Return the probabilities of the tiny units when a second network stands beside the first."""
    second = onnx_graph.to_onnx(tiny_model.network(seed=1))
    settings = {"networks": 1, "asked_from": asked_from}
    tiny_model.make(folder, beside=second, beside_settings=settings)
    detector = load_detector(folder)
    return [detector.score(unit).probability for unit in tiny_model.units()]


def test_networks_beside_the_first_are_asked_from_a_probability_on(
    tiny_folder: Path, tmp_path: Path
) -> None:
    detector = load_detector(tiny_folder)
    alone = [detector.score(unit).probability for unit in tiny_model.units()]
    always = asked(tmp_path / "always", 0.0)
    assert asked(tmp_path / "never", 1.0) == alone
    assert all(one != other for one, other in zip(always, alone, strict=True))
    between = sorted(alone)[len(alone) // 2]
    assert asked(tmp_path / "some", between) == [
        both if one >= between else one for one, both in zip(alone, always, strict=True)
    ]


def test_the_mean_is_that_of_the_logits(tiny_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    tiny_model.make(other, graph=onnx_graph.to_onnx(tiny_model.network(seed=1)))
    units = tiny_model.units()
    one, two = (
        [logit(load_detector(folder).score(unit).probability) for unit in units]
        for folder in (tiny_folder, other)
    )
    both = [logit(probability) for probability in asked(tmp_path / "both", 0.0)]
    assert both == pytest.approx([(a + b) / 2 for a, b in zip(one, two, strict=True)], abs=1e-3)


@pytest.mark.parametrize(
    "settings", [{}, {"networks": 0, "asked_from": 0.1}, {"networks": 1, "asked_from": 2.0}]
)
def test_damaged_settings_of_the_networks_beside_are_refused(
    tmp_path: Path, settings: dict[str, float]
) -> None:
    folder = tmp_path / "damaged"
    graph = onnx_graph.to_onnx(tiny_model.network())
    tiny_model.make(folder, beside=graph, beside_settings=settings)
    with pytest.raises(BundleError, match="beside"):
        load_detector(folder).score(tiny_model.units()[0])


def test_a_folder_that_lacks_its_networks_beside_is_refused(tmp_path: Path) -> None:
    tiny_model.make(tmp_path / "lacking", beside_settings={"networks": 1, "asked_from": 0.1})
    with pytest.raises(BundleError, match="lacks beside"):
        load_detector(tmp_path / "lacking")


def logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def test_an_empty_unit_cannot_be_weak(tiny_folder: Path) -> None:
    empty = Unit("", UnitKind.MODULE, Span(1, 1, 1, 1), (), (), 1, 1)
    assert load_detector(tiny_folder).score(empty).probability == 0.0


def test_a_normaliser_that_reads_alike_is_taken(tiny_folder: Path, tmp_path: Path) -> None:
    unit = next(iter(tiny_model.units()))
    older = load_detector(changed(tiny_folder, tmp_path, normaliser="1"))
    assert older.score(unit) == load_detector(tiny_folder).score(unit)


def test_another_normaliser_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="normaliser"):
        load_detector(changed(tiny_folder, tmp_path, normaliser="0"))


def test_an_unknown_engine_lists_the_known_ones(tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="unknown engine") as caught:
        load_detector(changed(tiny_folder, tmp_path, engine="abacus"))
    assert "onnx-encoder" in (caught.value.hint or "")


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "no-graph"
    tiny_model.make(folder, graph=b"not a graph")
    with pytest.raises(BundleError, match=r"model\.onnx cannot be loaded"):
        load_detector(folder).score(tiny_model.units()[0])
