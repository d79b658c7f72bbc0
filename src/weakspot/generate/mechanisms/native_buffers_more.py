"""Raw memory through ctypes, cffi and mmap: writes and reads past the end (CWE-787, CWE-125, CWE-119, CWE-120)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-libc-recv-size",
        cwe="CWE-787",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $receive($fd, $wanted):
                    $buf = ctypes.create_string_buffer(<<1024|4096>>)
                    #...
                    $got = $libc.read($fd, $buf, $wanted)  #!
                    return $buf.raw[: max(0, $got)]
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $receive($fd, $wanted):
                    $buf = ctypes.create_string_buffer(<<1024|4096>>)
                    #...
                    $got = $libc.read($fd, $buf, min($wanted, len($buf)))
                    return $buf.raw[: max(0, $got)]
                """,
        ),
        decoy=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $receive($fd, $wanted):
                    $buf = ctypes.create_string_buffer(<<1024|4096>>)
                    #...
                    $got = $libc.read($fd, $buf, len($buf))
                    return $buf.raw[: max(0, $got)]
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $receive($fd, $wanted):
                    $buf = ctypes.create_string_buffer(<<1024|4096>>)
                    #...
                    $got = $libc.read($fd, $buf, len($buf) + $wanted)  #!
                    return $buf.raw[: max(0, $got)]
                """,
        ),
        imports=(
            "import ctypes",
            "import ctypes.util",
        ),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-as-strided-write",
        cwe="CWE-787",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $clear_windows($signal, $width):
                    $rows = len($signal)
                    #...
                    $step = $signal.strides[0]
                    $view = as_strided($signal, shape=($rows, $width), strides=($step, $step))  #!
                    $view[:, -1] = 0
                    return $signal
                """,
        ),
        fixed=(
            """
                def $clear_windows($signal, $width):
                    $rows = len($signal) - $width + 1
                    if $rows < 1:
                        return $signal
                    #...
                    $step = $signal.strides[0]
                    $view = as_strided($signal, shape=($rows, $width), strides=($step, $step))
                    $view[:, -1] = 0
                    return $signal
                """,
        ),
        decoy=(
            """
                def $clear_windows($signal, $width):
                    $rows = max(0, len($signal) - $width + 1)
                    if not $rows:
                        return $signal
                    #...
                    $step = $signal.strides[0]
                    $view = as_strided($signal, shape=($rows, $width), strides=($step, $step))
                    $view[:, -1] = 0
                    return $signal
                """,
        ),
        wrong_fix=(
            """
                def $clear_windows($signal, $width):
                    $rows = len($signal) - 1
                    if $rows < 1:
                        return $signal
                    #...
                    $step = $signal.strides[0]
                    $view = as_strided($signal, shape=($rows, $width), strides=($step, $step))  #!
                    $view[:, -1] = 0
                    return $signal
                """,
        ),
        imports=(
            "import numpy as np",
            "from numpy.lib.stride_tricks import as_strided, sliding_window_view",
        ),
        frameworks=("numpy",),
    ),
    Mechanism(
        id="mem-string-at-length",
        cwe="CWE-125",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $buf = ctypes.create_string_buffer(b"<<header|status>>", 64)
                $out = ctypes.string_at($buf, $in)  #!
                """,
        ),
        fixed=(
            """
                $buf = ctypes.create_string_buffer(b"<<header|status>>", 64)
                $out = ctypes.string_at($buf, min($in, len($buf))) if $in >= 0 else b""
                """,
        ),
        decoy=(
            """
                $buf = ctypes.create_string_buffer(b"<<header|status>>", 64)
                $out = $buf.raw[: max(0, $in)]
                """,
        ),
        wrong_fix=(
            """
                $buf = ctypes.create_string_buffer(b"<<header|status>>", 64)
                $out = ctypes.string_at($buf, min($in, 4096)) if $in >= 0 else b""  #!
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="mem-heartbeat-length-field",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $echo($message):
                    $kind, $length = struct.unpack_from("<<!BH|>BH>>", $message)
                    $body = ctypes.create_string_buffer($message[3:], len($message) - 3)
                    #...
                    return bytes([$kind + 1]) + ctypes.string_at($body, $length)  #!
                """,
        ),
        fixed=(
            """
                def $echo($message):
                    $kind, $length = struct.unpack_from("<<!BH|>BH>>", $message)
                    $body = ctypes.create_string_buffer($message[3:], len($message) - 3)
                    if $length > len($body):
                        return b""
                    #...
                    return bytes([$kind + 1]) + ctypes.string_at($body, $length)
                """,
        ),
        decoy=(
            """
                def $echo($message):
                    $kind, $length = struct.unpack_from("<<!BH|>BH>>", $message)
                    $body = ctypes.create_string_buffer($message[3:], len($message) - 3)
                    if len($message) < $length + 3:
                        return b""
                    #...
                    return bytes([$kind + 1]) + ctypes.string_at($body, $length)
                """,
        ),
        wrong_fix=(
            """
                def $echo($message):
                    $kind, $length = struct.unpack_from("<<!BH|>BH>>", $message)
                    $body = ctypes.create_string_buffer($message[3:], len($message) - 3)
                    if $length > 0x4000:
                        return b""
                    #...
                    return bytes([$kind + 1]) + ctypes.string_at($body, $length)  #!
                """,
        ),
        imports=(
            "import ctypes",
            "import struct",
        ),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-pointer-walk-no-end",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $count_words($words, $n):
                    $ptr = ctypes.cast($words, ctypes.POINTER(ctypes.c_uint16))
                    $i = 0
                    while $ptr[$i] != 0:  #!
                        $i += 1
                        #...
                    return $i
                """,
        ),
        fixed=(
            """
                def $count_words($words, $n):
                    $ptr = ctypes.cast($words, ctypes.POINTER(ctypes.c_uint16))
                    $i = 0
                    while $i < $n and $ptr[$i] != 0:
                        $i += 1
                        #...
                    return $i
                """,
        ),
        decoy=(
            """
                def $count_words($words, $n):
                    $ptr = ctypes.cast($words, ctypes.POINTER(ctypes.c_uint16))
                    $i = 0
                    while $i < len($words) and $words[$i] != 0:
                        $i += 1
                        #...
                    return $i
                """,
        ),
        wrong_fix=(
            """
                def $count_words($words, $n):
                    $ptr = ctypes.cast($words, ctypes.POINTER(ctypes.c_uint16))
                    $i = 0
                    while $ptr[$i] != 0 and $i < $n:  #!
                        $i += 1
                        #...
                    return $i
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-cffi-unpack-length",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()

                def $slice_of($data, $count):
                    $items = $ffi.new("int[]", $data)
                    #...
                    return $ffi.unpack($items + 0, $count)  #!
                """,
        ),
        fixed=(
            """
                $ffi = FFI()

                def $slice_of($data, $count):
                    $items = $ffi.new("int[]", $data)
                    #...
                    return $ffi.unpack($items + 0, max(0, min($count, len($items))))
                """,
        ),
        decoy=(
            """
                $ffi = FFI()

                def $slice_of($data, $count):
                    $items = $ffi.new("int[]", $data)
                    #...
                    return list($items)[:$count]
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()

                def $slice_of($data, $count):
                    $items = $ffi.new("int[]", $data)
                    #...
                    return $ffi.unpack($items + 0, max(1, $count))  #!
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
)
