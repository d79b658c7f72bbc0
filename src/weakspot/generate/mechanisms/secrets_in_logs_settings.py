"""Debug switches that write secrets to logs (CWE-532)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="log-http-debuglevel",
        cwe="CWE-532",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            http.client.HTTPConnection.debuglevel = 1  #!
            logging.basicConfig(level=logging.<<DEBUG|INFO>>)


            def $pull($path: str) -> bytes:
                $headers = {"Authorization": "Bearer " + os.environ["SYNC_TOKEN"]}
                #...
                return requests.get("https://sync.example.com/" + $path, headers=$headers, timeout=20).content
            """,
        ),
        fixed=(
            """
            http.client.HTTPConnection.debuglevel = 0
            logging.basicConfig(level=logging.<<DEBUG|INFO>>)


            def $pull($path: str) -> bytes:
                $headers = {"Authorization": "Bearer " + os.environ["SYNC_TOKEN"]}
                #...
                return requests.get("https://sync.example.com/" + $path, headers=$headers, timeout=20).content
            """,
        ),
        wrong_fix=(
            """
            logging.getLogger("urllib3").setLevel(logging.WARNING)
            logging.basicConfig(level=logging.<<DEBUG|INFO>>)


            def $pull($path: str) -> bytes:
                http.client.HTTPConnection.debuglevel = 1  #!
                $headers = {"Authorization": "Bearer " + os.environ["SYNC_TOKEN"]}
                #...
                return requests.get("https://sync.example.com/" + $path, headers=$headers, timeout=20).content
            """,
        ),
        imports=(
            "import http.client",
            "import logging",
            "import os",
            "import requests",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="log-sqlalchemy-echo",
        cwe="CWE-532",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $out = create_engine(os.environ["DATABASE_URL"], echo=<<True|"debug">>)  #!
            """,
        ),
        fixed=(
            """
            $out = create_engine(os.environ["DATABASE_URL"], hide_parameters=True)
            """,
        ),
        decoy=(
            """
            $out = create_engine(os.environ["DATABASE_URL"], echo=<<True|"debug">>, hide_parameters=True)
            """,
        ),
        wrong_fix=(
            """
            $out = create_engine(os.environ["DATABASE_URL"], echo=<<True|"debug">>, echo_pool=False)  #!
            """,
        ),
        imports=(
            "import os",
            "from sqlalchemy import create_engine",
        ),
        frameworks=("sqlalchemy",),
    ),
)
