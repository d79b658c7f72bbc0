"""State changes that another site can make a browser send (CWE-352)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="csrf-django-exempt",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @csrf_exempt  #!
                @login_required
                @require_POST
                def $change_email(request):
                    #...
                    request.user.email = request.POST["email"]
                    request.user.save(update_fields=["email"])
                    return redirect("<<profile|account>>")
                """,
        ),
        fixed=(
            """
                @login_required
                @require_POST
                def $change_email(request):
                    #...
                    request.user.email = request.POST["email"]
                    request.user.save(update_fields=["email"])
                    return redirect("<<profile|account>>")
                """,
        ),
        decoy=(
            """
                @csrf_protect
                @login_required
                @require_POST
                def $change_email(request):
                    #...
                    request.user.email = request.POST["email"]
                    request.user.save(update_fields=["email"])
                    return redirect("<<profile|account>>")
                """,
        ),
        wrong_fix=(
            """
                @csrf_exempt  #!
                @login_required
                @ensure_csrf_cookie
                @require_POST
                def $change_email(request):
                    #...
                    request.user.email = request.POST["email"]
                    request.user.save(update_fields=["email"])
                    return redirect("<<profile|account>>")
                """,
        ),
        imports=(
            "from django.contrib.auth.decorators import login_required",
            "from django.shortcuts import redirect",
            "from django.views.decorators.csrf import csrf_exempt, csrf_protect, ensure_csrf_cookie",
            "from django.views.decorators.http import require_POST",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="csrf-django-exempt-dispatch",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @method_decorator(csrf_exempt, name="dispatch")  #!
                class $CloseAccount(LoginRequiredMixin, View):
                    def post(self, request):
                        #...
                        request.user.is_active = False
                        request.user.save()
                        return redirect("goodbye")
                """,
        ),
        fixed=(
            """
                @method_decorator(never_cache, name="dispatch")
                class $CloseAccount(LoginRequiredMixin, View):
                    def post(self, request):
                        #...
                        request.user.is_active = False
                        request.user.save()
                        return redirect("goodbye")
                """,
        ),
        wrong_fix=(
            """
                @method_decorator([never_cache, csrf_exempt], name="dispatch")  #!
                class $CloseAccount(LoginRequiredMixin, View):
                    def post(self, request):
                        #...
                        request.user.is_active = False
                        request.user.save()
                        return redirect("goodbye")
                """,
        ),
        imports=(
            "from django.contrib.auth.mixins import LoginRequiredMixin",
            "from django.shortcuts import redirect",
            "from django.utils.decorators import method_decorator",
            "from django.views import View",
            "from django.views.decorators.cache import never_cache",
            "from django.views.decorators.csrf import csrf_exempt",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="csrf-django-get-delete",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @require_http_methods(["GET", "POST"])  #!
                @login_required
                def $remove(request, pk):
                    #...
                    request.user.<<tokens|devices>>.filter(pk=pk).delete()
                    return redirect("index")
                """,
        ),
        fixed=(
            """
                @require_POST
                @login_required
                def $remove(request, pk):
                    #...
                    request.user.<<tokens|devices>>.filter(pk=pk).delete()
                    return redirect("index")
                """,
        ),
        decoy=(
            """
                @require_http_methods(["POST", "DELETE"])
                @login_required
                def $remove(request, pk):
                    #...
                    request.user.<<tokens|devices>>.filter(pk=pk).delete()
                    return redirect("index")
                """,
        ),
        wrong_fix=(
            """
                @require_http_methods(["GET", "POST"])  #!
                @login_required
                def $remove(request, pk):
                    if request.headers.get("User-Agent") is None:
                        return redirect("index")
                    #...
                    request.user.<<tokens|devices>>.filter(pk=pk).delete()
                    return redirect("index")
                """,
        ),
        imports=(
            "from django.contrib.auth.decorators import login_required",
            "from django.shortcuts import redirect",
            "from django.views.decorators.http import require_GET, require_http_methods, require_POST",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="csrf-flask-get-mutation",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                CSRFProtect($app)

                @$app.route("/keys/<int:kid>/revoke")  #!
                @login_required
                def $revoke(kid):
                    #...
                    current_user.revoke(kid)
                    return redirect("/keys")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                CSRFProtect($app)

                @$app.post("/keys/<int:kid>/revoke")
                @login_required
                def $revoke(kid):
                    #...
                    current_user.revoke(kid)
                    return redirect("/keys")
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)
                CSRFProtect($app)

                @$app.route("/keys/<int:kid>/revoke", methods=["POST"])
                @login_required
                def $revoke(kid):
                    #...
                    current_user.revoke(kid)
                    return redirect("/keys")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                CSRFProtect($app)

                @$app.route("/keys/<int:kid>/revoke", methods=["GET", "POST"])  #!
                @login_required
                def $revoke(kid):
                    #...
                    current_user.revoke(kid)
                    return redirect("/keys")
                """,
        ),
        imports=(
            "from flask import Flask, redirect, url_for",
            "from flask_login import current_user, login_required",
            "from flask_wtf import CSRFProtect",
        ),
        frameworks=(
            "flask",
            "flask-wtf",
        ),
    ),
    Mechanism(
        id="csrf-flask-config-off",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                $app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
                $app.config["WTF_CSRF_ENABLED"] = False  #!
                #...
                CSRFProtect($app)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                $app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
                $app.config["WTF_CSRF_ENABLED"] = True
                #...
                CSRFProtect($app)
                """,
        ),
        decoy=(
            """
                $app = Flask(__name__)
                $app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
                $app.config["WTF_CSRF_TIME_LIMIT"] = 3600
                #...
                CSRFProtect($app)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                $app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
                $app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_CHECK_DEFAULT=False)  #!
                #...
                CSRFProtect($app)
                """,
        ),
        imports=(
            "import os",
            "from flask import Flask",
            "from flask_wtf import CSRFProtect",
        ),
        frameworks=(
            "flask",
            "flask-wtf",
        ),
    ),
    Mechanism(
        id="csrf-flask-protect-missing",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                $app.secret_key = os.environ["SECRET_KEY"]
                LoginManager($app)

                @$app.post("/<<password|phone>>")
                @login_required
                def $update():  #!
                    #...
                    current_user.update(request.form["<<password|phone>>"])
                    return redirect("/me")
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                $app.secret_key = os.environ["SECRET_KEY"]
                LoginManager($app)
                CSRFProtect($app)

                @$app.post("/<<password|phone>>")
                @login_required
                def $update():
                    #...
                    current_user.update(request.form["<<password|phone>>"])
                    return redirect("/me")
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                $app.secret_key = os.environ["SECRET_KEY"]
                LoginManager($app)
                $csrf = CSRFProtect()

                @$app.post("/<<password|phone>>")
                @login_required
                def $update():  #!
                    #...
                    current_user.update(request.form["<<password|phone>>"])
                    return redirect("/me")
                """,
        ),
        imports=(
            "import os",
            "from flask import Flask, redirect, request",
            "from flask_login import LoginManager, current_user, login_required",
            "from flask_wtf import CSRFProtect",
        ),
        frameworks=(
            "flask",
            "flask-wtf",
        ),
    ),
)
