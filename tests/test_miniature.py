"""The whole workshop in miniature, through the real commands: code in, model folder out, a scan."""

import ast
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from own_git import git
from weakspot.dataset.grafts import digest_of
from weakspot.generate.mechanisms import all_mechanisms
from weakspot.train import corpus

KEPT = {"CWE-78", "CWE-89", "CWE-327"}  # of all weaknesses the composer knows
PACKAGES = ("json", "email", "logging")  # of the standard library: real code that is always there
PAIRS = Path(__file__).resolve().parents[1] / "datasets" / "top25" / "pairs"
RECIPE = """
name = "mini"
version = "0"
seed = 3
start = "{start}"
beside = []

[shape]
layers = 2
width = 32
heads = 2
feed_forward = 64
context = 128

[corpus]
train = "{folder}/train"
calibration = "{folder}/calibration"
clones = "{folder}/clones"
standard_library = false
per_origin = 400

[tokenizer]
vocabulary = 600

[pretrain]
steps = 6
batch_tokens = 2048
compiled = false
mask = 0.3
exchanged = 0.06
exchanged_weight = 5.0
suspect = 0.0
written = 0.0
muon_rate = 0.02
adam_rate = 0.003
weight_decay = 0.1
warm_up = 2
warm_down = 0.5

[embedded]
pairs = "{pairs}"
drills = "{drills}"
grafts = "{folder}/grafts"
fixes = "{folder}/fixes"
variants = 2
leave_out = {leave_out}
batch_families = 3
batch_clean = 2
batch_units = 12
compiled = false
per_mechanism = 1
held_out = 0.1
weight_decay = 0.1
warm_up = 2
warm_down = 0.5
dropout = 0.1
smoothing = 0.05
margin = 2.0
pair_weight = 0.5
line_weight = 0.5
cwe_weight = 0.5
context_weight = 0.1
clean_weight = 0.5

[[embedded.phases]]
name = "first"
steps = 6
in_real_code = 0.0
injected = 0.0
written = 0.0
grafted = 0.0
mined = 0.0
unequal = 0.0
hard = 0.0
frozen_layers = 0
muon_rate = 0.01
rate = 0.001
head_rate = 0.005

[[embedded.phases]]
name = "second"
steps = 4
in_real_code = 0.6
injected = 0.4
written = 0.2
grafted = 0.1
mined = 0.1
unequal = 0.1
hard = 0.5
frozen_layers = 1
muon_rate = 0.01
rate = 0.001
head_rate = 0.005

[calibration]
budget = 2.0
tests_budget = 0.5
words_weight = 1.0
facts_weight = 1.0
facts_of_start = false
kinds_weight = 3.0
sites_weight = 1.0
real_weight = 1.0
beside_recall = 0.9
screen_recall = 0.97
screen_share = 0.2
gate_share = 0.1
"""


def weakspot(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "weakspot", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def wheel(folder: Path, name: str, package: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nLicense: MIT\n\n")
        for path in sorted(package.rglob("*.py")):
            archive.write(path, f"{name}/{path.relative_to(package)}")


def placed(package: Path, name: str, function: str) -> tuple[str, ast.FunctionDef]:
    """Return how grafts name a function of a package's first file, and its tree."""
    text = (package / "__init__.py").read_text("utf-8")
    tree = ast.parse(text)
    (found,) = (one for one in tree.body if getattr(one, "name", None) == function)
    assert isinstance(found, ast.FunctionDef)
    lines = text.split("\n")[found.lineno - 1 : found.end_lineno]
    place = f"{name}-1.0 {name}/__init__.py:{found.lineno} {function} {digest_of(lines)}"
    return place, found


def graft(package: Path, name: str, function: str, line: str) -> str:
    """Return a graft that puts a weak line into a function of a package's first file."""
    place, found = placed(package, name, function)
    above = found.body[0].lineno - 1
    return f"### CWE-78 weak: what {function} reads is run\n{place}\n@ {above}+\n    {line}  #!\n"


def found_sound(package: Path, name: str, function: str) -> str:
    """Return what a reader says of a sound function of a package's first file."""
    return f"### sound: {function} only reads\n{placed(package, name, function)[0]}\n"


def project(folder: Path) -> str:
    """Make a clone whose second commit mends a weakness, and return the fix that names it."""
    clone = folder / "clones" / "sprout+garden"
    clone.mkdir(parents=True)
    weak = "import os\n\n\ndef show(name):\n    print(name)\n    os.system('cat ' + name)\n"
    mended = weak.replace("os.system('cat ' + name)", "os.spawnlp(os.P_WAIT, 'cat', 'cat', name)")
    (clone / "LICENSE").write_text("Permission is hereby granted, free of charge, to any person")
    git(clone, "init", "-q")
    for text in (weak, mended):
        (clone / "show.py").write_text(text)
        git(clone, "add", "-A")
        git(clone, "commit", "-q", "-m", "a change")
    commit = git(clone, "rev-parse", "HEAD")
    return f"### CWE-78: a name reaches a shell\nsprout/garden {commit} show.py show\n! 6\n"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a model from nothing and return the folder that holds all steps' results."""
    folder = tmp_path_factory.mktemp("workshop")
    library = Path(json.__file__).parent.parent
    wheel(folder / "train", "sample_json", library / "json")
    wheel(folder / "train", "sample_email", library / "email")
    wheel(folder / "train", "sample_wsgi", library / "wsgiref")
    wheel(folder / "calibration", "sample_logging", library / "logging")
    (folder / "grafts").mkdir()
    (folder / "grafts" / "one.txt").write_text(
        "\n".join(
            (
                graft(library / "json", "sample_json", "detect_encoding", "os.system(b)"),
                graft(library / "email", "sample_email", "message_from_file", "eval(fp.read())"),
                found_sound(library / "email", "sample_email", "message_from_string"),
            )
        ),
        "utf-8",
    )
    (folder / "fixes").mkdir()
    (folder / "fixes" / "one.txt").write_text(project(folder), "utf-8")
    left_out = sorted({one.cwe for one in all_mechanisms()} - KEPT)
    recipe = RECIPE.format(
        start="",
        folder=folder.as_posix(),
        leave_out=json.dumps(left_out),
        pairs=PAIRS.as_posix(),
        drills=PAIRS.parents[1].joinpath("drills").as_posix(),
    )
    (folder / "mini.toml").write_text(recipe, "utf-8")
    for step in ("corpus", "tokenizer", "pretrain", "embedded"):
        done = weakspot("train", step, "--recipe", "mini.toml", cwd=folder)
        assert done.returncode == 0, done.stderr
    done = weakspot("export", "--recipe", "mini.toml", "-o", "bundle", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def manifest(workshop: Path) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads((workshop / "bundle" / "manifest.json").read_bytes())
    return document


def test_every_step_leaves_its_result(workshop: Path) -> None:
    run = workshop / "runs" / "mini"
    found = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert found == {
        *("corpus.jsonl.gz", "calibration.jsonl.gz", "grafts.jsonl.gz"),
        *("found_sound.jsonl.gz", "fixes.jsonl.gz", "sources.json", "tokenizer.json"),
        *("corpus.recipe.json", "tokenizer.recipe.json", "pretrain/recipe.json"),
        *("embedded/first/recipe.json", "embedded/second/recipe.json"),
        *("pretrain/checkpoint.safetensors", "pretrain/log.jsonl"),
        *("embedded/first/checkpoint.safetensors", "embedded/first/log.jsonl"),
        *("embedded/second/checkpoint.safetensors", "embedded/second/log.jsonl"),
    }
    read_and_sound = {unit.name for _, unit in corpus.read(run / "found_sound.jsonl.gz")}
    assert read_and_sound == {"message_from_string"}
    sources = json.loads((run / "sources.json").read_text())
    assert [one["name"] for one in sources["train"]] == [
        "sample_email",
        "sample_json",
        "sample_wsgi",
    ]
    assert [one["licence"] for one in sources["calibration"]] == ["MIT"]
    (fixes,) = sources["fixes"]
    assert (fixes["name"], fixes["licence"]) == ("sprout/garden", "MIT")


def test_the_manifest_says_how_the_model_was_made(workshop: Path) -> None:
    said = manifest(workshop)
    assert set(said["labels"]) == KEPT
    assert said["recipe"]["name"] == "mini"
    assert said["recipe"]["seed"] == 3
    assert 0.0 <= said["recipe"]["measures"]["pair_accuracy"] <= 1.0
    assert [budget for budget, _ in said["thresholds"]["points"]] == [0.5, 1.0, 2.0]
    looks = said["screen"], said["screen"]["gate"]
    assert 0.1 <= looks[1]["passed_share"] <= looks[0]["passed_share"] <= 1.0


def test_the_model_scans_and_gives_the_same_report_twice(workshop: Path) -> None:
    target = workshop / "code"
    target.mkdir(exist_ok=True)
    (target / "shell.py").write_text('import os\n\n\ndef run(x):\n    os.system("ls " + x)\n')
    arguments = ("scan", "code", "--model", "bundle", "--deep", "--no-cache", "--format", "json")
    reports = [weakspot(*arguments, "--jobs", jobs, cwd=workshop) for jobs in ("1", "2")]
    assert [one.returncode in (0, 1) for one in reports] == [True, True], reports[0].stderr
    assert reports[0].stdout == reports[1].stdout
    report = json.loads(reports[0].stdout)
    assert report["model"]["name"] == "mini"


def test_the_model_predicts(workshop: Path) -> None:
    rows = [{"id": "a", "code": "import os\nos.system(input())\n"}, {"id": "b", "code": "x = 1\n"}]
    (workshop / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    done = weakspot("predict", "rows.jsonl", "--model", "bundle", cwd=workshop)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == ["a", "b"]
    assert all(one["error"] is None and 0 <= one["probability"] <= 1 for one in answers)


def test_a_step_without_the_one_before_says_which(workshop: Path, tmp_path: Path) -> None:
    done = weakspot(
        *("train", "pretrain", "--recipe", "mini.toml", "--run", str(tmp_path)), cwd=workshop
    )
    assert done.returncode == 2
    assert "weakspot train corpus" in done.stderr or "weakspot train tokenizer" in done.stderr


def test_a_finished_step_is_not_repeated(workshop: Path) -> None:
    run = workshop / "runs" / "mini" / "embedded" / "second"
    before = (run / "checkpoint.safetensors").read_bytes(), (run / "log.jsonl").read_bytes()
    done = weakspot("train", "embedded", "--recipe", "mini.toml", cwd=workshop)
    assert done.returncode == 0, done.stderr
    assert before == (
        (run / "checkpoint.safetensors").read_bytes(),
        (run / "log.jsonl").read_bytes(),
    )


def test_no_step_goes_on_with_another_recipe(workshop: Path) -> None:
    recipe = (workshop / "mini.toml").read_text("utf-8")
    shorter = recipe.replace("steps = 6\nin_real_code", "steps = 5\nin_real_code")
    (workshop / "shorter.toml").write_text(shorter, "utf-8")
    for step in (("train", "embedded"), ("export", "-o", "shorter")):
        done = weakspot(*step, "--recipe", "shorter.toml", cwd=workshop)
        assert done.returncode == 2
        assert "was begun with another recipe: phase.steps 6 there, 5 now" in done.stderr
        assert "remove runs/mini/embedded/first and those of the steps after it" in done.stderr
    assert not (workshop / "shorter").exists()


def test_a_run_can_start_from_the_model_folder_of_another(workshop: Path) -> None:
    recipe = (workshop / "mini.toml").read_text("utf-8")
    recipe = recipe.replace('start = ""', 'start = "bundle"').replace('"mini"', '"again"')
    recipe = recipe.replace("beside = []", "beside = [0]")
    recipe = recipe.replace("suspect = 0.0\nwritten = 0.0", "suspect = 0.3\nwritten = 0.3")
    (workshop / "again.toml").write_text(recipe, "utf-8")
    again = workshop / "runs" / "again"
    again.mkdir(parents=True, exist_ok=True)
    names = ("corpus.jsonl.gz", "calibration.jsonl.gz", "grafts.jsonl.gz", "fixes.jsonl.gz")
    for name in (*names, "found_sound.jsonl.gz", "sources.json", "corpus.recipe.json"):
        (again / name).write_bytes((workshop / "runs" / "mini" / name).read_bytes())
    for step in ("tokenizer", "pretrain", "embedded"):
        done = weakspot("train", step, "--recipe", "again.toml", cwd=workshop)
        assert done.returncode == 0, done.stderr
    assert (again / "tokenizer.json").read_bytes() == (
        workshop / "bundle" / "tokenizer.json"
    ).read_bytes()

    def first_loss(run: str) -> float:
        log = (workshop / "runs" / run / "pretrain" / "log.jsonl").read_text()
        return float(json.loads(log.splitlines()[0])["loss"])

    assert first_loss("again") < first_loss("mini")  # it knows something already

    done = weakspot("export", "--recipe", "again.toml", "-o", "both", cwd=workshop)
    assert done.returncode == 0, done.stderr
    assert (workshop / "both" / "beside.onnx").stat().st_size > 20_000
    settings = json.loads((workshop / "both" / "manifest.json").read_text())["beside"]
    assert settings["networks"] == 1
    assert 0.0 <= settings["asked_from"] < 1.0


def test_a_folder_can_be_given_another_first_stage(workshop: Path) -> None:
    recipe = (workshop / "mini.toml").read_text("utf-8")
    recipe = recipe.replace('start = ""', 'start = "bundle"').replace('"mini"', '"looks"')
    recipe = recipe.replace("screen_share = 0.2", "screen_share = 0.6")
    (workshop / "looks.toml").write_text(recipe, "utf-8")
    arguments = ("--recipe", "looks.toml", "--run", "runs/mini", "-o", "looks")
    done = weakspot("export", "--first-stage", *arguments, cwd=workshop)
    assert done.returncode == 0, done.stderr
    before, after = (
        {path.name: path.read_bytes() for path in (workshop / name).iterdir()}
        for name in ("bundle", "looks")
    )
    assert before.keys() == after.keys()
    assert {name for name in after if before[name] != after[name]} <= {
        "screen.bin",
        "manifest.json",
    }
    said = json.loads(after["manifest.json"])
    assert said["screen"]["share"] == 0.6
    assert said["thresholds"] == manifest(workshop)["thresholds"]
    assert said["calibration"] == manifest(workshop)["calibration"]
    again = weakspot("export", "--first-stage", *arguments, cwd=workshop)
    assert again.returncode == 2
    assert "exists already" in again.stderr
