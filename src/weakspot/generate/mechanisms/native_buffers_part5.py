"""Raw memory through ctypes, cffi and mmap: writes and reads past the end (CWE-787, CWE-125, CWE-119, CWE-120)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-malloc-off-by-one",
        cwe="CWE-122",
        kind=Kind.PROGRAM,
        vulnerable=(
            r"""
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $duplicate($text):
                    $mem = $libc.malloc(len($text))
                    if not $mem:
                        raise MemoryError
                    #...
                    ctypes.memmove($mem, $text + b"\0", len($text) + 1)  #!
                    return $mem
                """,
        ),
        fixed=(
            r"""
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $duplicate($text):
                    $mem = $libc.malloc(len($text) + 1)
                    if not $mem:
                        raise MemoryError
                    #...
                    ctypes.memmove($mem, $text + b"\0", len($text) + 1)
                    return $mem
                """,
        ),
        wrong_fix=(
            r"""
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $duplicate($text):
                    $mem = $libc.malloc(len($text) or 1)
                    if not $mem:
                        raise MemoryError
                    #...
                    ctypes.memmove($mem, $text + b"\0", len($text) + 1)  #!
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
        id="mem-malloc-item-size",
        cwe="CWE-122",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $new_table($values):
                    $mem = $libc.malloc(len($values))
                    if not $mem:
                        raise MemoryError
                    $cells = ctypes.cast($mem, ctypes.POINTER(ctypes.c_double))
                    #...
                    for $i, $value in enumerate($values):
                        $cells[$i] = $value  #!
                    return $mem
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $new_table($values):
                    $mem = $libc.malloc(8 * len($values) or 8)
                    if not $mem:
                        raise MemoryError
                    $cells = ctypes.cast($mem, ctypes.POINTER(ctypes.c_double))
                    #...
                    for $i, $value in enumerate($values):
                        $cells[$i] = $value
                    return $mem
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $libc.malloc.restype = ctypes.c_void_p
                $libc.malloc.argtypes = [ctypes.c_size_t]

                def $new_table($values):
                    $mem = $libc.malloc(4 * len($values) or 8)
                    if not $mem:
                        raise MemoryError
                    $cells = ctypes.cast($mem, ctypes.POINTER(ctypes.c_double))
                    #...
                    for $i, $value in enumerate($values):
                        $cells[$i] = $value  #!
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
)
