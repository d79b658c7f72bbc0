import pytest

from weakspot.generate.mechanism import Kind, Mechanism

SQL = Mechanism(
    id="sample-sql",
    cwe="CWE-89",
    kind=Kind.FLOW,
    vulnerable=(
        """
        $cur = $conn.cursor()
        $cur.execute(f"SELECT <<id|email>> FROM <<users|orders>> WHERE name = '{$in}'")  #!
        $out = $cur.fetchall()
        """,
        """
        $query = "SELECT id FROM <<users|orders>> WHERE name = '%s'" % $in
        #...
        $out = $conn.execute($query).fetchall()  #!
        """,
    ),
    fixed=(
        """
        $cur = $conn.cursor()
        $cur.execute("SELECT <<id|email>> FROM <<users|orders>> WHERE name = ?", ($in,))
        $out = $cur.fetchall()
        """,
        """
        $query = "SELECT id FROM <<users|orders>> WHERE name = ?"
        #...
        $out = $conn.execute($query, ($in,)).fetchall()
        """,
    ),
    imports=("import sqlite3",),
    given=(("conn", 'sqlite3.connect("<<app|store>>.db")'),),
    frameworks=("sqlite3",),
)
COMMAND = Mechanism(
    id="sample-command",
    cwe="CWE-78",
    kind=Kind.FLOW,
    vulnerable=('subprocess.run("ping -c 1 " + $in, shell=True, check=True)  #!',),
    fixed=('subprocess.run(["ping", "-c", "1", "--", $in], check=True)',),
    wrong_fix=('subprocess.run("ping -c 1 " + $in.replace(";", ""), shell=True, check=True)  #!',),
    imports=("import subprocess",),
)
FETCH = Mechanism(
    id="sample-async-fetch",
    cwe="CWE-918",
    kind=Kind.FLOW,
    vulnerable=(
        """
        async with httpx.AsyncClient(timeout=5) as $client:
            $resp = await $client.get($in)  #!
        $out = $resp.text
        """,
    ),
    fixed=(
        """
        if urlsplit($in).hostname not in $HOSTS:
            raise PermissionError("<<host|address>>")
        async with httpx.AsyncClient(timeout=5) as $client:
            $resp = await $client.get($in)
        $out = $resp.text
        """,
    ),
    imports=("import httpx", "from urllib.parse import urlsplit"),
    setup='$HOSTS = {"api.example.com", "cdn.example.com"}',
    takes="url",
)
REDIRECT = Mechanism(
    id="sample-flask-redirect",
    cwe="CWE-601",
    kind=Kind.FLOW,
    vulnerable=("return redirect($in)  #!",),
    fixed=('return redirect(url_for("<<home|index>>"))',),
    imports=("from flask import redirect, url_for",),
    frameworks=("flask",),
)
PICKLE = Mechanism(
    id="sample-pickle",
    cwe="CWE-502",
    kind=Kind.FLOW,
    vulnerable=("$out = pickle.loads($in)  #!",),
    fixed=("$out = json.loads($in)",),
    imports=("import pickle", "import json"),
    takes="bytes",
)
DIGEST = Mechanism(
    id="sample-digest",
    cwe="CWE-328",
    kind=Kind.LOCAL,
    vulnerable=("$out = hashlib.md5($data).hexdigest()  #!",),
    fixed=("$out = hashlib.sha256($data).hexdigest()",),
    decoy=("$out = hashlib.md5($data, usedforsecurity=False).hexdigest()",),
    wrong_fix=("$out = hashlib.sha1(hashlib.sha256($data).digest()).hexdigest()  #!",),
    imports=("import hashlib", "import os"),
    given=(("data", "os.urandom(64)"),),
)
LISTENER = Mechanism(
    id="sample-module",
    cwe="CWE-489",
    kind=Kind.PROGRAM,
    vulnerable=(
        """
        $app = Flask(__name__)


        @$app.get("/")
        def $index():
            #...
            return "<<hello|index>>"


        if __name__ == "__main__":
            $app.run(debug=True)  #!
        """,
    ),
    fixed=(
        """
        $app = Flask(__name__)


        @$app.get("/")
        def $index():
            #...
            return "<<hello|index>>"


        if __name__ == "__main__":
            $app.run()
        """,
    ),
    imports=("from flask import Flask",),
    frameworks=("flask",),
)
SAMPLES = (SQL, COMMAND, FETCH, REDIRECT, PICKLE, DIGEST, LISTENER)


@pytest.fixture(scope="session")
def samples() -> dict[str, Mechanism]:
    return {mechanism.id: mechanism for mechanism in SAMPLES}
