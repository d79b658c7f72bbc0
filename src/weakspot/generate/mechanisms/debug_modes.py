"""Debug modes left on (CWE-489)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="debug-flask-run",
        cwe="CWE-489",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            $app = Flask(__name__)


            @$app.get("/")
            def $index():
                #...
                return "<<hello|index>>"


            if __name__ == "__main__":
                $app.run(debug=True)  #!
            """,
        ),
        fixed=(
            """
            $app = Flask(__name__)


            @$app.get("/")
            def $index():
                #...
                return "<<hello|index>>"


            if __name__ == "__main__":
                $app.run()
            """,
        ),
        decoy=(
            """
            $app = Flask(__name__)


            @$app.get("/")
            def $index():
                #...
                return "<<hello|index>>"


            if __name__ == "__main__":
                $app.run(debug=os.environ.get("FLASK_DEBUG") == "1", host="127.0.0.1")
            """,
        ),
        wrong_fix=(
            """
            $app = Flask(__name__)
            $app.debug = False


            @$app.get("/")
            def $index():
                #...
                return "<<hello|index>>"


            if __name__ == "__main__":
                $app.run(debug=os.environ.get("FLASK_DEBUG", "1") == "1")  #!
            """,
        ),
        imports=(
            "import os",
            "from flask import Flask",
        ),
        frameworks=("flask",),
    ),
    Mechanism(
        id="debug-werkzeug-use-debugger",
        cwe="CWE-489",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $serve($app) -> None:
                #...
                run_simple("localhost", <<5000|8080>>, $app, use_debugger=True, use_reloader=False)  #!
            """,
            """
            def $wrap($app):
                #...
                return DebuggedApplication($app, evalex=True)  #!
            """,
        ),
        fixed=(
            """
            def $serve($app) -> None:
                #...
                run_simple("localhost", <<5000|8080>>, $app, use_reloader=False)
            """,
            """
            def $wrap($app):
                #...
                return DebuggedApplication($app, evalex=False)
            """,
        ),
        decoy=(
            """
            def $serve($app) -> None:
                #...
                run_simple("localhost", <<5000|8080>>, $app, use_debugger=False, use_reloader=True)
            """,
        ),
        wrong_fix=(
            """
            def $wrap($app):
                #...
                return DebuggedApplication($app, evalex=True, pin_security=False)  #!
            """,
        ),
        imports=(
            "from werkzeug.debug import DebuggedApplication",
            "from werkzeug.serving import run_simple",
        ),
        frameworks=("werkzeug",),
    ),
    Mechanism(
        id="debug-django-settings",
        cwe="CWE-489",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            DEBUG = True  #!
            #...
            ALLOWED_HOSTS = ["<<www|api>>.example.com"]
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            DEBUG = False
            #...
            ALLOWED_HOSTS = ["<<www|api>>.example.com"]
            """,
        ),
        decoy=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            DEBUG = os.environ.get("DEBUG", "False") == "True"
            #...
            ALLOWED_HOSTS = ["<<www|api>>.example.com"]
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            DEBUG = bool(os.environ.get("DEBUG", "False"))  #!
            #...
            ALLOWED_HOSTS = ["<<www|api>>.example.com"]
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="debug-tornado-settings",
        cwe="CWE-489",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $main($routes) -> None:
                $app = tornado.web.Application($routes, xsrf_cookies=True, debug=True)  #!
                #...
                $app.listen(<<8888|9000>>, address="127.0.0.1")
                tornado.ioloop.IOLoop.current().start()
            """,
        ),
        fixed=(
            """
            def $main($routes) -> None:
                $app = tornado.web.Application($routes, xsrf_cookies=True)
                #...
                $app.listen(<<8888|9000>>, address="127.0.0.1")
                tornado.ioloop.IOLoop.current().start()
            """,
        ),
        decoy=(
            """
            def $main($routes) -> None:
                $settings = {"debug": False, "autoreload": True}
                $app = tornado.web.Application($routes, xsrf_cookies=True, **$settings)
                #...
                $app.listen(<<8888|9000>>, address="127.0.0.1")
                tornado.ioloop.IOLoop.current().start()
            """,
        ),
        wrong_fix=(
            """
            def $main($routes) -> None:
                $settings = {"debug": True, "autoreload": False}  #!
                $app = tornado.web.Application($routes, xsrf_cookies=True, **$settings)
                #...
                $app.listen(<<8888|9000>>, address="127.0.0.1")
                tornado.ioloop.IOLoop.current().start()
            """,
        ),
        imports=(
            "import tornado.ioloop",
            "import tornado.web",
        ),
        frameworks=("tornado",),
    ),
    Mechanism(
        id="debug-remote-debugger",
        cwe="CWE-489",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $main($worker) -> None:
                debugpy.listen(("0.0.0.0", <<5678|3000>>))  #!
                #...
                $worker.run_forever()
            """,
        ),
        fixed=(
            """
            def $main($worker) -> None:
                #...
                $worker.run_forever()
            """,
        ),
        wrong_fix=(
            """
            def $main($worker) -> None:
                debugpy.configure(subProcess=False)
                debugpy.listen(("::", <<5678|3000>>))  #!
                #...
                $worker.run_forever()
            """,
        ),
        imports=("import debugpy",),
        frameworks=("debugpy",),
    ),
)
