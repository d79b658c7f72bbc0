"""Cookie flags in Tornado, Bottle and raw headers (CWE-614, CWE-1004)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="cookie-tornado-flags",
        cwe="CWE-614",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Login(tornado.web.RequestHandler):
                def post(self):
                    $user = self.application.users.check(self.get_body_argument("<<name|email>>"))
                    #...
                    self.set_signed_cookie("user", $user.key, httponly=True)  #!
                    self.redirect("/")
            """,
        ),
        fixed=(
            """
            class $Login(tornado.web.RequestHandler):
                def post(self):
                    $user = self.application.users.check(self.get_body_argument("<<name|email>>"))
                    #...
                    self.set_signed_cookie("user", $user.key, httponly=True, secure=True)
                    self.redirect("/")
            """,
        ),
        wrong_fix=(
            """
            class $Login(tornado.web.RequestHandler):
                def post(self):
                    $user = self.application.users.check(self.get_body_argument("<<name|email>>"))
                    #...
                    self.set_signed_cookie("user", $user.key, httponly=True, expires_days=1)  #!
                    self.set_cookie("seen", "1", httponly=True, secure=True)
                    self.redirect("/")
            """,
        ),
        imports=("import tornado.web",),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="cookie-bottle-flags",
        cwe="CWE-1004",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            @post("/<<login|signin>>")
            def $login():
                $sid = secrets.token_urlsafe()
                #...
                response.set_cookie("sid", $sid, secret=os.environ["COOKIE_KEY"], secure=True)  #!
                redirect("/")
            """,
        ),
        fixed=(
            """
            @post("/<<login|signin>>")
            def $login():
                $sid = secrets.token_urlsafe()
                #...
                response.set_cookie("sid", $sid, secret=os.environ["COOKIE_KEY"], secure=True, httponly=True)
                redirect("/")
            """,
        ),
        wrong_fix=(
            """
            @post("/<<login|signin>>")
            def $login():
                $sid = secrets.token_urlsafe()
                #...
                response.set_cookie("sid", $sid, secret=os.environ["COOKIE_KEY"], secure=True, samesite="lax")  #!
                redirect("/")
            """,
        ),
        imports=(
            "import os",
            "import secrets",
            "from bottle import post, redirect, response",
        ),
        frameworks=("bottle",),
    ),
    Mechanism(
        id="cookie-raw-header",
        cwe="CWE-1004",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $session_header($sid: str) -> tuple[str, str]:
                $jar = SimpleCookie()
                $jar["<<sid|token>>"] = $sid
                $jar["<<sid|token>>"]["secure"] = True  #!
                #...
                return ("Set-Cookie", $jar.output(header="").strip())
            """,
            """
            def $session_header($sid: str) -> tuple[str, str]:
                #...
                return ("Set-Cookie", f"<<sid|token>>={$sid}; Path=/; Secure; SameSite=Lax")  #!
            """,
        ),
        fixed=(
            """
            def $session_header($sid: str) -> tuple[str, str]:
                $jar = SimpleCookie()
                $jar["<<sid|token>>"] = $sid
                $jar["<<sid|token>>"].update({"secure": True, "httponly": True})
                #...
                return ("Set-Cookie", $jar.output(header="").strip())
            """,
            """
            def $session_header($sid: str) -> tuple[str, str]:
                #...
                return ("Set-Cookie", f"<<sid|token>>={$sid}; Path=/; Secure; HttpOnly")
            """,
        ),
        wrong_fix=(
            """
            def $session_header($sid: str) -> tuple[str, str]:
                #...
                return ("Set-Cookie", f"<<sid|token>>={$sid}; Path=/HttpOnly; Secure; SameSite=Lax")  #!
            """,
        ),
        imports=("from http.cookies import SimpleCookie",),
        frameworks=("stdlib",),
    ),
)
