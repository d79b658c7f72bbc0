"""A scan uses no network: none is there, none may be used, and nothing that could is imported."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
import scan_command

SHOP = Path(__file__).parent.parent.parent / "examples" / "shop"
SCAN = ["scan", str(SHOP), "--no-config", "--no-cache", "--jobs", "2", "-f", "json"]

# A network namespace of one's own has no interface but a loopback that is down.
ALONE = ("unshare", "--user", "--map-root-user", "--net", "--")
PROBE = "import socket; socket.socket().connect(('127.0.0.1', 9))"

# Raising alone could be caught by whoever asked, so that each attempt is also written down. The
# workers read this as well: they inherit the environment.
GUARD = """
import os, sys
def forbid(event, arguments):
    if event.startswith(("socket.", "http.", "urllib.", "ftplib.", "smtplib.")):
        if event in ("socket.__new__", "socket.gethostname") and _is_local(event, arguments):
            return
        with open({log!r}, "a") as log:
            log.write(f"{{os.getpid()}} {{event}}\\n")
        raise RuntimeError("the network was used: " + event)
def _is_local(event, arguments):
    return event == "socket.__new__" and arguments[1] == 1  # AF_UNIX: how workers are talked to
sys.addaudithook(forbid)
with open({starts!r}, "a") as starts:
    starts.write(f"{{os.getpid()}}\\n")
"""


def places(output: bytes) -> set[tuple[str, int, str]]:
    findings = json.loads(output)["findings"]
    return {(one["path"], one["span"]["start_line"], one["cwe"]) for one in findings}


def can_be_alone() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def normal(tmp_path_factory: pytest.TempPathFactory) -> scan_command.Ended:
    """Return a scan of the example by the embedded model, with the network there."""
    folder = tmp_path_factory.mktemp("normal")
    return scan_command.run(SCAN, folder, scan_command.EMBEDDED)


def test_the_embedded_model_scans_the_example(normal: scan_command.Ended) -> None:
    assert (normal.code, normal.errors) == (1, "")
    assert len(places(normal.output)) >= 5


def test_a_scan_needs_no_network(normal: scan_command.Ended, tmp_path: Path) -> None:
    before = ALONE if can_be_alone() else ()  # where it cannot, the next test stands alone
    if before:
        probe = subprocess.run(
            [*before, sys.executable, "-c", PROBE], capture_output=True, check=False
        )
        assert b"Network is unreachable" in probe.stderr
    ended = scan_command.run(SCAN, tmp_path, scan_command.EMBEDDED, before)
    assert (ended.code, ended.errors) == (1, "")
    assert ended.output == normal.output


def test_a_scan_tries_no_network(normal: scan_command.Ended, tmp_path: Path) -> None:
    modules, log, starts = (tmp_path / name for name in ("modules", "log", "starts"))
    modules.mkdir()
    guard = GUARD.format(log=str(log), starts=str(starts))
    (modules / "sitecustomize.py").write_text(guard)
    ended = scan_command.run(SCAN, tmp_path, scan_command.EMBEDDED, paths=[modules])
    assert not log.exists(), log.read_text()
    assert (ended.code, ended.errors, ended.output) == (1, "", normal.output)
    assert len(starts.read_text().split()) >= 2  # the command and a worker at least were watched
    probe = scan_command.run(["-c", PROBE], tmp_path, (), paths=[modules])
    assert probe.code == 1
    assert log.read_text().split()[1:] == ["socket.__new__"]


def test_a_scan_leaves_nothing_behind_that_could_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ONNX Runtime keeps what it means to send in the user's cache; in CI it does not."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    ended = scan_command.run(SCAN, tmp_path, scan_command.EMBEDDED)
    assert ended.code == 1
    assert list(tmp_path.rglob("*")) == [home]


# The modules that can reach a network, by what they are called when imported.
REACHING = frozenset(
    (
        *("_socket", "_ssl", "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib"),
        *("pycurl", "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "tornado"),
        *("urllib.error", "urllib.request", "urllib3", "webbrowser", "websocket", "websockets"),
        "xmlrpc",
    )
)
# What a scan loads of those, and who asks for it: the pipes to the workers are socket pairs.
ALLOWED = {
    "socket": {"multiprocessing.connection", "multiprocessing.reduction"},
    "_socket": {"socket", "typing_extensions"},  # the latter only names its types
}
TRACE = """
import builtins, importlib, json, sys
asked = []
original = builtins.__import__
def traced(name, globals=None, locals=None, fromlist=(), level=0):
    if level == 0:
        who = (globals or {}).get("__name__", "")
        asked.append((name, who))
        asked.extend((f"{name}.{each}", who) for each in fromlist or ())
    return original(name, globals, locals, fromlist, level)
builtins.__import__ = traced
"""
COMMAND = """
from weakspot.cli.main import run
from weakspot.report import formats
reports = [word for name in formats.names() for word in (f"--{name}-output", f"{folder}/{name}")]
assert run([*sys.argv[2:], "--silent", *reports]) == 1
"""
WORKER = """
import weakspot.scan.worker
from weakspot.code.project import ProjectFile
from weakspot.scan.analyse import ScanWork, pack_request
from weakspot.scan.models import find_model
from weakspot.scan.sources import read_units
work = ScanWork(find_model(None).load, read_units, None).make()
code = b"import os\\n\\ndef f(x):\\n    os.system(x)\\n"
assert work(pack_request(ProjectFile("a.py", code, {}))).failed is None
assert work(pack_request(ProjectFile("b.py", code + b"print 'x'\\n", {}))).failed is None
"""
TELL = """
print(json.dumps({"loaded": sorted(sys.modules), "asked": sorted(set(asked))}))
"""


def reaching(name: str) -> str | None:
    """Return which of `REACHING` a module is, or is part of."""
    parts = name.split(".")
    heads = {".".join(parts[:size]) for size in range(1, len(parts) + 1)}
    return min(heads & REACHING, default=None)


@pytest.mark.parametrize("part", [COMMAND, WORKER], ids=["command", "worker"])
def test_a_scan_loads_nothing_that_reaches_a_network(part: str, tmp_path: Path) -> None:
    program = ("-c", f"{TRACE}folder = sys.argv[1]\n{part}{TELL}")
    ended = scan_command.run([str(tmp_path), *SCAN[:-2]], tmp_path, program)
    assert (ended.code, ended.errors) == (0, "")
    told = json.loads(ended.output)
    loaded = {name for name in told["loaded"] if reaching(name)}
    assert "socket" in loaded  # the trace sees what it looks for
    assert loaded <= set(ALLOWED)
    importers = {(name, who) for name, who in told["asked"] if name in loaded}
    assert [pair for pair in sorted(importers) if pair[1] not in ALLOWED[pair[0]]] == []
    assert "weakspot.scan" in {who.rpartition(".")[0] for _, who in told["asked"]}


def imported(path: Path) -> set[str]:
    """Return the modules a file names in its import statements, wherever they stand."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


# Parts of the workshop: a proof may not reach one, the review desk serves its page on loopback.
# The test above shows that a scan loads none of them.
WORKSHOP = {
    ("cli/review_desk.py", "webbrowser"),
    ("dataset/proof_child.py", "socket"),
    ("review/guard.py", "http"),
    ("review/guard.py", "http.HTTPStatus"),
    ("review/guard.py", "http.cookies"),
    ("review/guard.py", "http.cookies.CookieError"),
    ("review/guard.py", "http.cookies.SimpleCookie"),
    ("review/server.py", "http"),
    ("review/server.py", "http.HTTPStatus"),
    ("review/server.py", "http.server"),
    ("review/server.py", "http.server.BaseHTTPRequestHandler"),
    ("review/server.py", "http.server.ThreadingHTTPServer"),
}


def test_no_module_of_ours_names_one_that_reaches_a_network() -> None:
    package = scan_command.PACKAGES / "weakspot"
    files = sorted(package.rglob("*.py"))
    assert len(files) > 100
    named = {
        (path.relative_to(package).as_posix(), name)
        for path in files
        for name in imported(path)
        if reaching(name)
    }
    assert named == WORKSHOP
