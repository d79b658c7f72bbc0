"""Code made from untrusted text (CWE-94, CWE-95, CWE-1336, CWE-470)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="eval-expression",
        cwe="CWE-95",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $value = eval($in)  #!
                $out = $value
                """,
        ),
        fixed=(
            """
                $value = ast.literal_eval($in)
                $out = $value
                """,
        ),
        decoy=(
            """
                $value = eval("{'low': 1, 'high': 3}").get($in, 2)
                $out = $value
                """,
        ),
        wrong_fix=(
            """
                $value = eval($in, {"__builtins__": {}})  #!
                $out = $value
                """,
        ),
        imports=("import ast",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="eval-formula-names",
        cwe="CWE-94",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $table = {"price": 12.5, "count": 3}
                $out = eval($in, {}, $table)  #!
                """,
        ),
        fixed=(
            """
                $table = {"price": 12.5, "count": 3}
                $left, $sign, $right = $in.split()
                $out = {"+": operator.add, "*": operator.mul}[$sign]($table[$left], $table[$right])
                """,
        ),
        wrong_fix=(
            """
                $table = {"price": 12.5, "count": 3}
                $text = $in.replace("import", "").replace("__", "")
                $out = eval($text, {}, $table)  #!
                """,
        ),
        imports=("import operator",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="exec-plugin-text",
        cwe="CWE-94",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $space = {}
                exec($in, $space)  #!
                $out = $space.get("result")
                """,
        ),
        fixed=(
            """
                $space = {}
                $space.update(json.loads($in))
                $out = $space.get("result")
                """,
        ),
        decoy=(
            """
                $space = {}
                exec("threshold = 5", $space)
                $space["name"] = $in
                $out = $space.get("result")
                """,
        ),
        wrong_fix=(
            """
                $space = {}
                exec(compile($in, "<rule>", "exec"), $space)  #!
                $out = $space.get("result")
                """,
        ),
        imports=("import json",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="importlib-module-name",
        cwe="CWE-470",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $module = importlib.import_module($in)  #!
                $out = $module.__name__
                """,
        ),
        fixed=(
            """
                $module = importlib.import_module({"csv": "app.formats.csv", "json": "app.formats.json"}[$in])
                $out = $module.__name__
                """,
        ),
        wrong_fix=(
            """
                $module = importlib.import_module($in.replace("/", "."))  #!
                $out = $module.__name__
                """,
        ),
        imports=("import importlib",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="getattr-dispatch",
        cwe="CWE-470",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $action = getattr(handlers, $in)  #!
                $out = $action()
                """,
        ),
        fixed=(
            """
                $action = {"start": handlers.start, "stop": handlers.stop}[$in]
                $out = $action()
                """,
        ),
        wrong_fix=(
            """
                $action = getattr(handlers, $in, None)  #!
                $out = $action()
                """,
        ),
        imports=("from app import handlers",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pandas-eval",
        cwe="CWE-94",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $frame.<<eval|query>>($in)  #!
                """,
        ),
        fixed=(
            """
                $out = $frame[$in]
                """,
        ),
        wrong_fix=(
            """
                $out = $frame.<<eval|query>>($in.strip(), engine="python")  #!
                """,
        ),
        imports=("import pandas as pd",),
        given=(("frame", 'pd.read_csv("<<prices|stock>>.csv")'),),
        frameworks=("pandas",),
    ),
    Mechanism(
        id="sympy-sympify",
        cwe="CWE-95",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = float(sympy.sympify($in))  #!
                """,
        ),
        fixed=(
            """
                $out = float(ast.literal_eval($in))
                """,
        ),
        wrong_fix=(
            """
                $out = float(sympy.sympify($in, evaluate=False))  #!
                """,
        ),
        imports=(
            "import sympy",
            "import ast",
        ),
        frameworks=("sympy",),
    ),
    Mechanism(
        id="flask-template-string",
        cwe="CWE-1336",
        kind=Kind.FLOW,
        vulnerable=(
            """
                return render_template_string("<h2>" + $in + "</h2>")  #!
                """,
        ),
        fixed=(
            """
                return render_template_string("<h2>{{ title }}</h2>", title=$in)
                """,
        ),
        wrong_fix=(
            """
                return render_template_string("<h2>%s</h2>" % $in, title="")  #!
                """,
        ),
        imports=("from flask import render_template_string",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="jinja-from-string",
        cwe="CWE-1336",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $env.from_string($in).render(name="<<Ada|Max>>")  #!
                """,
        ),
        fixed=(
            """
                $out = $env.from_string("Dear {{ name }}, {{ text }}").render(name="<<Ada|Max>>", text=$in)
                """,
        ),
        wrong_fix=(
            """
                $out = $env.from_string("Dear {{ name }}, " + $in).render(name="<<Ada|Max>>")  #!
                """,
        ),
        imports=("from jinja2 import Environment",),
        given=(("env", "Environment(autoescape=True)"),),
        frameworks=("jinja2",),
    ),
    Mechanism(
        id="jinja-template-sandbox",
        cwe="CWE-1336",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = Template($in).render(order=42)  #!
                """,
        ),
        fixed=(
            """
                $out = SandboxedEnvironment().from_string($in).render(order=42)
                """,
        ),
        wrong_fix=(
            """
                $out = Template($in.replace("{%", "")).render(order=42)  #!
                """,
        ),
        imports=(
            "from jinja2 import Template",
            "from jinja2.sandbox import SandboxedEnvironment",
        ),
        frameworks=("jinja2",),
    ),
    Mechanism(
        id="mako-template-text",
        cwe="CWE-1336",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = Template($in).render(rows=[])  #!
                """,
        ),
        fixed=(
            """
                $out = Template("${text | h}").render(text=$in, rows=[])
                """,
        ),
        wrong_fix=(
            """
                $out = Template("<p>" + $in + "</p>").render(rows=[])  #!
                """,
        ),
        imports=("from mako.template import Template",),
        frameworks=("mako",),
    ),
    Mechanism(
        id="format-string-object",
        cwe="CWE-1336",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $in.format(account=current_account())  #!
                """,
        ),
        fixed=(
            """
                $out = Template($in).safe_substitute(account=current_account().name)
                """,
        ),
        wrong_fix=(
            r"""
                $out = ($in + "\n").format(account=current_account())  #!
                """,
        ),
        imports=(
            "from string import Template",
            "from app.models import current_account",
        ),
        frameworks=("stdlib",),
    ),
)
