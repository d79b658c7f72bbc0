"""Uploads and archives of any size (CWE-400, CWE-770, CWE-409, CWE-674)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="res-fastapi-upload-read",
        cwe="CWE-400",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI()


            @$app.post("/<<avatars|documents>>")
            async def $upload($file: UploadFile):
                $data = await $file.read()  #!
                #...
                return {"size": len($data)}
            """,
        ),
        fixed=(
            """
            $app = FastAPI()


            @$app.post("/<<avatars|documents>>")
            async def $upload($file: UploadFile):
                $data = await $file.read(5_000_001)
                #...
                if len($data) > 5_000_000:
                    raise HTTPException(413)
                return {"size": len($data)}
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI()


            @$app.post("/<<avatars|documents>>")
            async def $upload($file: UploadFile):
                $data = await $file.read()  #!
                #...
                if len($data) > 5_000_000:
                    raise HTTPException(413)
                return {"size": len($data)}
            """,
        ),
        imports=("from fastapi import FastAPI, HTTPException, UploadFile",),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="res-flask-max-content",
        cwe="CWE-770",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)
            $app.config["MAX_CONTENT_LENGTH"] = None  #!


            @$app.post("/<<import|ingest>>")
            def $ingest():
                $rows = request.get_data().splitlines()
                #...
                return {"rows": len($rows)}
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)
            $app.config["MAX_CONTENT_LENGTH"] = 8 * 1024 * 1024


            @$app.post("/<<import|ingest>>")
            def $ingest():
                $rows = request.get_data().splitlines()
                #...
                return {"rows": len($rows)}
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $app.config["MAX_CONTENT"] = 8 * 1024 * 1024


            @$app.post("/<<import|ingest>>")
            def $ingest():
                $rows = request.get_data().splitlines()  #!
                #...
                return {"rows": len($rows)}
            """,
        ),
        imports=("from flask import Flask, request",),
        frameworks=("flask",),
    ),
    Mechanism(
        id="res-zip-bomb",
        cwe="CWE-409",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $read_archive($blob: bytes) -> dict[str, bytes]:
                $files = {}
                with zipfile.ZipFile(io.BytesIO($blob)) as $zf:
                    for $info in $zf.infolist():
                        #...
                        $files[$info.filename] = $zf.read($info)  #!
                return $files
            """,
        ),
        fixed=(
            """
            def $read_archive($blob: bytes) -> dict[str, bytes]:
                $files = {}
                with zipfile.ZipFile(io.BytesIO($blob)) as $zf:
                    if sum($i.file_size for $i in $zf.infolist()) > 50_000_000:
                        raise ValueError("archive too large")
                    for $info in $zf.infolist():
                        #...
                        $files[$info.filename] = $zf.read($info)
                return $files
            """,
        ),
        wrong_fix=(
            """
            def $read_archive($blob: bytes) -> dict[str, bytes]:
                $files = {}
                with zipfile.ZipFile(io.BytesIO($blob)) as $zf:
                    if sum($i.compress_size for $i in $zf.infolist()) > 50_000_000:
                        raise ValueError("archive too large")
                    for $info in $zf.infolist():
                        #...
                        $files[$info.filename] = $zf.read($info)  #!
                return $files
            """,
        ),
        imports=(
            "import io",
            "import zipfile",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="res-gzip-decompress",
        cwe="CWE-409",
        kind=Kind.FLOW,
        vulnerable=(
            """
            $data = <<gzip|zlib>>.decompress($in)  #!
            $out = len($data)
            """,
        ),
        fixed=(
            """
            $data = zlib.decompressobj(wbits=47).decompress($in, 10_000_000)
            $out = len($data)
            """,
        ),
        decoy=(
            """
            $engine = zlib.decompressobj(wbits=47)
            $data = $engine.decompress($in, 1_048_576)
            $out = len($data) + len($engine.unconsumed_tail)
            """,
        ),
        wrong_fix=(
            """
            if len($in) > 10_000_000:
                raise ValueError("payload too large")
            $data = <<gzip|zlib>>.decompress($in)  #!
            $out = len($data)
            """,
        ),
        imports=(
            "import gzip",
            "import zlib",
        ),
        frameworks=("stdlib",),
        takes="bytes",
        int_is_safe=False,
    ),
    Mechanism(
        id="res-image-bomb",
        cwe="CWE-409",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            Image.MAX_IMAGE_PIXELS = None  #!


            def $thumbnail($blob: bytes) -> bytes:
                $img = Image.open(io.BytesIO($blob))
                #...
                $img.thumbnail((<<128|256>>, <<128|256>>))
                $buf = io.BytesIO()
                $img.save($buf, "PNG")
                return $buf.getvalue()
            """,
        ),
        fixed=(
            """
            Image.MAX_IMAGE_PIXELS = 20_000_000


            def $thumbnail($blob: bytes) -> bytes:
                $img = Image.open(io.BytesIO($blob))
                #...
                $img.thumbnail((<<128|256>>, <<128|256>>))
                $buf = io.BytesIO()
                $img.save($buf, "PNG")
                return $buf.getvalue()
            """,
        ),
        decoy=(
            """
            Image.MAX_IMAGE_PIXELS = None


            def $thumbnail($blob: bytes) -> bytes:
                $img = Image.open(io.BytesIO($blob))
                if $img.width * $img.height > 20_000_000:
                    raise ValueError("image too large")
                #...
                $img.thumbnail((<<128|256>>, <<128|256>>))
                $buf = io.BytesIO()
                $img.save($buf, "PNG")
                return $buf.getvalue()
            """,
        ),
        wrong_fix=(
            """
            Image.MAX_IMAGE_PIXELS = None


            def $thumbnail($blob: bytes) -> bytes:
                $img = Image.open(io.BytesIO($blob))
                $img.load()  #!
                #...
                if $img.width * $img.height > 20_000_000:
                    raise ValueError("image too large")
                $img.thumbnail((<<128|256>>, <<128|256>>))
                $buf = io.BytesIO()
                $img.save($buf, "PNG")
                return $buf.getvalue()
            """,
        ),
        imports=(
            "import io",
            "from PIL import Image",
        ),
        frameworks=("pillow",),
    ),
    Mechanism(
        id="res-recursive-json-walk",
        cwe="CWE-674",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $flatten($node, $prefix: str = "") -> dict:
                if not isinstance($node, dict):
                    return {$prefix: $node}
                $flat = {}
                #...
                for $key, $child in $node.items():
                    $flat.update($flatten($child, f"{$prefix}<<.|/>>{$key}"))  #!
                return $flat
            """,
        ),
        fixed=(
            """
            def $flatten($node, $prefix: str = "", $depth: int = 0) -> dict:
                if not isinstance($node, dict) or $depth > 20:
                    return {$prefix: $node}
                $flat = {}
                #...
                for $key, $child in $node.items():
                    $flat.update($flatten($child, f"{$prefix}<<.|/>>{$key}", $depth + 1))
                return $flat
            """,
        ),
        wrong_fix=(
            """
            def $flatten($node, $prefix: str = "", $depth: int = 0) -> dict:
                if not isinstance($node, dict) or $depth > 20:
                    return {$prefix: $node}
                $flat = {}
                #...
                for $key, $child in $node.items():
                    $flat.update($flatten($child, f"{$prefix}<<.|/>>{$key}", $depth))  #!
                return $flat
            """,
        ),
        frameworks=("stdlib",),
    ),
)
