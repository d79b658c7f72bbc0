"""State changes that another site can make a browser send (CWE-352)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="csrf-samesite-none",
        cwe="CWE-352",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = FastAPI()
                $app.add_middleware(SessionMiddleware, secret_key=os.environ["KEY"], https_only=True, same_site="none")  #!

                @$app.post("/<<email|address>>")
                async def $change(request: Request):
                    $form = await request.form()
                    #...
                    await $people.update(request.session["uid"], $form["value"])
                    return {"ok": True}
                """,
        ),
        fixed=(
            """
                $app = FastAPI()
                $app.add_middleware(SessionMiddleware, secret_key=os.environ["KEY"], https_only=True, same_site="strict")

                @$app.post("/<<email|address>>")
                async def $change(request: Request):
                    $form = await request.form()
                    #...
                    await $people.update(request.session["uid"], $form["value"])
                    return {"ok": True}
                """,
        ),
        decoy=(
            """
                $app = FastAPI()
                $app.add_middleware(SessionMiddleware, secret_key=os.environ["KEY"], https_only=True)

                @$app.post("/<<email|address>>")
                async def $change(request: Request):
                    $form = await request.form()
                    #...
                    await $people.update(request.session["uid"], $form["value"])
                    return {"ok": True}
                """,
        ),
        wrong_fix=(
            """
                $app = FastAPI()
                $app.add_middleware(SessionMiddleware, secret_key=os.environ["KEY"], max_age=3600, same_site="none", https_only=True)  #!

                @$app.post("/<<email|address>>")
                async def $change(request: Request):
                    $form = await request.form()
                    #...
                    await $people.update(request.session["uid"], $form["value"])
                    return {"ok": True}
                """,
        ),
        imports=(
            "import os",
            "from fastapi import FastAPI, Request",
            "from starlette.middleware.sessions import SessionMiddleware",
        ),
        setup="""
            from app.people import people as $people
            """,
        frameworks=(
            "starlette",
            "fastapi",
        ),
    ),
)
