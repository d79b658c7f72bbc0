"""What values at their places mean, and that the table says it once."""

import re
from collections import Counter
from importlib.resources import files

import pytest

from weakspot.code import meanings
from weakspot.code.facts import facts_of
from weakspot.code.meanings import meanings_of

ENTRY = re.compile(r"([\w.]+:)?[^\s=]+=\S+")


def lines() -> list[str]:
    folder = files("weakspot.code") / "setting_names"
    texts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".txt")]
    return [line for text in texts for line in text.splitlines() if not line.startswith("#")]


def test_the_table_reads_as_it_says() -> None:
    assert len(lines()) > 200
    for line in lines():
        meaning, _, entries = line.partition(": ")
        assert re.fullmatch(r"[a-z]+\.[a-z]+", meaning)
        for entry in entries.split():
            assert ENTRY.fullmatch(entry)
            place, _, value = entry.partition("=")
            is_place = place.rpartition(":")[2].isdigit() or value == "-"
            assert ":" in place or not is_place, f"{entry} needs a callee"


def test_no_entry_means_two_things_in_one_file() -> None:
    folder = files("weakspot.code") / "setting_names"
    for file in folder.iterdir():
        text = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
        told = Counter(entry for line in text for entry in line.partition(": ")[2].split())
        assert [entry for entry, times in told.items() if times > 1] == []


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("requests.get(url, verify=False)", "tls.off"),
        ("session.verify = False", "tls.off"),
        ("context.verify_mode = ssl.CERT_NONE", "tls.off"),
        ("context.check_hostname = False", "hostname.off"),
        ("hashlib.new('md5')", "hash.weak"),
        ("AES.new(key, AES.MODE_ECB)", "mode.weak"),
        ("os.chmod(path, 511)", "rights.wide"),
        ("yaml.load(text, Loader=yaml.SafeLoader)", "load.safe"),
        ("yaml.load(text)", "load.open"),
        ("requests.get(url)", "timeout.none"),
        ("app.run(host='0.0.0.0')", "bind.all"),
        ("answer.headers['X-Frame-Options'] = 'DENY'", "header.safe"),
    ],
)
def test_values_mean_something_at_their_places(code: str, meant: str) -> None:
    assert f"means {meant}" in meanings_of(facts_of(code))


@pytest.mark.parametrize(
    "code",
    [
        "requests.get(url, verify=True)",
        "requests.get(url, verify=flag)",
        "hashlib.new('sha256')",
        "notes.new('md5')",
        "text = 'verify=False'",
        "yaml.load(text, Loader=kind)",
    ],
)
def test_other_values_and_other_places_do_not(code: str) -> None:
    weak = {"means tls.off", "means hash.weak", "means load.open"}
    assert not weak & meanings_of(facts_of(code))


def test_the_digest_is_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = meanings.digest()
    meanings.digest.cache_clear()
    monkeypatch.setattr(meanings, "_lines", lambda: iter(["tls.off: verify=False"]))
    try:
        assert meanings.digest() != before
    finally:
        meanings.digest.cache_clear()
