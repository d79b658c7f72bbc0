"""`weakspot doctor` says so when the model that is shipped no longer sees plain weaknesses."""

from dataclasses import replace

import scan_fakes
import tree_sitter

from weakspot.core.errors import DataError
from weakspot.core.score import UnitScore
from weakspot.core.unit import Unit
from weakspot.scan import models


class Blind(scan_fakes.WordDetector):
    def score(self, unit: Unit) -> UnitScore:
        return replace(super().score(unit), probability=0.002)


def test_a_model_that_finds_nothing_fails_the_self_check(
    weakspot, project, capsys, monkeypatch
) -> None:
    blind = replace(scan_fakes.model(), load=Blind)
    monkeypatch.setattr(models, "find_model", lambda folder: blind)
    assert weakspot("doctor") == 2
    assert "self-check: passed" not in capsys.readouterr().out
    assert weakspot("doctor", "--model", "other") == 0  # it may know other weaknesses


class Misfit(scan_fakes.WordDetector):
    """As where tree-sitter does not fit its grammar: what `ast` refuses cannot be read."""

    def __init__(self) -> None:
        def refuse(language: object) -> None:
            raise ValueError("Incompatible Language version 15")

        tree_sitter.Parser = refuse


def test_a_parser_that_does_not_fit_its_grammar_fails_the_self_check(
    weakspot, project, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(
        models, "find_model", lambda folder: replace(scan_fakes.model(), load=Misfit)
    )
    assert weakspot("doctor") == 2
    assert "Incompatible Language version 15" in capsys.readouterr().out


def test_the_model_that_the_settings_name_is_checked(
    weakspot, project, capsys, monkeypatch
) -> None:
    asked = []

    def find(folder: str | None) -> None:
        asked.append(folder)
        raise DataError(f"no model in {folder}")

    monkeypatch.setattr(models, "find_model", find)
    (project / "weakspot.toml").write_text('model = "mine"\n')
    assert weakspot("doctor") == 2
    assert f"model: no model in {project / 'mine'}" in capsys.readouterr().out
    assert weakspot("doctor", "--model", "other") == 2
    assert asked == [str(project / "mine"), "other"]


def test_a_cache_that_is_no_folder_is_told(weakspot, project, capsys) -> None:
    (project / "taken").write_text("x")
    for name, told in (("taken", True), ("taken/cache", True), ("new/cache", False)):
        (project / "weakspot.toml").write_text(f'cache-dir = "{name}"\n')
        assert weakspot("doctor") == 0
        (row,) = (row for row in capsys.readouterr().out.splitlines() if row.startswith("cache: "))
        assert row.endswith(" (no folder: scans work without)") is told


def test_a_baseline_that_scans_cannot_read_is_told(weakspot, project, capsys) -> None:
    (project / "weakspot.toml").write_text('baseline = "known.json"\n')
    assert weakspot("doctor") == 2
    assert "\nbaseline: the baseline " in capsys.readouterr().out
    (project / "a.py").write_text("x = 1\n")
    assert weakspot("baseline", "--output", "known.json") == 0
    assert weakspot("doctor") == 0
