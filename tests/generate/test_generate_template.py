from weakspot.generate import checks, fillers
from weakspot.generate.imports import ImportStyle, bound_by, compatible, conflicts, with_imports
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.names import HINTING, pools
from weakspot.generate.skeletons import flow_skeletons, local_skeletons
from weakspot.generate.template import (
    Choices,
    at_fillers,
    at_line,
    fill,
    holes,
    put,
    split_marks,
    tagged,
)

PLAIN = ImportStyle("0", shuffled=False, grouped=False, respell=0.0, unrelated=(), future=False)
RESPELLED = [
    ImportStyle(str(seed), shuffled=False, grouped=False, respell=1.0, unrelated=(), future=False)
    for seed in range(12)
]


def test_equal_choices_agree_and_tags_keep_them_apart():
    choices = Choices("s")
    one = choices.settle("<<a|b|c|d|e|f|g|h>>")
    assert choices.settle("x <<a|b|c|d|e|f|g|h>>") == f"x {one}"
    drawn = {choices.settle("<<a|b|c|d|e|f|g|h>>", tag) for tag in "klmnopqrstuv"}
    assert len(drawn) > 1


def test_a_shift_is_no_choice():
    assert Choices("s").settle("1 << 3 >> 2") == "1 << 3 >> 2"


def test_holes_are_whole_words():
    assert put("$in + $input", "in", "q") == "q + $input"
    assert holes('f"{$in}" $f3__count $Name') == ("in", "f3__count", "Name")
    assert tagged("$a $logger $b1__c", "f0") == "$f0__a $logger $b1__c"
    assert fill("$a($b)", {"a": "f", "b": "x"}.__getitem__) == "f(x)"


def test_blocks_take_the_indentation_of_their_line():
    assert at_line("if x:\n    %BODY", "%BODY", "a\nb") == "if x:\n    a\n    b"
    assert at_fillers("def f():\n    #...\n    pass", lambda n: "") == "def f():\n    pass"


def test_markers_give_their_lines_and_go():
    assert split_marks("a\nb  #!\n'#! kept'\n") == ("a\nb\n'#! kept'\n", (2,))


def test_only_imports_that_are_read_are_written():
    code = with_imports("print(os.name)", ("import os", "import sys", "from a import b"), PLAIN)
    assert code == "import os\n\nprint(os.name)"


def test_other_spellings_keep_lines_and_meaning():
    body = "x = subprocess.run(cmd)\ny = [loads(s) for s in x]"
    seen = {
        with_imports(body, ("import subprocess", "from json import loads"), style)
        for style in RESPELLED
    }
    assert len(seen) > 2
    for code in seen:
        assert code.rstrip().split("\n")[-2].endswith("run(cmd)")


def test_a_name_inside_an_f_string_is_not_respelled():
    for style in RESPELLED:
        code = with_imports('x = f"{os.getcwd()}" + os.sep', ("import os",), style)
        assert code.startswith("import os\n")


def test_clashing_imports_are_seen():
    assert conflicts(["import datetime", "from datetime import datetime"])
    assert not conflicts(["import urllib.request", "import urllib.parse"])
    assert compatible(["from datetime import datetime"], ["import datetime", "import os"]) == (
        "import os",
    )
    assert bound_by("import numpy as np")[0].text == "import numpy as np"


def test_pools_hold_no_hint():
    assert not [name for names in pools().values() for name in names if HINTING.search(name)]


def test_there_is_enough_variety():
    assert len(fillers.blocks()) >= 150
    assert len(flow_skeletons()) >= 30
    assert len(local_skeletons()) >= 8
    assert len({one.framework for one in flow_skeletons()}) >= 14


def test_every_filler_stands_alone():
    for block in fillers.blocks():
        text = fill(Choices("s").settle(block), lambda hole: "name_" + hole.lower())
        whole = with_imports(text.replace("logger", "logging"), fillers.MODULE_IMPORTS, PLAIN)
        compile(whole, "filler", "exec")


def test_checks_follow_the_weakness():
    def flow(cwe: str, **more: object) -> Mechanism:
        return Mechanism("a-b", cwe, Kind.FLOW, ("x",), ("y",), **more)

    def uses(found: tuple[checks.Check, ...], word: str) -> bool:
        return any(word in one.before + one.after for one in found)

    assert uses(checks.sound_checks(flow("CWE-89")), "int(")
    assert not uses(checks.sound_checks(flow("CWE-89", int_is_safe=False)), "int(")
    assert checks.sound_checks(flow("CWE-639")) == ()
    assert uses(checks.weak_checks(flow("CWE-89"), True), "shlex.quote")
    assert not uses(checks.weak_checks(flow("CWE-78"), True), "shlex.quote")
    assert not uses(checks.weak_checks(flow("CWE-79"), True), "html.escape")
    assert not any(one.after for one in checks.weak_checks(flow("CWE-78"), False))
    assert not any(one.after for one in checks.weak_checks(flow("CWE-79"), True))
