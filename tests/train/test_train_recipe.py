"""Recipes: all mistakes at once; and which projects no corpus may hold."""

import re
from pathlib import Path

import click
import pytest

from weakspot.cli.main import cli
from weakspot.core.errors import SettingsError
from weakspot.train.recipe import load_recipe
from weakspot.train.reserved import is_reserved

RECIPES = Path(__file__).parents[2] / "recipes"
NANO = RECIPES / "nano.toml"
COMMANDS = [
    command
    for path in sorted(RECIPES.glob("*.toml"))
    if (command := path.read_text("utf-8").partition("\n")[0]).startswith("# weakspot ")
]
EMBEDDED = [*sorted(RECIPES.glob("nano*.toml")), RECIPES / "default.toml"]


@pytest.mark.parametrize("path", EMBEDDED, ids=lambda path: path.stem)
def test_every_recipe_is_whole(path: Path) -> None:
    recipe = load_recipe(path)
    assert recipe.name == path.stem
    assert recipe.plain()["shape"]["width"] == recipe.shape.width


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_on_the_first_line_is_whole(command: str) -> None:
    rest = command.partition(" (")[0].split()[2:]
    found: click.Command = cli
    while isinstance(found, click.Group):
        name, *rest = rest
        chosen = found.get_command(click.Context(found), name)
        assert chosen is not None
        found = chosen
    found.make_context(found.name, rest)  # raises where an option is missing or unknown


def test_what_contradicts_is_told(tmp_path: Path) -> None:
    text = NANO.read_text("utf-8").replace('fixes = ""', 'fixes = "datasets/fixes"')
    text = text.replace("injected = 0.6", "injected = 1.0").replace("mined = 0.0", "mined = 0.1", 1)
    text = text.replace("grafted = 0.0", "grafted = 0.1", 1).replace("hard = 0.0", "hard = 0.1", 1)
    text = text.replace("suspect = 0.0\nwritten = 0.0", "suspect = 0.4\nwritten = 0.7")
    text = text.replace("beside = []", "beside = [1]").replace("held_out = 0.1", "held_out = 0.0")
    text = text.replace("gate_share = 0.0", "gate_share = 0.95")
    text = re.sub(r"(facts|sites)_weight = \S+", r"\1_weight = 0.0", text)
    text = text.replace("facts_of_start = false", "facts_of_start = true")
    path = tmp_path / "odd.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_recipe(path)
    told = "\n".join(caught.value.problems)
    assert "pretrain.suspect needs" in told
    assert "pretrain.written reads what a phase learns from" in told
    assert "more than the whole" in told
    assert "beside names networks of a start" in told
    assert "facts_of_start takes facts from a start" in told
    assert "facts_of_start takes facts that calibration.facts_weight leaves out" in told
    assert "held_out must lie between" in told
    assert "gate_share needs facts or statements" in told
    assert "gate_share is of what screen_share lets pass" in told
    assert "corpus.clones, which is empty" in told
    assert "phase sown leaves no share" in told
    assert "phase composed learns from grafts" in told
    assert "phase composed: hard code is that of embedded.grafts" in told
    path.write_text(text.replace('"datasets/fixes"', '""'), "utf-8")
    with pytest.raises(SettingsError, match="phase composed learns from fixes"):
        load_recipe(path)


def test_shares_that_are_none_and_cwes_that_are_none_are_told(tmp_path: Path) -> None:
    text = NANO.read_text("utf-8").replace("mask = 0.3", "mask = 30.0")
    text = text.replace("beside_recall = 0.995", "beside_recall = 0.0")
    text = text.replace("screen_recall = 0.995", "screen_recall = 95")
    text = text.replace("screen_share = 0.15", "screen_share = 1.5")
    text = text.replace("hard = 0.0", "hard = -0.1", 1).replace('grafts = ""', 'grafts = "some"')
    text = text.replace("unequal = 0.0", "unequal = 20", 1)
    text = text.replace("frozen_layers = 0", "frozen_layers = 7", 1)
    text = text.replace('"CWE-204", ', '"cwe-89", "CWE-204 ", "CWE-089", "CWE-204", ')
    path = tmp_path / "odd.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_recipe(path)
    assert [problem.removeprefix(f"{path}: ") for problem in caught.value.problems] == [
        "pretrain.mask is a share, from 0 to 1",
        "calibration.screen_share is a share, from 0 to 1",
        "calibration.beside_recall is a share above 0, 1 at most",
        "calibration.screen_recall is a share above 0, 1 at most",
        "phase composed: unequal is a share, from 0 to 1",
        "phase composed: hard is a share, from 0 to 1",
        *(
            f"embedded.leave_out names {name!r}, which is not spelled like CWE-89"
            for name in ("cwe-89", "CWE-204 ", "CWE-089")
        ),
        "phase composed leaves no share for composed programs",
        "phase composed: frozen_layers is a number of shape.layers' layers",
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = NANO.read_text("utf-8")
    text = text.replace("seed = 1\n", 'seed = "one"\n').replace("layers = 6\n", "layer = 6\n")
    path = tmp_path / "odd.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_recipe(path)
    told = "\n".join(caught.value.problems)
    assert "seed must be int" in told
    assert "unknown key shape.layer" in told
    assert "missing key shape.layers" in told


@pytest.mark.parametrize("data", [None, b"name = ", b"[shape", b"name = '\xff'"])
def test_a_file_that_is_no_recipe_is_told(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "recipe.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SettingsError, match=r"recipe\.toml"):
        load_recipe(path)


@pytest.mark.parametrize("name", ["django", "Django", "PyYAML", "pyyaml", "flask_appbuilder"])
def test_reserved_names_are_recognised_in_any_spelling(name: str) -> None:
    assert is_reserved(name)
    assert is_reserved(name.upper())


@pytest.mark.parametrize("name", ["numpy", "djang", "yaml_include", "celery"])
def test_other_names_are_not_reserved(name: str) -> None:
    assert not is_reserved(name)
