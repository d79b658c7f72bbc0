"""`weakspot generate llm`: drafts of pairs from any OpenAI-compatible endpoint."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weakspot.core.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from weakspot.backends.chat.cost import Spending
    from weakspot.dataset.pairs import Pair
    from weakspot.generate.drafts.draft import Summary
    from weakspot.generate.drafts.order import Order

DEFAULT_KEY = "WEAKSPOT_API_KEY"
NOTHING_ACCEPTED = 1
FEWER_THAN_ASKED = 4
_FOLDER = click.Path(path_type=Path, file_okay=False)
_READABLE = click.Path(path_type=Path, exists=True)


@dataclass(frozen=True, slots=True)
class _Settings:
    """The options as given; `click` hands them over by these names."""

    endpoint: str
    model: str
    cwe: tuple[str, ...]
    pairs: int
    mechanism: tuple[str, ...]
    framework: tuple[str, ...]
    prompt: str | None
    output: Path
    existing: tuple[Path, ...]
    test_data: tuple[Path, ...]
    seed: int
    tries: int
    give_up: int
    temperature: float | None
    max_tokens: int | None
    max_cost: float | None
    price_in: float
    price_out: float
    rate: float | None
    retries: int
    backoff: float
    timeout: float
    workers: int
    key_env: str | None
    show_prompt: bool


def _options(function: Any) -> Any:
    """Add the options; a table, as there are many of one shape."""
    count, amount = click.IntRange(1), click.FloatRange(0)
    shown: dict[str, Any] = {"show_default": True}
    table: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("--endpoint", {"required": True}, "Base address, as http://localhost:11434/v1."),
        ("--model", {"required": True}, "The model's name, as the endpoint knows it."),
        ("--cwe", {"required": True, "multiple": True}, "CWE, group or top25-2024; repeatable."),
        ("--pairs", {"type": click.IntRange(1, 1000), "default": 10, **shown}, "Of each CWE."),
        ("--mechanism", {"multiple": True}, "A sink and fix to show; the first pairs get them."),
        ("--framework", {"multiple": True}, "What to build on; taken in turn."),
        ("--prompt", {}, "Version or file of the prompt (default: the latest shipped)."),
        ("--existing", {"type": _READABLE, "multiple": True}, "Folder of pairs not to repeat."),
        ("--test-data", {"type": _READABLE, "multiple": True}, "Suite no draft may repeat."),
        ("--seed", {"type": int, "default": 0, **shown}, "Sent with each request, changed."),
        ("--tries", {"type": click.IntRange(1, 20), "default": 3, **shown}, "For each pair."),
        ("--give-up", {"type": count, "default": 20, **shown}, "After drafts refused in a row."),
        ("--temperature", {"type": click.FloatRange(0, 2)}, "Sent when given."),
        ("--max-tokens", {"type": count}, "Of an answer; sent when given."),
        ("--max-cost", {"type": amount}, "Stop before more than this is spent."),
        ("--price-in", {"type": amount, "default": 0.0}, "Of a million prompt tokens."),
        ("--price-out", {"type": amount, "default": 0.0}, "Of a million answer tokens."),
        ("--rate", {"type": click.FloatRange(0, min_open=True)}, "Requests a minute at most."),
        ("--retries", {"type": click.IntRange(0, 50), "default": 6, **shown}, "Of a request."),
        ("--backoff", {"type": amount, "default": 1.0, **shown}, "Seconds of the first pause."),
        ("--timeout", {"type": click.FloatRange(1), "default": 600.0, **shown}, "In seconds."),
        ("--workers", {"type": click.IntRange(1, 32), "default": 1, **shown}, "CWEs at once."),
        ("--key-env", {}, f"Variable that holds the key (default: {DEFAULT_KEY}, if set)."),
        ("--show-prompt", {"is_flag": True}, "Print the first request and ask nothing."),
    )
    for name, more, text in reversed(table):
        function = click.option(name, help=text, **more)(function)
    return function


@click.command("llm")
@click.option("-o", "--output", type=_FOLDER, required=True, help="Folder of journal and drafts.")
@_options
def llm(**options: Any) -> int:
    """Draft pairs with a language model, check them, and keep every answer.

    Accepted drafts are pair files in OUTPUT/pairs, for people to review. OUTPUT/journal.jsonl
    holds every request, raw answer and verdict; run the same command again after an interruption
    and no answer is paid for twice.

    Exit codes: 0 all pairs were drafted, 1 none was, 4 fewer than asked for, 2 an error.
    """
    settings = _Settings(**options)
    try:
        from weakspot.backends.chat.client import Client, Endpoint  # noqa: PLC0415  an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("generate", "drafting with a language model") from error
    from weakspot.backends.chat.cost import Pace, Prices, Spending  # noqa: PLC0415  as above
    from weakspot.dataset.overlap import suite_overlap  # noqa: PLC0415  as above
    from weakspot.generate.drafts.attempts import open_spending  # noqa: PLC0415  as above
    from weakspot.generate.drafts.draft import Drafting  # noqa: PLC0415  as above
    from weakspot.generate.drafts.journal import Journal  # noqa: PLC0415  as above

    order = _order(settings)
    if settings.show_prompt:
        return _show(order, settings)
    if settings.max_cost is not None and not settings.price_in + settings.price_out:
        raise UsageError("--max-cost needs --price-in and --price-out")
    overlap = suite_overlap(settings.test_data)
    existing = _existing(settings.existing)
    endpoint = Endpoint(
        settings.endpoint, _key(settings.key_env), settings.timeout, settings.retries,
        settings.backoff,
    )  # fmt: skip
    spending = Spending(Prices(settings.price_in, settings.price_out), settings.max_cost)
    with Client(endpoint, Pace(settings.rate), _say) as client, Journal(settings.output) as journal:
        open_spending(journal, spending)
        if spending.lost:
            _say(f"earlier runs: {_in_doubt(spending)}")
        drafting = Drafting(
            order, client, journal, spending, existing, overlap, _say, settings.give_up
        )
        summary = drafting.run(settings.workers)
    _report(summary, spending)
    if summary.failure is not None:
        raise summary.failure
    if not summary.accepted:
        return NOTHING_ACCEPTED
    return 0 if len(summary.accepted) == summary.wanted else FEWER_THAN_ASKED


def _order(settings: _Settings) -> "Order":
    from weakspot.core.catalogue import get, parse_selector  # noqa: PLC0415  --help needs it not
    from weakspot.generate.drafts.order import Order  # noqa: PLC0415  as above
    from weakspot.generate.drafts.prompts import LATEST, load_prompt  # noqa: PLC0415  as above

    words = [word for text in settings.cwe for word in text.split(",") if word.strip()]
    found = {cwe for word in words for cwe in parse_selector(word)}
    return Order(
        cwes=tuple(sorted(found, key=lambda cwe: get(cwe).number)),
        pairs=settings.pairs,
        model=settings.model,
        prompt=load_prompt(settings.prompt or LATEST),
        seed=settings.seed,
        mechanisms=settings.mechanism,
        frameworks=settings.framework,
        tries=settings.tries,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
    )


def _show(order: "Order", settings: _Settings) -> int:
    from weakspot.generate.drafts.begin import first_request  # noqa: PLC0415  --help needs it not
    from weakspot.generate.drafts.draft import output_folder  # noqa: PLC0415  as above

    existing = _existing([*settings.existing, output_folder(settings.output)])
    for message in first_request(order, settings.output, existing).body["messages"]:
        click.echo(f"--- {message['role']}\n{message['content']}")
    return 0


def _key(name: str | None) -> str | None:
    key = os.environ.get(name or DEFAULT_KEY, "").strip()
    if name and not key:
        raise UsageError(f"the environment variable {name} holds no key")
    return key or None


def _existing(folders: Sequence[Path]) -> "list[Pair]":
    from weakspot.dataset.pairs import read_pairs  # noqa: PLC0415  --help needs it not

    return [pair for folder in folders for pair in read_pairs(folder)]


def _say(text: str) -> None:
    # What a model or a server said may hold escape sequences; none reaches the terminal.
    click.echo(
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text), err=True
    )


def _in_doubt(spending: "Spending") -> str:
    cost = f": {spending.doubtful:.4f}" if spending.prices.of(1, 1) else ""
    return f"{spending.lost} attempts were sent and not answered, and may be paid for{cost}"


def _report(summary: "Summary", spending: "Spending") -> None:
    from weakspot.generate.drafts.journal import rejected  # noqa: PLC0415  --help needs it not

    click.echo(f"{len(summary.accepted)} of {summary.wanted} pairs drafted")
    click.echo(f"{len(summary.refused)} drafts refused")
    for rule, count in rejected(summary.refused).items():
        click.echo(f"  {rule}: {count}")
    click.echo(f"{summary.asked} answers asked for, {summary.reused} taken from the journal")
    about = "about " if spending.guesses else ""
    click.echo(
        f"{about}{spending.prompt_tokens} prompt tokens, {spending.completion_tokens} answer "
        f"tokens, {spending.cost:.4f} spent in all"
    )
    if spending.lost:
        click.echo(f"beside that, {_in_doubt(spending)}")
    if summary.stopped:
        click.echo(f"stopped early: {summary.stopped}")
