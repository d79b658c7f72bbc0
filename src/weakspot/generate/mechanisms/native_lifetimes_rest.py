"""Freed, missing and leaked native memory (CWE-416, CWE-415, CWE-476, CWE-401, CWE-404, CWE-772)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-none-find-element",
        cwe="CWE-476",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $price_of($document):
                    $node = $document.find("<<item/price|order/total>>")
                    #...
                    return int($node.text.strip())  #!
                """,
        ),
        fixed=(
            """
                def $price_of($document):
                    $node = $document.find("<<item/price|order/total>>")
                    if $node is None or $node.text is None:
                        return 0
                    #...
                    return int($node.text.strip())
                """,
        ),
        wrong_fix=(
            """
                def $price_of($document):
                    $node = $document.find("<<item/price|order/total>>")
                    if $document is None:
                        return 0
                    #...
                    return int($node.text.strip())  #!
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="mem-leak-malloc-early-return",
        cwe="CWE-401",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $convert($lib, $data):
                    $ctx = $lib.converter_new()
                    try:
                        $size = $lib.converter_feed($ctx, $data, len($data))
                        if $size < 0:
                            return None  #!
                        $result = $lib.converter_take($ctx)
                        $lib.converter_free($ctx)
                        return $result
                    except OSError:
                        return None
                """,
        ),
        fixed=(
            """
                def $convert($lib, $data):
                    $ctx = $lib.converter_new()
                    try:
                        $size = $lib.converter_feed($ctx, $data, len($data))
                        if $size < 0:
                            return None
                        return $lib.converter_take($ctx)
                    finally:
                        $lib.converter_free($ctx)
                """,
        ),
        wrong_fix=(
            """
                def $convert($lib, $data):
                    $ctx = $lib.converter_new()
                    $size = $lib.converter_feed($ctx, $data, len($data))
                    if $size < 0:
                        return None  #!
                    try:
                        return $lib.converter_take($ctx)
                    finally:
                        $lib.converter_free($ctx)
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-socket-not-closed",
        cwe="CWE-404",
        kind=Kind.PROGRAM,
        vulnerable=(
            r"""
                def $probe($hosts, $port):
                    $alive = []
                    for $host in $hosts:
                        $sock = socket.create_connection(($host, $port), timeout=2)  #!
                        $sock.sendall(b"<<PING|HELLO>>\n")
                        $alive.append($sock.recv(64))
                        #...
                    return $alive
                """,
        ),
        fixed=(
            r"""
                def $probe($hosts, $port):
                    $alive = []
                    for $host in $hosts:
                        with socket.create_connection(($host, $port), timeout=2) as $sock:
                            $sock.sendall(b"<<PING|HELLO>>\n")
                            $alive.append($sock.recv(64))
                        #...
                    return $alive
                """,
        ),
        wrong_fix=(
            r"""
                def $probe($hosts, $port):
                    $alive = []
                    for $host in $hosts:
                        $sock = socket.create_connection(($host, $port), timeout=2)  #!
                        $sock.sendall(b"<<PING|HELLO>>\n")
                        $alive.append($sock.recv(64))
                        $sock.shutdown(socket.SHUT_WR)
                        #...
                    return $alive
                """,
        ),
        imports=("import socket",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="mem-connection-pool-leak",
        cwe="CWE-772",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $count($pool, $table):
                    $con = $pool.getconn()
                    with $con.cursor() as $cur:
                        $cur.execute("SELECT count(*) FROM <<jobs|events>>")
                        #...
                        $n = $cur.fetchone()[0]
                    $con.commit()
                    return $n  #!
                """,
        ),
        fixed=(
            """
                def $count($pool, $table):
                    $con = $pool.getconn()
                    try:
                        with $con, $con.cursor() as $cur:
                            $cur.execute("SELECT count(*) FROM <<jobs|events>>")
                            #...
                            return $cur.fetchone()[0]
                    finally:
                        $pool.putconn($con)
                """,
        ),
        wrong_fix=(
            """
                def $count($pool, $table):
                    $con = $pool.getconn()
                    with $con.cursor() as $cur:
                        $cur.execute("SELECT count(*) FROM <<jobs|events>>")
                        #...
                        $n = $cur.fetchone()[0]  #!
                    $pool.putconn($con)
                    return $n
                """,
        ),
        imports=(
            "import contextlib",
            "import psycopg2.pool",
        ),
        frameworks=("psycopg2",),
    ),
)
