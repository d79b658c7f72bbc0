"""Freed, missing and leaked native memory (CWE-416, CWE-415, CWE-476, CWE-401, CWE-404, CWE-772)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-double-free-del",
        cwe="CWE-415",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Codec:
                    def __init__(self, $lib):
                        self.lib = $lib
                        self.state = $lib.codec_new()

                    def close(self):
                        #...
                        self.lib.codec_free(self.state)

                    def __del__(self):
                        self.lib.codec_free(self.state)  #!
                """,
        ),
        fixed=(
            """
                class $Codec:
                    def __init__(self, $lib):
                        self.lib = $lib
                        self.state = $lib.codec_new()

                    def close(self):
                        #...
                        self.lib.codec_free(self.state)
                        self.state = None

                    def __del__(self):
                        if self.state is not None:
                            self.lib.codec_free(self.state)
                """,
        ),
        wrong_fix=(
            """
                class $Codec:
                    def __init__(self, $lib):
                        self.lib = $lib
                        self.state = $lib.codec_new()

                    def close(self):
                        #...
                        self.lib.codec_free(self.state)
                        self.closed = True

                    def __del__(self):
                        if self.state is not None:
                            self.lib.codec_free(self.state)  #!
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-gc-and-free",
        cwe="CWE-415",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()

                def $parse($lib, $text):
                    $tree = $ffi.gc($lib.tree_parse($text), $lib.tree_free)
                    #...
                    $depth = $lib.tree_depth($tree)
                    $lib.tree_free($tree)  #!
                    return $depth
                """,
        ),
        fixed=(
            """
                $ffi = FFI()

                def $parse($lib, $text):
                    $tree = $lib.tree_parse($text)
                    #...
                    $depth = $lib.tree_depth($tree)
                    $lib.tree_free($tree)
                    return $depth
                """,
        ),
        decoy=(
            """
                $ffi = FFI()

                def $parse($lib, $text):
                    $tree = $ffi.gc($lib.tree_parse($text), $lib.tree_free)
                    #...
                    $depth = $lib.tree_depth($tree)
                    $ffi.release($tree)
                    return $depth
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()

                def $parse($lib, $text):
                    $tree = $ffi.gc($lib.tree_parse($text), $lib.tree_free, size=<<1024|4096>>)
                    #...
                    $depth = $lib.tree_depth($tree)
                    $lib.tree_free($tree)  #!
                    return $depth
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
    Mechanism(
        id="mem-malloc-unchecked",
        cwe="CWE-476",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $allocate($size):
                    $mem = $libc.malloc($size)
                    #...
                    ctypes.memset($mem, 0, $size)  #!
                    return $mem
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $allocate($size):
                    $mem = $libc.malloc($size)
                    if not $mem:
                        raise MemoryError($size)
                    #...
                    ctypes.memset($mem, 0, $size)
                    return $mem
                """,
        ),
        decoy=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $allocate($size):
                    $mem = $libc.malloc($size)
                    if $mem is None:
                        raise MemoryError($size)
                    #...
                    ctypes.memset($mem, 0, $size)
                    return $mem
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $allocate($size):
                    $mem = $libc.malloc($size)
                    if $size < 0:
                        raise MemoryError($size)
                    #...
                    ctypes.memset($mem, 0, $size)  #!
                    return $mem
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
        id="mem-pointer-contents-null",
        cwe="CWE-476",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $owner_of($lib, $uid):
                    $lib.getpwuid.restype = ctypes.POINTER($Entry)
                    $entry = $lib.getpwuid($uid)
                    if $entry is None:
                        return None
                    #...
                    return ctypes.string_at($entry[0].name)  #!
                """,
        ),
        fixed=(
            """
                def $owner_of($lib, $uid):
                    $lib.getpwuid.restype = ctypes.POINTER($Entry)
                    $entry = $lib.getpwuid($uid)
                    if not $entry:
                        return None
                    #...
                    return ctypes.string_at($entry[0].name)
                """,
        ),
        wrong_fix=(
            """
                def $owner_of($lib, $uid):
                    $lib.getpwuid.restype = ctypes.POINTER($Entry)
                    $entry = $lib.getpwuid($uid)
                    if $uid < 0:
                        return None
                    #...
                    return ctypes.string_at($entry[0].name)  #!
                """,
        ),
        imports=("import ctypes",),
        setup="""
            import ctypes
            class $Entry(ctypes.Structure):
                _fields_ = [("name", ctypes.c_void_p), ("uid", ctypes.c_uint32)]
            """,
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-cffi-null-result",
        cwe="CWE-476",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()
                $ffi.cdef("char *getenv(const char *name);")
                $libc = $ffi.dlopen(None)

                def $lookup($name):
                    $value = $libc.getenv($name)
                    if $value is None:
                        return b""
                    #...
                    return $ffi.unpack($value, <<4|8>>)  #!
                """,
        ),
        fixed=(
            """
                $ffi = FFI()
                $ffi.cdef("char *getenv(const char *name);")
                $libc = $ffi.dlopen(None)

                def $lookup($name):
                    $value = $libc.getenv($name)
                    if $value == $ffi.NULL:
                        return b""
                    #...
                    return $ffi.unpack($value, <<4|8>>)
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()
                $ffi.cdef("char *getenv(const char *name);")
                $libc = $ffi.dlopen(None)

                def $lookup($name):
                    $value = $libc.getenv($name)
                    if $name == $ffi.NULL:
                        return b""
                    #...
                    return $ffi.unpack($value, <<4|8>>)  #!
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
    Mechanism(
        id="mem-none-match-group",
        cwe="CWE-476",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $match = re.match(r"<<(\d+)-(\w+)|v(\d+)\.(\d+)>>", $in)
                $out = $match.group(1)  #!
                """,
        ),
        fixed=(
            r"""
                $match = re.match(r"<<(\d+)-(\w+)|v(\d+)\.(\d+)>>", $in)
                if $match is None:
                    raise ValueError("format")
                $out = $match.group(1)
                """,
        ),
        wrong_fix=(
            r"""
                $match = re.match(r"<<(\d+)-(\w+)|v(\d+)\.(\d+)>>", $in)
                if not $in:
                    raise ValueError("format")
                $out = $match.group(1)  #!
                """,
        ),
        imports=("import re",),
        frameworks=("stdlib",),
        int_is_safe=False,
    ),
)
