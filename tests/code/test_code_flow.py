"""The way of untrusted data to a line: what is followed, what is cut, and that it ends."""

import ast
from collections.abc import Callable

import pytest

from timing import check_linear, check_takes
from weakspot.code.flow import Flow, Neighbour
from weakspot.code.flow_file import FlowFile

FLASK = """
from flask import request as asked

def helper(db, q):
    sql = f"select {q}"
    return db.execute(sql)  # here

@app.route("/x")
def view():
    a = asked.args.get("a")
    b = "x" + a
    return helper(db, b)
"""


def told(code: str) -> list[str]:
    """Return the steps to the line that says `# here`; checks what all traces have in common."""
    lines = code.split("\n")
    at = next(number for number, line in enumerate(lines, 1) if line.endswith("# here"))
    steps = Flow(FlowFile(ast.parse(code))).trace(at)
    assert all(1 <= step.line <= len(lines) for step in steps)
    if steps:
        assert steps[0].what.startswith("untrusted: ")
        assert (steps[-1].line, steps[-1].what) == (at, "used here")
    return [step.what for step in steps[:-1]]


def test_from_a_request_through_a_call_to_the_line() -> None:
    assert told(FLASK) == [
        "untrusted: flask.request.args",
        "`a` gets its value",
        "`b` gets its value",
        "passed to `helper` as `q`",
        "`sql` gets its value",
    ]


STORE = """
def listing(folder):
    return run(folder)  # here

class Shelf:
    def save(self, item):
        return run(item)  # there
"""


def across(
    own: str, other: str, mark: str, links: dict[str, str], back: dict[str, str]
) -> list[str]:
    """Return the steps to the marked line of a file that has one neighbour."""
    at = next(n for n, line in enumerate(own.split("\n"), 1) if line.endswith(mark))
    file = FlowFile(ast.parse(own), "", links)
    beside = FlowFile(ast.parse(other), "other.py", back)
    near = Neighbour("other.py", back, other.__contains__, lambda: beside)
    steps = Flow(file, [near]).trace(at)
    return [f"{step.path}: {step.what}" for step in steps]


def test_from_a_caller_in_another_file() -> None:
    views = "import store\ndef view(request):\n    return store.listing(request.GET['a'])\n"
    assert across(STORE, views, "# here", {}, {"store": ""}) == [
        "other.py: untrusted: request.GET",
        "other.py: passed to `listing` as `folder`",
        ": used here",
    ]


def test_a_function_that_another_file_calls_is_no_view() -> None:
    own = "from flask import request\ndef listing(request, a):\n    return run(a)  # here\n"
    views = "import store\nstore.listing(1, 'fixed')\n"
    assert across(own, views, "# here", {}, {"store": ""}) == []
    assert across(own, "import store\n", "# here", {}, {"store": ""})


def test_down_into_what_another_file_returns() -> None:
    own = "import web\nrun(web.name())  # here\n"
    other = "from flask import request\ndef name():\n    return request.args['n']\n"
    assert across(own, other, "# here", {"web": "other.py"}, {}) == [
        "other.py: untrusted: flask.request.args",
        "other.py: returned by `name`",
        ": used here",
    ]


@pytest.mark.parametrize(
    ("own", "other", "mark", "links", "back"),
    [
        # A caller of this file's `listing` means another file's.
        (
            STORE + "\nimport other\nother.listing(input())\n",
            "def listing(x): pass\n",
            "# here",
            {"other": "other.py"},
            {},
        ),
        # The function that is imported, not the one of the same name here.
        (
            "import web\ndef name():\n    return input()\nrun(web.name())  # here\n",
            "def name():\n    return 'fixed'\n",
            "# here",
            {"web": "other.py"},
            {},
        ),
        # A function of that name is imported, the method is not.
        (STORE, "from store import save\nsave(input(), 1)\n", "# there", {}, {"store": ""}),
        # Nobody says that this is the file.
        (STORE, "import store\nstore.listing(input())\n", "# here", {}, {}),
        ("import web\nrun(web.name())  # here\n", "", "# here", {"web": "gone.py"}, {}),
    ],
)
def test_equal_names_in_two_files_are_not_confused(
    own: str, other: str, mark: str, links: dict[str, str], back: dict[str, str]
) -> None:
    assert across(own, other, mark, links, back) == []


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("import sys\nrun(sys.argv[1])  # here", "the command line (sys.argv)"),
        ("run(input())  # here", "what is typed (input)"),
        ("def view(request, pk):\n    run(request.GET['a'])  # here", "request.GET"),
        (
            "from django import http\ndef view(request, pk):\n    run(pk)  # here",
            "parameter `pk` of the view `view`",
        ),
        (
            "class V:\n    def get(self):\n        run(self.get_argument('a'))  # here",
            "a request argument (self.get_argument)",
        ),
        (
            "class V:\n    def post(self):\n        run(self.request.body)  # here",
            "self.request.body",
        ),
        (
            (
                "@app.get('/u/{name}')\nasync def u(name: str, db=Depends(get)):\n"
                "    await db.fetch('a' + name)  # here"
            ),
            "parameter `name` of the route `u`",
        ),
        ("@shared_task\ndef t(x):\n    run(x)  # here", "parameter `x` of the task `t`"),
        (
            "def handler(event, context):\n    run(event['a'])  # here",
            "parameter `event` of the event handler `handler`",
        ),
        (
            "import requests\nx = requests.get(u, timeout=3).text\nrun(x)  # here",
            "a response from the network (requests.get)",
        ),
        (
            "import argparse\np = argparse.ArgumentParser()\no = p.parse_args()\nrun(o.a)  # here",
            "the command line (p.parse_args)",
        ),
        ("async def f(ws):\n    run(await ws.receive_text())  # here", "a websocket message"),
        ("def f(sock):\n    run(sock.recv(9))  # here", "the network (sock.recv)"),
        # Bodies, as each framework hands them out.
        (
            "from flask import request\nd = request.get_json()\nrun('a' + d['n'])  # here",
            "flask.request.get_json",
        ),
        ("from flask import request\nrun(request.get_data())  # here", "flask.request.get_data"),
        ("async def f(request: Request):\n    run(await request.json())  # here", "request.json"),
        ("async def f(request):\n    d = await request.form()\n    run(d)  # here", "request.form"),
        ("async def f(request):\n    run((await request.body()))  # here", "request.body"),
        ("async def f(request):\n    run(await request.text())  # here", "request.text"),
        ("async def f(request):\n    run(await request.post())  # here", "request.post"),
        ("def f(request):\n    run(request.read())  # here", "request.read"),
        ("def f(req, resp):\n    run(req.get_media())  # here", "req.get_media"),
        (
            "class V:\n    async def post(self):\n        run(await self.request.json())  # here",
            "self.request.json",
        ),
        # Requests under the name of a variable, and views by what says that they are.
        (
            (
                "class V:\n    def f(self):\n        request = self.request\n"
                "        run(request.GET)  # here"
            ),
            "request.GET",
        ),
        (
            (
                "from werkzeug.wrappers import Request\ndef app(environ, start):\n"
                "    request = Request(environ)\n    run(request.args)  # here"
            ),
            "request.args",
        ),
        (
            "@login_required\ndef show(request, pk):\n    run(pk)  # here",
            "parameter `pk` of the view `show`",
        ),
        (
            "class Show(BaseView):\n    def get(self, request, pk):\n        run(pk)  # here",
            "parameter `pk` of the view `get`",
        ),
        (
            "@app.route('/u/<int:n>/<m>')\ndef u(n, m):\n    run(n, m)  # here",
            "parameter `m` of the route `u`",
        ),
        (
            "@app.route('/<int:n>')\n@app.route('/<n>')\ndef u(n):\n    run(n)  # here",
            "parameter `n` of the route `u`",
        ),
        (
            "@click.command()\n@click.option('--a-b', '-a')\ndef f(a_b):\n    run(a_b)  # here",
            "parameter `a_b` of the command `f`",
        ),
    ],
)
def test_where_data_comes_in(code: str, source: str) -> None:
    assert told(code)[0].startswith(f"untrusted: {source}")


@pytest.mark.parametrize(
    "code",
    [
        "a = input()\nb, c = 1, a\nrun(c)  # here",
        "a = 'x'\na += input()\nrun(a)  # here",
        "a = input()\na += 'x'\na = a.strip()\nrun(a)  # here",
        "a = input()\nif b:\n    a = int(a)\nrun(a)  # here",
        "a = {}\na['k'] = input()\nrun(a)  # here",
        "a = []\na.append(input())\nrun(a)  # here",
        "for line in input().split():\n    run(line)  # here",
        "with open(input()) as file:\n    run(file)  # here",
        "a = [b for b in input()]\nrun(a)  # here",
        "a = input()\nif a:\n    a = 'x'\nrun(a)  # here",
        "a = input()\nrun('%s' % a)  # here",
        "a = input()\nrun('%d %s' % (b, a))  # here",
        "a = input()\nrun('100%%' % a, f'{a:>8}', f'{a!r:d}')  # here",
        "from flask import request\nrun(request.args.get('n', type=str))  # here",
        "run(list(map(str.strip, input().split())))  # here",
        "a = input()\nrun(\n    1,\n    a)  # here",
        "match input():\n    case [a, *b]:\n        run(b)  # here",
        "match input():\n    case {'a': 1, **b}:\n        run(b)  # here",
        "if (a := input()):\n    run(a)  # here",
        "def read():\n    return input()\nrun(read())  # here",
        (
            "class A:\n    def __init__(self):\n        self.p = input()\n"
            "    def go(self):\n        run(self.p)  # here"
        ),
        (
            "class A:\n    def go(self, x):\n        run(x)  # here\n"
            "    def all(self):\n        self.go(input())"
        ),
        "def go(a, *, x):\n    run(x)  # here\ngo(1, x=input())",
        (
            "class A:\n    def r(self):\n        return input()\n"
            "class B(A):\n    def go(self):\n        run(self.r())  # here"
        ),
        "def f():\n    def go(x):\n        run(x)  # here\n    go(input())",
        (
            "class A:\n    def f(self):\n        def go(x):\n            run(x)  # here\n"
            "        go(input())"
        ),
        "def go(x):\n    run(x)  # here\n[go(a) for a in input()]",
        "run({a: 1 for b in input().split() for a in b})  # here",
        "class A:\n    a = input()\n    run(a)  # here",
        "a = input()\nclass A:\n    run(a)  # here",
        "a = 1; b = input(); run(b)  # here",
        # The helper that is given a name, and the name beside it.
        "def h(x):\n    return x\ndef f():\n    a = input()\n    run([h(b) for b in a])  # here",
        "if 0:\n    a = 'x'\nelse:\n    a = input()\nrun(a)  # here",
        "T = {'a': 'b'}\nrun(T.get('a', input()))  # here",
        "run({'a': input()}['a'])  # here",
        "class E(Base):\n    A = 'a'\nrun(E(input()).value)  # here",
        "from pathlib import Path\nrun(Path(input()).parent)  # here",
        "T = {}\nT['a'] = input()\nrun(T.get('a'))  # here",
        "def f(table):\n    run(table.get(input()))  # here",
        "run(globals()[input()])  # here",
        "a[input()] = b  # here",
        "a, *b, c = 'x', 'y', input(), 'z'\nrun(b)  # here",
        "a, *b = input().split()\nrun(b)  # here",
        "a, b = 'x', *input()\nrun(b)  # here",
        (
            "class A:\n    def f(self):\n        self.a = input()\n        if b:\n"
            "            self.a = 'x'\n        run(self.a)  # here"
        ),
        (
            "class A:\n    def f(self):\n        self.a = input()\n"
            "        self.a = self.a.strip()\n        run(self.a)  # here"
        ),
        (
            "class A:\n    def g(self):\n        self.a = input()\n    def f(self):\n"
            "        run(self.a)  # here\n        self.a = 'x'"
        ),
        # Helpers that may hand on what they are given.
        "def h(x, y):\n    z = y.strip()\n    return z\nrun(h('a', input()))  # here",
        "def h(*a, **b):\n    return [a, b]\nrun(h(1, c=input()))  # here",
        "def h(x):\n    yield x\nrun(h(input()))  # here",
        "def h(x):\n    if x:\n        x = 'a'\n    return x\nrun(h(input()))  # here",
        "def h(n, x):\n    return h(n - 1, x) if n else x\nrun(h(2, input()))  # here",
        "@other\ndef h(x):\n    return 1\nrun(h(input()))  # here",
        "def h(x):\n    print(x)\nrun(h(input()))  # here",
        "def h(x):\n    a = ''\n    for b in x: a += b\n    return a\nrun(h(input()))  # here",
        "def h(x):\n    run(x)\n    return 0\na = h(input())  # here",
        (
            "class A:\n    def h(self, a, b):\n        return b\n"
            "    def go(self):\n        run(self.h('x', input()))  # here"
        ),
        "def h(x):\n    a = f()\n    a.write(x)\n    return a.getvalue()\nrun(h(input()))  # here",
        "def h(x):\n    return list(map(lambda a: a + x, b))\nrun(h(input()))  # here",
        # What may be left of a value.
        "a = input()\na['b'] = 'x'\nrun(a)  # here",
        "a = input()\nfor a in b:\n    pass\nrun(a)  # here",
        "a = input()\ntry:\n    a = b()\nexcept E:\n    log()\nrun(a)  # here",
        "a = input()\nwith suppress(E):\n    a = b()\nrun(a)  # here",
        "a = input()\nif b:\n    a = 'x'\nelif c:\n    a = 'y'\nrun(a)  # here",
        "a = input()\ntry:\n    a = b()\nexcept E:\n    pool.abort()\nrun(a)  # here",
        "try:\n    a = input()\nexcept E:\n    run(a)  # here",
        "try:\n    a = input()\nfinally:\n    run(a)  # here",
        "try:\n    a = input()\n    raise E\nexcept E:\n    pass\nrun(a)  # here",
        (
            "def f():\n    for b in c:\n        if b:\n            a = input()\n"
            "            break\n    run(a)  # here"
        ),
        "match b:\n    case 1:\n        a = input()\n    case _:\n        a = ''\nrun(a)  # here",
    ],
)
def test_ways_that_are_followed(code: str) -> None:
    assert told(code)


@pytest.mark.parametrize(
    "code",
    [
        "a = int(input())\nrun(a)  # here",
        "import shlex\na = shlex.quote(input())\nrun(a)  # here",
        "a = input() == 'x'\nrun(a)  # here",
        "a = input()\na = 'x'\nrun(a)  # here",
        "def f(a):\n    run(a)  # here",
        "a = load()\nrun(a)  # here",
        "run(a)  # here\na = input()",
        "@app.get('/u/{n}')\ndef u(n: int):\n    run(n)  # here",
        "def f(a):\n    return g(a)\ndef g(a):\n    return f(a)  # here",
        "class A:\n    def a(self):\n        self.x = self.x\n        run(self.x)  # here",
        "a = b\nb = a\nrun(a)  # here",
        "class A:\n    x: int = 3  # here",
        # Functions of other objects, whose names are the same.
        "class V:\n    def get(self):\n        return input()\na = cache.get(1)\nrun(a)  # here",
        "def go(x):\n    run(x)  # here\npool.go(input())",
        "class A:\n    def go(self, x):\n        run(x)  # here\ngo(1, input())",
        (
            "class A:\n    def go(self, x):\n        run(x)  # here\n"
            "class B:\n    def all(self):\n        self.go(input())"
        ),
        (
            "class A:\n    def r(self):\n        return input()\n"
            "class B(Other, A):\n    def go(self):\n        run(self.r())  # here"
        ),
        "def r():\n    return input()\ndef f(r):\n    run(r())  # here",
        # Values that are given whatever happens.
        "a = input()\nwith lock:\n    a = 'x' + b()\nrun(a)  # here",
        "a = input()\ntry:\n    a = b()\nfinally:\n    c()\nrun(a)  # here",
        (
            "def f():\n    a = input()\n    try:\n        a = b()\n    except E:\n        return\n"
            "    run(a)  # here"
        ),
        "a = input()\ntry:\n    a = b()\nexcept E:\n    a = ''\nrun(a)  # here",
        "a = input()\ntry:\n    a = b()\nexcept E:\n    raise\nelse:\n    run(a)  # here",
        "a = input()\nif b:\n    a = 'x'\nelse:\n    a = 'y'\nrun(a)  # here",
        "a = input()\nif b:\n    with c:\n        a = 'x'\n    run(a)  # here",
        (
            "a = input()\nmatch b:\n    case 1:\n        a = ''\n    case _:\n        raise E\n"
            "run(a)  # here"
        ),
        # Values that a name is given from itself, without what was untrusted in it.
        "a = input()\na = int(a)\nrun(a)  # here",
        "import shlex\ndef f():\n    a = input()\n    a = shlex.quote(a)\n    run(a)  # here",
        "a = input()\ntry:\n    a = int(a)\nexcept ValueError:\n    a = 0\nrun(a)  # here",
        "a = input()\nif (a := int(a)) > 2:\n    run(a)  # here",
        "def f(a):\n    a = len(a)\n    run(a)  # here\nf(input())",
        # Truth, numbers and digests.
        "from flask import request\na = request.args.get('n', type=int)\nrun(a)  # here",
        "from flask import request\nrun(request.args.get('n', 1, int))  # here",
        "run(list(map(int, input().split())))  # here",
        "run(f'{input():d}')  # here",
        "run('%d of %05.1f' % (input(), 2))  # here",
        "a = not input()\nrun(a, input().startswith('x'))  # here",
        "import requests\nrun(requests.get(URL).status_code)  # here",
        "import hashlib\na = hashlib.sha512(input().encode()).hexdigest()\nrun(a)  # here",
        # Parameters that a framework converts, or makes itself.
        "@app.route('/u/<int(min=1):n>')\ndef u(n):\n    run(n)  # here",
        "@app.route('/u/<n:int>')\n@app.route('/v/<uuid:n>')\ndef u(n):\n    run(n)  # here",
        "@app.get('/u')\ndef u(n: Literal['a'], r: Response):\n    run(n, r)  # here",
        "@app.command()\n@click.option('--a-b', '-a', type=int)\ndef f(a_b):\n    run(a_b)  # here",
        "@c.command()\n@c.option('--x/--no-x')\n@c.pass_obj\ndef f(db, x):\n    run(db, x)  # here",
        "@c.command()\n@c.argument('x', type=c.Choice(['a']))\ndef f(x):\n    run(x)  # here",
        # Helpers in sight that do not return what they are given.
        "def h(x):\n    return int(x)\nrun(h(input()))  # here",
        "def h(x):\n    if x in T:\n        return 'a'\n    return None\nrun(h(input()))  # here",
        "import shlex\ndef h(x):\n    x = shlex.quote(x)\n    return f'{x}'\nr(h(input()))  # here",
        "def g(x):\n    return len(x)\ndef h(x):\n    return g(x)\nrun(h(x=input()))  # here",
        "def h(a, b=1, *, c=2):\n    return a\nrun(h('x', input(), c=input()))  # here",
        (
            "class A:\n    def h(self, a, b):\n        return a\n"
            "    def go(self):\n        run(self.h('x', input()))  # here"
        ),
        # What is never run.
        "def f():\n    a = input()\n    return 1\n    run(a)  # here",
        "def f():\n    a = 'x'\n    if 0:\n        a = input()\n    run(a)  # here",
        "def h():\n    raise E\n    return input()\nrun(h())  # here",
        "def h(x):\n    run(x)  # here\ndef f():\n    return\n    h(input())",
        # Values that stand beside what is untrusted.
        "[a, b] = [input(), 'x']\nrun(b)  # here",
        "a, b = [input(), 'x']\nrun(b)  # here",
        "a, *b = input(), 'x', 'y'\nrun(b)  # here",
        "*a, b = 'x', 'y', input()\nrun(a)  # here",
        (
            "class A:\n    def f(self):\n        self.a = input()\n        self.a = 'x'\n"
            "        run(self.a)  # here"
        ),
        (
            "import os\nclass A:\n    def f(self):\n        self.a = input()\n"
            "        self.a = os.path.basename(self.a)\n        run(self.a)  # here"
        ),
        # What data only chooses.
        "run({'a': 'b'}[input()], {'a': 'b'}.get(input()))  # here",
        "class E(enum.Enum):\n    A = 'a'\nrun(E(input()).value)  # here",
        "from pathlib import Path\nrun(Path(input()).name)  # here",
        "T = {'a': 'b'}\ndef f():\n    a = T[input()]\n    run(a)  # here",
        "T = {'a': 'b'}\ndef f():\n    run(T.get(input(), 'c'))  # here",
        "class A:\n    def f(self):\n        run(self.table[input()])  # here",
        # Handlers and branches that end the program or the request.
        "a = input()\ntry:\n    a = int(a)\nexcept ValueError:\n    sys.exit(2)\nrun(a)  # here",
        "a = input()\nif b:\n    a = 'x'\nelse:\n    log()\n    abort(400)\nrun(a)  # here",
        "if b:\n    a = input()\n    exit()\nrun(a)  # here",
        # Branches that exclude each other, and those that are left.
        "if b:\n    a = input()\nelse:\n    a = 'x'\n    run(a)  # here",
        "if b:\n    a = input()\nelse:\n    run(a)  # here",
        "match b:\n    case 1:\n        a = input()\n    case _:\n        run(a)  # here",
        "def f():\n    if b:\n        a = input()\n        return a\n    run(a)  # here",
        (
            "for b in c:\n    a = ''\n    if b:\n        a = input()\n        continue\n"
            "    run(a)  # here"
        ),
        # Names that are another variable.
        "a = input()\nb = [a for a in SAFE]\nrun(' '.join(b))  # here",
        "a = input()\nb = list(map(lambda a: a, SAFE))\nrun(b)  # here",
        "e = input()\ntry:\n    f()\nexcept E as e:\n    run(e)  # here",
        "e = input()\ntry: f()\nexcept E as e: run(e)  # here",
        "a = input()\nclass A:\n    a = 'x'\n    run(a)  # here",
        "class A:\n    a = input()\nrun(a)  # here",
        "requests = {'a': 'b'}\nrun(requests.get(c))  # here",
        "def f(requests):\n    run(requests.get(c))  # here",
        "import requests\ndef f():\n    requests = {}\n    run(requests.get(c))  # here",
        "def input():\n    return 'x'\nrun(input())  # here",
        (
            "from shlex import quote\ntry:\n    from a import b\nexcept ImportError:\n"
            "    def quote(x):\n        return x\nrun(quote(input()))  # here"
        ),
        # Requests that a program makes, and functions that no client calls.
        "request = Request(url)\nrun(request.url)  # here",
        "run([request.url for request in made])  # here",
        (
            "from requests.adapters import HTTPAdapter\nclass A(HTTPAdapter):\n"
            "    def send(self, request, stream):\n        run(request.url, stream)  # here"
        ),
        "import pytest\n@pytest.fixture\ndef f(request, a):\n    run(a)  # here",
        "import flask\n@fixture\ndef f(request, a):\n    run(a)  # here",
        "def f(request, a):\n    run(a)  # here",
        "from flask import g\ndef f(request, a):\n    run(a)  # here\nf(1, 'x')",
        (
            "from django import http\nclass A(Admin):\n    @admin.action\n"
            "    def mark(self, request, a):\n        run(a)  # here"
        ),
        (
            "from django import http\nclass A(Admin):\n    def save(self, request, a):\n"
            "        run(a)  # here"
        ),
    ],
)
def test_ways_that_end(code: str) -> None:
    assert told(code) == []


def test_an_escape_that_is_redefined_is_none() -> None:
    own = "from shlex import quote\ndef quote(text):\n    return text\nrun(quote(input()))  # here"
    assert told(own)


def test_a_neighbour_is_read_only_when_a_call_leads_there() -> None:
    read: list[str] = []

    def near(path: str, links: dict[str, str], text: str) -> Neighbour:
        def parsed() -> FlowFile:
            read.append(path)
            return FlowFile(ast.parse(text), path, links)

        return Neighbour(path, links, text.__contains__, parsed)

    views = "import store\nstore.listing(input())\n"
    others = [
        near("web.py", {}, "def name():\n    return input()\n"),
        near("views.py", {"store": ""}, views),
        near("more.py", {"store": ""}, "import store\n"),
    ]
    own = "import web\ndef listing(a):\n    run(a)\nrun(input())\nrun(web.name())\n"
    flow = Flow(FlowFile(ast.parse(own), "", {"web": "web.py"}), others)
    assert flow.trace(4)
    assert read == []
    assert flow.trace(5)
    assert read == ["web.py"]
    assert flow.trace(3)
    assert flow.trace(3)
    assert read == ["web.py", "views.py"]


def test_a_long_chain_of_values_ends_without_an_error() -> None:
    chain = "a0 = input()\n" + "".join(f"a{at + 1} = a{at}\n" for at in range(2_000))
    flow = Flow(FlowFile(ast.parse(chain + "run(a2000)\n")))
    assert flow.trace(2_002) == ()


def test_nested_comprehensions_take_no_longer_for_each_level() -> None:
    text = "x"
    for _ in range(60):
        text = f"[a + a for a in {text}]"
    tree = ast.parse(f"run({text})\n")
    check_takes(lambda: Flow(FlowFile(tree)).trace(1), 10)


def test_a_line_that_is_none() -> None:
    flow = Flow(FlowFile(ast.parse("a = input()\n\nrun(a)\n")))
    assert flow.trace(2) == flow.trace(0) == flow.trace(99) == ()


def test_equal_files_give_equal_traces_whatever_was_asked_before() -> None:
    flow = Flow(FlowFile(ast.parse(FLASK)))
    first = [flow.trace(line) for line in range(1, 14)]
    assert [flow.trace(line) for line in range(13, 0, -1)] == first[::-1]


def test_a_long_file_takes_linear_time() -> None:
    part = "def f{0}(a):\n    b = a + {0}\n    c = f{1}(b)\n    return run(c)\n"

    def prepared(size: int) -> Callable[[], None]:
        code = "".join(part.format(at, at + 1) for at in range(size)) + "f0(input())\n"
        tree = ast.parse(code)

        def work() -> None:
            flow = Flow(FlowFile(tree))
            for line in range(4, 4 * size, 4 * size // 20):
                flow.trace(line)

        return work

    check_linear(prepared, 500)


def test_a_name_that_is_set_ten_thousand_times_ends_a_trace() -> None:
    def prepared(size: int) -> Callable[[], None]:
        text = "def f(x):\n" + "    if x: y = y\n" * size + "    os.system(y)\n"
        flow = Flow(FlowFile(ast.parse(text)))

        def work() -> None:
            assert flow.trace(size + 2) == ()

        return work

    check_linear(prepared, 2_500, yards=10)


HELPERS = """
import flask

def first(a):
    return second(a) or a

def second(a):
    return first(a)

def view():
    run(first(flask.request.args["a"]))
    run(second(flask.request.args["a"]))
"""


def test_helpers_that_call_each_other_hand_on_the_same_whoever_was_asked_first() -> None:
    lines = (11, 12)
    forwards, backwards = (Flow(FlowFile(ast.parse(HELPERS))) for _ in range(2))
    ways = [forwards.trace(line) for line in lines]
    assert [backwards.trace(line) for line in lines[::-1]] == ways[::-1]
    assert all(ways)


def test_a_call_of_many_arguments_takes_linear_time() -> None:
    def prepared(size: int) -> Callable[[], object]:
        code = f"def clean(*a):\n    return a\nrun(clean({'1, ' * size}))\n"
        flow = Flow(FlowFile(ast.parse(code)))
        return lambda: flow.trace(3)

    check_linear(prepared, 2_000)
