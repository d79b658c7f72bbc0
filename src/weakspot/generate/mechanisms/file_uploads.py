"""Uploads that keep whatever name or type the client sent (CWE-434)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="upload-flask-no-extension",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/<<avatar|photo>>")
                def $upload():
                    $file = request.files["file"]
                    $name = secure_filename($file.filename)
                    #...
                    $file.save(os.path.join("static/uploads", $name))  #!
                    return redirect("/me")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/<<avatar|photo>>")
                def $upload():
                    $file = request.files["file"]
                    $name = secure_filename($file.filename)
                    if os.path.splitext($name)[1].lower() not in {".png", ".jpg"}:
                        abort(415)
                    #...
                    $file.save(os.path.join("static/uploads", $name))
                    return redirect("/me")
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)

                @$app.post("/<<avatar|photo>>")
                def $upload():
                    $file = request.files["file"]
                    $name = secure_filename($file.filename)
                    if not $name.lower().endswith((".png", ".jpg")):
                        abort(415)
                    #...
                    $file.save(os.path.join("static/uploads", $name))
                    return redirect("/me")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/<<avatar|photo>>")
                def $upload():
                    $file = request.files["file"]
                    $name = secure_filename($file.filename)
                    if "." not in $name or len($name) > 80:
                        abort(415)
                    #...
                    $file.save(os.path.join("static/uploads", $name))  #!
                    return redirect("/me")
                """,
        ),
        imports=(
            "import os",
            "from flask import Flask, abort, redirect, request",
            "from werkzeug.utils import secure_filename",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="upload-flask-content-type",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/<<images|logos>>")
                def $store():
                    $file = request.files["image"]
                    if $file.mimetype not in ("image/png", "image/jpeg"):
                        abort(415)
                    #...
                    $name = secure_filename($file.filename)  #!
                    $file.save(os.path.join($app.static_folder, "img", $name))
                    return jsonify(name=$name)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/<<images|logos>>")
                def $store():
                    $file = request.files["image"]
                    if $file.mimetype not in ("image/png", "image/jpeg"):
                        abort(415)
                    #...
                    $name = f"{uuid.uuid4().hex}.png"
                    $file.save(os.path.join($app.static_folder, "img", $name))
                    return jsonify(name=$name)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/<<images|logos>>")
                def $store():
                    $file = request.files["image"]
                    if $file.mimetype not in ("image/png", "image/jpeg"):
                        abort(415)
                    #...
                    $name = uuid.uuid4().hex + os.path.splitext($file.filename)[1]  #!
                    $file.save(os.path.join($app.static_folder, "img", $name))
                    return jsonify(name=$name)
                """,
        ),
        imports=(
            "import os",
            "import uuid",
            "from flask import Flask, abort, jsonify, request",
            "from werkzeug.utils import secure_filename",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="upload-double-extension",
        cwe="CWE-434",
        kind=Kind.FLOW,
        vulnerable=(
            """
                if not any($ext in $in for $ext in (".png", ".jpg", ".gif")):  #!
                    raise ValueError("type")
                $out = os.path.join("<<public|htdocs>>", "img", os.path.basename($in))
                """,
        ),
        fixed=(
            """
                if os.path.splitext($in)[1].lower() not in (".png", ".jpg", ".gif"):
                    raise ValueError("type")
                $out = os.path.join("<<public|htdocs>>", "img", os.path.basename($in))
                """,
        ),
        decoy=(
            """
                if not $in.lower().endswith((".png", ".jpg", ".gif")):
                    raise ValueError("type")
                $out = os.path.join("<<public|htdocs>>", "img", os.path.basename($in))
                """,
        ),
        wrong_fix=(
            """
                if $in.split(".")[1] not in ("png", "jpg", "gif"):  #!
                    raise ValueError("type")
                $out = os.path.join("<<public|htdocs>>", "img", os.path.basename($in))
                """,
        ),
        imports=("import os",),
        frameworks=("stdlib",),
        takes="filename",
    ),
    Mechanism(
        id="upload-denylist",
        cwe="CWE-434",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $ext = os.path.splitext($in)[1].lower()
                if $ext in {".php", ".exe"}:  #!
                    raise ValueError($ext)
                with open(os.path.join("<<webroot|public>>/files", os.path.basename($in)), "wb") as $dst:
                    $dst.write($body)
                """,
        ),
        fixed=(
            """
                $ext = os.path.splitext($in)[1].lower()
                if $ext not in {".pdf", ".csv"}:
                    raise ValueError($ext)
                with open(os.path.join("<<webroot|public>>/files", os.path.basename($in)), "wb") as $dst:
                    $dst.write($body)
                """,
        ),
        wrong_fix=(
            """
                $ext = os.path.splitext($in)[1].lower()
                if $ext in {".php", ".exe", ".sh", ".py"}:  #!
                    raise ValueError($ext)
                with open(os.path.join("<<webroot|public>>/files", os.path.basename($in)), "wb") as $dst:
                    $dst.write($body)
                """,
        ),
        imports=("import os",),
        given=(("body", 'b"%PDF-1.7"'),),
        frameworks=("stdlib",),
        takes="filename",
    ),
    Mechanism(
        id="upload-django-filefield",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Attachment(models.Model):
                    title = models.CharField(max_length=80)
                    file = models.FileField(upload_to="<<attachments|docs>>/")  #!
                    #...
                """,
        ),
        fixed=(
            """
                class $Attachment(models.Model):
                    title = models.CharField(max_length=80)
                    file = models.FileField(upload_to="<<attachments|docs>>/", validators=[FileExtensionValidator(["pdf", "png"])])
                    #...
                """,
        ),
        decoy=(
            """
                class $Attachment(models.Model):
                    title = models.CharField(max_length=80)
                    file = models.FileField(validators=[FileExtensionValidator(allowed_extensions=["csv"])], upload_to="<<attachments|docs>>/")
                    #...
                """,
        ),
        wrong_fix=(
            """
                class $Attachment(models.Model):
                    title = models.CharField(max_length=80)
                    file = models.FileField(upload_to="<<attachments|docs>>/", max_length=100, validators=[MaxLengthValidator(100)])  #!
                    #...
                """,
        ),
        imports=(
            "from django.core.validators import FileExtensionValidator, MaxLengthValidator",
            "from django.db import models",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="upload-django-default-storage",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $receive(request):
                    $file = request.FILES["file"]
                    if $file.content_type != "text/csv":
                        return HttpResponseBadRequest()
                    #...
                    $path = default_storage.save("imports/" + os.path.basename($file.name), $file)  #!
                    return JsonResponse({"url": default_storage.url($path)})
                """,
        ),
        fixed=(
            """
                def $receive(request):
                    $file = request.FILES["file"]
                    if os.path.splitext($file.name)[1].lower() != ".csv":
                        return HttpResponseBadRequest()
                    #...
                    $path = default_storage.save("imports/" + os.path.basename($file.name), $file)
                    return JsonResponse({"url": default_storage.url($path)})
                """,
        ),
        wrong_fix=(
            """
                def $receive(request):
                    $file = request.FILES["file"]
                    if $file.content_type != "text/csv" or $file.size > 1_000_000:
                        return HttpResponseBadRequest()
                    #...
                    $path = default_storage.save("imports/" + os.path.basename($file.name), $file)  #!
                    return JsonResponse({"url": default_storage.url($path)})
                """,
        ),
        imports=(
            "import os",
            "from django.core.files.storage import default_storage",
            "from django.http import HttpResponseBadRequest, JsonResponse",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="upload-fastapi-static",
        cwe="CWE-434",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = FastAPI()

                @$app.post("/<<covers|banners>>")
                async def $cover(file: UploadFile):
                    $suffix = pathlib.PurePath(file.filename or "").suffix.lower()
                    if not $suffix:
                        raise HTTPException(415)
                    #...
                    $target = pathlib.Path("static") / f"cover{$suffix}"
                    $target.write_bytes(await file.read())  #!
                    return {"url": str($target)}
                """,
        ),
        fixed=(
            """
                $app = FastAPI()

                @$app.post("/<<covers|banners>>")
                async def $cover(file: UploadFile):
                    $suffix = pathlib.PurePath(file.filename or "").suffix.lower()
                    if $suffix not in (".jpg", ".webp"):
                        raise HTTPException(415)
                    #...
                    $target = pathlib.Path("static") / f"cover{$suffix}"
                    $target.write_bytes(await file.read())
                    return {"url": str($target)}
                """,
        ),
        wrong_fix=(
            """
                $app = FastAPI()

                @$app.post("/<<covers|banners>>")
                async def $cover(file: UploadFile):
                    $suffix = pathlib.PurePath(file.filename or "").suffix.lower()
                    if file.content_type not in ("image/jpeg", "image/webp"):
                        raise HTTPException(415)
                    #...
                    $target = pathlib.Path("static") / f"cover{$suffix}"
                    $target.write_bytes(await file.read())  #!
                    return {"url": str($target)}
                """,
        ),
        imports=(
            "import pathlib",
            "from fastapi import FastAPI, HTTPException, UploadFile",
        ),
        frameworks=("fastapi",),
    ),
)
