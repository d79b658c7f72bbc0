"""Size limits that are switched off (CWE-770)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="res-bytearray-alloc",
        cwe="CWE-770",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $buffer = bytearray(int($in))  #!
            $out = len($buffer)
            """,
        ),
        fixed=(
            """
            $size = int($in)
            if not 0 < $size <= 65536:
                raise ValueError("size")
            $out = len(bytearray($size))
            """,
        ),
        wrong_fix=(
            """
            $size = int($in)
            if $size <= 0:
                raise ValueError("size")
            $out = len(bytearray($size))  #!
            """,
        ),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="res-websocket-max-size",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            async def $main($handler) -> None:
                #...
                async with websockets.serve($handler, "127.0.0.1", <<8765|9000>>, max_size=None) as $server:  #!
                    await $server.wait_closed()
            """,
        ),
        fixed=(
            """
            async def $main($handler) -> None:
                #...
                async with websockets.serve($handler, "127.0.0.1", <<8765|9000>>) as $server:
                    await $server.wait_closed()
            """,
        ),
        wrong_fix=(
            """
            async def $main($handler) -> None:
                #...
                async with websockets.serve(
                    $handler, "127.0.0.1", <<8765|9000>>, max_queue=16, max_size=None  #!
                ) as $server:
                    await $server.wait_closed()
            """,
        ),
        imports=("import websockets",),
        frameworks=("websockets",),
    ),
    Mechanism(
        id="res-grpc-message-size",
        cwe="CWE-770",
        kind=Kind.LOCAL,
        vulnerable=(
            """
            $server = grpc.server(
                futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)]  #!
            )
            $out = $server
            """,
        ),
        fixed=(
            """
            $server = grpc.server(futures.ThreadPoolExecutor(8))
            $out = $server
            """,
        ),
        decoy=(
            """
            $server = grpc.server(
                futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", 4194304)]
            )
            $out = $server
            """,
        ),
        wrong_fix=(
            """
            $server = grpc.server(
                futures.ThreadPoolExecutor(8),
                options=[("grpc.max_send_message_length", 4194304), ("grpc.max_receive_message_length", -1)],  #!
            )
            $out = $server
            """,
        ),
        imports=(
            "import grpc",
            "from concurrent import futures",
        ),
        frameworks=("grpcio",),
    ),
    Mechanism(
        id="res-django-upload-memory",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            DATA_UPLOAD_MAX_MEMORY_SIZE = None  #!
            DATA_UPLOAD_MAX_NUMBER_FIELDS = None
            #...
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            DATA_UPLOAD_MAX_MEMORY_SIZE = 5242880
            DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
            #...
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            FILE_UPLOAD_MAX_MEMORY_SIZE = 5242880
            DATA_UPLOAD_MAX_MEMORY_SIZE = None  #!
            #...
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
)
