"""Freed, missing and leaked native memory (CWE-416, CWE-415, CWE-476, CWE-401, CWE-404, CWE-772)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-cffi-release-then-use",
        cwe="CWE-416",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()

                def $digest($lib, $data):
                    $state = $ffi.gc($lib.state_new(), $lib.state_free)
                    $lib.state_update($state, $data, len($data))
                    $ffi.release($state)
                    #...
                    $result = $lib.state_value($state)  #!
                    return $result
                """,
        ),
        fixed=(
            """
                $ffi = FFI()

                def $digest($lib, $data):
                    $state = $ffi.gc($lib.state_new(), $lib.state_free)
                    $lib.state_update($state, $data, len($data))
                    #...
                    $result = $lib.state_value($state)
                    $ffi.release($state)
                    return $result
                """,
        ),
        decoy=(
            """
                $ffi = FFI()

                def $digest($lib, $data):
                    $state = $ffi.gc($lib.state_new(), $lib.state_free)
                    $lib.state_update($state, $data, len($data))
                    #...
                    $result = $lib.state_value($state)
                    del $state
                    return $result
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()

                def $digest($lib, $data):
                    $state = $ffi.gc($lib.state_new(), $lib.state_free)
                    $lib.state_update($state, $data, len($data))
                    with $state:
                        $size = $lib.state_size($state)
                    #...
                    $result = $lib.state_value($state)  #!
                    return $result
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
    Mechanism(
        id="mem-libc-free-then-read",
        cwe="CWE-416",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.strdup.restype = ctypes.c_void_p
                $libc.free.argtypes = [ctypes.c_void_p]

                def $take($text):
                    $ptr = $libc.strdup($text)
                    $libc.free($ptr)
                    #...
                    $copy = ctypes.string_at($ptr)  #!
                    return $copy
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.strdup.restype = ctypes.c_void_p
                $libc.free.argtypes = [ctypes.c_void_p]

                def $take($text):
                    $ptr = $libc.strdup($text)
                    #...
                    $copy = ctypes.string_at($ptr)
                    $libc.free($ptr)
                    return $copy
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.strdup.restype = ctypes.c_void_p
                $libc.free.argtypes = [ctypes.c_void_p]

                def $take($text):
                    $ptr = $libc.strdup($text)
                    $view = ctypes.cast($ptr, ctypes.c_char_p)
                    $libc.free($ptr)
                    #...
                    $copy = $view.value  #!
                    return $copy
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
        id="mem-cffi-new-dropped-owner",
        cwe="CWE-416",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()

                def $make_args($words):
                    $argv = $ffi.new("char *[]", [$ffi.cast("char *", $ffi.new("char[]", $w)) for $w in $words])  #!
                    #...
                    return $argv, len($words)
                """,
        ),
        fixed=(
            """
                $ffi = FFI()

                def $make_args($words):
                    $owned = [$ffi.new("char[]", $w) for $w in $words]
                    $argv = $ffi.new("char *[]", $owned)
                    #...
                    return $argv, $owned
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()

                def $make_args($words):
                    $owned = [$ffi.cast("char *", $ffi.new("char[]", $w)) for $w in $words]  #!
                    $argv = $ffi.new("char *[]", $owned)
                    #...
                    return $argv, $owned
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
    Mechanism(
        id="mem-callback-not-kept",
        cwe="CWE-416",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_int)

                class $Device:
                    def __init__(self, $lib):
                        self.lib = $lib

                    def $listen(self, $notify):
                        self.lib.set_handler($HANDLER($notify))  #!
                        #...
                        return self
                """,
        ),
        fixed=(
            """
                $HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_int)

                class $Device:
                    def __init__(self, $lib):
                        self.lib = $lib

                    def $listen(self, $notify):
                        self.handler = $HANDLER($notify)
                        self.lib.set_handler(self.handler)
                        #...
                        return self
                """,
        ),
        wrong_fix=(
            """
                $HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_int)

                class $Device:
                    def __init__(self, $lib):
                        self.lib = $lib

                    def $listen(self, $notify):
                        $handler = $HANDLER($notify)
                        self.lib.set_handler($handler)  #!
                        #...
                        return self
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-addressof-temporary",
        cwe="CWE-416",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $submit($lib, $payload):
                    $address = ctypes.addressof(ctypes.create_string_buffer($payload))  #!
                    #...
                    return $lib.submit(ctypes.c_void_p($address), len($payload))
                """,
        ),
        fixed=(
            """
                def $submit($lib, $payload):
                    $buf = ctypes.create_string_buffer($payload)
                    $address = ctypes.addressof($buf)
                    #...
                    return $lib.submit(ctypes.c_void_p($address), len($payload))
                """,
        ),
        wrong_fix=(
            """
                def $submit($lib, $payload):
                    $buf = ctypes.create_string_buffer($payload)
                    $address = ctypes.addressof($buf)
                    del $buf  #!
                    #...
                    return $lib.submit(ctypes.c_void_p($address), len($payload))
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-numpy-data-of-temporary",
        cwe="CWE-416",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $total($lib, $values):
                    $ptr = np.asarray($values, dtype=np.float64).ctypes.data  #!
                    #...
                    return $lib.total(ctypes.c_void_p($ptr), len($values))
                """,
        ),
        fixed=(
            """
                def $total($lib, $values):
                    $array = np.asarray($values, dtype=np.float64)
                    $ptr = $array.ctypes.data
                    #...
                    return $lib.total(ctypes.c_void_p($ptr), len($values))
                """,
        ),
        wrong_fix=(
            """
                def $total($lib, $values):
                    $array = np.asarray($values)
                    $ptr = $array.astype(np.float64).ctypes.data  #!
                    #...
                    return $lib.total(ctypes.c_void_p($ptr), len($values))
                """,
        ),
        imports=(
            "import ctypes",
            "import numpy as np",
        ),
        frameworks=(
            "numpy",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-double-free-finally",
        cwe="CWE-415",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $read_all($lib, $name):
                    $handle = ctypes.c_void_p($lib.reader_open($name))
                    if not $handle:
                        return None
                    try:
                        #...
                        $rows = $lib.reader_rows($handle)
                        $lib.reader_free($handle)
                        return $rows
                    finally:
                        $lib.reader_free($handle)  #!
                """,
        ),
        fixed=(
            """
                def $read_all($lib, $name):
                    $handle = ctypes.c_void_p($lib.reader_open($name))
                    if not $handle:
                        return None
                    try:
                        #...
                        $rows = $lib.reader_rows($handle)
                        return $rows
                    finally:
                        $lib.reader_free($handle)
                """,
        ),
        wrong_fix=(
            """
                def $read_all($lib, $name):
                    $handle = ctypes.c_void_p($lib.reader_open($name))
                    if not $handle:
                        return None
                    try:
                        #...
                        $rows = $lib.reader_rows($handle)
                        $lib.reader_free($handle)
                        return $rows
                    finally:
                        if $handle:
                            $lib.reader_free($handle)  #!
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
)
