"""A run folder is bound to its recipe step by step: what is changed decides which steps refuse."""

import dataclasses
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import tiny_model
import weakspot.generate
from weakspot.cli.export_first_stage import export_first_stage
from weakspot.cli.train import Generators
from weakspot.core.errors import DataError
from weakspot.generate.mechanisms import all_mechanisms
from weakspot.train import pair_file, reading, stages, start
from weakspot.train.decided import Decided
from weakspot.train.recipe import (
    CorpusRecipe,
    PhaseRecipe,
    PretrainRecipe,
    Recipe,
    ShapeRecipe,
    TokenizerRecipe,
    load_recipe,
)
from weakspot.train.run import RunFolder

KEPT = set(tiny_model.LABELS)
EVERY = {mechanism.cwe for mechanism in all_mechanisms()}
ROOT = Path(__file__).parents[2]
PAIRS = ROOT / "datasets" / "top25" / "pairs"
NANO = load_recipe(ROOT / "recipes" / "nano.toml")
FIRST = PhaseRecipe("first", 2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.01, 0.001, 0.005)
SECOND = dataclasses.replace(FIRST, name="second", written=0.3)
DRILL = """### CWE-89: {name} put into a query
def of_{name}(db, {name}):
<<<<<<<
    return db.execute("SELECT * FROM t WHERE {name} = '" + {name} + "'")  #!
=======
    return db.execute("SELECT * FROM t WHERE {name} = ?", ({name},))
>>>>>>>
"""
CODE = "def {0}(parts):\n    joined = '/'.join(parts)\n    return joined.strip('/') + '{0}'\n"
FOLDERS = ("train", "calibration", "drills", "pairs", "run", "one", "other")
STEPS = ("tokenizer", "pretrain", "embedded", "export")


class Few(Generators):
    """Two mechanisms of every CWE: quick to compose."""

    def mechanisms(self) -> dict[str, str]:
        every = sorted(super().mechanisms().items())
        return dict(
            pair
            for cwe in sorted({cwe for _, cwe in every})
            for pair in [one for one in every if one[1] == cwe][:2]
        )


def recipe_in(folder: Path) -> Recipe:
    """Return a recipe for what `prepare` puts into a folder."""
    return dataclasses.replace(
        NANO,
        name="tiny",
        seed=3,
        shape=ShapeRecipe(layers=1, width=16, heads=2, feed_forward=32, context=96),
        corpus=CorpusRecipe(str(folder / "train"), str(folder / "calibration"), "", False, 9),
        tokenizer=TokenizerRecipe(280),
        pretrain=PretrainRecipe(2, 400, False, 0.3, 0, 0, 0, 0, 0.01, 0.01, 0.1, 1, 0.5),
        embedded=dataclasses.replace(
            NANO.embedded,
            phases=[FIRST, SECOND],
            pairs=str(folder / "pairs"),
            drills=str(folder / "drills"),
            grafts="",
            fixes="",
            variants=2,
            leave_out=sorted(EVERY - KEPT),
            batch_families=2,
            batch_clean=1,
            batch_units=0,
            compiled=False,
            per_mechanism=1,
            warm_up=1,
        ),
    )


def prepare(folder: Path) -> None:
    shutil.copytree(PAIRS / "CWE-89", folder / "pairs")
    for name in ("train", "calibration", "drills", "run"):
        (folder / name).mkdir()
    for name, wheels in (("train", ("aa", "bb")), ("calibration", ("cc",))):
        for wheel in wheels:
            path = folder / name / f"{wheel}-1.0-py3-none-any.whl"
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(f"{wheel}-1.0.dist-info/METADATA", "Name: x\nLicense: MIT\n\n")
                code = "".join(CODE.format(f"{wheel}_{number}") for number in range(5))
                archive.writestr(f"{wheel}/one.py", code)
    drills = "\n".join(DRILL.format(name=name) for name in ("title", "owner", "colour"))
    (folder / "drills" / "one.txt").write_text(drills, "utf-8")


def make(step: str, recipe: Recipe, run: RunFolder, say: Callable[[str], None]) -> None:
    makers = Few(recipe.embedded.leave_out)
    if step == "corpus":
        stages.make_corpus(recipe, run, makers, say)
    elif step == "tokenizer":
        stages.make_tokenizer(recipe, run, say)
    elif step == "pretrain":
        stages.make_pretrained(recipe, run, makers, say)
    elif step == "embedded":
        stages.make_embedded(recipe, run, makers, say)
    else:
        stages.load_networks(recipe, run, makers)


def quiet(_: str) -> None: ...


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    prepare(folder)
    for step in ("corpus", *STEPS):
        make(step, recipe_in(folder), RunFolder(folder / "run"), quiet)
    return folder


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    """Give what was made, and put it back: recipes name it by its path."""
    kept = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    yield made
    for name in FOLDERS:
        shutil.rmtree(made / name, ignore_errors=True)
    for path, data in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def refusals(folder: Path, recipe: Recipe) -> dict[str, str]:
    """Run every step after the corpus; return what those say that refuse."""
    found: dict[str, str] = {}
    for step in STEPS:
        try:
            make(step, recipe, RunFolder(folder / "run"), quiet)
        except DataError as error:
            found[step] = error.message.removeprefix(str(folder / "run") + "/")
    return found


def varied(recipe: Recipe, table: str, **fields: Any) -> Recipe:
    """Return a recipe with other fields in one of its tables."""
    return dataclasses.replace(
        recipe, **{table: dataclasses.replace(getattr(recipe, table), **fields)}
    )


def phased(*phases: PhaseRecipe) -> Callable[[Recipe], Recipe]:
    return partial(varied, table="embedded", phases=list(phases))


SLOWER = dataclasses.replace(FIRST, rate=0.0005)
CHANGES: dict[str, tuple[Callable[[Recipe], Recipe], tuple[str, ...], str]] = {
    "corpus": (partial(varied, table="corpus", per_origin=4), STEPS, "corpus was begun with"),
    "vocabulary": (partial(varied, table="tokenizer", vocabulary=270), STEPS, ""),
    "seed": (partial(dataclasses.replace, seed=4), STEPS[1:], "pretrain was begun with"),
    "sizes": (partial(varied, table="shape", layers=2), STEPS[1:], "pretrain was begun with"),
    "pre-training": (
        partial(varied, table="pretrain", steps=1),
        STEPS[1:],
        "pretrain was begun with another recipe: pretrain.steps 2 there, 1 now",
    ),
    "fine-tuning": (
        partial(varied, table="embedded", margin=1.5),
        STEPS[2:],
        "embedded/first was begun with another recipe: embedded.margin 2.0 there, 1.5 now",
    ),
    "a CWE": (
        partial(varied, table="embedded", leave_out=sorted(EVERY - KEPT - {"CWE-502"})),
        STEPS[2:],
        "embedded/first was begun with another recipe: embedded.leave_out CWE-502 only there; lab",
    ),
    "first phase": (phased(SLOWER, SECOND), STEPS[2:], "embedded/first was begun with"),
    "second phase": (
        phased(FIRST, dataclasses.replace(SECOND, steps=1)),
        STEPS[2:],
        "embedded/second was begun with another recipe: phase.steps 2 there, 1 now",
    ),
    "written pairs": (
        partial(varied, table="embedded", variants=3),
        STEPS[2:],
        "embedded/second was begun with another recipe: embedded.variants 2 there, 3 now",
    ),
    "nothing": (lambda recipe: recipe, (), ""),
    "order": (
        partial(varied, table="embedded", leave_out=sorted(EVERY - KEPT, reverse=True)),
        (),
        "",
    ),
    "calibration": (partial(varied, table="calibration", budget=3.0, real_weight=0.5), (), ""),
    "name": (partial(dataclasses.replace, name="other", version="7"), (), ""),
    "one more phase": (phased(FIRST, SECOND, dataclasses.replace(SLOWER, name="third")), (), ""),
    "one phase less": (phased(FIRST), (), ""),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_decides_which_steps_refuse(folder: Path, name: str) -> None:
    change, steps, message = CHANGES[name]
    found = refusals(folder, change(recipe_in(folder)))
    assert tuple(found) == steps
    assert all(said.startswith(message) for said in found.values())


def test_cwes_that_change_places_are_not_exported_under_wrong_names(folder: Path) -> None:
    recipe = varied(
        recipe_in(folder),
        "embedded",
        leave_out=sorted(EVERY - KEPT - {"CWE-502"} | {"CWE-89"}),
    )
    message = refusals(folder, recipe)["export"]
    assert "labels CWE-89 only there and CWE-502 only now" in message


def test_a_vocabulary_that_a_network_was_begun_with_is_not_overwritten(folder: Path) -> None:
    run = RunFolder(folder / "run")
    before = run.tokenizer.read_bytes()
    recipe = varied(recipe_in(folder), "tokenizer", vocabulary=270)
    assert "tokenizer" in refusals(folder, recipe)
    assert run.tokenizer.read_bytes() == before
    for step in ("pretrain", "embedded"):
        shutil.rmtree(run.path / step)
    assert refusals(folder, recipe) == {}


def test_texts_that_a_phase_learns_from_bind_it(folder: Path) -> None:
    (folder / "drills" / "two.txt").write_text(DRILL.format(name="place"), "utf-8")
    message = "embedded/second was begun on another text of drills"
    found = refusals(folder, recipe_in(folder))
    assert found == {"embedded": message, "export": message}


def test_a_generator_that_changed_binds_phases_and_nothing_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Few, "digest", lambda _: "of other sources")
    message = "embedded/first was begun on another generator"
    found = refusals(folder, recipe_in(folder))
    assert found == {"embedded": message, "export": message}


def test_a_generator_is_known_by_what_composes_and_rewrites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "generate"
    shutil.copytree(Path(str(weakspot.generate.__file__)).parent, copied)
    makers = Generators([])
    before = makers.digest()
    monkeypatch.setattr(weakspot.generate, "__file__", str(copied / "__init__.py"))
    assert makers.digest() == before
    for name in ("drafts/order.py", "history/git.py", "rows.py"):
        (copied / name).write_text("", "utf-8")
    assert makers.digest() == before
    told = {before}
    for name in ("sides.py", "mechanisms/races.py", "injection/sown.toml", "data/words.txt"):
        (copied / name).write_text("", "utf-8")
        told.add(makers.digest())
    assert len(told) == 5


def test_a_corpus_that_is_read_again_binds_by_what_it_says(folder: Path) -> None:
    run, recipe = RunFolder(folder / "run"), recipe_in(folder)
    run.corpus.write_bytes(b"")
    make("corpus", recipe, run, quiet)
    assert refusals(folder, recipe) == {}
    fewer = varied(recipe, "corpus", per_origin=4)
    make("corpus", fewer, run, quiet)
    with pytest.raises(DataError, match="tokenizer was begun on another corpus"):
        make("pretrain", fewer, run, quiet)
    found = refusals(folder, fewer)  # so few units make no other vocabulary
    assert found == dict.fromkeys(STEPS[1:], "pretrain was begun on another corpus")


def test_a_corpus_step_that_was_stopped_is_not_gone_on_from(folder: Path) -> None:
    run, recipe = RunFolder(folder / "run"), recipe_in(folder)
    shutil.rmtree(folder / "train")
    with pytest.raises(DataError, match="no wheel"):
        make("corpus", recipe, run, quiet)
    assert run.corpus.exists()
    assert set(refusals(folder, recipe).values()) == {"sources.json is missing"}


def test_a_phase_goes_on_from_the_weights_that_it_was_begun_with(folder: Path) -> None:
    shutil.rmtree(folder / "run" / "embedded" / "first")
    recipe = phased(SLOWER, SECOND)(recipe_in(folder))
    message = "embedded/second was begun on another earlier checkpoint"
    assert refusals(folder, recipe) == {"embedded": message, "export": message}
    shutil.rmtree(folder / "run" / "embedded" / "second")
    assert refusals(folder, recipe) == {}


def test_a_folder_from_before_is_told_of_once_and_bound(folder: Path) -> None:
    run, recipe = RunFolder(folder / "run"), recipe_in(folder)
    for record in run.path.rglob("*recipe.json"):
        record.unlink()
    make("export", recipe, run, quiet)  # only checks
    assert not list(run.path.rglob("*recipe.json"))
    said: list[str] = []
    make("embedded", recipe, run, said.append)
    told = [line.split(" tells no recipe")[0] for line in said if "tells no recipe" in line]
    named = ("corpus", "tokenizer", "pretrain", "embedded/first", "embedded/second")
    assert told == [str(run.path / name) for name in named]
    make("embedded", recipe, run, said.append)
    assert sum("tells no recipe" in line for line in said) == len(told)
    assert "embedded" in refusals(folder, varied(recipe, "embedded", margin=1.5))


def test_real_pairs_decide_the_corpus_and_the_phases_that_learn_from_them(folder: Path) -> None:
    run = RunFolder(folder / "run")
    wanted = varied(
        recipe_in(folder), "embedded", grafts=str(folder / "drills"), fixes=str(folder / "drills")
    )
    before = Decided(wanted, run).of_corpus()
    assert {"grafts", "fixes", "held_out"} == before["embedded"].keys()
    (folder / "drills" / "two.txt").write_text("", "utf-8")
    after = Decided(wanted, run).of_corpus()
    differing = {
        name for name in after["inputs"] if after["inputs"][name] != before["inputs"][name]
    }
    assert differing == {"text_of_grafts", "text_of_fixes"}
    shutil.copy(run.corpus, run.grafts)
    learning = dataclasses.replace(SECOND, grafted=0.2)
    told = Decided(wanted, run).of_phase(learning, (), "", run.pretrained)
    assert "set_of_grafts" in told["inputs"]
    assert "grafts" in told["embedded"]
    assert "fixes" not in told["embedded"]
    assert "set_of_found_sound" not in told["inputs"]
    shutil.copy(run.corpus, run.found_sound)
    hard = Decided(wanted, run).of_phase(
        dataclasses.replace(learning, hard=0.2), (), "", run.pretrained
    )
    assert "set_of_found_sound" in hard["inputs"]


def test_pre_training_on_written_pairs_is_bound_to_them(folder: Path) -> None:
    run = RunFolder(folder / "run")
    plain = Decided(recipe_in(folder), run).of_pretrained(tiny_model.LABELS)
    assert not {"embedded", "labels"} & plain.keys()
    wanted = varied(recipe_in(folder), "pretrain", written=0.2)
    told = Decided(wanted, run).of_pretrained(tiny_model.LABELS)
    fewer = Decided(wanted, run).of_pretrained(tiny_model.LABELS[1:])  # reads fewer pairs
    assert {name for name in told if told[name] != fewer[name]} == {"labels"}
    assert {"pairs", "drills", "held_out", "leave_out"} == told["embedded"].keys()
    (folder / "drills" / "two.txt").write_text("", "utf-8")
    changed = Decided(wanted, run).of_pretrained(tiny_model.LABELS)
    assert {name for name in told if told[name] != changed[name]} == {"inputs"}


def test_what_pre_training_reads_of_every_kind_is_told(folder: Path) -> None:
    run = RunFolder(folder / "run")
    wanted = varied(recipe_in(folder), "pretrain", written=0.2, steps=3)
    said: list[str] = []
    read = sum(map(len, reading.texts(wanted, run, tiny_model.LABELS, said.append)))
    told = [
        re.fullmatch(r"(.*): (\d+) tokens, .* of all \((\d+)% wanted\), of \d+", one)
        for one in said
    ]
    found = [one.groups() for one in told if one]
    assert [(name, share) for name, _, share in found] == [
        ("sound sides of written pairs", "20"),
        ("other units", "80"),
    ]
    assert sum(int(count) for _, count, _ in found) == read


def test_a_vocabulary_that_is_not_the_start_s_is_told(folder: Path) -> None:
    told = {"name": "tiny", "tokenizer": {"vocabulary": 300}}
    tiny_model.make(folder / "one", graph=b"unread", recipe=told)
    recipe = dataclasses.replace(recipe_in(folder), start=str(folder / "one"))
    with pytest.raises(DataError, match=r"tokenizer\.vocabulary is 280, that of .* 300"):
        make("tokenizer", recipe, RunFolder(folder / "run"), quiet)
    same = dataclasses.replace(recipe, tokenizer=TokenizerRecipe(300))
    assert start.opened(same) is not None


def test_what_is_left_out_must_be_of_a_mechanism() -> None:
    with pytest.raises(DataError, match="leave_out names CWE-9999, which no mechanism shows"):
        Generators(["CWE-89", "CWE-9999"]).mechanisms()


def test_held_out_grafts_that_a_start_may_have_read_are_told(folder: Path) -> None:
    run, learning = RunFolder(folder / "run"), dataclasses.replace(FIRST, grafted=0.2)
    pair_file.write([], run.grafts)
    fresh = varied(recipe_in(folder), "embedded", grafts=str(folder / "drills"), phases=[learning])
    begun = dataclasses.replace(fresh, start="runs/one/bundle")
    without = phased(FIRST)(begun)
    said: dict[str, list[str]] = {"fresh": [], "begun": [], "without": []}
    for name, recipe in (("fresh", fresh), ("begun", begun), ("without", without)):
        stages.validation(recipe, run, Few(recipe.embedded.leave_out), said[name].append)
    assert said.pop("begun") == [
        "runs/one/bundle may have read the packages of held-out grafts: they are not unseen"
    ]
    assert not any(said.values())


def test_another_start_is_another_run_though_its_vocabulary_is_the_same(folder: Path) -> None:
    run = RunFolder(folder / "run")
    recipes = []
    for name in ("one", "other"):
        tiny_model.make(folder / name, name=name, graph=b"unread")
        recipes.append(dataclasses.replace(recipe_in(folder), start=str(folder / name)))
    for step in ("pretrain", "embedded"):
        shutil.rmtree(run.path / step)
    make("tokenizer", recipes[0], run, quiet)
    with pytest.raises(DataError, match="tokenizer was begun with another recipe"):
        Decided(recipe_in(folder), run).check_tokenizer()
    run.pretrained.mkdir()
    (run.pretrained / "checkpoint.safetensors").touch()
    Decided(recipes[0], run, quiet).check_pretrained(())
    Decided(recipes[0], run).check_pretrained(())
    with pytest.raises(DataError, match="pretrain was begun on another start"):
        Decided(recipes[1], run).check_pretrained(())


def test_a_first_stage_is_not_learnt_from_another_corpus(folder: Path, tmp_path: Path) -> None:
    tiny_model.make(tmp_path / "start", graph=b"unread")
    recipe = dataclasses.replace(recipe_in(folder), start=str(tmp_path / "start"))
    path = tmp_path / "tiny.toml"
    path.write_text(toml_of(varied(recipe, "corpus", per_origin=4).plain()), "utf-8")
    with pytest.raises(DataError, match="corpus was begun with another recipe"):
        export_first_stage(path, folder / "run", tmp_path / "bundle", quiet)


def toml_of(table: dict[str, Any]) -> str:
    """Write a recipe as TOML: plain values, tables, and phases as inline tables."""

    def value(given: Any) -> str:
        if isinstance(given, dict):
            return "{" + ", ".join(f"{name} = {value(one)}" for name, one in given.items()) + "}"
        if isinstance(given, list):
            return "[" + ", ".join(map(value, given)) + "]"
        return json.dumps(given)

    return "".join(f"{name} = {value(given)}\n" for name, given in table.items())
