"""Caches, queues and threads that grow with every client (CWE-770, CWE-400)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="res-unbounded-cache",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            @functools.lru_cache(maxsize=None)  #!
            def $page($slug: str, $query: str) -> str:
                #...
                return f"{$slug}:{$query}".casefold()
            """,
        ),
        fixed=(
            """
            @functools.lru_cache(maxsize=1024)
            def $page($slug: str, $query: str) -> str:
                #...
                return f"{$slug}:{$query}".casefold()
            """,
        ),
        imports=("import functools",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="res-cache-dict-grows",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            $cache = {}  #!


            @$app.get("/<<search|suggest>>")
            def $search():
                $term = request.args.get("q", "")
                if $term not in $cache:
                    #...
                    $cache[$term] = $app.index.find($term)
                return {"hits": $cache[$term]}
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            $cache = LRUCache(maxsize=2048)


            @$app.get("/<<search|suggest>>")
            def $search():
                $term = request.args.get("q", "")
                if $term not in $cache:
                    #...
                    $cache[$term] = $app.index.find($term)
                return {"hits": $cache[$term]}
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $cache = {}


            @$app.get("/<<search|suggest>>")
            def $search():
                $term = request.args.get("q", "").strip().lower()
                if $term not in $cache:
                    #...
                    $cache[$term] = $app.index.find($term)  #!
                return {"hits": $cache[$term]}
            """,
        ),
        imports=(
            "from cachetools import LRUCache",
            "from flask import Flask, request",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="res-thread-per-connection",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $serve($sock: socket.socket, $handle) -> None:
                #...
                while True:
                    $conn, $addr = $sock.accept()
                    threading.Thread(target=$handle, args=($conn,), daemon=True).start()  #!
            """,
        ),
        fixed=(
            """
            def $serve($sock: socket.socket, $handle) -> None:
                $slots = threading.BoundedSemaphore(<<32|64>>)
                #...
                while True:
                    $conn, $addr = $sock.accept()
                    if not $slots.acquire(timeout=1):
                        $conn.close()
                        continue
                    $worker = threading.Thread(target=$handle, args=($conn, $slots.release), daemon=True)
                    $worker.start()
            """,
        ),
        wrong_fix=(
            """
            def $serve($sock: socket.socket, $handle) -> None:
                $pool = ThreadPoolExecutor(max_workers=<<32|64>>)
                #...
                while True:
                    $conn, $addr = $sock.accept()
                    $pool.submit($handle, $conn)  #!
            """,
        ),
        imports=(
            "import socket",
            "import threading",
            "from concurrent.futures import ThreadPoolExecutor",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="res-queue-unbounded",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Hub:
                def __init__(self) -> None:
                    self._jobs: asyncio.Queue = asyncio.Queue()  #!

                async def on_message(self, $message: bytes) -> None:
                    #...
                    await self._jobs.put($message)
            """,
        ),
        fixed=(
            """
            class $Hub:
                def __init__(self) -> None:
                    self._jobs: asyncio.Queue = asyncio.Queue(<<500|1000>>)

                async def on_message(self, $message: bytes) -> None:
                    #...
                    await self._jobs.put($message)
            """,
        ),
        wrong_fix=(
            """
            class $Hub:
                def __init__(self) -> None:
                    self._jobs: asyncio.Queue = asyncio.Queue(maxsize=0)  #!

                async def on_message(self, $message: bytes) -> None:
                    #...
                    self._jobs.put_nowait($message)
            """,
        ),
        imports=("import asyncio",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="res-socket-recv-loop",
        cwe="CWE-400",
        kind=Kind.PROGRAM,
        vulnerable=(
            r"""
            def $read_line($conn: socket.socket) -> bytes:
                $buffer = b""
                #...
                while not $buffer.endswith(b"\n"):  #!
                    $buffer += $conn.recv(1024)
                return $buffer
            """,
        ),
        fixed=(
            """
            def $read_line($conn: socket.socket) -> bytes:
                $reader = $conn.makefile("rb")
                #...
                return $reader.readline(8192)
            """,
        ),
        wrong_fix=(
            r"""
            def $read_line($conn: socket.socket) -> bytes:
                $buffer = b""
                #...
                while not $buffer.endswith(b"\n"):  #!
                    $buffer += $conn.recv(min(1024, 8192))
                return $buffer[:8192]
            """,
        ),
        imports=("import socket",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="res-sleep-user-seconds",
        cwe="CWE-400",
        kind=Kind.FLOW,
        vulnerable=(
            """
            time.sleep(float($in))  #!
            $out = "<<done|ok>>"
            """,
        ),
        fixed=(
            """
            time.sleep(min(float($in), 5.0))
            $out = "<<done|ok>>"
            """,
        ),
        wrong_fix=(
            """
            time.sleep(max(float($in), 0.0))  #!
            $out = "<<done|ok>>"
            """,
        ),
        imports=("import time",),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="res-pow-user-exponent",
        cwe="CWE-400",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $out = str(<<2|10|7>> ** int($in))  #!
            """,
        ),
        fixed=(
            """
            $out = str(pow(<<2|10|7>>, int($in), 1_000_003))
            """,
        ),
        wrong_fix=(
            """
            $out = str(<<2|10|7>> ** abs(int($in)))  #!
            """,
        ),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="res-string-repeat",
        cwe="CWE-770",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $out = "<<-|=|*>>" * int($in)  #!
            """,
        ),
        fixed=(
            """
            $out = "<<-|=|*>>" * min(int($in), 200)
            """,
        ),
        decoy=(
            """
            $out = "<<-|=|*>>" * (int($in) % 200)
            """,
        ),
        wrong_fix=(
            """
            $out = "<<-|=|*>>" * abs(int($in))  #!
            """,
        ),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
)
