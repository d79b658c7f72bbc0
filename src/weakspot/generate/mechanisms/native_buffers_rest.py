"""Raw memory through ctypes, cffi and mmap: writes and reads past the end (CWE-787, CWE-125, CWE-119, CWE-120)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="mem-cffi-buffer-size",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $ffi = FFI()

                def $dump($lib, $record, $size):
                    $raw = $ffi.new("struct <<frame|header>> *", $record)
                    #...
                    return bytes($ffi.buffer($raw, $size))  #!
                """,
        ),
        fixed=(
            """
                $ffi = FFI()

                def $dump($lib, $record, $size):
                    $raw = $ffi.new("struct <<frame|header>> *", $record)
                    #...
                    return bytes($ffi.buffer($raw))
                """,
        ),
        decoy=(
            """
                $ffi = FFI()

                def $dump($lib, $record, $size):
                    $raw = $ffi.new("struct <<frame|header>> *", $record)
                    #...
                    return bytes($ffi.buffer($raw, $ffi.sizeof($raw[0])))
                """,
        ),
        wrong_fix=(
            """
                $ffi = FFI()

                def $dump($lib, $record, $size):
                    $raw = $ffi.new("struct <<frame|header>> *", $record)
                    #...
                    return bytes($ffi.buffer($raw, $size))[: $ffi.sizeof($raw[0])]  #!
                """,
        ),
        imports=("from cffi import FFI",),
        frameworks=("cffi",),
    ),
    Mechanism(
        id="mem-as-strided-read",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $windows($series, $width):
                    $series = np.ascontiguousarray($series)
                    #...
                    $view = as_strided($series, shape=(len($series), $width), strides=$series.strides * 2)  #!
                    return $view.mean(axis=1)
                """,
        ),
        fixed=(
            """
                def $windows($series, $width):
                    $series = np.ascontiguousarray($series)
                    #...
                    $view = sliding_window_view($series, $width)
                    return $view.mean(axis=1)
                """,
        ),
        wrong_fix=(
            """
                def $windows($series, $width):
                    $series = np.ascontiguousarray($series)
                    #...
                    $view = as_strided($series, shape=(len($series), $width), strides=$series.strides * 2, writeable=False)  #!
                    return $view.mean(axis=1)
                """,
        ),
        imports=(
            "import numpy as np",
            "from numpy.lib.stride_tricks import as_strided, sliding_window_view",
        ),
        frameworks=("numpy",),
    ),
    Mechanism(
        id="mem-from-address-read",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $TABLE = (ctypes.c_double * <<16|100>>)()

                def $lookup($index):
                    #...
                    return ctypes.c_double.from_address(ctypes.addressof($TABLE) + 8 * $index).value  #!
                """,
        ),
        fixed=(
            """
                $TABLE = (ctypes.c_double * <<16|100>>)()

                def $lookup($index):
                    #...
                    return $TABLE[$index]
                """,
        ),
        decoy=(
            """
                $TABLE = (ctypes.c_double * <<16|100>>)()

                def $lookup($index):
                    #...
                    return ctypes.c_double.from_buffer($TABLE, 8 * $index).value
                """,
        ),
        wrong_fix=(
            """
                $TABLE = (ctypes.c_double * <<16|100>>)()

                def $lookup($index):
                    #...
                    return ctypes.c_double.from_address(ctypes.addressof($TABLE) + 8 * abs($index)).value  #!
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-wstring-at-not-terminated",
        cwe="CWE-125",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $label($raw):
                    $buf = (ctypes.c_char * len($raw)).from_buffer_copy($raw)
                    #...
                    return ctypes.string_at($buf)  #!
                """,
        ),
        fixed=(
            """
                def $label($raw):
                    $buf = (ctypes.c_char * len($raw)).from_buffer_copy($raw)
                    #...
                    return ctypes.string_at($buf, len($raw))
                """,
        ),
        decoy=(
            """
                def $label($raw):
                    $buf = (ctypes.c_char * len($raw)).from_buffer_copy($raw)
                    #...
                    return $buf.value
                """,
        ),
        wrong_fix=(
            """
                def $label($raw):
                    $buf = (ctypes.c_char * len($raw)).from_buffer_copy($raw)
                    #...
                    return ctypes.string_at($buf).rstrip()  #!
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-cast-wider-pointer",
        cwe="CWE-119",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $to_words($data):
                    $raw = (ctypes.c_ubyte * len($data)).from_buffer_copy($data)
                    $words = ctypes.cast($raw, ctypes.POINTER(ctypes.c_uint32))
                    #...
                    return [$words[$i] for $i in range(len($data))]  #!
                """,
        ),
        fixed=(
            """
                def $to_words($data):
                    $raw = (ctypes.c_ubyte * len($data)).from_buffer_copy($data)
                    $words = ctypes.cast($raw, ctypes.POINTER(ctypes.c_uint32))
                    #...
                    return [$words[$i] for $i in range(len($data) // 4)]
                """,
        ),
        wrong_fix=(
            """
                def $to_words($data):
                    $raw = (ctypes.c_ubyte * len($data)).from_buffer_copy($data)
                    $words = ctypes.cast($raw, ctypes.POINTER(ctypes.c_uint32))
                    #...
                    return [$words[$i] for $i in range(len($data) // 2)]  #!
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="mem-snprintf-result-as-length",
        cwe="CWE-119",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $line($name):
                    $buf = ctypes.create_string_buffer(<<32|80>>)
                    $n = $libc.snprintf($buf, len($buf), b"user=%s", ctypes.c_char_p($name.encode()))
                    #...
                    return ctypes.string_at($buf, $n)  #!
                """,
        ),
        fixed=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $line($name):
                    $buf = ctypes.create_string_buffer(<<32|80>>)
                    $n = $libc.snprintf($buf, len($buf), b"user=%s", ctypes.c_char_p($name.encode()))
                    #...
                    return ctypes.string_at($buf, min(max($n, 0), len($buf) - 1))
                """,
        ),
        decoy=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $line($name):
                    $buf = ctypes.create_string_buffer(<<32|80>>)
                    $n = $libc.snprintf($buf, len($buf), b"user=%s", ctypes.c_char_p($name.encode()))
                    #...
                    return $buf.value
                """,
        ),
        wrong_fix=(
            """
                $libc = ctypes.CDLL(ctypes.util.find_library("c"))

                def $line($name):
                    $buf = ctypes.create_string_buffer(<<32|80>>)
                    $n = $libc.snprintf($buf, len($buf), b"user=%s", ctypes.c_char_p($name.encode()))
                    #...
                    return ctypes.string_at($buf, max($n, 0))  #!
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
        id="mem-resize-less",
        cwe="CWE-119",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Record(ctypes.Structure):
                    _fields_ = [("count", ctypes.c_uint32), ("rows", ctypes.c_uint64 * 1)]

                def $build($rows):
                    $rec = $Record()
                    ctypes.resize($rec, 8 + len($rows))
                    #...
                    $dst = ctypes.cast($rec.rows, ctypes.POINTER(ctypes.c_uint64))
                    for $i, $row in enumerate($rows):
                        $dst[$i] = $row  #!
                    $rec.count = len($rows)
                    return $rec
                """,
        ),
        fixed=(
            """
                class $Record(ctypes.Structure):
                    _fields_ = [("count", ctypes.c_uint32), ("rows", ctypes.c_uint64 * 1)]

                def $build($rows):
                    $rec = $Record()
                    ctypes.resize($rec, 16 + 8 * len($rows))
                    #...
                    $dst = ctypes.cast($rec.rows, ctypes.POINTER(ctypes.c_uint64))
                    for $i, $row in enumerate($rows):
                        $dst[$i] = $row
                    $rec.count = len($rows)
                    return $rec
                """,
        ),
        wrong_fix=(
            """
                class $Record(ctypes.Structure):
                    _fields_ = [("count", ctypes.c_uint32), ("rows", ctypes.c_uint64 * 1)]

                def $build($rows):
                    $rec = $Record()
                    ctypes.resize($rec, max(16, 4 * len($rows)))
                    #...
                    $dst = ctypes.cast($rec.rows, ctypes.POINTER(ctypes.c_uint64))
                    for $i, $row in enumerate($rows):
                        $dst[$i] = $row  #!
                    $rec.count = len($rows)
                    return $rec
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
)
