"""What stands beside a finding: safe lines that a detector of known words was tried with."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import scan_fakes

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.catalogue import has
from weakspot.core.finding import Cell, Counterfactual, Step
from weakspot.core.score import UnitScore
from weakspot.core.unit import Unit
from weakspot.scan.analyse import Analyser
from weakspot.scan.analysis import FileAnalysis
from weakspot.scan.cache import Cache
from weakspot.scan.evidence import counterfactual
from weakspot.scan.remedies import REMEDIES, remedied
from weakspot.scan.sources import read_units

CODE = """import os


def run(name):
    tag = name.strip()
    return os.system('ls ' + tag)
"""


_PROTECTED = "@django.views.decorators.csrf.csrf_protect"
_VERIFIED = ".client.get(f'é{x['a']}', verify=True)"


@pytest.mark.parametrize(
    ("cwe", "line", "instead"),
    [
        ("CWE-502", "yaml.load(x, Loader=yaml.Loader)", "yaml.safe_load(x)"),
        ("CWE-502", "a = pickle.loads(b)", "a = json.loads(b)"),
        ("CWE-78", "os.system(f'ls {x}')", "subprocess.run(['ls', '--', x], check=True)"),
        ("CWE-732", "os.chmod(p, 511)", "os.chmod(p, 448)"),
        ("CWE-208", "if not a.tag == given:", "if not hmac.compare_digest(a.tag, given):"),
        ("CWE-208", "return a != b", "return not hmac.compare_digest(a, b)"),
        ("CWE-295", "requests.get(u, verify=False)", "requests.get(u, verify=True)"),
        ("CWE-798", "api_key = 'k1'", "api_key = os.environ['SECRET']"),
        (
            "CWE-89",
            "db.execute(f'SELECT a FROM t WHERE b = '{b}' AND c = {c}')",
            "db.execute('SELECT a FROM t WHERE b = %s AND c = %s', (b, c))",
        ),
        (
            "CWE-78",
            "subprocess.run('git clone -q ' + url + ' /srv/' + name, cwd=a, shell=True)",
            "subprocess.run(['git', 'clone', '-q', '--', url, f'/srv/{name}'], cwd=a)",
        ),
        (
            "CWE-78",
            "sys.exit(os.system('ping -c 1 %s' % request.args['h']))",
            "sys.exit(subprocess.call(['ping', '-c', '1', '--', request.args['h']]))",
        ),
        (
            "CWE-78",
            "os.popen(f'du -sh '{a}/b'').read()",
            "subprocess.run(['du', '-sh', '--', f'{a}/b'], capture_output=True, text=True).stdout",
        ),
        (
            "CWE-78",
            "a = subprocess.getoutput('cat /var/log/' + b)",
            "a = subprocess.run(['cat', f'/var/log/{b}'], capture_output=True, text=True).stdout",
        ),
        (
            "CWE-77",
            "os.system('/bin/rm -rf ' + shlex.quote(a))",
            "subprocess.run(['/bin/rm', '-rf', '--', a], check=True)",
        ),
        (
            "CWE-78",
            "if os.system('ls ' + os.path.join(a, args.name)) != 0:",
            "if subprocess.call(['ls', '--', os.path.join(a, args.name)]) != 0:",
        ),
        ("CWE-78", "os.system('grep -- ' + a)", "subprocess.run(['grep', '--', a], check=True)"),
        ("CWE-78", "run(['ls', a], shell=True)", "run(['ls', '--', a], shell=False)"),
        ("CWE-78", "subprocess.run(['ls', a], shell=True)", "subprocess.run(['ls', '--', a])"),
        ("CWE-502", "yaml.load(x, yaml.Loader)", "yaml.safe_load(x)"),
        ("CWE-502", "a = pickle.loads(b, encoding='l')", "a = json.loads(b)"),
        ("CWE-22", "tar.extractall()", "tar.extractall(filter='data')"),
        (
            "CWE-347",
            "jwt.decode(a, k, algorithms=b, options={'verify_signature': False})",
            "jwt.decode(a, k, algorithms=b, options={'verify_signature': True})",
        ),
        (
            "CWE-347",
            "jwt.decode(a, k, algorithms=('RS256', 'none'))",
            "jwt.decode(a, k, algorithms=['RS256'])",
        ),
        (
            "CWE-347",
            "jwt.decode(a, k, algorithms=['None'])",
            "jwt.decode(a, k, algorithms=['HS256'])",
        ),
        (
            "CWE-89",
            "sqlite3.connect(p).execute(f'SELECT a FROM t WHERE b LIKE 'x%' AND c = {c}')",
            "sqlite3.connect(p).execute(\"SELECT a FROM t WHERE b LIKE 'x%' AND c = ?\", (c,))",
        ),
        ("CWE-319", "urlopen('http://' + a)", "urlopen('https://' + a)"),
        (
            "CWE-611",
            "a = lxml.etree.fromstring(b).find('c')",
            "a = defusedxml.ElementTree.fromstring(b).find('c')",
        ),
        ("CWE-327", "a = AES.new(k, AES.MODE_ECB)", "a = AES.new(k, AES.MODE_GCM)"),
        ("CWE-94", "a = eval(b['c'])", "a = ast.literal_eval(b['c'])"),
        ("CWE-94", "eval(f'[{a}, 1]')", "ast.literal_eval(f'[{a}, 1]')"),
        ("CWE-79", "mark_safe(a['b'])", "markupsafe.escape(a['b'])"),
        ("CWE-79", "flask.Markup(f'{a} {b}')", "markupsafe.escape(f'{a} {b}')"),
        ("CWE-22", "tz.extractall(p)", "tz.extractall(p, filter='data')"),
        ("CWE-22", "bundle.extractall(p)", "bundle.extractall(p, filter='data')"),
        ("CWE-22", "open(os.path.join(a, b))", "open(os.path.join(a, os.path.basename(b)))"),
        ("CWE-377", "open(tempfile.mktemp(), 'w')", "open(tempfile.mkstemp()[1], 'w')"),
        ("CWE-377", "n = tempfile.mktemp('.x')", "n = tempfile.mkstemp('.x')[1]"),
        ("CWE-611", "xml.dom.minidom.parse(x)", "defusedxml.minidom.parse(x)"),
        ("CWE-319", "get(f'http://{a}/')", "get(f'https://{a}/')"),
        ("CWE-208", "elif a and not b != c:", "elif a and hmac.compare_digest(b, c):"),
        ("CWE-352", "@django.views.decorators.csrf.csrf_exempt", _PROTECTED),
        ("CWE-295", ".client.get(f'é{x['a']}', verify=False)", _VERIFIED),
        ("CWE-327", "f'{hashlib.md5(a['b'])} '{c}''", "f'{hashlib.sha256(a['b'])} '{c}''"),
        (
            "CWE-89",
            "db.execute(f'SELECT a FROM t WHERE a = {a} AND b = %s', (b,))",
            "db.execute('SELECT a FROM t WHERE a = %s AND b = %s', (a, b))",
        ),
        (
            "CWE-89",
            "a = db.execute(f'SELECT a FROM t WHERE b LIKE '%{b}'').fetchall()",
            "a = db.execute('SELECT a FROM t WHERE b LIKE %s', (f'%{b}',)).fetchall()",
        ),
        (
            "CWE-89",
            "pandas.read_sql(f'SELECT a FROM t WHERE b = {b}', con)",
            "pandas.read_sql('SELECT a FROM t WHERE b = %s', con, params=(b,))",
        ),
        (
            "CWE-89",
            "db.execute('SELECT a FROM t WHERE b = %s' % b)",
            "db.execute('SELECT a FROM t WHERE b = %s', (b,))",
        ),
    ],
)
def test_a_safe_form_of_the_line(cwe: str, line: str, instead: str) -> None:
    assert next(remedied(cwe, line)) == instead


@pytest.mark.parametrize(
    ("cwe", "line"),
    [
        ("CWE-78", "os.popen('ls ' + a)"),
        ("CWE-78", "os.system('ls ' + a + ' | wc')"),
        ("CWE-78", "subprocess.run('ls', shell=True, **options)"),
        ("CWE-78", "subprocess.run(c, shell=True)"),
        ("CWE-78", "subprocess.run(f'ls {a}', shell=True, executable='/bin/bash')"),
        ("CWE-78", "subprocess.run(['sh', '-c', a], shell=True)"),
        ("CWE-78", "subprocess.run(['ls', *a], shell=True)"),
        ("CWE-78", "run(f'ls {a}', shell=True)"),
        ("CWE-78", "os.system(c)"),
        ("CWE-78", "os.system(c + ' -l')"),
        ("CWE-78", "os.system('sh -c ' + a)"),
        ("CWE-78", "os.system('make ' + a)"),
        ("CWE-78", "os.system('cd ' + a)"),
        ("CWE-78", "os.system(f'git clone --upload-pack={a} /srv/b')"),
        ("CWE-78", "os.system(f'git -C {a} clone b')"),
        ("CWE-78", "os.system(f'curl -o {a} https://example.org')"),
        ("CWE-78", "os.system(f'ls {a} -l')"),
        ("CWE-78", "os.system('ls ~/' + a)"),
        ("CWE-78", "os.system('ls %s %s' % a)"),
        ("CWE-78", "os.system('ls %s' % (*a,))"),
        ("CWE-78", "os.system('ls -%d %s' % (n, a))"),
        ("CWE-78", "os.system(f'ls {a!r}')"),
        ("CWE-78", "os.system('ls \"' + a)"),
        ("CWE-78", "os.system('ls ' + ' '.join(a))"),
        ("CWE-78", "os.system(f'ls {' '.join((shlex.quote(b) for b in a))}')"),
        ("CWE-78", "os.system('ls ' + shlex.join(a))"),
        ("CWE-78", "os.system(f'ls {options} {a}')"),
        ("CWE-78", "os.system(f'ls {self.extra_args} {a}')"),
        ("CWE-78", "a = os.system('ls ' + b) >> 8"),
        ("CWE-78", "a = os.WEXITSTATUS(os.system('ls ' + b))"),
        ("CWE-78", "if os.system('ls ' + b) == 256:"),
        ("CWE-88", "os.system(f'ls {a}')"),
        ("CWE-78", "subprocess.getstatusoutput('ls ' + a)"),
        ("CWE-89", "db.execute(f'SELECT a FROM {t} WHERE b = {b}')"),
        ("CWE-89", "db.execute(f'SELECT a FROM t WHERE b = {b:.2f}')"),
        ("CWE-89", "db.execute(f'SELECT a FROM t WHERE b = {b} AND c = %s', values)"),
        ("CWE-89", "db.execute(f'SELECT a FROM t WHERE b IN ({b})')"),
        ("CWE-89", "db.execute('SELECT a FROM t WHERE b = %(b)s' % values)"),
        ("CWE-89", "db.executescript(f'DELETE FROM t WHERE b = {b}')"),
        ("CWE-89", "db.execute(f'PRAGMA user_version = {a}')"),
        ("CWE-89", "db.execute(f'SET search_path = {a}')"),
        ("CWE-89", "db.execute(f'CREATE USER a PASSWORD = '{a}'')"),
        ("CWE-347", "jwt.decode(a, k, algorithms=['HS256', 'RS256', 'none'])"),
        ("CWE-347", "jwt.decode(a, k, algorithms=['none', *more])"),
        ("CWE-347", "jwt.decode(a, options={'verify_signature': False})"),
        ("CWE-94", "eval(a, {}, values)"),
        ("CWE-94", "eval(f'{a} + {b}')"),
        ("CWE-94", "eval('self.' + a)"),
        ("CWE-94", "eval(compile(a, 'b', 'eval'))"),
        ("CWE-79", "markupsafe.Markup(f'<b>{a}</b>')"),
        ("CWE-79", "markupsafe.Markup('<b>%s</b>') % a"),
        ("CWE-79", "a = mark_safe('<b>' + b + '</b>')"),
        ("CWE-208", "if len(a) == 3:"),
        ("CWE-327", "a = AES.new(k, AES.MODE_ECB).decrypt(b)"),
        ("CWE-327", "a = Cipher(AES(k), modes.ECB()).decryptor()"),
        ("CWE-22", "zipfile.ZipFile(a).extractall(b)"),
        ("CWE-22", "zf.extractall(b)"),
        ("CWE-22", "self.z.extractall(b)"),
        ("CWE-22", "rarfile.RarFile(a).extractall(b)"),
        ("CWE-22", "shutil.rmtree(os.path.join(a, b))"),
        ("CWE-22", "for c in os.listdir(path=os.path.join(a, b)):"),
        ("CWE-377", "os.mkdir(tempfile.mktemp())"),
        ("CWE-377", "a.bind(tempfile.mktemp())"),
        ("CWE-377", "a = tempfile.mktemp() + '.b'"),
        ("CWE-377", "a = f'{tempfile.mktemp()}.b'"),
        ("CWE-338", "numpy.random.randint(1, 9)"),
        ("CWE-319", "if a.startswith('http://'):"),
        ("CWE-319", "requests.get('http://localhost:8000/a')"),
        ("CWE-319", "a = {'x': 'http://www.w3.org/2001/XMLSchema'}"),
        ("CWE-319", "session.mount('http://', a)"),
        ("CWE-319", "re.match('http://', a)"),
        ("CWE-611", "a = lxml.etree.fromstring(b).xpath('//c')"),
        ("CWE-611", "a = lxml.etree.parse(b).getroot().getparent()"),
        ("CWE-400", "requests.get(a, **options)"),
        ("CWE-502", "yaml.load(x, Loader=yaml.SafeLoader)"),
        ("CWE-916", "hashlib.sha1(password)"),
        ("CWE-295", "log('verify=False')"),
        ("CWE-295", "a(verify=False"),
        ("CWE-295", f"{'-' * 1_900}a(verify=False)"),
    ],
)
def test_no_remedy_is_better_than_a_wrong_one(cwe: str, line: str) -> None:
    assert list(remedied(cwe, line)) == []


def test_a_second_remedy_repeats_no_keyword() -> None:
    line = "r.set_cookie('a', f(b), secure=False, httponly=True)"
    assert list(remedied("CWE-614", line)) == [
        "r.set_cookie('a', f(b), secure=True, httponly=True)",
        "r.set_cookie('a', f(b), secure=True, httponly=True, samesite='Lax')",
    ]


def test_a_query_is_bound_as_its_driver_is() -> None:
    line = "db.execute(f'SELECT a FROM t WHERE b LIKE '%x' AND c = {c}')"
    around = ("db = sqlite3.connect(path)", line)
    (made,) = remedied("CWE-89", line, around=around)
    assert made == "db.execute(\"SELECT a FROM t WHERE b LIKE '%x' AND c = ?\", (c,))"
    (made,) = remedied("CWE-89", line, around=("db = psycopg.connect(path)", line))
    assert made == "db.execute(\"SELECT a FROM t WHERE b LIKE '%%x' AND c = %s\", (c,))"


def test_an_archive_is_what_its_unit_opens() -> None:
    line = "archive.extractall(path)"
    assert list(remedied("CWE-22", line, around=("with tarfile.open(a) as archive:",)))
    assert not list(remedied("CWE-22", line, around=("with zipfile.ZipFile(a) as archive:",)))


def test_a_line_of_a_longer_statement_is_changed_alone() -> None:
    assert list(remedied("CWE-295", "verify=False)", "requests.get(u,")) == ["verify=True)"]
    assert not list(remedied("CWE-78", "shell=True)", "subprocess.run('ls ' + a,"))
    code = f"import os\n\n\ndef f(a):\n    g('{'x' * 90}',\n      [os.system('ls ' + a), 1])\n"
    (unit,) = units_of(Source("", code)).units
    detector = scan_fakes.load()
    score = detector.score(unit)
    told = counterfactual(unit, score.probability, score.cwes[0], detector)
    assert told is not None
    assert told.instead == "[subprocess.call(['ls', '--', a]), 1])"


def test_a_remedy_is_for_its_own_weaknesses() -> None:
    assert not list(remedied("CWE-79", "yaml.load(x)"))
    assert not list(remedied("CWE-502", "yaml.safe_load(x)"))
    assert not list(remedied("CWE-502", "yaml.load(x)" + " " * 3_000))


def test_remedies_name_cwes_that_can_be_explained() -> None:
    named = {cwe for remedy in REMEDIES for cwe in remedy.cwes}
    assert len([cwe for cwe in named if has(cwe)]) > 0.8 * len(named)


def test_what_helps_is_told_with_both_figures() -> None:
    (unit,) = units_of(Source("", CODE)).units
    detector = scan_fakes.load()
    score = detector.score(unit)
    assert counterfactual(unit, score.probability, score.cwes[0], detector) == Counterfactual(
        6, "return os.system('ls ' + tag)", "return subprocess.call(['ls', '--', tag])", 0.002
    )


def test_what_does_not_help_is_not_told() -> None:
    @dataclass
    class Stubborn(scan_fakes.WordDetector):
        def score(self, unit: Unit) -> UnitScore:
            return UnitScore(0.9, super().score(unit).cwes)

    (unit,) = units_of(Source("", CODE)).units
    evidence = scan_fakes.load().score(unit).cwes[0]
    assert counterfactual(unit, 0.9, evidence, Stubborn()) is None


def test_each_weakness_is_compared_with_itself() -> None:
    code = "def run(name):\n    os.system(name)\n    return hashlib.md5(name)\n"
    analyser = Analyser(scan_fakes.load(), read_units, Cache.open(None), deep=True)
    (unit,) = analyser.analyse("a.py", code.encode()).weak
    tried = {one.cwe: one.counterfactual for one in unit.candidates}
    assert tried["CWE-78"] is None  # what is left of the unit is still weak
    assert tried["CWE-327"] == Counterfactual(
        3, "return hashlib.md5(name)", "return hashlib.sha256(name)", 0.0
    )


def test_only_what_is_reported_is_explained_and_the_cache_keeps_it(tmp_path: Path) -> None:
    analyser = Analyser(scan_fakes.load(), read_units, Cache.open(None), deep=True)
    analysis = analyser.analyse("a.py", CODE.encode())
    (candidate,) = analysis.weak[0].candidates
    assert candidate.counterfactual is not None
    assert FileAnalysis.from_json(analysis.to_json()) == analysis
    row = json.loads(analysis.to_json())
    row[3][0][3][0][6] = [[4, "came in", "b.py", None], [6, "used here", "", [2, 1, 9]]]
    again = FileAnalysis.from_json(json.dumps(row).encode())
    assert again.weak[0].candidates[0].trace == (
        Step(4, "came in", "b.py"),
        Step(6, "used here", cell=Cell(2, 1, 9)),
    )


def test_evidence_in_a_notebook_has_its_cell() -> None:
    cells = ["x = 1", "import os\nname = input()\nos.system('ls ' + name)"]
    data = json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": one} for one in cells]}
    )
    analyser = Analyser(scan_fakes.load(), read_units, Cache.open(None), deep=True)
    analysis = analyser.analyse("n.ipynb", data.encode())
    (candidate,) = analysis.weak[0].candidates
    other = candidate.counterfactual
    assert other is not None
    assert other.cell is not None
    assert (other.cell.number, other.cell.line) == (2, 3)
    places = [(step.cell.number, step.cell.line) for step in candidate.trace if step.cell]
    assert list(dict.fromkeys(places)) == [(2, 2), (2, 3)]
    assert FileAnalysis.from_json(analysis.to_json()) == analysis
