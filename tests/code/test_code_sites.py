"""Sites: what is told of a statement, where it stands, and what its calls meet."""

import ast
import inspect
import shutil

from weakspot.code.facts import facts_of
from weakspot.code.roles import role_of
from weakspot.code.sites import Site, sites_of
from weakspot.code.source import Source
from weakspot.code.units import units_of

TEXT = """
def read(name):
    path = os.path.join(BASE, name)
    if not is_safe(path):
        raise ValueError(name)
    return open(path).read()"""


def at(sites: list[Site], line: int) -> frozenset[str]:
    (found,) = [site.features for site in sites if line in site.lines]
    return found


def test_each_statement_stands_on_its_lines() -> None:
    sites = list(sites_of(TEXT, 5))
    assert sorted(site.lines for site in sites) == [(0,), (1,), (2,), (3,), (4,)]
    assert "call open 0<param" in at(sites, 4)
    assert not any(fact.startswith("call open") for fact in at(sites, 1))


def test_a_call_meets_what_stands_around_it() -> None:
    opened = at(list(sites_of(TEXT, 5)), 4)
    assert "asked open|is_safe()" in opened
    assert "with open&join" in opened  # before it
    assert "with join&open later" in at(list(sites_of(TEXT, 5)), 1)
    assert "within open|stops is_safe()" in opened
    assert f"as within open|as stops #{role_of('is_safe')}()" in opened
    assert any(fact.startswith("as call #open") for fact in opened)


def test_a_definition_stands_for_all_that_it_holds() -> None:
    head = at(list(sites_of(TEXT, 5)), 0)
    assert {"holds open", "holds join"} <= head
    assert "as holds open" in head


def test_lines_of_context_count_as_what_stands_around_alone() -> None:
    context = "\n@app.route('/x')\ndef helper(x):\n    return shlex.quote(x)"
    sites = list(sites_of(context + TEXT, 5))
    assert sorted(site.lines for site in sites) == [(0,), (1,), (2,), (3,), (4,)]
    assert "with open&quote" in at(sites, 4)


def test_pieces_of_a_statement_are_one_site() -> None:
    text = "\ndef f(a):\n    run(\n        a,\n        shell=True)\n    done(a)"
    sites = list(sites_of(text, 5))
    assert [site.lines for site in sites] == [(0,), (1, 2, 3), (4,)]
    assert "key shell=True" in at(sites, 2)


def test_decorators_stand_with_what_they_decorate() -> None:
    sites = list(sites_of("\n@login_required\ndef f(a):\n    return a", 3))
    assert [site.lines for site in sites] == [(0, 1), (2,)]


def test_what_does_not_parse_has_no_sites() -> None:
    assert list(sites_of("\n" + "\n".join("][" for _ in range(20)), 20)) == []
    assert list(sites_of("", 0)) == []


def test_all_facts_of_a_unit_are_told_of_some_statement() -> None:
    units = units_of(Source("x.py", inspect.getsource(shutil))).units
    assert len(units) > 20
    for unit in units:
        text = "\n" + unit.text()
        told = [site.features for site in sites_of(text, len(unit.lines))]
        assert facts_of(text) <= frozenset[str]().union(*told)


def test_the_names_of_variables_hardly_matter() -> None:
    class Renamed(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name({"target": "zeta"}.get(node.id, node.id), node.ctx)

    text = "def f(q):\n    target = 'SELECT ' + q\n    return db.execute(target)"
    other = ast.unparse(Renamed().visit(ast.parse(text)))
    last = [at(list(sites_of("\n" + one, 3)), 2) for one in (text, other)]
    assert last[0] == last[1]


def test_what_nests_too_deep_is_not_read() -> None:
    text = f"\ndef f(x):\n    first(x)\n    z = {'+'.join(['x'] * 3_000)}"
    assert list(sites_of(text, 3)) == []
