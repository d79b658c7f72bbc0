"""Raw memory through ctypes, cffi and mmap: writes and reads past the end (CWE-787, CWE-125, CWE-119, CWE-120)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-ndarray-ctypes-length",
        cwe="CWE-119",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $smooth($lib, $values, $width):
                    $values = np.ascontiguousarray($values, dtype=np.float32)
                    #...
                    $dst = np.empty(len($values) - $width, dtype=np.float32)
                    $lib.smooth($values.ctypes.data_as(ctypes.c_void_p), $dst.ctypes.data_as(ctypes.c_void_p), len($values))  #!
                    return $dst
                """,
        ),
        fixed=(
            """
                def $smooth($lib, $values, $width):
                    $values = np.ascontiguousarray($values, dtype=np.float32)
                    #...
                    $dst = np.empty(len($values), dtype=np.float32)
                    $lib.smooth($values.ctypes.data_as(ctypes.c_void_p), $dst.ctypes.data_as(ctypes.c_void_p), len($values))
                    return $dst
                """,
        ),
        decoy=(
            """
                def $smooth($lib, $values, $width):
                    $values = np.ascontiguousarray($values, dtype=np.float32)
                    #...
                    $dst = np.zeros_like($values)
                    $lib.smooth($values.ctypes.data_as(ctypes.c_void_p), $dst.ctypes.data_as(ctypes.c_void_p), len($values))
                    return $dst
                """,
        ),
        wrong_fix=(
            """
                def $smooth($lib, $values, $width):
                    $values = np.ascontiguousarray($values, dtype=np.float32)
                    #...
                    $dst = np.empty(len($values), dtype=np.float16)
                    $lib.smooth($values.ctypes.data_as(ctypes.c_void_p), $dst.ctypes.data_as(ctypes.c_void_p), len($values))  #!
                    return $dst
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
        id="mem-array-buffer-info",
        cwe="CWE-119",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $import_samples($chunk):
                    $samples = array.array("<<h|H>>", bytes(2 * <<256|1024>>))
                    $address, $count = $samples.buffer_info()
                    #...
                    ctypes.memmove($address, $chunk, len($chunk))  #!
                    return $samples
                """,
        ),
        fixed=(
            """
                def $import_samples($chunk):
                    $samples = array.array("<<h|H>>", bytes(2 * <<256|1024>>))
                    $address, $count = $samples.buffer_info()
                    #...
                    ctypes.memmove($address, $chunk, min(len($chunk), $count * $samples.itemsize))
                    return $samples
                """,
        ),
        wrong_fix=(
            """
                def $import_samples($chunk):
                    $samples = array.array("<<h|H>>", bytes(2 * <<256|1024>>))
                    $address, $count = $samples.buffer_info()
                    #...
                    ctypes.memmove($address, $chunk, len($chunk) * $samples.itemsize // 2)  #!
                    return $samples
                """,
        ),
        imports=(
            "import array",
            "import ctypes",
        ),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-strcpy-fixed",
        cwe="CWE-120",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<32|64|128>>)
                $libc.strcpy($buf, $in)  #!
                $out = $buf.value
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<32|64|128>>)
                $libc.strncpy($buf, $in, len($buf) - 1)
                $out = $buf.value
                """,
        ),
        decoy=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<32|64|128>>)
                $buf.value = $in[: len($buf) - 1]
                $out = $buf.value
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<32|64|128>>)
                $libc.strncpy($buf, $in, len($in))  #!
                $out = $buf.value
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
        takes="bytes",
    ),
    Mechanism(
        id="mem-strcat-path",
        cwe="CWE-120",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $full_name($folder, $name):
                    $buf = ctypes.create_string_buffer($folder, <<256|260>>)
                    #...
                    $libc.strcat($buf, $name)  #!
                    return $buf.value
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $full_name($folder, $name):
                    $buf = ctypes.create_string_buffer($folder, <<256|260>>)
                    if len($folder) + len($name) >= len($buf):
                        raise ValueError("path is too long")
                    #...
                    $libc.strcat($buf, $name)
                    return $buf.value
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $full_name($folder, $name):
                    $buf = ctypes.create_string_buffer($folder, <<256|260>>)
                    if len($name) >= len($buf):
                        raise ValueError("path is too long")
                    #...
                    $libc.strcat($buf, $name)  #!
                    return $buf.value
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
        id="mem-sprintf-fixed",
        cwe="CWE-120",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<48|100>>)
                $libc.sprintf($buf, b"<<name|host>>=%s", $in)  #!
                $out = $buf.value
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<48|100>>)
                $libc.snprintf($buf, len($buf), b"<<name|host>>=%s", $in)
                $out = $buf.value
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))
                $buf = ctypes.create_string_buffer(<<48|100>>)
                $libc.snprintf($buf, len($in) + 8, b"<<name|host>>=%s", $in)  #!
                $out = $buf.value
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
        takes="bytes",
    ),
    Mechanism(
        id="mem-gets-cffi",
        cwe="CWE-120",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()
                $ffi.cdef("char *strcpy(char *dst, const char *src); size_t strlen(const char *text);")
                $libc = $ffi.dlopen(None)

                def $copy_title($title):
                    $dst = $ffi.new("char[<<40|64>>]")
                    #...
                    $libc.strcpy($dst, $title)  #!
                    return $ffi.string($dst)
                """,
        ),
        fixed=(
            """
                $ffi = FFI()
                $ffi.cdef("char *strcpy(char *dst, const char *src); size_t strlen(const char *text);")
                $libc = $ffi.dlopen(None)

                def $copy_title($title):
                    $dst = $ffi.new("char[]", len($title) + 1)
                    #...
                    $libc.strcpy($dst, $title)
                    return $ffi.string($dst)
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()
                $ffi.cdef("char *strcpy(char *dst, const char *src); size_t strlen(const char *text);")
                $libc = $ffi.dlopen(None)

                def $copy_title($title):
                    $dst = $ffi.new("char[]", max(1, len($title)))
                    #...
                    $libc.strcpy($dst, $title)  #!
                    return $ffi.string($dst)
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
    Mechanism(
        id="mem-stack-local-array",
        cwe="CWE-121",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $CB = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)

                @$CB
                def $on_read($dst, $room):
                    $line = $source.next_line()
                    ctypes.memmove($dst, $line, len($line))  #!
                    #...
                    return 1
                """,
        ),
        fixed=(
            """
                $CB = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)

                @$CB
                def $on_read($dst, $room):
                    $line = $source.next_line()
                    ctypes.memmove($dst, $line, min(len($line), $room))
                    #...
                    return 1
                """,
        ),
        wrong_fix=(
            """
                $CB = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)

                @$CB
                def $on_read($dst, $room):
                    $line = $source.next_line()
                    ctypes.memmove($dst, $line, len($line) if $room else 0)  #!
                    #...
                    return 1
                """,
        ),
        imports=("import ctypes",),
        setup="""
            from reader import source as $source
            """,
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
)
