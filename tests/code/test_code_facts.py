"""Facts about calls: what they say, what they do not depend on, and text that does not parse."""

import ast
import hashlib
from collections.abc import Sequence

import pytest

from weakspot.code.facts import facts_of
from weakspot.code.fragments import statements_of
from weakspot.code.normalise import NORMALISER_VERSION
from weakspot.code.source import Source
from weakspot.code.units import units_of

QUERY = """
def rows(db, name):
    sql = f'SELECT * FROM t WHERE name = {name}'
    return db.execute(sql)
"""


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (QUERY, "call .execute 0:f-sql"),
        (QUERY, "call .execute 0<param"),
        (QUERY, "unasked .execute"),
        ("subprocess.run(line, shell=True)", "call subprocess.run shell=True"),
        ("subprocess.run(line, shell=True)", "key shell=True"),
        ("os.open(path, flags, 0o600)", "call os.open 2:384"),
        ("connect(verify=mode)", "call connect(verify)"),
        ("reset_token = hashlib.md5(b'x')", "kept token=call:hashlib.md5"),
        ("ctx.verify_mode = ssl.CERT_NONE", "set .verify_mode=attr:ssl.CERT_NONE"),
        ("cursor.execute('SELECT %s' % name)", "call .execute 0:%-sql"),
        ("cursor.execute('SELECT ' + name)", "call .execute 0:+sql"),
        ("cursor.execute('SELECT {}'.format(name))", "call .execute 0:call:''.format"),
        ("redirect(request.args['next'])", "call redirect 0<@args"),
        ("@app.route('/x')\n@login_required\ndef f():\n    pass", "under app.route&login_required"),
        ("def f(debug=True):\n    pass", "default debug=True"),
        ("try:\n    f()\nexcept Exception:\n    pass", "except: pass"),
        ("check(a)\nsave(a)", "order check>save"),
        ("with tempfile.TemporaryFile() as f:\n    f.read()", "call <TemporaryFile>.read"),
        ("assert user.is_admin", "assert .is_admin"),
        ("if a:\n    raise E(1)\nf(a)", "stops raise call:E"),
        ("x = a if ready else c", "either ready"),
        ("while True:\n    f()", "while True"),
        ("if token == given:\n    f()", "compare Eq token"),
        ("d = {'alg': 'none'}", "item alg='none'"),
        ("class A(pickle.Unpickler):\n    pass", "base Unpickler"),
        ("async def f(x: bytes):\n    await g(x)", "type bytes"),
    ],
)
def test_a_fact_is_told(text: str, fact: str) -> None:
    assert fact in facts_of(text)


def test_a_test_before_a_call_is_told_when_it_asks_about_what_the_call_is_given() -> None:
    asked = "def f(p, q):\n    if p not in KNOWN:\n        raise E\n    open(p)"
    other = "def f(p, q):\n    if q not in KNOWN:\n        raise E\n    open(p)"
    late = "def f(p, q):\n    open(p)\n    if p not in KNOWN:\n        raise E"
    assert "asked open|NotIn:name" in facts_of(asked)
    assert "unasked open" not in facts_of(asked)
    for text in (other, late):
        assert "unasked open" in facts_of(text)
        assert not any(fact.startswith("asked ") for fact in facts_of(text))


def test_a_test_whose_body_goes_on_holds_in_its_body_only() -> None:
    text = "def f(p):\n    if p.ok:\n        log(p)\n    open(p)"
    assert "asked log|.ok" in facts_of(text)
    assert "asked open|.ok" not in facts_of(text)


def test_what_a_value_is_made_of_is_followed_through_assignments() -> None:
    text = "def f(p):\n    a = os.path.basename(p)\n    b = a.lower()\n    open(b)"
    facts = facts_of(text)
    assert {"call open 0<basename", "call open 0<lower", "call open 0<param"} <= facts
    assert "call open 0:call:<basename>.lower" in facts


def test_names_of_variables_change_no_fact_about_calls() -> None:
    def calls(text: str) -> set[str]:
        kinds = ("call ", "asked ", "unasked ", "key ", "order ", "return ")
        return {fact for fact in facts_of(text) if fact.startswith(kinds)}

    assert calls(QUERY) == calls(QUERY.replace("sql", "zeta").replace("name}", "alpha}").replace(
        ", name", ", alpha"
    ))  # fmt: skip


def test_values_that_lead_in_circles_end() -> None:
    text = "def f(a, b):\n    a = b.x()\n    b = a.y()\n    a = a.strip()\n    a.run(b)"
    assert any(fact.startswith("call .run") for fact in facts_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "class A(B):\ndef f(self):\n    eval(self.x)",  # a header without its body
        "def f(x):\n    eval(x)\n    for y in (\n        x,",  # a unit that is cut off
        "def f(:\n    pass\neval(x)",
        "if x:\nelse:\neval(x)",
    ],
)
def test_what_parses_of_a_text_is_read(text: str) -> None:
    assert "call eval" in facts_of(text)


@pytest.mark.parametrize(
    "text", ["", "\n", "\x00", "(" * 5000, "x = " + "-" * 5000 + "1", "f(" * 90 + ")" * 90, "…"]
)
def test_no_text_is_too_odd(text: str) -> None:
    assert all(isinstance(fact, str) for fact in facts_of(text))


def test_normalised_units_parse() -> None:
    """Of units as a model reads them all parse whole: facts are not lost on the way."""
    source = Source("x.py", ast.unparse(ast.parse(open(ast.__file__).read())))  # noqa: PTH123, SIM115
    units = [unit for unit in units_of(source).units if unit.windows == 1]
    assert all(facts_of(f"{unit.context_text()}\n{unit.text()}") for unit in units)
    texts = [unit.text() for unit in units]
    lost = [text for text in texts if _dots(statements_of(text)) > text.count("...")]
    assert lost == []


def _dots(statements: Sequence[ast.stmt]) -> int:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return sum(isinstance(node, ast.Constant) and node.value is ... for node in nodes)


MUCH = """
@app.post('/items', methods=['POST'])
async def put(request, key: str, *, limit=10):
    name = os.path.basename(request.args['name'])
    total = 0
    for row in rows(limit):
        total += row.size
    if key not in KEYS or not name.isalnum():
        raise abort(403)
    try:
        with open('/srv/' + name, 'wb') as out:
            out.write(await request.body())
    except OSError:
        log.error('no %s' % name)
    token: bytes = hashlib.md5(f'{key}:{name}'.encode()).digest()
    options = {'verify': False, **extra}
    match key:
        case str(word) if word.isalpha():
            run(word, [quote(part) for part in key], lambda one: send(one))
    return requests.get(url, **options) if total < 5 else None
"""


def test_what_is_told_changes_only_with_the_version_that_model_folders_record() -> None:
    told = hashlib.sha256("\n".join(sorted(facts_of(MUCH))).encode()).hexdigest()[:16]
    assert (NORMALISER_VERSION, told) == ("4", "33e68c9f32da6633"), (
        "facts change: raise the version"
    )


@pytest.mark.parametrize(
    "body",
    [
        "run = os.system\n    run(x)",
        "[os.system(y) for y in x]",
        "g = lambda z: os.system(z)",
        "match x:\n        case str(c):\n            os.system(c)",
        "match x:\n        case {'a': 1, **c}:\n            os.system(c)",
    ],
)
def test_whatever_a_value_is_called_it_stays_a_parameter(body: str) -> None:
    assert {"call os.system", "call os.system 0<param"} <= facts_of(f"def f(x):\n    {body}\n")


def test_what_a_comprehension_binds_is_bound_there_alone() -> None:
    text = "def f(x):\n    y = 1\n    a = [g(y) for y in x]\n    os.system(y)\n"
    assert "call os.system 0<param" not in facts_of(text)
