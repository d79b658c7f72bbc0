"""Objects rebuilt from untrusted bytes (CWE-502)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="pickle-loads",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = pickle.loads($in)  #!
                """,
        ),
        fixed=(
            """
                $out = json.loads($in)
                """,
        ),
        decoy=(
            """
                $out = pickle.loads(pickle.dumps(len($in)))
                """,
        ),
        wrong_fix=(
            """
                if len($in) > 4096:
                    raise ValueError("too long")
                $out = pickle.loads($in)  #!
                """,
        ),
        imports=(
            "import json",
            "import pickle",
        ),
        frameworks=("stdlib",),
        takes="bytes",
    ),
    Mechanism(
        id="pickle-load-file",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with open($in, "rb") as $handle:
                    $out = pickle.load($handle)  #!
                """,
        ),
        fixed=(
            """
                with open($in, "rb") as $handle:
                    $out = json.load($handle)
                """,
        ),
        wrong_fix=(
            """
                with open($in, "rb") as $handle:
                    $out = pickle.Unpickler($handle, encoding="utf-8").load()  #!
                """,
        ),
        imports=(
            "import json",
            "import pickle",
        ),
        frameworks=("stdlib",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="pickle-base64",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $raw = base64.b64decode($in)
                $out = pickle.loads($raw)  #!
                """,
        ),
        fixed=(
            """
                $raw = base64.b64decode($in)
                $out = json.loads($raw)
                """,
        ),
        wrong_fix=(
            """
                $raw = base64.b64decode($in)
                $out = pickle.loads($raw, fix_imports=False)  #!
                """,
        ),
        imports=(
            "import base64",
            "import json",
            "import pickle",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pickle-signed",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $seal, $body = $in[:32], $in[32:]
                $wanted = hmac.new(os.environ["STATE_KEY"].encode(), $body, hashlib.sha256).digest()
                if $seal == b"":
                    raise ValueError("no seal")
                $out = pickle.loads($body)  #!
                """,
        ),
        fixed=(
            """
                $seal, $body = $in[:32], $in[32:]
                $wanted = hmac.new(os.environ["STATE_KEY"].encode(), $body, hashlib.sha256).digest()
                if not hmac.compare_digest($seal, $wanted):
                    raise ValueError("wrong seal")
                $out = pickle.loads($body)
                """,
        ),
        wrong_fix=(
            """
                $seal, $body = $in[:32], $in[32:]
                $wanted = hmac.new(os.environ["STATE_KEY"].encode(), $body, hashlib.sha256).digest()
                if not hmac.compare_digest(hashlib.sha256($body).digest(), $seal):
                    raise ValueError("wrong seal")
                $out = pickle.loads($body)  #!
                """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
            "import os",
            "import pickle",
        ),
        frameworks=("stdlib",),
        takes="bytes",
    ),
    Mechanism(
        id="restricted-unpickler",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = pickle.Unpickler(io.BytesIO($in)).load()  #!
                """,
        ),
        fixed=(
            """
                $out = $Reader(io.BytesIO($in)).load()
                """,
        ),
        wrong_fix=(
            """
                $Reader(io.BytesIO(pickle.dumps(len($in)))).load()
                $out = pickle.Unpickler(io.BytesIO($in)).load()  #!
                """,
        ),
        imports=(
            "import builtins",
            "import io",
            "import pickle",
        ),
        setup="""
            class $Reader(pickle.Unpickler):
                def find_class(self, module, name):
                    if module == "builtins" and name in {"set", "frozenset", "range"}:
                        return getattr(builtins, name)
                    raise pickle.UnpicklingError(name)
            """,
        frameworks=("stdlib",),
        takes="bytes",
    ),
    Mechanism(
        id="yaml-load-loader",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = yaml.load($in, Loader=yaml.<<Loader|UnsafeLoader>>)  #!
                """,
        ),
        fixed=(
            """
                $out = yaml.load($in, Loader=yaml.SafeLoader)
                """,
        ),
        decoy=(
            """
                $out = yaml.safe_load($in)
                """,
        ),
        wrong_fix=(
            """
                $out = yaml.load($in.strip(), Loader=yaml.<<Loader|UnsafeLoader>>)  #!
                """,
        ),
        imports=("import yaml",),
        frameworks=("yaml",),
    ),
    Mechanism(
        id="yaml-unsafe-load",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = yaml.unsafe_<<load|load_all>>($in)  #!
                """,
        ),
        fixed=(
            """
                $out = yaml.safe_<<load|load_all>>($in)
                """,
        ),
        wrong_fix=(
            """
                $out = yaml.load_all($in, yaml.CLoader)  #!
                """,
        ),
        imports=("import yaml",),
        frameworks=("yaml",),
    ),
    Mechanism(
        id="ruamel-unsafe",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $reader = YAML(typ="unsafe")  #!
                $out = $reader.load($in)
                """,
        ),
        fixed=(
            """
                $reader = YAML(typ="safe")
                $out = $reader.load($in)
                """,
        ),
        wrong_fix=(
            """
                $reader = YAML(typ="unsafe", pure=True)  #!
                $out = $reader.load($in)
                """,
        ),
        imports=("from ruamel.yaml import YAML",),
        frameworks=("ruamel",),
    ),
    Mechanism(
        id="jsonpickle-decode",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = jsonpickle.decode($in)  #!
                """,
        ),
        fixed=(
            """
                $out = json.loads($in)
                """,
        ),
        wrong_fix=(
            """
                $out = jsonpickle.decode($in, keys=True)  #!
                """,
        ),
        imports=(
            "import json",
            "import jsonpickle",
        ),
        frameworks=("jsonpickle",),
        begins_plain=False,
    ),
    Mechanism(
        id="marshal-loads",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = marshal.loads($in)  #!
                """,
        ),
        fixed=(
            """
                $out = json.loads($in)
                """,
        ),
        wrong_fix=(
            """
                $out = marshal.loads(bytes($in))  #!
                """,
        ),
        imports=(
            "import json",
            "import marshal",
        ),
        frameworks=("stdlib",),
        takes="bytes",
    ),
    Mechanism(
        id="shelve-open",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with shelve.open($in, "r") as $shelf:  #!
                    $out = [$shelf[$key] for $key in $shelf.keys()]
                """,
        ),
        fixed=(
            """
                with dbm.open($in, "r") as $shelf:
                    $out = [$shelf[$key] for $key in $shelf.keys()]
                """,
        ),
        wrong_fix=(
            """
                with shelve.open($in, "r", writeback=True) as $shelf:  #!
                    $out = [$shelf[$key] for $key in $shelf.keys()]
                """,
        ),
        imports=(
            "import dbm",
            "import shelve",
        ),
        frameworks=("stdlib",),
        takes="filename",
        checks_help=False,
    ),
    Mechanism(
        id="joblib-load",
        cwe="CWE-502",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $model = joblib.load($in)  #!
                $out = $model
                """,
        ),
        fixed=(
            """
                $model = skops.io.load($in, trusted=[])
                $out = $model
                """,
        ),
        wrong_fix=(
            """
                $model = joblib.load($in, mmap_mode="r")  #!
                $out = $model
                """,
        ),
        imports=(
            "import joblib",
            "import skops.io",
        ),
        frameworks=("joblib",),
        takes="filename",
        checks_help=False,
    ),
)
