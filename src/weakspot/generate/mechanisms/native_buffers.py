"""Raw memory through ctypes, cffi and mmap: writes and reads past the end (CWE-787, CWE-125, CWE-119, CWE-120)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-memmove-into-string-buffer",
        cwe="CWE-787",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $buf = ctypes.create_string_buffer(<<64|256|512>>)
                ctypes.memmove($buf, $in, len($in))  #!
                $out = $buf.raw
                """,
        ),
        fixed=(
            """
                $buf = ctypes.create_string_buffer(<<64|256|512>>)
                ctypes.memmove($buf, $in, min(len($in), len($buf)))
                $out = $buf.raw
                """,
        ),
        decoy=(
            """
                $buf = ctypes.create_string_buffer(len($in))
                ctypes.memmove($buf, $in, len($in))
                $out = $buf.raw
                """,
        ),
        wrong_fix=(
            """
                $buf = ctypes.create_string_buffer(<<64|256|512>>)
                ctypes.memmove($buf, $in, max(len($in), len($buf)))  #!
                $out = $buf.raw
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
        takes="bytes",
    ),
    Mechanism(
        id="mem-memmove-struct-field",
        cwe="CWE-787",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Packet(ctypes.Structure):
                    _fields_ = [("length", ctypes.c_uint16), ("body", ctypes.c_ubyte * <<32|128>>)]

                def $pack($payload):
                    $packet = $Packet()
                    #...
                    $packet.length = len($payload)
                    ctypes.memmove($packet.body, $payload, len($payload))  #!
                    return bytes($packet)
                """,
        ),
        fixed=(
            """
                class $Packet(ctypes.Structure):
                    _fields_ = [("length", ctypes.c_uint16), ("body", ctypes.c_ubyte * <<32|128>>)]

                def $pack($payload):
                    $packet = $Packet()
                    if len($payload) > ctypes.sizeof($packet.body):
                        raise ValueError("payload is too long")
                    #...
                    $packet.length = len($payload)
                    ctypes.memmove($packet.body, $payload, len($payload))
                    return bytes($packet)
                """,
        ),
        decoy=(
            """
                class $Packet(ctypes.Structure):
                    _fields_ = [("length", ctypes.c_uint16), ("body", ctypes.c_ubyte * <<32|128>>)]

                def $pack($payload):
                    $packet = $Packet()
                    if len($packet.body) < len($payload):
                        raise ValueError("payload is too long")
                    #...
                    $packet.length = len($payload)
                    ctypes.memmove($packet.body, $payload, len($payload))
                    return bytes($packet)
                """,
        ),
        wrong_fix=(
            """
                class $Packet(ctypes.Structure):
                    _fields_ = [("length", ctypes.c_uint16), ("body", ctypes.c_ubyte * <<32|128>>)]

                def $pack($payload):
                    $packet = $Packet()
                    if len($payload) > 0xFFFF:
                        raise ValueError("payload is too long")
                    #...
                    $packet.length = len($payload)
                    ctypes.memmove($packet.body, $payload, len($payload))  #!
                    return bytes($packet)
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-memset-count",
        cwe="CWE-787",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $buf = (ctypes.c_char * <<128|1024>>)()
                ctypes.memset($buf, 0x20, $in)  #!
                $out = bytes($buf)[: max(0, $in)]
                """,
        ),
        fixed=(
            """
                $buf = (ctypes.c_char * <<128|1024>>)()
                ctypes.memset($buf, 0x20, ctypes.sizeof($buf))
                $out = bytes($buf)[: max(0, $in)]
                """,
        ),
        decoy=(
            """
                $buf = (ctypes.c_char * <<128|1024>>)()
                ctypes.memset($buf, 0x20, max(0, min($in, ctypes.sizeof($buf))))
                $out = bytes($buf)[: max(0, $in)]
                """,
        ),
        wrong_fix=(
            """
                $buf = (ctypes.c_char * <<128|1024>>)()
                ctypes.memset($buf, 0x20, abs($in))  #!
                $out = bytes($buf)[: max(0, $in)]
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
        id="mem-pointer-index-write",
        cwe="CWE-787",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $fill($samples, $limit):
                    $array = (ctypes.c_int32 * $limit)()
                    $view = ctypes.cast($array, ctypes.POINTER(ctypes.c_int32))
                    for $i, $sample in enumerate($samples):
                        $view[$i] = $sample  #!
                    #...
                    return list($array)
                """,
        ),
        fixed=(
            """
                def $fill($samples, $limit):
                    $array = (ctypes.c_int32 * $limit)()
                    $view = ctypes.cast($array, ctypes.POINTER(ctypes.c_int32))
                    for $i, $sample in enumerate($samples[:$limit]):
                        $view[$i] = $sample
                    #...
                    return list($array)
                """,
        ),
        decoy=(
            """
                def $fill($samples, $limit):
                    $array = (ctypes.c_int32 * $limit)()
                    for $i, $sample in enumerate($samples):
                        $array[$i] = $sample
                    #...
                    return list($array)
                """,
        ),
        wrong_fix=(
            """
                def $fill($samples, $limit):
                    $array = (ctypes.c_int32 * $limit)()
                    $view = ctypes.cast($array, ctypes.POINTER(ctypes.c_int32))
                    for $i, $sample in enumerate($samples[: $limit + 1]):
                        $view[$i] = $sample  #!
                    #...
                    return list($array)
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-from-address-write",
        cwe="CWE-787",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $poke($base, $size, $offset, $value):
                    #...
                    ctypes.c_uint32.from_address($base + $offset).value = $value  #!
                    return $value
                """,
        ),
        fixed=(
            """
                def $poke($base, $size, $offset, $value):
                    if not 0 <= $offset <= $size - 4:
                        raise IndexError($offset)
                    #...
                    ctypes.c_uint32.from_address($base + $offset).value = $value
                    return $value
                """,
        ),
        decoy=(
            """
                def $poke($base, $size, $offset, $value):
                    if $offset < 0 or $offset + ctypes.sizeof(ctypes.c_uint32) > $size:
                        raise IndexError($offset)
                    #...
                    ctypes.c_uint32.from_address($base + $offset).value = $value
                    return $value
                """,
        ),
        wrong_fix=(
            """
                def $poke($base, $size, $offset, $value):
                    if $offset > $size:
                        raise IndexError($offset)
                    #...
                    ctypes.c_uint32.from_address($base + $offset).value = $value  #!
                    return $value
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-cffi-memmove",
        cwe="CWE-787",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()

                def $load($frame):
                    $buf = $ffi.new("unsigned char[<<256|1500>>]")
                    #...
                    $ffi.memmove($buf, $frame, len($frame))  #!
                    return $ffi.buffer($buf)[:]
                """,
        ),
        fixed=(
            """
                $ffi = FFI()

                def $load($frame):
                    $buf = $ffi.new("unsigned char[]", len($frame))
                    #...
                    $ffi.memmove($buf, $frame, len($frame))
                    return $ffi.buffer($buf)[:]
                """,
        ),
        decoy=(
            """
                $ffi = FFI()

                def $load($frame):
                    $buf = $ffi.new("unsigned char[]", max(1, len($frame)))
                    #...
                    $ffi.memmove($buf, $frame, len($frame))
                    return $ffi.buffer($buf)[:]
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()

                def $load($frame):
                    $buf = $ffi.new("unsigned char[]", len($frame) // 2)
                    #...
                    $ffi.memmove($buf, $frame, len($frame))  #!
                    return $ffi.buffer($buf)[:]
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
)
