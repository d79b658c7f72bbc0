"""Routes, resolvers and jobs that act without asking what the caller may do (CWE-862)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-drf-permission-classes",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Readings(viewsets.ReadOnlyModelViewSet):
                    queryset = $Record.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAuthenticated]

                class $Manage(viewsets.ModelViewSet):
                    queryset = $Record.objects.order_by("pk")
                    serializer_class = $Serializer
                    permission_classes = []  #!
                    #...
                """,
        ),
        fixed=(
            """
                class $Readings(viewsets.ReadOnlyModelViewSet):
                    queryset = $Record.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAuthenticated]

                class $Manage(viewsets.ModelViewSet):
                    queryset = $Record.objects.order_by("pk")
                    serializer_class = $Serializer
                    permission_classes = [IsAdminUser]
                    #...
                """,
        ),
        decoy=(
            """
                class $Readings(viewsets.ReadOnlyModelViewSet):
                    queryset = $Record.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAuthenticated]

                class $Manage(viewsets.ReadOnlyModelViewSet):
                    queryset = $Record.objects.order_by("pk")
                    serializer_class = $Serializer
                    permission_classes = [AllowAny]
                    #...
                """,
        ),
        wrong_fix=(
            """
                class $Readings(viewsets.ReadOnlyModelViewSet):
                    queryset = $Record.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAuthenticated]

                class $Manage(viewsets.ModelViewSet):
                    queryset = $Record.objects.order_by("pk")
                    serializer_class = $Serializer
                    permission_classes = [IsAuthenticated | IsAdminUser]  #!
                    #...
                """,
        ),
        imports=(
            "from rest_framework import permissions, viewsets",
            "from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated",
        ),
        setup="""
            from plans.models import PublicPlan as $Record
            from plans.serializers import PlanSerializer as $Serializer
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="authz-drf-action-override",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Accounts(viewsets.ModelViewSet):
                    queryset = $Account.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAdminUser]

                    @action(detail=True, methods=["post"]<<|, url_path="lock">>, permission_classes=[AllowAny])  #!
                    def $suspend(self, request, pk=None):
                        #...
                        $acct = self.get_object()
                        $acct.suspend()
                        return Response({"state": $acct.state})
                """,
        ),
        fixed=(
            """
                class $Accounts(viewsets.ModelViewSet):
                    queryset = $Account.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAdminUser]

                    @action(detail=True, methods=["post"]<<|, url_path="lock">>, permission_classes=[IsAdminUser])
                    def $suspend(self, request, pk=None):
                        #...
                        $acct = self.get_object()
                        $acct.suspend()
                        return Response({"state": $acct.state})
                """,
        ),
        decoy=(
            """
                class $Accounts(viewsets.ModelViewSet):
                    queryset = $Account.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAdminUser]

                    @action(detail=True, methods=["post"]<<|, url_path="lock">>)
                    def $suspend(self, request, pk=None):
                        #...
                        $acct = self.get_object()
                        $acct.suspend()
                        return Response({"state": $acct.state})
                """,
        ),
        wrong_fix=(
            """
                class $Accounts(viewsets.ModelViewSet):
                    queryset = $Account.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [IsAdminUser]

                    @action(detail=True, methods=["post"]<<|, url_path="lock">>, permission_classes=[IsAuthenticated])  #!
                    def $suspend(self, request, pk=None):
                        #...
                        $acct = self.get_object()
                        $acct.suspend()
                        return Response({"state": $acct.state})
                """,
        ),
        imports=(
            "from rest_framework import viewsets",
            "from rest_framework.decorators import action",
            "from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated",
            "from rest_framework.response import Response",
        ),
        setup="""
            from accounts.models import Account as $Account
            from accounts.serializers import AccountSerializer as $Serializer
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="authz-drf-has-permission-returns",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $StaffOnly(BasePermission):
                    def has_permission(self, request, view):
                        return True  #!

                class $Purge(APIView):
                    permission_classes = [$StaffOnly]

                    def post(self, request):
                        #...
                        $count = $Log.objects.filter(day__lt=request.data["before"]).delete()[0]
                        return Response({"removed": $count})
                """,
        ),
        fixed=(
            """
                class $StaffOnly(BasePermission):
                    def has_permission(self, request, view):
                        return bool(request.user and request.user.is_staff)

                class $Purge(APIView):
                    permission_classes = [$StaffOnly]

                    def post(self, request):
                        #...
                        $count = $Log.objects.filter(day__lt=request.data["before"]).delete()[0]
                        return Response({"removed": $count})
                """,
        ),
        decoy=(
            """
                class $StaffOnly(BasePermission):
                    def has_permission(self, request, view):
                        return request.user.groups.filter(name="staff").exists()

                class $Purge(APIView):
                    permission_classes = [$StaffOnly]

                    def post(self, request):
                        #...
                        $count = $Log.objects.filter(day__lt=request.data["before"]).delete()[0]
                        return Response({"removed": $count})
                """,
        ),
        wrong_fix=(
            """
                class $StaffOnly(BasePermission):
                    def has_permission(self, request, view):
                        return request.user.is_staff is not None  #!

                class $Purge(APIView):
                    permission_classes = [$StaffOnly]

                    def post(self, request):
                        #...
                        $count = $Log.objects.filter(day__lt=request.data["before"]).delete()[0]
                        return Response({"removed": $count})
                """,
        ),
        imports=(
            "from rest_framework.permissions import BasePermission, IsAuthenticated",
            "from rest_framework.views import APIView",
            "from rest_framework.response import Response",
        ),
        setup="""
            from audit.models import LogLine as $Log
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="authz-aiohttp-handler",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $routes = web.RouteTableDef()

                @$routes.get("/<<devices|nodes>>")
                async def $index(request):
                    await check_permission(request, "read")
                    return web.json_response(await $nodes.all())

                @$routes.post("/<<devices|nodes>>/{name}/reboot")
                async def $reboot(request):  #!
                    #...
                    await $nodes.reboot(request.match_info["name"])
                    return web.json_response({"ok": True})
                """,
        ),
        fixed=(
            """
                $routes = web.RouteTableDef()

                @$routes.get("/<<devices|nodes>>")
                async def $index(request):
                    await check_permission(request, "read")
                    return web.json_response(await $nodes.all())

                @$routes.post("/<<devices|nodes>>/{name}/reboot")
                async def $reboot(request):
                    await check_permission(request, "operate")
                    #...
                    await $nodes.reboot(request.match_info["name"])
                    return web.json_response({"ok": True})
                """,
        ),
        wrong_fix=(
            """
                $routes = web.RouteTableDef()

                @$routes.get("/<<devices|nodes>>")
                async def $index(request):
                    await check_permission(request, "read")
                    return web.json_response(await $nodes.all())

                @$routes.post("/<<devices|nodes>>/{name}/reboot")
                async def $reboot(request):  #!
                    check_permission(request, "operate")
                    #...
                    await $nodes.reboot(request.match_info["name"])
                    return web.json_response({"ok": True})
                """,
        ),
        imports=(
            "from aiohttp import web",
            "from aiohttp_security import check_authorized, check_permission",
        ),
        setup="""
            from fleet.registry import nodes as $nodes
            """,
        frameworks=("aiohttp",),
    ),
)
