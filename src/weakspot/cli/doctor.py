"""`weakspot doctor`: checks the installation, offline."""

import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from weakspot import __version__
from weakspot.cli.options import cache_trouble, told
from weakspot.cli.outputs import STANDARD_OUTPUT, check_writable
from weakspot.core.errors import WeakspotError
from weakspot.report.neutral import visible

PACKAGES = (
    "click", "jinja2", "numpy", "onnxruntime", "platformdirs", "rich", "tiktoken",
    "tree-sitter", "tree-sitter-python",
)  # fmt: skip
_PROBE = "import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n"
# The same behind a syntax error, which ast refuses: tree-sitter and its grammar have to fit.
_PROBES = (_PROBE, "def (:\n" + _PROBE)


@click.command("doctor")
@click.option("--model", metavar="FOLDER", help="A model folder in place of the settings' one.")
def command(model: str | None) -> int:
    """Check Python, packages, and the model, baseline and cache of a scan; all stays here."""
    check_writable(STANDARD_OUTPUT)
    click.echo(f"weakspot {__version__}, Python {platform.python_version()} at {sys.executable}")
    sound = _packages()
    said = told({}, ())
    sound = _model(model or said.settings.model) and sound
    sound = _baseline(said.settings.baseline) and sound
    folder = said.cache_folder()
    where = "off" if folder is None else visible(str(folder))
    trouble = "" if folder is None else cache_trouble(folder)
    click.echo(f"cache: {where}{trouble and f' ({trouble}: scans work without)'}")
    click.echo("all is well" if sound else "something is wrong, see above")
    return 0 if sound else 2


def _packages() -> bool:
    sound = True
    for name in PACKAGES:
        try:
            click.echo(f"{name} {version(name)}")
        except PackageNotFoundError:
            click.echo(f"{name} is missing")
            sound = False
    return sound


def _model(folder: str | None) -> bool:
    """Open the model and let a worker process judge the probes, as a scan would."""
    from weakspot.scan.models import find_model  # noqa: PLC0415 - tells of what is missing first
    from weakspot.scan.predict import PredictWork, predict  # noqa: PLC0415 - as above
    from weakspot.scan.protocol import Limits  # noqa: PLC0415 - as above
    from weakspot.scan.sources import read_units  # noqa: PLC0415 - as above

    try:
        model = find_model(folder)
        identity = model.identity
        named = f"model {identity.name} {identity.version}, digest {identity.digest}"
        click.echo(visible(named))
        rows = [json.dumps({"id": 1, "code": probe}).encode() for probe in _PROBES]
        answers = list(predict(rows, PredictWork(model.load, read_units), 0.5, 1, Limits()))
    except WeakspotError as error:
        click.echo(f"model: {visible(error.message)}")
        return False
    # Other models may know other weaknesses than the probe's.
    wanted = '"error": null' if folder else '"verdict": "vulnerable"'
    failed = [answer for answer in answers if wanted not in answer]
    click.echo(f"self-check: {visible(failed[0].strip()) if failed else 'passed'}")
    return not failed


def _baseline(name: str | None) -> bool:
    """Read the known findings that the settings name: without them every scan is an error."""
    from weakspot.scan.baseline import read_baseline  # noqa: PLC0415 - as for the model

    if name is None:
        return True
    try:
        read_baseline(Path(name))
    except WeakspotError as error:
        click.echo(f"baseline: {visible(error.message)}")
        return False
    click.echo(f"baseline: {visible(name)}")
    return True
