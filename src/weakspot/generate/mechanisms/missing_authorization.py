"""Routes, resolvers and jobs that act without asking what the caller may do (CWE-862)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-flask-role-decorator",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $bp = Blueprint("<<admin|staff|backoffice>>", __name__)

                @$bp.get("/<<users|accounts>>")
                @roles_required("admin")
                def $list_users():
                    return jsonify([$row.as_dict() for $row in $store.all()])

                @$bp.delete("/<<users|accounts>>/<int:user_id>")
                def $remove_user(user_id):  #!
                    #...
                    $store.delete(user_id)
                    return jsonify(deleted=user_id)
                """,
        ),
        fixed=(
            """
                $bp = Blueprint("<<admin|staff|backoffice>>", __name__)

                @$bp.get("/<<users|accounts>>")
                @roles_required("admin")
                def $list_users():
                    return jsonify([$row.as_dict() for $row in $store.all()])

                @$bp.delete("/<<users|accounts>>/<int:user_id>")
                @roles_required("admin")
                def $remove_user(user_id):
                    #...
                    $store.delete(user_id)
                    return jsonify(deleted=user_id)
                """,
        ),
        decoy=(
            """
                $bp = Blueprint("<<admin|staff|backoffice>>", __name__)

                @$bp.get("/<<users|accounts>>")
                @roles_required("admin")
                def $list_users():
                    return jsonify([$row.as_dict() for $row in $store.all()])

                @$bp.get("/<<status|health|ping>>")
                def $show_status():
                    return jsonify(status="ok")
                """,
        ),
        wrong_fix=(
            """
                $bp = Blueprint("<<admin|staff|backoffice>>", __name__)

                @$bp.get("/<<users|accounts>>")
                @roles_required("admin")
                def $list_users():
                    return jsonify([$row.as_dict() for $row in $store.all()])

                @$bp.delete("/<<users|accounts>>/<int:user_id>")
                @login_required
                def $remove_user(user_id):  #!
                    #...
                    $store.delete(user_id)
                    return jsonify(deleted=user_id)
                """,
        ),
        imports=(
            "from flask import Blueprint, jsonify, request",
            "from flask_login import login_required",
            "from app.auth import roles_required, current_tenant",
        ),
        setup="""
            from app.storage import accounts as $store
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authz-flask-manual-if",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.route("/settings", methods=["GET"])
                def $show_settings():
                    if not current_user.is_authenticated or not current_user.is_admin:
                        abort(403)
                    return $settings.dump()

                @$app.route("/settings", methods=["POST"])
                def $save_settings():  #!
                    #...
                    $settings.update(request.form.to_dict())
                    return redirect("/settings")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.route("/settings", methods=["GET"])
                def $show_settings():
                    if not current_user.is_authenticated or not current_user.is_admin:
                        abort(403)
                    return $settings.dump()

                @$app.route("/settings", methods=["POST"])
                def $save_settings():
                    if not current_user.is_authenticated or not current_user.is_admin:
                        abort(403)
                    #...
                    $settings.update(request.form.to_dict())
                    return redirect("/settings")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.route("/settings", methods=["GET"])
                def $show_settings():
                    if not current_user.is_authenticated or not current_user.is_admin:
                        abort(403)
                    return $settings.dump()

                @$app.route("/settings", methods=["POST"])
                def $save_settings():  #!
                    if not current_user.is_authenticated:
                        abort(401)
                    #...
                    $settings.update(request.form.to_dict())
                    return redirect("/settings")
                """,
        ),
        imports=(
            "from flask import Flask, abort, g, redirect, request",
            "from flask_login import current_user",
        ),
        setup="""
            from app.config_store import settings as $settings
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authz-flask-before-request",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $bp = Blueprint("<<ops|admin|manage>>", __name__, url_prefix="/<<ops|admin|manage>>")

                @$bp.after_request
                def $stamp($response):
                    $response.headers["X-Staff"] = str(current_user.get_id())
                    return $response

                @$bp.post("/cache/flush")
                def $flush():  #!
                    #...
                    $cache.clear()
                    return jsonify(done=True)
                """,
        ),
        fixed=(
            """
                $bp = Blueprint("<<ops|admin|manage>>", __name__, url_prefix="/<<ops|admin|manage>>")

                @$bp.before_request
                def $guard():
                    if not current_user.is_authenticated or current_user.role != "admin":
                        abort(403)

                @$bp.post("/cache/flush")
                def $flush():
                    #...
                    $cache.clear()
                    return jsonify(done=True)
                """,
        ),
        decoy=(
            """
                $bp = Blueprint("<<ops|admin|manage>>", __name__, url_prefix="/<<ops|admin|manage>>")

                @$bp.before_request
                def $guard():
                    if current_user.is_anonymous or "admin" not in current_user.roles:
                        return jsonify(error="forbidden"), 403

                @$bp.post("/cache/flush")
                def $flush():
                    #...
                    $cache.clear()
                    return jsonify(done=True)
                """,
        ),
        wrong_fix=(
            """
                $bp = Blueprint("<<ops|admin|manage>>", __name__, url_prefix="/<<ops|admin|manage>>")

                @$bp.before_request
                def $guard():
                    if not current_user.is_authenticated or current_user.role != "admin":
                        return None  #!

                @$bp.post("/cache/flush")
                def $flush():  #!
                    #...
                    $cache.clear()
                    return jsonify(done=True)
                """,
        ),
        imports=(
            "from flask import Blueprint, abort, jsonify",
            "from flask_login import current_user",
        ),
        setup="""
            from app.extensions import cache as $cache
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="authz-django-permission-decorator",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @permission_required("<<billing.change_invoice|shop.change_order>>", raise_exception=True)
                def $edit(request, pk):
                    $item = get_object_or_404($Record, pk=pk)
                    return render(request, "edit.html", {"item": $item})

                @login_required
                def $void(request, pk):  #!
                    #...
                    $item = get_object_or_404($Record, pk=pk)
                    $item.void()
                    return redirect("index")
                """,
        ),
        fixed=(
            """
                @permission_required("<<billing.change_invoice|shop.change_order>>", raise_exception=True)
                def $edit(request, pk):
                    $item = get_object_or_404($Record, pk=pk)
                    return render(request, "edit.html", {"item": $item})

                @permission_required("<<billing.delete_invoice|shop.delete_order>>", raise_exception=True)
                def $void(request, pk):
                    #...
                    $item = get_object_or_404($Record, pk=pk)
                    $item.void()
                    return redirect("index")
                """,
        ),
        wrong_fix=(
            """
                @permission_required("<<billing.change_invoice|shop.change_order>>", raise_exception=True)
                def $edit(request, pk):
                    $item = get_object_or_404($Record, pk=pk)
                    return render(request, "edit.html", {"item": $item})

                @login_required
                def $void(request, pk):  #!
                    if not request.user.has_perm("<<billing.delete_invoice|shop.delete_order>>"):
                        logger.info("user %s voids %s", request.user.pk, pk)
                    #...
                    $item = get_object_or_404($Record, pk=pk)
                    $item.void()
                    return redirect("index")
                """,
        ),
        imports=(
            "from django.contrib.auth.decorators import login_required, permission_required",
            "from django.http import JsonResponse",
            "from django.shortcuts import get_object_or_404, redirect, render",
        ),
        setup="""
            import logging
            from records.models import Record as $Record
            logger = logging.getLogger(__name__)
            """,
        frameworks=("django",),
    ),
)
