"""Skeletons of web handlers: where a request's query, form, JSON, header, cookie or path is read."""

from weakspot.generate.skeleton import Skeleton

_FLASK_READS = (
    'request.args.get("%KEY")',
    'request.args["%KEY"]',
    'request.args.get("%KEY", "<<all|default|main|1>>")',
    'request.args.get("%KEY", default="", type=str)',
    'request.form["%KEY"]',
    'request.form.get("%KEY", "")',
    'request.form.get("%KEY")',
    'request.values.get("%KEY")',
    'request.json["%KEY"]',
    'request.json.get("%KEY")',
    'request.get_json()["%KEY"]',
    'request.get_json(silent=True).get("%KEY", "")',
    'request.headers.get("<<X-Source|X-Tenant|X-Forwarded-Host|User-Agent|X-Request-Label>>", "")',
    'request.headers["<<X-Source|X-Tenant|X-Locale|Referer>>"]',
    'request.cookies.get("%KEY", "")',
    'request.cookies["%KEY"]',
)
_FLASK_RESULT = (
    'return jsonify({"<<result|data|items|output|value>>": $out})',
    "return jsonify(<<result|data|status|value>>=$out)",
    'return {"<<result|data|output>>": $out}',
    'return jsonify({"<<ok|success>>": True, "<<result|data>>": $out}), 200',
    "return json.dumps($out, default=str), 200, {\"Content-Type\": \"application/json\"}",
    'current_app.logger.info("<<finished|handled|done>>")\nreturn jsonify(result=$out)',
)
_FLASK_DONE = (
    'return "", 204',
    'return jsonify({"status": "<<ok|done|accepted>>"})',
    'return {"<<status|state>>": "<<ok|queued>>"}, 202',
    'return redirect(url_for("<<index|home|dashboard>>"))',
)
_FLASK_REJECT = (
    "abort(<<400|403|404|422>>)",
    'return jsonify({"error": "<<invalid request|not allowed|unknown value>>"}), 400',
    'return "<<invalid request|not supported>>", 400',
    'raise BadRequest("<<unsupported value|unknown option>>")',
)
_FLASK_IMPORTS = (
    "from flask import Flask, Blueprint, request, jsonify, abort, redirect, url_for, current_app",
    "from flask.views import MethodView",
    "from werkzeug.exceptions import BadRequest",
    "import json",
    "import base64",
)
_DJANGO_REJECT = (
    'return HttpResponseBadRequest("<<invalid request|unknown value>>")',
    'return JsonResponse({"error": "<<invalid|not allowed>>"}, status=400)',
    'raise SuspiciousOperation("<<unexpected value|unknown option>>")',
    "raise Http404",
)
_DJANGO_RESULT = (
    'return JsonResponse({"<<result|data|items>>": $out})',
    'return JsonResponse({"<<result|data>>": $out}, status=200)',
    'return HttpResponse(json.dumps($out, default=str), content_type="application/json")',
)
_DJANGO_DONE = (
    "return HttpResponse(status=204)",
    'return JsonResponse({"status": "<<ok|done>>"})',
    'return redirect("<<home|index|dashboard>>")',
)
_DJANGO_IMPORTS = (
    "from django.http import HttpResponse, JsonResponse, HttpResponseBadRequest, Http404",
    "from django.core.exceptions import SuspiciousOperation",
    "from django.shortcuts import redirect",
    "from django.views import View",
    "from django.views.decorators.http import require_http_methods, require_GET, require_POST",
    "import json",
    "import base64",
)
_DJANGO_READS = (
    'request.GET.get("%KEY")',
    'request.GET["%KEY"]',
    'request.GET.get("%KEY", "")',
    'request.POST.get("%KEY", "")',
    'request.POST["%KEY"]',
    'json.loads(request.body)["%KEY"]',
    'request.headers.get("<<X-Source|X-Tenant|Referer>>", "")',
    'request.META.get("HTTP_<<X_SOURCE|REFERER|USER_AGENT>>", "")',
    'request.COOKIES.get("%KEY", "")',
    'request.GET.getlist("%KEY")[0]',
)
_FASTAPI_REJECT = (
    'raise HTTPException(status_code=<<400|403|404|422>>, detail="<<invalid value|not allowed>>")',
    'raise HTTPException(400, "<<unsupported|unknown option>>")',
)
_FASTAPI_RESULT = (
    'return {"<<result|data|items|output>>": $out}',
    "return JSONResponse(content=jsonable_encoder($out))",
    "return $out",
)
_FASTAPI_DONE = ('return {"<<status|state>>": "<<ok|done>>"}', "return Response(status_code=204)")
_FASTAPI_IMPORTS = (
    "from fastapi import FastAPI, APIRouter, HTTPException, Query, Body, Header, Cookie, Form, Request, Response, "
    "UploadFile, WebSocket, Depends",
    "from fastapi.encoders import jsonable_encoder",
    "from fastapi.responses import JSONResponse",
    "from pydantic import BaseModel",
    "import json",
    "import base64",
)
_FASTAPI_SETUP = ("$app = FastAPI()", '$app = APIRouter(prefix="/<<api|v1|internal>>")', '$app = FastAPI(title="<<service|catalog>>")')
_AIOHTTP_READS = (
    'request.query.get("%KEY", "")',
    'request.query["%KEY"]',
    'request.rel_url.query["%KEY"]',
    '(await request.post())["%KEY"]',
    '(await request.json())["%KEY"]',
    '(await request.json()).get("%KEY")',
    'request.match_info["%KEY"]',
    'request.headers.get("<<X-Source|X-Tenant>>", "")',
    'request.cookies.get("%KEY", "")',
)
_AIOHTTP_REJECT = ("raise web.HTTPBadRequest()", 'return web.json_response({"error": "<<invalid|not allowed>>"}, status=400)', "raise web.HTTPForbidden()")

SKELETONS: tuple[Skeleton, ...] = (
    Skeleton(
        "flask-route",
        (
            '@$app.route("/<<api|v1|tools|reports>>/<<search|run|show|export>>", methods=["<<GET|POST>>", "<<GET|POST|PUT>>"])\ndef $handler():\n    %BODY',
            '@$app.<<get|post>>("/<<items|files|jobs|lookup|preview>>")\ndef $handler():\n    %BODY',
            '@$app.route("/<<items|files|jobs|lookup|preview>>")\ndef $handler():\n    %BODY',
        ),
        text=_FLASK_READS,
        data=("request.get_data()", "request.data", 'request.files["<<file|upload>>"].read()', 'base64.b64decode(request.form["%KEY"])'),
        mapping=("request.get_json()", "request.json", "request.get_json(force=True)", "request.form.to_dict()", "request.args.to_dict()"),
        names=('request.files["<<file|upload|document>>"].filename',),
        other=_FLASK_READS[:8],
        result=_FLASK_RESULT, done=_FLASK_DONE, reject=_FLASK_REJECT,
        framework="flask", imports=_FLASK_IMPORTS,
        setup=("$app = Flask(__name__)", '$app = Blueprint("<<api|main|tools>>", __name__)', '$app = Flask(__name__)\n$app.config["JSON_SORT_KEYS"] = False'),
        weight=3,
    ),
    Skeleton(
        "flask-path",
        (
            '@$app.route("/<<items|files|users|jobs>>/<$in>")\ndef $handler($in):\n    %BODY',
            '@$app.get("/<<items|pages|users>>/<string:$in>/<<view|raw|info>>")\ndef $handler($in: str):\n    %BODY',
            '@$app.route("/<<download|assets|docs>>/<path:$in>")\ndef $handler($in):\n    %BODY',
        ),
        other=_FLASK_READS[:4], result=_FLASK_RESULT, done=_FLASK_DONE, reject=_FLASK_REJECT,
        framework="flask", imports=_FLASK_IMPORTS,
        setup=("$app = Flask(__name__)", '$app = Blueprint("<<api|main|tools>>", __name__)'),
        takes=frozenset({"text", "filename", "url"}),
    ),
    Skeleton(
        "flask-method-view",
        (
            "class $View(MethodView):\n    def <<get|post>>(self):\n        %BODY",
            "class $Api(MethodView):\n    init_every_request = False\n\n    def <<get|post|put>>(self):\n        %BODY",
        ),
        text=_FLASK_READS, data=("request.get_data()", "request.data"), mapping=("request.get_json()", "request.form.to_dict()"),
        names=('request.files["<<file|upload>>"].filename',),
        other=_FLASK_READS[:8], result=_FLASK_RESULT, done=_FLASK_DONE, reject=_FLASK_REJECT,
        framework="flask", imports=_FLASK_IMPORTS, method=True,
    ),
    Skeleton(
        "quart-route",
        ('@$app.<<get|post>>("/<<items|files|lookup>>")\nasync def $handler():\n    %BODY',),
        text=('request.args.get("%KEY")', 'request.args["%KEY"]', '(await request.form)["%KEY"]', '(await request.get_json())["%KEY"]', 'request.headers.get("<<X-Source|X-Tenant>>", "")'),
        data=("await request.get_data()",), mapping=("await request.get_json()",),
        other=('request.args.get("%KEY")',),
        result=('return jsonify({"<<result|data>>": $out})', 'return {"<<result|data>>": $out}'), done=('return "", 204',),
        reject=("abort(<<400|403|404>>)",), framework="quart",
        imports=("from quart import Quart, request, jsonify, abort", "import base64"), setup=("$app = Quart(__name__)",),
        is_async=True, weight=0.5,
    ),
    Skeleton(
        "django-view",
        (
            "def $handler(request):\n    %BODY",
            '@require_http_methods(["GET", "POST"])\ndef $handler(request):\n    %BODY',
            "@<<require_GET|require_POST>>\ndef $handler(request):\n    %BODY",
            "def $handler(request, *args, **kwargs):\n    %BODY",
        ),
        text=_DJANGO_READS, data=("request.body", 'request.FILES["<<file|upload>>"].read()'),
        mapping=("json.loads(request.body)", "request.POST.dict()", "request.GET.dict()"),
        names=('request.FILES["<<file|upload|document>>"].name',), other=_DJANGO_READS[:5],
        result=_DJANGO_RESULT, done=_DJANGO_DONE, reject=_DJANGO_REJECT, framework="django", imports=_DJANGO_IMPORTS, weight=2,
    ),
    Skeleton(
        "django-path",
        ("def $handler(request, $in):\n    %BODY", "def $handler(request, $in: str):\n    %BODY"),
        other=_DJANGO_READS[:5], result=_DJANGO_RESULT, done=_DJANGO_DONE, reject=_DJANGO_REJECT,
        framework="django", imports=_DJANGO_IMPORTS, takes=frozenset({"text", "filename", "url"}), weight=0.7,
    ),
    Skeleton(
        "django-class-view",
        (
            "class $View(View):\n    def <<get|post>>(self, request):\n        %BODY",
            "class $View(View):\n    http_method_names = [\"get\", \"post\"]\n\n    def <<get|post>>(self, request, *args, **kwargs):\n        %BODY",
        ),
        text=_DJANGO_READS, data=("request.body",), mapping=("json.loads(request.body)", "request.POST.dict()"),
        names=('request.FILES["<<file|upload>>"].name',), other=_DJANGO_READS[:5],
        result=_DJANGO_RESULT, done=_DJANGO_DONE, reject=_DJANGO_REJECT, framework="django", imports=_DJANGO_IMPORTS, method=True,
    ),
    Skeleton(
        "drf-view",
        ("class $View(APIView):\n    def <<get|post>>(self, request, format=None):\n        %BODY", '@api_view(["<<GET|POST>>"])\ndef $handler(request):\n    %BODY'),
        text=('request.query_params.get("%KEY")', 'request.query_params["%KEY"]', 'request.data["%KEY"]', 'request.data.get("%KEY", "")'),
        data=("request.body",), mapping=("request.data", "request.query_params.dict()"), names=('request.FILES["<<file|upload>>"].name',),
        other=('request.query_params.get("%KEY")', 'request.data.get("%KEY")'),
        result=('return Response({"<<result|data>>": $out})', "return Response($out, status=status.HTTP_200_OK)"), done=("return Response(status=204)",),
        reject=("return Response(status=status.HTTP_400_BAD_REQUEST)", 'raise ValidationError("<<unknown value|not allowed>>")'),
        framework="django", imports=("from rest_framework.views import APIView", "from rest_framework.decorators import api_view", "from rest_framework.response import Response", "from rest_framework import status", "from rest_framework.exceptions import ValidationError", "import json", "import base64"),
        weight=0.7,
    ),
    Skeleton(
        "fastapi-parameter",
        (
            '@$app.get("/<<items|lookup|search|preview>>")\ndef $handler($in: %TYPE%OTHER):\n    %BODY',
            '@$app.<<post|put>>("/<<items|jobs|render>>")\ndef $handler($in: %TYPE = Body(...)%OTHER):\n    %BODY',
            '@$app.get("/<<items|files>>/{$in}")\ndef $handler($in: %TYPE%OTHER):\n    %BODY',
            '@$app.get("/<<items|find>>")\ndef $handler($in: %TYPE = Query(..., max_length=<<200|500>>)%OTHER):\n    %BODY',
        ),
        result=_FASTAPI_RESULT, done=_FASTAPI_DONE, reject=_FASTAPI_REJECT, framework="fastapi", imports=_FASTAPI_IMPORTS, setup=_FASTAPI_SETUP,
        takes=frozenset({"text", "url", "filename"}),
    ),
    Skeleton(
        "fastapi-async",
        (
            '@$app.get("/<<items|lookup|search|preview>>")\nasync def $handler($in: %TYPE%OTHER):\n    %BODY',
            '@$app.<<post|put>>("/<<items|jobs|render>>")\nasync def $handler($in: %TYPE = Body(..., embed=True)%OTHER):\n    %BODY',
            '@$app.post("/<<items|form>>")\nasync def $handler($in: %TYPE = Form(...)%OTHER):\n    %BODY',
            '@$app.get("/<<items|files>>/{$in:path}")\nasync def $handler($in: %TYPE%OTHER):\n    %BODY',
        ),
        result=_FASTAPI_RESULT, done=_FASTAPI_DONE, reject=_FASTAPI_REJECT, framework="fastapi", imports=_FASTAPI_IMPORTS, setup=_FASTAPI_SETUP,
        takes=frozenset({"text", "url", "filename", "number", "mapping"}), is_async=True,
    ),
    Skeleton(
        "fastapi-request",
        ('@$app.<<post|put>>("/<<items|jobs|hooks>>")\nasync def $handler(request: Request):\n    %BODY',),
        text=('request.query_params["%KEY"]', 'request.query_params.get("%KEY", "")', '(await request.json())["%KEY"]', '(await request.form())["%KEY"]', 'request.headers.get("<<x-source|x-tenant>>", "")', 'request.path_params["%KEY"]'),
        data=("await request.body()",), mapping=("await request.json()", "dict(request.query_params)"),
        other=('request.query_params.get("%KEY")',),
        result=_FASTAPI_RESULT, done=_FASTAPI_DONE, reject=_FASTAPI_REJECT, framework="fastapi", imports=_FASTAPI_IMPORTS, setup=_FASTAPI_SETUP, is_async=True,
    ),
    Skeleton(
        "fastapi-model",
        ('@$app.post("/<<items|jobs|orders>>")\n<<def|async def>> $handler($payload: $Request):\n    %BODY',),
        text=("$payload.%KEY",), other=("$payload.%KEY2",),
        result=_FASTAPI_RESULT, done=_FASTAPI_DONE, reject=_FASTAPI_REJECT, framework="fastapi", imports=_FASTAPI_IMPORTS,
        setup=("$app = FastAPI()\n\n\nclass $Request(BaseModel):\n    %KEY: str\n    %KEY2: str = \"<<main|default>>\"\n    <<limit|priority>>: int = <<1|10>>",),
        takes=frozenset({"text", "url", "filename"}),
    ),
    Skeleton(
        "fastapi-upload",
        ('@$app.post("/<<upload|import|attachments>>")\nasync def $handler($upload: UploadFile):\n    %BODY',),
        text=("$upload.filename",), names=("$upload.filename",), data=("await $upload.read()",),
        other=("$upload.content_type",),
        result=_FASTAPI_RESULT, done=_FASTAPI_DONE, reject=_FASTAPI_REJECT, framework="fastapi", imports=_FASTAPI_IMPORTS, setup=_FASTAPI_SETUP,
        is_async=True, takes=frozenset({"filename", "bytes"}),
    ),
    Skeleton(
        "aiohttp-handler",
        ("async def $handler(request):\n    %BODY", "async def $handler(request: web.Request) -> web.Response:\n    %BODY", '@$routes.<<get|post>>("/<<items|run|lookup>>")\nasync def $handler(request):\n    %BODY'),
        text=_AIOHTTP_READS, data=("await request.read()",), mapping=("await request.json()", "dict(request.query)"),
        names=('(await request.post())["<<file|upload>>"].filename',), other=_AIOHTTP_READS[:3],
        result=('return web.json_response({"<<result|data>>": $out})', "return web.json_response($out)"), done=("return web.Response(status=204)", 'return web.json_response({"ok": True})'),
        reject=_AIOHTTP_REJECT, framework="aiohttp", imports=("from aiohttp import web", "import json", "import base64"), setup=("$routes = web.RouteTableDef()",), is_async=True,
    ),
    Skeleton(
        "tornado-handler",
        ("class $Handler(tornado.web.RequestHandler):\n    <<def|async def>> <<get|post>>(self):\n        %BODY", "class $Handler(tornado.web.RequestHandler):\n    def initialize(self, <<store|settings_map>>=None):\n        self.extra = None\n\n    def <<get|post>>(self):\n        %BODY"),
        text=('self.get_argument("%KEY")', 'self.get_query_argument("%KEY", "")', 'self.get_body_argument("%KEY")', 'self.request.headers.get("<<X-Source|X-Tenant>>", "")', 'self.get_argument("%KEY", default="")', 'json.loads(self.request.body)["%KEY"]', 'self.get_cookie("%KEY", "")'),
        data=("self.request.body",), mapping=("json.loads(self.request.body)",), names=('self.request.files["<<file|upload>>"][0].filename',),
        other=('self.get_argument("%KEY", "")',),
        result=('self.write({"<<result|data>>": $out})', "self.finish({\"<<result|data>>\": $out})"), done=("self.set_status(204)", 'self.write({"ok": True})'),
        reject=("raise tornado.web.HTTPError(<<400|403|404>>)", "self.set_status(400)\nreturn"),
        framework="tornado", imports=("import tornado.web", "import json", "import base64"), method=True, returns=False,
    ),
    Skeleton(
        "bottle-route",
        ('@<<route|get|post>>("/<<items|run|lookup>>")\ndef $handler():\n    %BODY', '@$app.route("/<<items|run|lookup>>", method="<<GET|POST>>")\ndef $handler():\n    %BODY'),
        text=("request.query.%KEY", 'request.query.get("%KEY", "")', 'request.forms.get("%KEY")', 'request.params["%KEY"]', 'request.json["%KEY"]', 'request.get_header("<<X-Source|X-Tenant>>", "")', 'request.get_cookie("%KEY")'),
        data=("request.body.read()",), mapping=("request.json", "dict(request.query)"), names=('request.files.get("<<file|upload>>").raw_filename',),
        other=('request.query.get("%KEY")',), result=('return {"<<result|data>>": $out}', "response.content_type = \"application/json\"\nreturn json.dumps($out, default=str)"),
        done=('return {"ok": True}', "return HTTPResponse(status=204)"), reject=("abort(<<400|403|404>>)", "return HTTPResponse(status=400)"),
        framework="bottle", imports=("from bottle import Bottle, route, get, post, request, response, abort, HTTPResponse", "import json", "import base64"), setup=("$app = Bottle()",), weight=0.7,
    ),
    Skeleton(
        "starlette-endpoint",
        ("async def $handler(request):\n    %BODY", "class $Endpoint(HTTPEndpoint):\n    async def <<get|post>>(self, request):\n        %BODY"),
        text=('request.query_params["%KEY"]', 'request.query_params.get("%KEY", "")', 'request.path_params["%KEY"]', '(await request.form())["%KEY"]', '(await request.json())["%KEY"]', 'request.cookies.get("%KEY", "")'),
        data=("await request.body()",), mapping=("await request.json()",), other=('request.query_params.get("%KEY")',),
        result=('return JSONResponse({"<<result|data>>": $out})',), done=("return Response(status_code=204)",), reject=("raise HTTPException(status_code=400)", "return JSONResponse({\"error\": \"invalid\"}, status_code=400)"),
        framework="starlette", imports=("from starlette.responses import JSONResponse, Response", "from starlette.exceptions import HTTPException", "from starlette.endpoints import HTTPEndpoint", "import base64"), is_async=True, weight=0.7,
    ),
    Skeleton(
        "sanic-route",
        ('@$app.<<get|post>>("/<<items|run|lookup>>")\nasync def $handler(request):\n    %BODY',),
        text=('request.args.get("%KEY")', 'request.form.get("%KEY")', 'request.json["%KEY"]', 'request.json.get("%KEY", "")', 'request.headers.get("<<X-Source|X-Tenant>>", "")'),
        data=("request.body",), mapping=("request.json",), names=('request.files.get("<<file|upload>>").name',), other=('request.args.get("%KEY")',),
        result=('return json({"<<result|data>>": $out})',), done=("return empty()",), reject=('raise InvalidUsage("<<unknown value|not allowed>>")', 'return json({"error": "invalid"}, status=400)'),
        framework="sanic", imports=("from sanic import Sanic", "from sanic.response import json, empty", "from sanic.exceptions import InvalidUsage", "import base64"), setup=('$app = Sanic("<<api|catalog|portal>>")',), is_async=True, weight=0.6,
        takes=frozenset({"text", "url", "filename"}),
    ),
    Skeleton(
        "http-server",
        ("class $Handler(BaseHTTPRequestHandler):\n    def <<do_GET|do_POST>>(self):\n        %BODY",),
        text=('parse_qs(urlparse(self.path).query)["%KEY"][0]', 'parse_qs(urlparse(self.path).query).get("%KEY", [""])[0]', 'self.headers.get("<<X-Source|X-Tenant>>", "")', 'self.path.rsplit("/", 1)[-1]'),
        data=('self.rfile.read(int(self.headers["Content-Length"]))',), mapping=('json.loads(self.rfile.read(int(self.headers["Content-Length"])))',),
        other=('self.headers.get("<<X-Channel|X-Mode>>", "")',),
        result=('self.send_response(200)\nself.send_header("Content-Type", "application/json")\nself.end_headers()\nself.wfile.write(json.dumps($out, default=str).encode())',),
        done=("self.send_response(204)\nself.end_headers()",), reject=("self.send_error(<<400|403|404>>)\nreturn",),
        framework="stdlib", imports=("from http.server import BaseHTTPRequestHandler", "from urllib.parse import parse_qs, urlparse", "import json", "import base64"), method=True, returns=False, weight=0.8,
    ),
    Skeleton(
        "wsgi-app",
        ("def $application(environ, start_response):\n    %BODY",),
        text=('parse_qs(environ["QUERY_STRING"])["%KEY"][0]', 'parse_qs(environ.get("QUERY_STRING", "")).get("%KEY", [""])[0]', 'environ.get("HTTP_<<X_SOURCE|REFERER|HOST>>", "")', 'environ["PATH_INFO"].lstrip("/")'),
        data=('environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))',), mapping=('json.load(environ["wsgi.input"])',),
        other=('environ.get("HTTP_ACCEPT_LANGUAGE", "")',),
        result=('start_response("200 OK", [("Content-Type", "application/json")])\nreturn [json.dumps($out, default=str).encode()]',),
        done=('start_response("204 No Content", [])\nreturn []',), reject=('start_response("400 Bad Request", [])\nreturn []',),
        framework="stdlib", imports=("from urllib.parse import parse_qs", "import json", "import base64"), returns=False, weight=0.5,
    ),
    Skeleton(
        "falcon-resource",
        ("class $Resource:\n    def <<on_get|on_post>>(self, req, resp):\n        %BODY",),
        text=('req.get_param("%KEY")', 'req.get_param("%KEY", required=True)', 'req.params["%KEY"]', 'req.media["%KEY"]', 'req.get_header("<<X-Source|X-Tenant>>")'),
        data=("req.bounded_stream.read()",), mapping=("req.media", "req.get_media()"), other=('req.get_param("%KEY")',),
        result=('resp.media = {"<<result|data>>": $out}',), done=("resp.status = falcon.HTTP_204",), reject=('raise falcon.HTTPBadRequest(title="<<Invalid value|Not allowed>>")', "raise falcon.HTTPForbidden()"),
        framework="falcon", imports=("import falcon", "import base64"), method=True, returns=False, weight=0.5,
    ),
)
