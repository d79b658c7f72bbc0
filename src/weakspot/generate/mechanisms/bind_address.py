"""Services that listen on every network (CWE-668, CWE-605)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="bind-socket-all",
        cwe="CWE-605",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $listen(port: int = <<9100|7000|4444>>) -> socket.socket:
                $sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                $sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                #...
                $sock.bind((<<"0.0.0.0"|"">>, port))  #!
                $sock.listen()
                return $sock
            """,
        ),
        fixed=(
            """
            def $listen(port: int = <<9100|7000|4444>>) -> socket.socket:
                $sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                $sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                #...
                $sock.bind(("127.0.0.1", port))
                $sock.listen()
                return $sock
            """,
        ),
        decoy=(
            """
            def $listen(port: int = <<9100|7000|4444>>) -> socket.socket:
                $sock = socket.create_server(("localhost", port))
                #...
                print("not reachable on 0.0.0.0")
                return $sock
            """,
        ),
        wrong_fix=(
            """
            def $listen(port: int = <<9100|7000|4444>>) -> socket.socket:
                $sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                $sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
                #...
                $sock.bind((socket.inet_ntoa(bytes(4)), port))  #!
                $sock.listen()
                return $sock
            """,
        ),
        imports=("import socket",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="bind-xmlrpc-admin",
        cwe="CWE-668",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $serve($control) -> None:
                $server = SimpleXMLRPCServer(("<<0.0.0.0|::>>", <<8000|9001>>), allow_none=True)  #!
                $server.register_instance($control)
                #...
                $server.serve_forever()
            """,
        ),
        fixed=(
            """
            def $serve($control) -> None:
                $server = SimpleXMLRPCServer(("127.0.0.1", <<8000|9001>>), allow_none=True)
                $server.register_instance($control)
                #...
                $server.serve_forever()
            """,
        ),
        wrong_fix=(
            """
            def $serve($control) -> None:
                $server = SimpleXMLRPCServer(("", <<8000|9001>>), allow_none=True, logRequests=True)  #!
                $server.register_instance($control)
                #...
                $server.serve_forever()
            """,
        ),
        imports=("from xmlrpc.server import SimpleXMLRPCServer",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="bind-manager-process",
        cwe="CWE-668",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Manager(BaseManager):
                pass


            def $serve($queue) -> None:
                $Manager.register("jobs", callable=lambda: $queue)
                $manager = $Manager(address=("", <<50000|6000>>), authkey=os.environb[b"JOB_KEY"])  #!
                #...
                $manager.get_server().serve_forever()
            """,
        ),
        fixed=(
            """
            class $Manager(BaseManager):
                pass


            def $serve($queue) -> None:
                $Manager.register("jobs", callable=lambda: $queue)
                $manager = $Manager(address=("localhost", <<50000|6000>>), authkey=os.environb[b"JOB_KEY"])
                #...
                $manager.get_server().serve_forever()
            """,
        ),
        wrong_fix=(
            """
            class $Manager(BaseManager):
                pass


            def $serve($queue) -> None:
                $Manager.register("jobs", callable=lambda: $queue)
                $host = os.environ.get("BIND", "0.0.0.0")  #!
                $manager = $Manager(address=($host, <<50000|6000>>), authkey=os.environb[b"JOB_KEY"])
                #...
                $manager.get_server().serve_forever()
            """,
        ),
        imports=(
            "import os",
            "from multiprocessing.managers import BaseManager",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="bind-uvicorn-internal",
        cwe="CWE-668",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $main($admin_app) -> None:
                #...
                uvicorn.run($admin_app, host="0.0.0.0", port=<<9000|8001>>)  #!
            """,
        ),
        fixed=(
            """
            def $main($admin_app) -> None:
                #...
                uvicorn.run($admin_app, host="127.0.0.1", port=<<9000|8001>>)
            """,
        ),
        decoy=(
            """
            def $main($admin_app) -> None:
                #...
                uvicorn.run($admin_app, uds="/run/admin-<<9000|8001>>.sock")
            """,
        ),
        wrong_fix=(
            """
            def $main($admin_app) -> None:
                #...
                uvicorn.run($admin_app, host=os.getenv("ADMIN_HOST", "0.0.0.0"), port=<<9000|8001>>)  #!
            """,
        ),
        imports=(
            "import os",
            "import uvicorn",
        ),
        frameworks=("uvicorn",),
    ),
    Mechanism(
        id="bind-asyncio-server",
        cwe="CWE-605",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            async def $serve($handler) -> None:
                $server = await asyncio.start_server($handler, host=<<None|"0.0.0.0">>, port=<<6380|7777>>)  #!
                #...
                async with $server:
                    await $server.serve_forever()
            """,
        ),
        fixed=(
            """
            async def $serve($handler) -> None:
                $server = await asyncio.start_server($handler, host="127.0.0.1", port=<<6380|7777>>)
                #...
                async with $server:
                    await $server.serve_forever()
            """,
        ),
        wrong_fix=(
            """
            async def $serve($handler) -> None:
                $server = await asyncio.start_server($handler, host=["127.0.0.1", "::"], port=<<6380|7777>>)  #!
                #...
                async with $server:
                    await $server.serve_forever()
            """,
        ),
        imports=("import asyncio",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="bind-prometheus-exporter",
        cwe="CWE-668",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            start_http_server(<<9090|8000>>, addr="0.0.0.0")  #!
            """,
        ),
        fixed=(
            """
            start_http_server(<<9090|8000>>, addr="127.0.0.1")
            """,
        ),
        wrong_fix=(
            """
            start_http_server(<<9090|8000>>)  #!
            """,
        ),
        imports=("from prometheus_client import start_http_server",),
        frameworks=("prometheus-client",),
    ),
)
