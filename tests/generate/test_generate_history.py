"""Mining security fixes from a real repository that the tests make."""

import json
from pathlib import Path

import pytest

from own_git import git
from weakspot.cli.main import run
from weakspot.core.errors import UsageError
from weakspot.dataset.pairs import Origin, read_pairs
from weakspot.generate.history.advisories import fixes
from weakspot.generate.history.functions import functions
from weakspot.generate.history.git import Repository
from weakspot.generate.history.mine import Draft, Miner, Wish, changed_lines
from weakspot.generate.history.signs import Sign, of_message

WEAK = '''"""Looks up parts."""
import os
import sqlite3
from os import path as ospath, sep


class Parts(Base, metaclass=Meta):
    """A store."""

    limit = 5

    @property
    def name(self):
        return ospath.basename(self.file)

    def find(self, band):
        """Find parts."""
        # by band
        query = f"SELECT id FROM parts WHERE band = '{band}'"
        rows = self.db.execute(query)
        return sorted(rows)


def read(root, name):
    target = os.path.join(root, name)
    with open(target) as handle:
        return handle.read()
'''
FIXED = WEAK.replace('f"SELECT', '"SELECT').replace("'{band}'", "?")
FIXED = FIXED.replace("execute(query)", "execute(query, (band,))")
CHECK = """    if not os.path.realpath(target).startswith(root + sep):
        raise PermissionError(name)
"""
GUARDED = FIXED.replace("    with open(target)", f"{CHECK}    with open(target)")


class Made:
    """A repository under construction; every commit returns its hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        self.when = 1_700_000_000

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        self.when = getattr(self, "when", 0) + 60
        who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": f"{self.when} +0000"}
        names = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in who.items()
        }
        return git(self.folder, *arguments, data=data, env=names)

    def commit(self, message: str | bytes, **files: str | bytes) -> str:
        for name, content in files.items():
            self.write(name.replace("__", "/") + ".py", content)
        return self.save(message)

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def save(self, message: str | bytes) -> str:
        self.git("add", "-A")
        raw = message.encode() if isinstance(message, str) else message
        self.git("commit", "-q", "--allow-empty", "-F", "-", data=raw)
        return self.git("rev-parse", "HEAD")

    def mine(self, **wish: object) -> tuple[list[Draft], Miner]:
        miner = Miner(Repository(self.folder), Wish(**wish), lambda code: None)  # type: ignore[arg-type]
        return list(miner.drafts()), miner


@pytest.fixture
def repo(tmp_path: Path) -> Made:
    made = Made(tmp_path / "depot")
    made.commit("Begin", app__parts=WEAK)
    return made


def line(code: str, number: int) -> str:
    return code.split("\n")[number - 1].strip()


def test_a_fix_becomes_a_draft_with_its_lines(repo: Made) -> None:
    name = repo.commit(
        "Fix SQL injection in the parts search (CVE-2024-12345)\n\nCWE-89", app__parts=FIXED
    )
    (draft,), miner = repo.mine()
    assert (draft.function, draft.path_after, draft.source_line) == (
        "Parts.find",
        "app/parts.py",
        16,
    )
    assert draft.commit.name == name
    assert draft.commit.signs.ids == ("CVE-2024-12345",)
    assert draft.commit.signs.cwes == ("CWE-89",)
    assert draft.vulnerable.startswith(
        "class Parts(Base, metaclass=Meta):\n    def find(self, band):\n"
    )
    assert [line(draft.vulnerable, at)[:12] for at in draft.lines] == [
        'query = f"SE',
        "rows = self.",
    ]
    assert [line(draft.fixed, at)[:12] for at in draft.fixed_lines] == [
        'query = "SEL',
        "rows = self.",
    ]
    assert miner.seen == 2


def test_an_added_check_marks_what_it_guards(repo: Made) -> None:
    repo.commit("Prevent path traversal", app__parts=WEAK.replace(WEAK, GUARDED))
    drafts, _ = repo.mine()
    read = next(draft for draft in drafts if draft.function == "read")
    assert [line(read.vulnerable, at) for at in read.lines] == ["with open(target) as handle:"]
    assert len(read.fixed_lines) == 2
    assert read.vulnerable.startswith("import os\n\n\ndef read(")
    assert read.fixed.startswith("import os\nfrom os import sep\n\n\ndef read(")
    assert read.commit.signs.guessed
    assert read.commit.signs.cwes == ("CWE-22",)


def test_the_commands_write_rows_and_pairs(repo: Made, tmp_path: Path, capsys) -> None:
    fix = repo.commit("Fix SQL injection", app__parts=FIXED)
    repo.commit("Security fix: stay inside of the root", app__parts=GUARDED)
    out = tmp_path / "out"
    assert run(["generate", "--from-git", str(repo.folder), "-o", str(out)]) == 0
    rows = [json.loads(row) for row in (out / "drafts.jsonl").read_text().splitlines()]
    assert [(row["function"], row["cwe"]) for row in rows] == [
        ("read", None),
        ("Parts.find", "CWE-89"),
    ]
    (pair,) = read_pairs(out / "pairs")
    assert pair.id == rows[1]["pair"] == f"CWE-89/depot-{fix[:10]}-parts-parts-find"
    assert (pair.origin, pair.domain) == (Origin.MINED, "depot")
    assert pair.vulnerable.code == rows[1]["vulnerable_code"]
    assert list(pair.vulnerable.lines) == rows[1]["lines"]
    assert any(problem.startswith("length: ") for problem in rows[1]["problems"])
    told = capsys.readouterr().out
    assert "2 drafts from 3 commits of depot, 1 pair files" in told
    assert "unknown: 1" in told
    again = tmp_path / "again"
    assert run(["generate", "from-git", str(repo.folder), "--output", str(again)]) == 0
    assert (again / "drafts.jsonl").read_bytes() == (out / "drafts.jsonl").read_bytes()


def test_nothing_found_is_no_success(repo: Made, tmp_path: Path) -> None:
    repo.commit("Sort the imports", app__parts=FIXED)
    assert run(["generate", "from-git", str(repo.folder), "-o", str(tmp_path / "out")]) == 1


def test_reserved_projects_are_refused(repo: Made, tmp_path: Path, capsys) -> None:
    repo.commit("Fix SQL injection", app__parts=FIXED)
    repo.git("remote", "add", "origin", "git@example.org:pallets/werkzeug.git")
    words = ["generate", "from-git", str(repo.folder), "-o", str(tmp_path / "out")]
    assert run(words) == 2
    assert "werkzeug is reserved" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert run([*words, "--allow-reserved"]) == 0


def test_test_data_is_passed_over(repo: Made, tmp_path: Path, capsys) -> None:
    repo.commit("Fix SQL injection", app__parts=FIXED)
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "case.py").write_text(FIXED)
    words = ["generate", "from-git", str(repo.folder), "-o", str(tmp_path / "out")]
    assert run([*words, "--test-data", str(suite)]) == 1
    assert "repeats test data of suite: 1" in capsys.readouterr().out


def test_an_advisory_names_its_commit(repo: Made) -> None:
    first = repo.git("rev-parse", "HEAD")
    fix = repo.commit("Bind the band", app__parts=FIXED)
    events = [{"introduced": first}, {"fixed": fix}]
    advisory = {"id": "PYSEC-2024-77", "cwe": "CWE-89", "ranges": [{"events": events}]}
    repo.write("security/advisories/parts.json", json.dumps(advisory))
    repo.save("Tell about it")
    (draft,), _ = repo.mine()
    assert draft.commit.name == fix
    assert draft.commit.signs.why is Sign.ADVISORY
    assert (draft.commit.signs.ids, draft.commit.signs.cwes) == (("PYSEC-2024-77",), ("CWE-89",))


def test_a_commit_that_brings_an_advisory_counts(repo: Made) -> None:
    repo.write("docs/advisories/2024-01.md", "Parts could be read by anyone.")
    repo.commit("Bind the band", app__parts=FIXED)
    repo.write("docs/advisories/2024-01.md", "Parts could be read by anybody.")
    repo.commit("Say it better", app__parts=GUARDED)
    (draft,), _ = repo.mine()
    assert (draft.function, draft.commit.signs.why) == ("Parts.find", Sign.ADVISORY)


def test_moved_files_are_followed(repo: Made) -> None:
    repo.git("mv", "app/parts.py", "app/größe lager.py")
    repo.write("app/größe lager.py", FIXED)
    repo.save("Fix SQL injection, and move the file")
    (draft,), _ = repo.mine()
    assert (draft.path_before, draft.path_after) == ("app/parts.py", "app/größe lager.py")


def test_merges_are_compared_with_their_first_parent(repo: Made) -> None:
    repo.git("checkout", "-q", "-b", "fork")
    repo.commit("Bind the band", app__parts=FIXED)
    repo.git("checkout", "-q", "main")
    repo.commit("Unrelated", app__other="x = 1\n")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge pull request from GHSA-2222-3333-4444", "fork")
    (draft,), _ = repo.mine()
    assert draft.commit.signs.ids == ("GHSA-2222-3333-4444",)
    assert draft.function == "Parts.find"


def test_backports_and_reverts_are_not_repeated(repo: Made) -> None:
    repo.commit("Fix SQL injection", app__parts=FIXED)
    repo.commit('Revert "Fix SQL injection"', app__parts=WEAK)
    repo.commit("Fix SQL injection again", app__parts=FIXED)
    repo.commit("No longer do what fixed the vulnerability", app__parts=WEAK)
    drafts, miner = repo.mine()
    assert len(drafts) == 1
    assert miner.skipped["the same change was met before, or its reverse"] == 2


def odd_files(code: str, word: str) -> dict[str, str | bytes]:
    """Return files that are hard to read, all but one; `word` makes each version another."""
    german = f"# -*- coding: latin-1 -*-\n{code}".replace("parts", "größe")
    return {
        "binary": f"{word} = 1\n\0".encode() * 50,
        "latin": german.encode("latin-1"),
        "wrong": code.encode() + b"# \xff\n",
        "broken": f"def {word}(:\n",
        "old": f"print '{word}'\n",
        "deep": f"{word} = {'(' * 300}{')' * 300}",
        "notes": f"# {word}\ndef keep(a):\n    # {word}\n    return a\n",
        "long": f"{word} = 1\n" * 200_000,
        "gone": WEAK.replace("def read", f"def read_{word}"),
        "test_parts": code,
    }


def test_odd_content_is_passed_over_and_counted(repo: Made) -> None:
    repo.commit("Prepare", **odd_files(WEAK, "a"))
    (repo.folder / "link.py").symlink_to("latin.py")
    repo.commit("Fix vulnerability", **odd_files(FIXED, "b"))
    drafts, miner = repo.mine()
    assert [(draft.path_after, draft.function) for draft in drafts] == [("latin.py", "Parts.find")]
    assert "größe" in drafts[0].vulnerable
    assert miner.skipped == {
        "a file is binary or not in its own encoding": 2,
        "a file does not parse": 3,
        "a file is too long or missing": 1,
        "a function went or was renamed": 1,
        "only comments or layout changed": 1,
    }


def test_messages_in_other_encodings_do_not_matter(repo: Made) -> None:
    repo.git("config", "i18n.commitEncoding", "latin-1")
    repo.commit("Fix XSS für Größe\n\n\0".encode("latin-1").rstrip(b"\0"), app__parts=FIXED)
    (draft,), _ = repo.mine()
    assert draft.commit.subject == "Fix XSS für Größe"


def test_sweeping_commits_are_left_out(repo: Made) -> None:
    many = "".join(f"def f{at}(a):\n    return a + {at}\n" for at in range(12))
    repo.commit("Add", app__many=many)
    repo.commit("Security fix everywhere", app__many=many.replace("a +", "a -"))
    assert repo.mine()[0] == []
    assert len(repo.mine(most_functions=12)[0]) == 12


def test_wishes_narrow_what_is_looked_at(repo: Made) -> None:
    repo.commit("Fix SQL injection", app__parts=FIXED)
    middle = repo.git("rev-parse", "HEAD")
    repo.commit("CVE-2024-11111", app__parts=GUARDED)
    names = lambda **wish: [draft.function for draft in repo.mine(**wish)[0]]  # noqa: E731 - short
    assert names() == ["read", "Parts.find"]
    assert names(words=False) == ["read"]
    assert names(most_commits=1) == ["read"]
    assert names(revision=middle) == ["Parts.find"]
    assert names(since="2040-01-01") == []
    with pytest.raises(UsageError):
        names(revision="--output=/tmp/x")
    with pytest.raises(UsageError):
        names(revision="nowhere")


def test_the_repository_runs_nothing(repo: Made, tmp_path: Path) -> None:
    repo.commit("Fix SQL injection", app__parts=FIXED)
    mark = tmp_path / "ran"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {mark}\nexit 0\n")
    script.chmod(0o755)
    repo.write(".gitattributes", "*.py diff=odd filter=odd\n")
    repo.save("Attributes")
    (repo.folder / ".git" / "info" / "attributes").write_text("*.py diff=odd\n")
    for name in (
        "core.fsmonitor", "core.pager", "diff.external", "diff.odd.command", "diff.odd.textconv",
        "filter.odd.smudge", "gpg.program", "core.sshCommand", "pager.log", "core.editor",
    ):  # fmt: skip
        repo.git("config", name, str(script))
    repo.git("config", "log.showSignature", "true")
    drafts, _ = repo.mine()
    assert len(drafts) == 1
    assert not mark.exists()


def test_bare_and_shallow_repositories_are_mined(repo: Made, tmp_path: Path) -> None:
    repo.commit("Fix SQL injection", app__parts=FIXED)
    repo.commit("CVE-2024-11111", app__parts=GUARDED)
    repo.git("clone", "-q", "--bare", str(repo.folder), str(tmp_path / "bare"))
    miner = Miner(Repository(tmp_path / "bare"), Wish(), lambda code: None)
    assert len(list(miner.drafts())) == 2
    repo.git("clone", "-q", "--depth", "2", repo.folder.as_uri(), str(tmp_path / "shallow"))
    miner = Miner(Repository(tmp_path / "shallow"), Wish(), lambda code: None)
    assert [draft.function for draft in miner.drafts()] == ["read"]
    assert miner.skipped["the commit has no parent here"] == 1


def test_what_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="git failed"):
        Repository(tmp_path)


def test_a_folder_inside_of_a_repository_is_not_taken_for_it(repo: Made) -> None:
    plain = repo.folder / "sub" / "plain"
    plain.mkdir(parents=True)
    with pytest.raises(UsageError, match=r"a folder of the repository \S+/depot, not"):
        Repository(plain)
    Repository(repo.folder / ".git")


@pytest.mark.parametrize("date", ["300000000000 +0000", "-1 +0000", ""])
def test_a_commit_with_an_odd_date_is_passed_over(repo: Made, tmp_path: Path, date: str) -> None:
    fix = repo.commit("CVE-2024-11111, CWE-89", app__parts=FIXED)
    raw = repo.git("cat-file", "commit", fix)
    odd = raw.replace("\ncommitter A <a@example.org>", f"\ncommitter A <a@example.org> {date} #")
    lines = [line.partition(" #")[0] for line in odd.split("\n")]
    data = ("\n".join(lines) + "\n").encode()
    name = repo.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=data)
    repo.git("reset", "-q", "--hard", name)
    repo.commit("CVE-2024-22222, CWE-22", app__parts=GUARDED)
    assert run(["generate", "--from-git", str(repo.folder), "-o", str(tmp_path / "out")]) == 0
    (pair,) = read_pairs(tmp_path / "out" / "pairs")
    assert pair.cwe == "CWE-22"
    _, miner = repo.mine()
    assert miner.skipped["the commit's date cannot be read"] == 1


@pytest.mark.parametrize(
    ("message", "why", "cwes"),
    [
        ("Fix CVE-2021-44228", Sign.IDENTIFIER, ()),
        ("Bump (GHSA-cfgh-2222-3jqr)", Sign.IDENTIFIER, ()),
        ("cwe_079: escape", Sign.IDENTIFIER, ("CWE-79",)),
        ("Prevent open redirect after login", Sign.WORDS, ("CWE-601",)),
        ("Fix security issue in upload", Sign.WORDS, ()),
        ("Avoid DoS by huge archives", Sign.WORDS, ("CWE-400",)),
        ("Fix BLP DOS -- CVE-2021-28678", Sign.IDENTIFIER, ("CWE-400",)),
    ],
)
def test_messages_that_tell_of_a_fix(message, why, cwes) -> None:
    signs = of_message(message)
    assert signs is not None
    assert (signs.why, signs.cwes) == (why, cwes)


@pytest.mark.parametrize(
    "message",
    [
        "Add a page about SQL injection",
        "Fix typo",
        "fix dos2unix line ends",
        'Revert "Fix XSS"',
        "CWE-",
        "",
    ],
)
def test_messages_that_tell_of_none(message: str) -> None:
    assert of_message(message) is None


def test_a_long_list_of_advisories_is_read_block_by_block() -> None:
    blocks = [
        f"CVE-2024-{at:05}\nfixed in {at:040x}\nintroduced in {at + 900:040x}"
        for at in range(10, 20)
    ]
    found = dict(fixes("osv/list.md", "\n\n".join(blocks)))
    assert {name: signs.ids for name, signs in found.items()} == {
        f"{at:040x}": (f"CVE-2024-{at:05}",) for at in range(10, 20)
    }
    assert list(fixes("osv/a.json", "{" * 5000)) == []


def test_functions_stand_alone() -> None:
    found = functions(
        "import a, b.c\nif a:\n    @a.wrap\n    async def one():\n        return b.c\n"
        "class K:\n    class L:\n        def two(self): pass\n"
        "    @property\n    def p(self): return 1\n    @p.setter\n    def p(self, v): pass\n"
    )
    assert found is not None
    assert list(found) == ["one", "K.L.two", "K.p", "K.p#2"]
    assert (
        found["one"].code == "import a\nimport b.c\n\n\n@a.wrap\nasync def one():\n    return b.c\n"
    )
    assert found["K.L.two"].code == "class L:\n        def two(self): pass\n"
    assert functions("if 1:\n    pass\n" + "elif 2:\n    pass\n" * 20_000) in (None, {})


def test_lines_of_comments_and_docstrings_do_not_count() -> None:
    old = functions('def f(a):\n    """Say."""\n    # one\n    return g(a)\n')
    new = functions('def f(a):\n    """Say it."""\n    # two\n    return h(a)\n')
    assert old is not None
    assert new is not None
    assert changed_lines(old["f"], new["f"]) == ((4,), (4,))
