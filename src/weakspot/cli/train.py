"""`weakspot train …`: the steps that make a model, one command each."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weakspot.core.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from weakspot.core.example import Example, UnitPair
    from weakspot.core.unit import Unit

_OTHERS = ("drafts", "history", "prompts", "rows.py")  # of generate: no program comes from these
_RECIPE = click.option(
    "--recipe",
    "recipe_path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The TOML file that decides the run.",
)
_RUN = click.option(
    "--run",
    "run_path",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the run (default: runs/<recipe name>).",
)


@click.group()
def train() -> None:
    """Make a model: corpus, tokenizer, pretrain, embedded. Each step can be resumed."""


def opened(recipe_path: Path, run_path: Path | None) -> tuple[Any, Any, Any]:
    """Return (stages module, recipe, run folder), or say what to install.

    Raises:
        MissingExtraError: the ``train`` extra is not installed.
    """
    try:
        from weakspot.train import stages  # noqa: PLC0415  torch only when it is needed
        from weakspot.train.recipe import load_recipe  # noqa: PLC0415  as above
        from weakspot.train.run import RunFolder  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("train", "training a model") from error
    recipe = load_recipe(recipe_path)
    folder = run_path or Path("runs") / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    return stages, recipe, RunFolder(folder)


class Generators:
    """What `weakspot.generate` makes, as the training stage asks for it (`train.makers.Makers`)."""

    def __init__(self, leave_out: Sequence[str]) -> None:
        self._leave_out = frozenset(leave_out)

    def mechanisms(self) -> dict[str, str]:
        """Return the CWE of every mechanism, by id, but for the CWEs that are left out.

        Raises:
            DataError: a CWE is not in the catalogue, where what a model says must be explained, or
                one that is left out has no mechanism.
        """
        from weakspot.core.catalogue import has  # noqa: PLC0415  only training needs it here
        from weakspot.generate.mechanisms import all_mechanisms  # noqa: PLC0415  many modules

        every = {mechanism.id: mechanism.cwe for mechanism in all_mechanisms()}
        if stray := sorted(self._leave_out - set(every.values())):
            raise DataError(
                f"embedded.leave_out names {', '.join(stray)}, which no mechanism shows",
                hint="take it out: what no mechanism shows is no label",
            )
        chosen = {name: cwe for name, cwe in every.items() if cwe not in self._leave_out}
        if unknown := sorted({cwe for cwe in chosen.values() if not has(cwe)}):
            raise DataError(
                f"not in the catalogue: {', '.join(unknown)}",
                hint="describe them in src/weakspot/core/weaknesses, or leave them out",
            )
        return chosen

    def compose(self, names: Sequence[str], each: int, seed: int) -> "Iterable[Example]":
        """Compose `each` families of the named mechanisms."""
        from weakspot.generate.compose import compose_all  # noqa: PLC0415  many modules
        from weakspot.generate.mechanisms import all_mechanisms  # noqa: PLC0415  many modules

        wanted = set(names)
        chosen = [mechanism for mechanism in all_mechanisms() if mechanism.id in wanted]
        return compose_all(chosen, each, seed)

    def digest(self) -> str:
        """Return a digest of the sources that compose programs and rewrite real functions."""
        import weakspot.generate  # noqa: PLC0415  only training needs it here

        folder = Path(str(weakspot.generate.__file__)).parent
        found = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            if path.suffix in (".py", ".toml", ".txt") and place.parts[0] not in _OTHERS:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                found.update(f"{place.as_posix()} {content}\n".encode())
        return found.hexdigest()

    def rewrites(self) -> dict[str, str]:
        """Return the CWE of every rewrite of real code, by name."""
        from weakspot.generate.injection.inject import rewrites  # noqa: PLC0415  only training needs it

        return rewrites()

    def inject(self, units: "Iterable[tuple[str, Unit]]", seed: int) -> "Iterable[UnitPair]":
        """Put weaknesses into real functions."""
        from weakspot.generate.injection.inject import inject  # noqa: PLC0415  only training needs it

        return inject(units, seed)

    def mine(self, fixes: Path, clones: Path) -> "Iterable[UnitPair]":
        """Read real functions before and after the fixes of a folder, from clones of projects."""
        from weakspot.dataset.fixes import read_fixes  # noqa: PLC0415  only training needs it
        from weakspot.generate.history.judged import pairs  # noqa: PLC0415  as above

        return pairs(read_fixes(fixes), clones)

    def licences(self, fixes: Path, clones: Path) -> dict[str, str]:
        """Return the licence of every project that the fixes of a folder are from.

        Raises:
            DataError: a project is reserved for evaluation, has no clone or no known licence.
        """
        from weakspot.dataset.fixes import read_fixes  # noqa: PLC0415  only training needs it
        from weakspot.generate.history.judged import licences  # noqa: PLC0415  as above
        from weakspot.train.reserved import is_reserved  # noqa: PLC0415  as above

        known = list(read_fixes(fixes))
        for project in sorted({fix.project for fix in known}):
            if any(map(is_reserved, project.split("/"))):
                raise DataError(f"{project} is reserved for evaluation: no fix of it may be used")
        return licences(known, clones)

    def looks_weak(self, unit: "Unit") -> bool:
        """Whether real code has a call in a weak form."""
        from weakspot.generate.injection.inject import looks_weak  # noqa: PLC0415  only training needs it

        return looks_weak(unit)


def say(text: str) -> None:
    """Print progress to standard error."""
    click.echo(text, err=True)


@train.command("corpus")
@_RECIPE
@_RUN
def corpus_command(recipe_path: Path, run_path: Path | None) -> None:
    """Read real code into corpora to learn from and calibrate on, and the recipe's real pairs."""
    stages, recipe, run = opened(recipe_path, run_path)
    stages.make_corpus(recipe, run, Generators(recipe.embedded.leave_out), say)


@train.command("tokenizer")
@_RECIPE
@_RUN
def tokenizer_command(recipe_path: Path, run_path: Path | None) -> None:
    """Learn the byte-pair vocabulary."""
    stages, recipe, run = opened(recipe_path, run_path)
    stages.make_tokenizer(recipe, run, say)


@train.command("pretrain")
@_RECIPE
@_RUN
def pretrain_command(recipe_path: Path, run_path: Path | None) -> None:
    """Pre-train the encoder on the corpus."""
    stages, recipe, run = opened(recipe_path, run_path)
    stages.make_pretrained(recipe, run, Generators(recipe.embedded.leave_out), say)


@train.command("embedded")
@_RECIPE
@_RUN
def embedded_command(recipe_path: Path, run_path: Path | None) -> None:
    """Fine-tune the encoder phase by phase on labelled and clean code."""
    stages, recipe, run = opened(recipe_path, run_path)
    stages.make_embedded(recipe, run, Generators(recipe.embedded.leave_out), say)


@train.command("finetune")
@_RECIPE
@_RUN
@click.option("--base", help="A folder or a name on the hub, in place of the recipe's.")
@click.option("--offline", is_flag=True, help="Never use the network: the base is a folder.")
def finetune_command(
    recipe_path: Path, run_path: Path | None, base: str | None, offline: bool
) -> None:
    """Fine-tune a causal language model on instruction rows; run again to go on after a stop."""
    finetune, recipe, folder = opened_causal(recipe_path, run_path, base)
    made = finetune.finetune(recipe, folder, say, offline=offline)
    rows = recipe.data.validation
    say(
        f"{made}: `weakspot evaluate SUITE --model {made}`, "
        f"`weakspot export --model {made} --rows {rows} -o OUT`"
    )


@train.command("base")
@_RECIPE
@_RUN
def base_command(recipe_path: Path, run_path: Path | None) -> None:
    """Pre-train a small CodeGen model from nothing: a base where no weights can be had."""
    try:
        from weakspot.train.causal.base import pretrain  # noqa: PLC0415  transformers when needed
        from weakspot.train.causal.recipe import load_base_recipe  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "pre-training a causal language model") from error
    recipe = load_base_recipe(recipe_path)
    made = pretrain(recipe, run_path or Path("runs") / recipe.name, say)
    say(f"{made}: `weakspot train finetune --recipe RECIPE --base {made}`")


@train.command("search")
@_RECIPE
@_RUN
@click.option("--base", help="A folder or a name on the hub, in place of the recipe's.")
@click.option("--offline", is_flag=True, help="Never use the network: the base is a folder.")
def search_command(
    recipe_path: Path, run_path: Path | None, base: str | None, offline: bool
) -> None:
    """Fine-tune with every combination the recipe declares; keep the best by validation loss."""
    _, recipe, folder = opened_causal(recipe_path, run_path, base)
    from weakspot.train.causal.search import search  # noqa: PLC0415  the extra was found above

    table = search(recipe, folder, say, offline=offline)
    click.echo(table.read_text("utf-8"), nl=False)


def opened_causal(
    recipe_path: Path, run_path: Path | None, base: str | None
) -> tuple[Any, Any, Path]:
    """Return (fine-tuning module, recipe, run folder), or say what to install.

    Raises:
        MissingExtraError: the ``finetune`` extra is not installed.
    """
    try:
        from weakspot.train.causal import finetune  # noqa: PLC0415  transformers when needed
        from weakspot.train.causal.recipe import load_causal_recipe  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "fine-tuning a causal language model") from error
    recipe = load_causal_recipe(recipe_path)
    if base is not None:
        recipe = replace(recipe, base=base)
    return finetune, recipe, run_path or Path("runs") / recipe.name
