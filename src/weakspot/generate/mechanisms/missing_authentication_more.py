"""Critical functions that anyone may call (CWE-306)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="noauth-django-webhook",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @csrf_exempt
                def $payment_hook(request):  #!
                    $event = json.loads(request.body)
                    #...
                    $Order.objects.filter(ref=$event["ref"]).update(paid=True)
                    return HttpResponse(status=204)
                """,
        ),
        fixed=(
            """
                @csrf_exempt
                def $payment_hook(request):
                    $want = hmac.new(settings.HOOK_KEY, request.body, hashlib.sha256).hexdigest()
                    if not hmac.compare_digest($want, request.headers.get("X-Signature", "")):
                        return HttpResponseForbidden()
                    $event = json.loads(request.body)
                    #...
                    $Order.objects.filter(ref=$event["ref"]).update(paid=True)
                    return HttpResponse(status=204)
                """,
        ),
        decoy=(
            """
                @csrf_exempt
                def $payment_hook(request):
                    $want = hmac.new(settings.HOOK_KEY, request.body, hashlib.sha256).hexdigest()
                    if hmac.compare_digest($want, request.headers.get("X-Signature", "")) is False:
                        return HttpResponseForbidden()
                    $event = json.loads(request.body)
                    #...
                    $Order.objects.filter(ref=$event["ref"]).update(paid=True)
                    return HttpResponse(status=204)
                """,
        ),
        wrong_fix=(
            """
                @csrf_exempt
                def $payment_hook(request):  #!
                    $sig = request.headers.get("X-Signature", "")
                    if len($sig) != 64:
                        return HttpResponseForbidden()
                    $event = json.loads(request.body)
                    #...
                    $Order.objects.filter(ref=$event["ref"]).update(paid=True)
                    return HttpResponse(status=204)
                """,
        ),
        imports=(
            "import hashlib",
            "import hmac",
            "import json",
            "from django.conf import settings",
            "from django.http import HttpResponse, HttpResponseForbidden",
            "from django.views.decorators.csrf import csrf_exempt",
        ),
        setup="""
            from orders.models import Order as $Order
            """,
        frameworks=("django",),
    ),
    Mechanism(
        id="noauth-drf-authentication-empty",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Restore(APIView):
                    authentication_classes = []
                    permission_classes = [AllowAny]  #!

                    def post(self, request):
                        #...
                        $name = request.data["backup"]
                        $backups.restore($name)
                        return Response({"restored": $name})
                """,
        ),
        fixed=(
            """
                class $Restore(APIView):
                    authentication_classes = [TokenAuthentication]
                    permission_classes = [IsAuthenticated]

                    def post(self, request):
                        #...
                        $name = request.data["backup"]
                        $backups.restore($name)
                        return Response({"restored": $name})
                """,
        ),
        wrong_fix=(
            """
                class $Restore(APIView):
                    authentication_classes = [TokenAuthentication]
                    permission_classes = [AllowAny]  #!

                    def post(self, request):
                        #...
                        $name = request.data["backup"]
                        $backups.restore($name)
                        return Response({"restored": $name})
                """,
        ),
        imports=(
            "from rest_framework.authentication import TokenAuthentication",
            "from rest_framework.permissions import AllowAny, IsAuthenticated",
            "from rest_framework.response import Response",
            "from rest_framework.views import APIView",
        ),
        setup="""
            import ops.backups as $backups
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="noauth-xmlrpc-server",
        cwe="CWE-306",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Handler(SimpleXMLRPCRequestHandler):
                    rpc_paths = ("/RPC2",)

                    def do_POST(self):  #!
                        #...
                        super().do_POST()

                def $serve($jobs):
                    $server = SimpleXMLRPCServer(("0.0.0.0", 8800), requestHandler=$Handler)
                    $server.register_function($jobs.cancel, "cancel")
                    $server.serve_forever()
                """,
        ),
        fixed=(
            """
                class $Handler(SimpleXMLRPCRequestHandler):
                    rpc_paths = ("/RPC2",)

                    def do_POST(self):
                        if not hmac.compare_digest(self.headers.get("X-Key", ""), os.environ["RPC_KEY"]):
                            self.send_error(401)
                            return
                        #...
                        super().do_POST()

                def $serve($jobs):
                    $server = SimpleXMLRPCServer(("0.0.0.0", 8800), requestHandler=$Handler)
                    $server.register_function($jobs.cancel, "cancel")
                    $server.serve_forever()
                """,
        ),
        wrong_fix=(
            """
                class $Handler(SimpleXMLRPCRequestHandler):
                    rpc_paths = ("/RPC2",)

                    def do_POST(self):  #!
                        if "X-Key" not in self.headers:
                            self.send_error(401)
                            return
                        #...
                        super().do_POST()

                def $serve($jobs):
                    $server = SimpleXMLRPCServer(("0.0.0.0", 8800), requestHandler=$Handler)
                    $server.register_function($jobs.cancel, "cancel")
                    $server.serve_forever()
                """,
        ),
        imports=(
            "import base64",
            "import hmac",
            "import os",
            "from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer",
        ),
        frameworks=("stdlib",),
    ),
)
