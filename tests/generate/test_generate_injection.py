import ast
import random
import re
from dataclasses import replace

import pytest

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.catalogue import has
from weakspot.core.example import UnitPair
from weakspot.core.unit import Unit
from weakspot.generate.injection.inject import inject, looks_weak, rewrites
from weakspot.generate.injection.pattern import Bound, expression, filled, match
from weakspot.generate.injection.repetition import slowed
from weakspot.generate.injection.rewrite import call_rewrites
from weakspot.generate.injection.sown import sown, sown_rows, statements


def unit(code: str) -> Unit:
    (found,) = [one for one in units_of(Source("", code)).units if one.name != "<module>"]
    return found


def pairs(code: str) -> dict[str, UnitPair]:
    return {pair.mechanism: pair for pair in inject([("project/a.py", unit(code))], 1)}


def weak_lines(pair: UnitPair) -> list[str]:
    return [pair.weak.lines[at].text for at in pair.lines]


@pytest.mark.parametrize(
    ("pattern", "code", "is_match"),
    [
        ("yaml.load(X)", "yaml.load(a.b)", True),
        ("yaml.load(X)", "yaml.load(a, Loader=L)", False),
        ("f(X, *REST)", "f(1, 2, 3)", True),
        ("f(X, *REST)", "f()", False),
        ("f(k=1, **REST)", "f(a=2, k=1)", True),
        ("f(k=1, **REST)", "f(a=2, k=2)", False),
        ("f(X, X)", "f(a, a)", True),
        ("f(X, X)", "f(a, b)", False),
        ("f(X)", "f(*a)", False),
    ],
)
def test_patterns_match_what_they_say(pattern: str, code: str, is_match: bool) -> None:
    assert match(expression(pattern), expression(code), {}) is is_match


def test_a_pattern_is_filled_with_what_another_one_bound() -> None:
    bound: Bound = {}
    assert match(expression("f(X, *REST, k=1, **REST)"), expression("f(a, b, c, k=1, z=2)"), bound)
    assert ast.unparse(filled(expression("g(*REST, X, **REST)"), bound)) == "g(b, c, a, z=2)"


def test_every_rewrite_is_of_a_known_weakness_and_changes_the_code() -> None:
    assert all(has(cwe) for cwe in rewrites().values())
    names = [rewrite.name for rewrite in call_rewrites()]
    assert len(set(names)) == len(names)
    for rewrite in call_rewrites():
        sound = {ast.unparse(one) for one in rewrite.sound}
        assert sound.isdisjoint(ast.unparse(one) for one in rewrite.weak), rewrite.name


def test_a_sound_call_becomes_weak_and_nothing_else_changes() -> None:
    code = (
        "import yaml\ndef read(path):\n    with open(path) as file:\n"
        "        return yaml.safe_load(file)\n"
    )
    (pair,) = pairs(code).values()
    assert pair.cwe == "CWE-502"
    assert pair.sound.lines[:2] == pair.weak.lines[:2]
    assert "safe_load" not in weak_lines(pair)[0].replace("unsafe_load", "")
    assert pair.sound.lines[-1].text == "return yaml.safe_load(file)"


def test_a_weak_call_in_real_code_gets_a_sound_twin() -> None:
    code = "import yaml\ndef read(text):\n    data = yaml.load(text)\n    return data\n"
    (pair,) = pairs(code).values()
    assert weak_lines(pair) == ["data = yaml.load(text)"]
    assert pair.sound.lines[1].text == "data = yaml.safe_load(text)"
    assert looks_weak(unit(code))
    assert not looks_weak(pair.sound)


def test_parameters_move_into_the_query() -> None:
    code = (
        "def find(cursor, name, town):\n"
        "    cursor.execute('SELECT id FROM people WHERE name = %s AND town = %s', (name, town))\n"
        "    return cursor.fetchone()\n"
    )
    pair = pairs(code)["real/query-parameters"]
    text = weak_lines(pair)
    assert "name" in " ".join(text)
    assert "(name, town))" not in text[0] or "%" in text[0]
    assert pair.cwe == "CWE-89"


def test_a_formatted_query_gets_a_parametrised_twin() -> None:
    code = 'def find(db, name):\n    return db.execute(f"SELECT id FROM t WHERE n = {name}")\n'
    pair = pairs(code)["real/query-parameters"]
    assert pair.sound.lines[1].text == "return db.execute('SELECT id FROM t WHERE n = %s', (name,))"


def test_words_become_a_line_for_the_shell() -> None:
    code = (
        "import subprocess\ndef show(name):\n    subprocess.run(['ls', '-l', name], check=True)\n"
    )
    pair = pairs(code)["real/shell-words"]
    assert "shell=True" in pair.weak.text()
    assert "shell" not in pair.sound.text()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("f'tar -xf {name} -C /srv/{day}/in'", "['tar', '-xf', name, '-C', f'/srv/{day}/in']"),
        ("'ls  -l %s' % name", "['ls', '-l', name]"),
        ("f'ls {name} | head'", None),
        ("f'{name} -l'", None),
        ("f'ls \\'{name}\\''", None),
        ("f'ls {name}\\nid'", None),
        ("'ls ' + name", None),
        ("f'cd {name}'", None),
        ("f'LANG=C ls {name}'", None),
        ("f'ls {name!r}'", None),
        ("f'ls {name:>3}'", None),
    ],
)
def test_a_line_for_the_shell_becomes_words_where_it_is_no_more(
    line: str, words: str | None
) -> None:
    code = f"import subprocess\ndef f(name, day):\n    subprocess.run({line}, shell=True)\n"
    pair = pairs(code).get("real/shell-line")
    assert (pair and pair.sound.lines[1].text) == (words and f"subprocess.run({words})")


@pytest.mark.parametrize(
    "call",
    [
        "subprocess.call(shlex.split(a))",
        "subprocess.run(shlex.split(f'ls {a}'), check=False).returncode",
        "subprocess.check_output(shlex.split(a), text=True)",
        "asyncio.create_subprocess_exec(*shlex.split(a))",
    ],
)
def test_a_split_line_with_data_is_no_sound_twin(call: str) -> None:
    code = f"import asyncio\nimport shlex\nimport subprocess\ndef f(a):\n    return {call}\n"
    assert pairs(code) == {}


@pytest.mark.parametrize(
    "call",
    [
        "os.system(a)",
        "os.popen(a).read()",
        "subprocess.call('ls ' + a, shell=True)",
        "subprocess.check_output(f'ls {a} | head', shell=True, cwd=a)",
        "asyncio.create_subprocess_shell(a)",
    ],
)
def test_the_twin_of_a_line_for_the_shell_splits_nothing(call: str) -> None:
    code = f"import asyncio\nimport os\nimport subprocess\ndef f(a):\n    return {call}\n"
    assert looks_weak(unit(code))
    found = pairs(code).values()
    assert found
    assert not any("shlex" in pair.sound.text() for pair in found)


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"\w+=", r"(\w+)+="),
        (r"^[a-z]+$", r"^([a-z]+)+$"),
        (r"[\w.+-]+@[\w-]+\.com", r"([\w.+-]+)+@[\w-]+\.com"),
        (r"\d+\s*:", r"(\d+)+\s*:"),
        (r"(\w+)-x", r"((\w+)+)-x"),
        (r"\\.*x", r"\\(.*)+x"),
        (r"(?:a|b)\d+,", r"(?:a|b)(\d+)+,"),
        (r"a\.+b", None),  # a repeated full stop is no class
        (r"[\w.+-]@", None),
        (r"\w+\s*", None),  # the rest matches the empty text: nothing fails
        (r"\d+(?:px)?", None),
        (r"\w+", None),
        (r".+$", None),
        (r"\w+\w", None),  # the rest matches within the run
        (r"[a-z]+A?b", r"([a-z]+)+A?b"),
        (r"x|\w+=", None),  # another choice may match first
        (r"(?:\w+,)*;", None),  # repeated twice as it is
        (r"\w+?=", None),
        (r"\w++=", None),
        (r"(?!a)\w+=", None),
        (r"a$\w+=", None),
        (r"(\w+=", None),
    ],
)
def test_a_repetition_is_nested_where_the_rest_can_fail(pattern: str, slow: str | None) -> None:
    assert slowed(pattern, is_whole=False, may_capture=True) == slow


def test_a_whole_match_can_fail_at_the_end() -> None:
    assert slowed(r"\w+", is_whole=True, may_capture=False) == r"(?:\w+)+"


def test_a_slow_pattern_keeps_the_numbers_of_groups() -> None:
    code = "import re\ndef key(text):\n    return re.match(r'\\w+=(.*)', text).group(1)\n"
    pair = pairs(code)["real/nested-repetition"]
    assert weak_lines(pair) == ["return re.match('(?:\\\\w+)+=(.*)', text).group(1)"]


def test_a_pattern_with_spaces_and_comments_is_left_alone() -> None:
    code = "import re\ndef key(text):\n    return re.match('a+ = #', text, re.VERBOSE)\n"
    assert "real/nested-repetition" not in pairs(code)


@pytest.mark.parametrize(
    ("call", "is_weak"),
    [
        ("requests.get(a, verify=False)", True),
        ("self.session.post(a, verify=False)", True),
        ("connect(a, validate_certs=False)", True),
        ("img.save(a, verify=False)", False),
        ("jwt.decode(a, key, verify=False)", False),
    ],
)
def test_only_a_request_verifies_a_certificate(call: str, is_weak: bool) -> None:
    found = pairs(f"import requests\ndef f(self, a, key, img):\n    return {call}\n")
    assert ("real/certificate-check" in found) is is_weak


def test_the_sound_twin_of_a_logged_secret_logs_nothing_like_one() -> None:
    code = (
        "def login(self, name, password, access_token, pwd, userKey, session_cookie, pinCode):\n"
        "    return open_session(name, password)\n"
    )
    for seed in range(60):
        (pair,) = [
            one
            for one in inject([("p/a.py", unit(code))], seed)
            if one.mechanism == "real/logged-secret"
        ]
        line = next(one.text for one in pair.sound.lines if one not in pair.weak.lines)
        assert "name" in line
        assert not any(word in line for word in ("token", "pwd", "Key", "cookie", "pin"))


def test_where_all_parameters_look_secret_none_is_logged() -> None:
    code = "def login(self, password, access_token):\n    return open_session(password)\n"
    assert "real/logged-secret" not in pairs(code)


def test_what_a_lost_guard_protected_is_marked() -> None:
    code = (
        "def show(user, key):\n"
        "    title = 'x'\n"
        "    if not user.has_perm('view', key):\n"
        "        raise PermissionError(key)\n"
        "    print(title)\n"
        "    return load(user, key)\n"
    )
    pair = pairs(code)["real/guard-permission"]
    assert weak_lines(pair) == ["return load(user, key)"]
    assert "has_perm" not in pair.weak.text()
    assert pair.cwe == "CWE-862"


def test_a_lost_decorator_marks_the_function_it_protected() -> None:
    code = "@login_required\ndef account(request):\n    return render(request)\n"
    pair = pairs(code)["real/decorator-login"]
    assert pair.weak.lines[0].text == "def account(request):"
    assert weak_lines(pair) == ["return render(request)"]


def test_a_value_that_may_be_none_loses_its_check() -> None:
    code = (
        "import re\ndef number(text):\n    found = re.match('a(b)', text)\n"
        "    if found is None:\n        return 0\n    return found.group(1)\n"
    )
    pair = pairs(code)["real/guard-none"]
    assert weak_lines(pair) == ["return found.group(1)"]


def test_context_and_name_are_those_of_the_real_function() -> None:
    code = (
        "import hashlib\nLIMIT = 3\nclass Store(Base):\n    size = LIMIT\n"
        "    def key(self, data):\n        return hashlib.sha256(data).hexdigest()[:LIMIT]\n"
    )
    real = unit(code)
    (pair,) = [one for one in inject([("p/a.py", real)], 1) if one.mechanism == "real/weak-digest"]
    assert pair.weak.context == pair.sound.context == real.context
    assert pair.weak.name == "Store.key"


def test_the_same_seed_gives_the_same_pairs() -> None:
    real = [("p/a.py", unit("import yaml\ndef f(x):\n    return yaml.safe_load(x)\n"))] * 5
    assert list(inject(real, 7)) == list(inject(real, 7))


def test_no_project_gives_more_than_its_share() -> None:
    real = [("p/a.py", unit("import yaml\ndef f(x):\n    return yaml.safe_load(x)\n"))] * 60
    other = [("q/a.py", real[0][1])] * 5
    found = [pair for pair in inject([*real, *other], 7) if pair.mechanism == "real/yaml-loader"]
    assert [pair.origin[0] for pair in found] == ["p"] * 40 + ["q"] * 5


def test_code_that_cannot_be_read_gives_nothing() -> None:
    shuffled = unit("import yaml\ndef f(x):\n    return yaml.safe_load(x)\n")
    broken = shuffled.lines[::-1]
    assert list(inject([("p/a.py", replace(shuffled, lines=broken))], 1)) == []


def test_what_one_rewrite_calls_weak_none_calls_sound() -> None:
    for one in call_rewrites():
        for other in call_rewrites():
            for sound in one.sound if one is not other and one.cwe == other.cwe else ():
                calls = [weak for weak in other.weak if isinstance(weak, ast.Call)]
                assert not any(match(weak, sound, {}) for weak in calls), ast.unparse(sound)


def test_a_context_that_checks_no_certificate_is_not_called_sound() -> None:
    sound = {ast.unparse(form) for one in call_rewrites() for form in one.sound}
    assert "ssl.SSLContext(ssl.PROTOCOL_TLS)" not in sound
    assert "ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)" not in sound


@pytest.mark.parametrize(
    ("imports", "call", "mechanism"),
    [
        (
            "import django.http",
            "django.http.HttpResponseRedirect(a.GET['next'])",
            "redirect-django",
        ),
        ("import django.shortcuts", "django.shortcuts.redirect(a)", "redirect-to-name"),
        ("import ruamel.yaml", "ruamel.yaml.YAML(typ='base')", "ruamel-type"),
        ("import zipfile", "a.archive.extractall(a)", "archive-filter"),
        ("import lxml.etree", "lxml.etree.XMLParser(no_network=True)", "xml-for-safe-parser"),
    ],
)
def test_a_call_that_may_be_either_is_no_example(imports: str, call: str, mechanism: str) -> None:
    assert f"real/{mechanism}" not in pairs(f"{imports}\ndef f(a):\n    return {call}\n")


def test_a_redirect_to_a_page_of_ours_is_sound() -> None:
    code = (
        "from django.http import HttpResponseRedirect\nfrom django.urls import reverse\n"
        "def f(a):\n    return HttpResponseRedirect(reverse('home'))\n"
    )
    assert "real/redirect-django" in pairs(code)


def test_sown_commands_take_no_option_from_a_parameter() -> None:
    (row,) = [one for one in sown_rows() if one.name == "command"]
    lists = [re.findall(r"'([^']*)', \$[pq]", form) for form in row.sound if "[" in form]
    assert all(before == ["--"] for before in lists if before), lists


def test_a_sown_copy_is_bounded_on_both_sides() -> None:
    (row,) = [one for one in sown_rows() if one.name == "native-copy"]
    assert all("0 <= $q <= min(32, len($p))" in one for one in row.sound if "$q" in one)


def test_every_form_of_sown_statements_parses_and_has_a_twin() -> None:
    words = {"p": "path", "q": "other", "v": "found", "w": "text", "db": "cursor", "log": "logger"}
    for row in sown_rows():
        weak = ["\n".join(map(ast.unparse, statements(one, words))) for one in row.weak]
        sound = ["\n".join(map(ast.unparse, statements(one, words))) for one in row.sound]
        assert all((*weak, *sound)), row.name
        assert set(weak).isdisjoint(sound), row.name
        assert len(set(weak)) == len(weak), row.name


def test_sown_statements_stand_where_they_are_reached() -> None:
    (function,) = ast.parse(
        "def f(path):\n    if path:\n        return 1\n    x = 2\n    return x\n"
    ).body
    assert isinstance(function, ast.FunctionDef)
    for seed in range(60):
        for edit in sown(function, random.Random(seed)):
            assert edit.place in function.body
            if isinstance(edit.place, ast.Return):
                assert edit.weak[-1] is edit.place or isinstance(
                    edit.weak[-1], ast.Return | ast.Raise | ast.If
                )
            else:
                assert edit.weak[-1] is edit.place
