"""Sizes and counts that wrap in fixed-width types (CWE-190)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="int-ctypes-product",
        cwe="CWE-190",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $allocate($width, $height):
                    $size = ctypes.c_uint32($width * $height * 4).value  #!
                    #...
                    return ctypes.create_string_buffer($size)
                """,
        ),
        fixed=(
            """
                def $allocate($width, $height):
                    $size = $width * $height * 4
                    #...
                    return ctypes.create_string_buffer($size)
                """,
        ),
        wrong_fix=(
            """
                def $allocate($width, $height):
                    $size = ctypes.c_int32($width * $height * 4).value  #!
                    #...
                    return ctypes.create_string_buffer($size)
                """,
        ),
        imports=("import ctypes",),
        frameworks=(
            "stdlib",
            "ctypes",
        ),
    ),
    Mechanism(
        id="int-uint16-length",
        cwe="CWE-190",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = struct.pack("!H", len($in) & 0xFFFF) + $in  #!
                """,
        ),
        fixed=(
            """
                $out = struct.pack("!H", len($in)) + $in
                """,
        ),
        decoy=(
            """
                $out = struct.pack("!I", len($in)) + $in
                """,
        ),
        wrong_fix=(
            """
                $out = struct.pack("!H", abs(len($in)) % 0x10000) + $in  #!
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
        takes="bytes",
    ),
    Mechanism(
        id="int-numpy-shape-product",
        cwe="CWE-190",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $pixels($shape):
                    $count = int(np.prod(np.array($shape, dtype=np.int32), dtype=np.int32))  #!
                    #...
                    return bytearray($count)
                """,
        ),
        fixed=(
            """
                def $pixels($shape):
                    $count = math.prod(int($side) for $side in $shape)
                    #...
                    return bytearray($count)
                """,
        ),
        wrong_fix=(
            """
                def $pixels($shape):
                    $count = int(np.prod(np.array($shape, dtype=np.uint32), dtype=np.uint32))  #!
                    #...
                    return bytearray($count)
                """,
        ),
        imports=(
            "import math",
            "import numpy as np",
        ),
        frameworks=("numpy",),
    ),
    Mechanism(
        id="int-numpy-uint8-sum",
        cwe="CWE-190",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $brighten($image, $delta):
                    #...
                    return np.asarray($image, dtype=np.uint8) + np.uint8($delta)  #!
                """,
        ),
        fixed=(
            """
                def $brighten($image, $delta):
                    #...
                    return np.clip(np.asarray($image, dtype=np.int16) + $delta, 0, 255).astype(np.uint8)
                """,
        ),
        wrong_fix=(
            """
                def $brighten($image, $delta):
                    #...
                    return np.clip(np.asarray($image, dtype=np.uint8) + np.uint8($delta), 0, 255)  #!
                """,
        ),
        imports=("import numpy as np",),
        frameworks=("numpy",),
    ),
    Mechanism(
        id="int-numpy-cumsum-offsets",
        cwe="CWE-190",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $offsets($sizes):
                    #...
                    return np.cumsum(np.asarray($sizes), dtype=np.int32)  #!
                """,
        ),
        fixed=(
            """
                def $offsets($sizes):
                    #...
                    return np.cumsum(np.asarray($sizes), dtype=np.int64)
                """,
        ),
        wrong_fix=(
            """
                def $offsets($sizes):
                    #...
                    return np.cumsum(np.asarray($sizes), dtype=np.uint32)  #!
                """,
        ),
        imports=("import numpy as np",),
        frameworks=("numpy",),
    ),
)
