"""Loops without an end and divisions by nothing (CWE-835, CWE-369)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="loop-recv-empty",
        cwe="CWE-835",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $read_frame($sock, $size):
                    $data = b""
                    while len($data) < $size:
                        $chunk = $sock.recv($size - len($data))  #!
                        #...
                        $data += $chunk
                    return $data
                """,
        ),
        fixed=(
            """
                def $read_frame($sock, $size):
                    $data = b""
                    while len($data) < $size:
                        $chunk = $sock.recv($size - len($data))
                        if not $chunk:
                            raise ConnectionError("closed")
                        #...
                        $data += $chunk
                    return $data
                """,
        ),
        decoy=(
            """
                def $read_frame($sock, $size):
                    $data = b""
                    while len($data) < $size:
                        $chunk = $sock.recv($size - len($data))
                        if len($chunk) == 0:
                            raise ConnectionError("closed")
                        #...
                        $data += $chunk
                    return $data
                """,
        ),
        wrong_fix=(
            """
                def $read_frame($sock, $size):
                    $data = b""
                    while len($data) < $size:
                        $chunk = $sock.recv($size - len($data))  #!
                        if $chunk is None:
                            raise ConnectionError("closed")
                        #...
                        $data += $chunk
                    return $data
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="loop-zero-length-record",
        cwe="CWE-835",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $records($blob):
                    $at = 0
                    $found = []
                    while $at + 2 <= len($blob):
                        ($size,) = struct.unpack_from("!H", $blob, $at)
                        #...
                        $found.append($blob[$at + 2 : $at + $size])
                        $at += $size  #!
                    return $found
                """,
        ),
        fixed=(
            """
                def $records($blob):
                    $at = 0
                    $found = []
                    while $at + 2 <= len($blob):
                        ($size,) = struct.unpack_from("!H", $blob, $at)
                        if $size < 2:
                            break
                        #...
                        $found.append($blob[$at + 2 : $at + $size])
                        $at += $size
                    return $found
                """,
        ),
        wrong_fix=(
            """
                def $records($blob):
                    $at = 0
                    $found = []
                    while $at + 2 <= len($blob):
                        ($size,) = struct.unpack_from("!H", $blob, $at)
                        if $size > len($blob):
                            break
                        #...
                        $found.append($blob[$at + 2 : $at + $size])
                        $at += $size  #!
                    return $found
                """,
        ),
        imports=("import struct",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="divide-by-header",
        cwe="CWE-369",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = 1000 / $in  #!
                """,
        ),
        fixed=(
            """
                $out = 1000 / ($in or 1)
                """,
        ),
        wrong_fix=(
            """
                $out = 1000 / abs($in)  #!
                """,
        ),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
)
