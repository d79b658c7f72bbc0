"""State changes that another site can make a browser send (CWE-352)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="csrf-flask-blueprint-exempt",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $create_app($account_bp, $hooks_bp):
                    $app = Flask(__name__)
                    $csrf = CSRFProtect($app)
                    $app.register_blueprint($account_bp)
                    $app.register_blueprint($hooks_bp)
                    #...
                    $csrf.exempt($account_bp)  #!
                    return $app
                """,
        ),
        fixed=(
            """
                def $create_app($account_bp, $hooks_bp):
                    $app = Flask(__name__)
                    $csrf = CSRFProtect($app)
                    $app.register_blueprint($account_bp)
                    $app.register_blueprint($hooks_bp)
                    #...
                    $csrf.exempt($hooks_bp)
                    return $app
                """,
        ),
        wrong_fix=(
            """
                def $create_app($account_bp, $hooks_bp):
                    $app = Flask(__name__)
                    $csrf = CSRFProtect($app)
                    $app.register_blueprint($account_bp)
                    $app.register_blueprint($hooks_bp)
                    #...
                    for $part in ($account_bp, $hooks_bp):
                        $csrf.exempt($part)  #!
                    return $app
                """,
        ),
        imports=(
            "from flask import Blueprint, Flask",
            "from flask_wtf import CSRFProtect",
        ),
        frameworks=(
            "flask",
            "flask-wtf",
        ),
    ),
    Mechanism(
        id="csrf-form-meta-off",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $TransferForm(FlaskForm):
                    iban = StringField(validators=[InputRequired()])
                    amount = DecimalField(validators=[InputRequired()])
                    #...

                    class Meta:
                        csrf = False  #!
                """,
        ),
        fixed=(
            """
                class $TransferForm(FlaskForm):
                    iban = StringField(validators=[InputRequired()])
                    amount = DecimalField(validators=[InputRequired()])
                    #...

                    class Meta:
                        csrf = True
                """,
        ),
        wrong_fix=(
            """
                class $TransferForm(FlaskForm):
                    iban = StringField(validators=[InputRequired()])
                    amount = DecimalField(validators=[InputRequired()])
                    #...

                    class Meta:
                        csrf, csrf_time_limit = False, 600  #!
                """,
        ),
        imports=(
            "from flask_wtf import FlaskForm",
            "from wtforms import DecimalField, StringField",
            "from wtforms.validators import InputRequired",
        ),
        frameworks=(
            "flask",
            "flask-wtf",
        ),
    ),
    Mechanism(
        id="csrf-tornado-xsrf",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $make_app($handlers):
                    #...
                    return tornado.web.Application($handlers, cookie_secret=os.environ["COOKIE_SECRET"])  #!
                """,
        ),
        fixed=(
            """
                def $make_app($handlers):
                    #...
                    return tornado.web.Application($handlers, cookie_secret=os.environ["COOKIE_SECRET"], xsrf_cookies=True)
                """,
        ),
        decoy=(
            """
                def $make_app($handlers):
                    #...
                    return tornado.web.Application($handlers, **{"xsrf_cookies": True, "cookie_secret": os.environ["COOKIE_SECRET"]})
                """,
        ),
        wrong_fix=(
            """
                def $make_app($handlers):
                    #...
                    return tornado.web.Application($handlers, cookie_secret=os.environ["COOKIE_SECRET"], xsrf_cookie_version=2)  #!
                """,
        ),
        imports=(
            "import os",
            "import tornado.web",
        ),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="csrf-tornado-check-overridden",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Profile(tornado.web.RequestHandler):
                    def check_xsrf_cookie(self):
                        pass  #!

                    @tornado.web.authenticated
                    def post(self):
                        #...
                        $users.rename(self.current_user, self.get_body_argument("name"))
                        self.redirect("/profile")
                """,
        ),
        fixed=(
            """
                class $Profile(tornado.web.RequestHandler):
                    def check_xsrf_cookie(self):
                        super().check_xsrf_cookie()

                    @tornado.web.authenticated
                    def post(self):
                        #...
                        $users.rename(self.current_user, self.get_body_argument("name"))
                        self.redirect("/profile")
                """,
        ),
        wrong_fix=(
            """
                class $Profile(tornado.web.RequestHandler):
                    def check_xsrf_cookie(self):
                        return self.request.headers.get("Cookie") is not None  #!

                    @tornado.web.authenticated
                    def post(self):
                        #...
                        $users.rename(self.current_user, self.get_body_argument("name"))
                        self.redirect("/profile")
                """,
        ),
        imports=("import tornado.web",),
        setup="""
            from app.users import users as $users
            """,
        frameworks=("tornado",),
    ),
    Mechanism(
        id="csrf-django-middleware",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $DEBUG = False
                MIDDLEWARE = [  #!
                    "django.middleware.security.SecurityMiddleware",
                    "django.contrib.sessions.middleware.SessionMiddleware",
                    "django.middleware.common.CommonMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                ]
                #...
                """,
        ),
        fixed=(
            """
                $DEBUG = False
                MIDDLEWARE = [
                    "django.middleware.security.SecurityMiddleware",
                    "django.contrib.sessions.middleware.SessionMiddleware",
                    "django.middleware.common.CommonMiddleware",
                    "django.middleware.csrf.CsrfViewMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                ]
                #...
                """,
        ),
        wrong_fix=(
            """
                $DEBUG = False
                MIDDLEWARE = [  #!
                    "django.middleware.security.SecurityMiddleware",
                    "django.contrib.sessions.middleware.SessionMiddleware",
                    "django.middleware.common.CommonMiddleware",
                    "django.middleware.clickjacking.XFrameOptionsMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware",
                ]
                #...
                """,
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="csrf-drf-session-exempt",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Session(SessionAuthentication):
                    def enforce_csrf(self, request):
                        return None  #!

                class $Payout(APIView):
                    authentication_classes = [$Session]

                    def post(self, request):
                        #...
                        return Response($bank.pay(request.user, request.data["iban"]))
                """,
        ),
        fixed=(
            """
                class $Session(SessionAuthentication):
                    def enforce_csrf(self, request):
                        return super().enforce_csrf(request)

                class $Payout(APIView):
                    authentication_classes = [$Session]

                    def post(self, request):
                        #...
                        return Response($bank.pay(request.user, request.data["iban"]))
                """,
        ),
        decoy=(
            """
                class $Session(SessionAuthentication):
                    def enforce_csrf(self, request):
                        super().enforce_csrf(request)

                class $Payout(APIView):
                    authentication_classes = [$Session]

                    def post(self, request):
                        #...
                        return Response($bank.pay(request.user, request.data["iban"]))
                """,
        ),
        wrong_fix=(
            """
                class $Session(SessionAuthentication):
                    def enforce_csrf(self, request):
                        return None  #!

                class $Payout(APIView):
                    authentication_classes = [TokenAuthentication, $Session]

                    def post(self, request):
                        #...
                        return Response($bank.pay(request.user, request.data["iban"]))
                """,
        ),
        imports=(
            "from rest_framework.authentication import SessionAuthentication, TokenAuthentication",
            "from rest_framework.response import Response",
            "from rest_framework.views import APIView",
        ),
        setup="""
            import app.bank as $bank
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
)
