"""Internals and personal data that reach the client (CWE-200, CWE-209, CWE-215)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="info-flask-traceback-response",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.errorhandler(Exception)
            def $on_error($exc):
                #...
                return jsonify(error=traceback.format_exc()), 500  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.errorhandler(Exception)
            def $on_error($exc):
                logging.error(traceback.format_exc())
                #...
                return jsonify(error="internal error"), 500
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.errorhandler(Exception)
            def $on_error($exc):
                $app.logger.error("unhandled", exc_info=$exc)
                #...
                return jsonify(error="internal error", kind="unexpected"), 500
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.errorhandler(Exception)
            def $on_error($exc):
                logging.error(traceback.format_exc())
                #...
                return jsonify(error="internal error", detail=repr($exc)), 500  #!
            """,
        ),
        imports=(
            "import logging",
            "import traceback",
            "from flask import Flask, jsonify",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="info-exception-text-json",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.get("/<<orders|reports>>/<int:number>")
            def $show(number: int):
                #...
                try:
                    $rows = sqlite3.connect("app.db").execute("SELECT * FROM t WHERE id = ?", (number,))
                    return jsonify($rows.fetchall())
                except sqlite3.Error as $exc:
                    return jsonify(error=str($exc)), 500  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.get("/<<orders|reports>>/<int:number>")
            def $show(number: int):
                #...
                try:
                    $rows = sqlite3.connect("app.db").execute("SELECT * FROM t WHERE id = ?", (number,))
                    return jsonify($rows.fetchall())
                except sqlite3.Error:
                    return jsonify(error="database"), 500
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.get("/<<orders|reports>>/<int:number>")
            def $show(number: int):
                #...
                try:
                    $rows = sqlite3.connect("app.db").execute("SELECT * FROM t WHERE id = ?", (number,))
                    return jsonify($rows.fetchall())
                except sqlite3.Error as $exc:
                    $app.logger.error("query failed: %s", str($exc))
                    return jsonify(error="database"), 500
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)


            @$app.get("/<<orders|reports>>/<int:number>")
            def $show(number: int):
                #...
                try:
                    $rows = sqlite3.connect("app.db").execute("SELECT * FROM t WHERE id = ?", (number,))
                    return jsonify($rows.fetchall())
                except sqlite3.Error as $exc:
                    $app.logger.exception("database")
                    return jsonify(error="database", args=list(map(str, $exc.args))), 500  #!
            """,
        ),
        imports=(
            "import sqlite3",
            "from flask import Flask, jsonify",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="info-fastapi-detail-exc",
        cwe="CWE-209",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI()


            @$app.post("/<<import|sync>>")
            async def $run($payload: dict):
                #...
                try:
                    return await $app.state.worker.run($payload)
                except Exception as $exc:
                    raise HTTPException(status_code=500, detail=<<str|repr>>($exc))  #!
            """,
        ),
        fixed=(
            """
            $app = FastAPI()


            @$app.post("/<<import|sync>>")
            async def $run($payload: dict):
                #...
                try:
                    return await $app.state.worker.run($payload)
                except Exception as $exc:
                    raise HTTPException(status_code=500) from $exc
            """,
        ),
        decoy=(
            """
            $app = FastAPI()


            @$app.post("/<<import|sync>>")
            async def $run($payload: dict):
                #...
                try:
                    return await $app.state.worker.run($payload)
                except Exception as $exc:
                    logging.error("run failed: %s", <<str|repr>>($exc))
                    raise HTTPException(status_code=500, detail="run failed") from None
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI()


            @$app.post("/<<import|sync>>")
            async def $run($payload: dict):
                #...
                try:
                    return await $app.state.worker.run($payload)
                except Exception as $exc:
                    logging.exception("run failed")
                    raise HTTPException(status_code=500, detail={"at": str($exc.__traceback__.tb_frame)})  #!
            """,
        ),
        imports=(
            "import logging",
            "from fastapi import FastAPI, HTTPException",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="info-fastapi-debug-flag",
        cwe="CWE-215",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = FastAPI(title="<<Ledger|Catalog>>", debug=True)  #!
            #...


            @$app.get("/health")
            async def $health():
                return {"ok": True}
            """,
        ),
        fixed=(
            """
            $app = FastAPI(title="<<Ledger|Catalog>>")
            #...


            @$app.get("/health")
            async def $health():
                return {"ok": True}
            """,
        ),
        decoy=(
            """
            $app = FastAPI(title="<<Ledger|Catalog>>", debug=False)
            #...


            @$app.get("/health")
            async def $health():
                return {"ok": True, "debug": $app.debug}
            """,
        ),
        wrong_fix=(
            """
            $app = FastAPI(title="<<Ledger|Catalog>>", debug=os.environ.get("DEBUG", "1") != "0")  #!
            #...


            @$app.get("/health")
            async def $health():
                return {"ok": True}
            """,
        ),
        imports=(
            "import os",
            "from fastapi import FastAPI",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="info-user-dict-with-hash",
        cwe="CWE-200",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $bp = Blueprint("<<users|members>>", __name__)


            @$bp.get("/<<users|members>>/<int:user_id>")
            def $profile(user_id: int):
                $user = $bp.users.get(user_id)
                #...
                return jsonify({$c.name: getattr($user, $c.name) for $c in $user.__table__.columns})  #!
            """,
        ),
        fixed=(
            """
            $bp = Blueprint("<<users|members>>", __name__)


            @$bp.get("/<<users|members>>/<int:user_id>")
            def $profile(user_id: int):
                $user = $bp.users.get(user_id)
                #...
                return jsonify({$name: getattr($user, $name) for $name in ("id", "handle", "bio")})
            """,
        ),
        wrong_fix=(
            """
            $bp = Blueprint("<<users|members>>", __name__)


            @$bp.get("/<<users|members>>/<int:user_id>")
            def $profile(user_id: int):
                $user = $bp.users.get(user_id)
                $data = {$c.name: getattr($user, $c.name) for $c in $user.__table__.columns}
                #...
                $data.pop("password", None)
                return jsonify($data)  #!
            """,
        ),
        imports=("from flask import Blueprint, jsonify",),
        frameworks=(
            "flask",
            "sqlalchemy",
        ),
    ),
    Mechanism(
        id="info-drf-fields-all",
        cwe="CWE-200",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Serializer(serializers.ModelSerializer):
                class Meta:
                    model = get_user_model()
                    fields = "__all__"  #!


            class $View(viewsets.ReadOnlyModelViewSet):
                queryset = get_user_model().objects.filter(is_active=True)
                serializer_class = $Serializer
                #...
            """,
        ),
        fixed=(
            """
            class $Serializer(serializers.ModelSerializer):
                class Meta:
                    model = get_user_model()
                    fields = ["id", "username"]


            class $View(viewsets.ReadOnlyModelViewSet):
                queryset = get_user_model().objects.filter(is_active=True)
                serializer_class = $Serializer
                #...
            """,
        ),
        wrong_fix=(
            """
            class $Serializer(serializers.ModelSerializer):
                class Meta:
                    model = get_user_model()
                    exclude = ["last_login", "is_staff"]  #!


            class $View(viewsets.ReadOnlyModelViewSet):
                queryset = get_user_model().objects.filter(is_active=True)
                serializer_class = $Serializer
                #...
            """,
        ),
        imports=(
            "from django.contrib.auth import get_user_model",
            "from rest_framework import serializers, viewsets",
        ),
        frameworks=("django-rest-framework",),
    ),
)
