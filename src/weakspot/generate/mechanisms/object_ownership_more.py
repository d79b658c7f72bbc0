"""Records fetched by a number the caller chose, without asking whose they are (CWE-639)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="idor-drf-queryset",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Messages(viewsets.ModelViewSet):
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated]

                    def get_queryset(self):
                        #...
                        return $Message.objects.all()  #!
                """,
        ),
        fixed=(
            """
                class $Messages(viewsets.ModelViewSet):
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated]

                    def get_queryset(self):
                        #...
                        return $Message.objects.filter(recipient=self.request.user)
                """,
        ),
        decoy=(
            """
                class $Messages(viewsets.ModelViewSet):
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated]

                    def get_queryset(self):
                        #...
                        return self.request.user.inbox.all()
                """,
        ),
        wrong_fix=(
            """
                class $Messages(viewsets.ModelViewSet):
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated]

                    def get_queryset(self):
                        #...
                        return $Message.objects.filter(recipient=self.request.query_params.get("user"))  #!
                """,
        ),
        imports=("from rest_framework import permissions, viewsets",),
        setup="""
            from mail.models import Message as $Message
            from mail.serializers import MessageSerializer as $Serializer
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="idor-raw-sql-owner",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.get("/<<payslips|letters>>/<int:num>")
                def $fetch(num):
                    if "uid" not in session:
                        abort(401)
                    #...
                    with sqlite3.connect($DB) as $con:
                        $row = $con.execute("SELECT body FROM letters WHERE id = ?", (num,)).fetchone()  #!
                    if $row is None:
                        abort(404)
                    return jsonify(body=$row[0])
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.get("/<<payslips|letters>>/<int:num>")
                def $fetch(num):
                    if "uid" not in session:
                        abort(401)
                    #...
                    with sqlite3.connect($DB) as $con:
                        $row = $con.execute("SELECT body FROM letters WHERE id = ? AND uid = ?", (num, session["uid"])).fetchone()
                    if $row is None:
                        abort(404)
                    return jsonify(body=$row[0])
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.get("/<<payslips|letters>>/<int:num>")
                def $fetch(num):
                    if "uid" not in session:
                        abort(401)
                    #...
                    with sqlite3.connect($DB) as $con:
                        $row = $con.execute("SELECT body FROM letters WHERE id = ? AND uid = uid", (num,)).fetchone()  #!
                    if $row is None:
                        abort(404)
                    return jsonify(body=$row[0])
                """,
        ),
        imports=(
            "from flask import Flask, abort, jsonify, session",
            "import sqlite3",
        ),
        setup="""
            $DB = "letters.db"
            """,
        frameworks=("flask",),
    ),
    Mechanism(
        id="idor-s3-key",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)
                $s3 = boto3.client("s3")

                @$app.get("/download")
                def $download():
                    $name = request.args["name"]
                    #...
                    $key = f"uploads/{request.args['user']}/{$name}"  #!
                    return redirect($s3.generate_presigned_url("get_object", Params={"Bucket": "<<docs|media>>", "Key": $key}))
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)
                $s3 = boto3.client("s3")

                @$app.get("/download")
                def $download():
                    $name = request.args["name"]
                    #...
                    $key = f"uploads/{g.user.id}/{$name}"
                    return redirect($s3.generate_presigned_url("get_object", Params={"Bucket": "<<docs|media>>", "Key": $key}))
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)
                $s3 = boto3.client("s3")

                @$app.get("/download")
                def $download():
                    $name = request.args["name"]
                    #...
                    $key = f"uploads/{int(request.args['user'])}/{$name}"  #!
                    return redirect($s3.generate_presigned_url("get_object", Params={"Bucket": "<<docs|media>>", "Key": $key}))
                """,
        ),
        imports=(
            "import boto3",
            "from flask import Flask, abort, g, redirect, request",
        ),
        frameworks=(
            "flask",
            "boto3",
        ),
    ),
    Mechanism(
        id="idor-graphql-node",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Query(graphene.ObjectType):
                    invoice = graphene.Field($InvoiceType, id=graphene.ID(required=True))

                    def resolve_invoice(self, info, id):
                        $viewer = info.context.user
                        $found = $Invoice.objects.filter(pk=id).first()  #!
                        #...
                        return $found
                """,
        ),
        fixed=(
            """
                class $Query(graphene.ObjectType):
                    invoice = graphene.Field($InvoiceType, id=graphene.ID(required=True))

                    def resolve_invoice(self, info, id):
                        $viewer = info.context.user
                        $found = $Invoice.objects.filter(pk=id, account__users=$viewer).first()
                        #...
                        return $found
                """,
        ),
        wrong_fix=(
            """
                class $Query(graphene.ObjectType):
                    invoice = graphene.Field($InvoiceType, id=graphene.ID(required=True))

                    def resolve_invoice(self, info, id):
                        $viewer = info.context.user
                        $found = $viewer.is_authenticated and $Invoice.objects.filter(pk=id).first()  #!
                        #...
                        return $found
                """,
        ),
        imports=(
            "import graphene",
            "from graphql import GraphQLError",
        ),
        setup="""
            from billing.models import Invoice as $Invoice
            from billing.schema import InvoiceType as $InvoiceType
            """,
        frameworks=("graphene",),
    ),
    Mechanism(
        id="idor-mongo-find-one",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                async def $get_chat(request):
                    $uid = request["user_id"]
                    $cid = ObjectId(request.match_info["id"])
                    #...
                    $chat = await request.app["db"].chats.find_one({"_id": $cid})  #!
                    if $chat is None:
                        raise web.HTTPNotFound()
                    return web.json_response({"title": $chat["title"]})
                """,
        ),
        fixed=(
            """
                async def $get_chat(request):
                    $uid = request["user_id"]
                    $cid = ObjectId(request.match_info["id"])
                    #...
                    $chat = await request.app["db"].chats.find_one({"_id": $cid, "members": $uid})
                    if $chat is None:
                        raise web.HTTPNotFound()
                    return web.json_response({"title": $chat["title"]})
                """,
        ),
        decoy=(
            """
                async def $get_chat(request):
                    $uid = request["user_id"]
                    $cid = ObjectId(request.match_info["id"])
                    #...
                    $chat = await request.app["db"].chats.find_one({"_id": $cid, "owner": request["user_id"]})
                    if $chat is None:
                        raise web.HTTPNotFound()
                    return web.json_response({"title": $chat["title"]})
                """,
        ),
        wrong_fix=(
            """
                async def $get_chat(request):
                    $uid = request["user_id"]
                    $cid = ObjectId(request.match_info["id"])
                    #...
                    $chat = await request.app["db"].chats.find_one({"_id": $cid, "members.0": request.query.get("as", $uid)})  #!
                    if $chat is None:
                        raise web.HTTPNotFound()
                    return web.json_response({"title": $chat["title"]})
                """,
        ),
        imports=(
            "from aiohttp import web",
            "from bson import ObjectId",
        ),
        frameworks=(
            "aiohttp",
            "pymongo",
        ),
    ),
    Mechanism(
        id="idor-account-number-transfer",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.post("/transfer")
                @login_required
                def $transfer():
                    $src = $bank.account(request.json["from"])
                    $dst = $bank.account(request.json["to"])
                    if $src.balance < request.json["amount"]:
                        abort(400)
                    #...
                    $bank.move($src, $dst, request.json["amount"])  #!
                    return jsonify(ok=True)
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.post("/transfer")
                @login_required
                def $transfer():
                    $src = $bank.account(request.json["from"])
                    $dst = $bank.account(request.json["to"])
                    if $src.owner_id != current_user.id or not 0 < request.json["amount"] <= $src.balance:
                        abort(400)
                    #...
                    $bank.move($src, $dst, request.json["amount"])
                    return jsonify(ok=True)
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.post("/transfer")
                @login_required
                def $transfer():
                    $src = $bank.account(request.json["from"])
                    $dst = $bank.account(request.json["to"])
                    if $dst.owner_id == current_user.id or not 0 < request.json["amount"] <= $src.balance:
                        abort(400)
                    #...
                    $bank.move($src, $dst, request.json["amount"])  #!
                    return jsonify(ok=True)
                """,
        ),
        imports=(
            "from flask import Flask, abort, jsonify, request",
            "from flask_login import current_user, login_required",
        ),
        setup="""
            import app.bank as $bank
            """,
        frameworks=("flask",),
    ),
)
