"""Routes, resolvers and jobs that act without asking what the caller may do (CWE-862)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-tornado-handler",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Admin(RequestHandler):
                    def get_current_user(self):
                        return $sessions.user(self.get_secure_cookie("sid"))

                class $Quota($Admin):
                    @authenticated
                    def post(self, team):  #!
                        #...
                        $limit = int(self.get_body_argument("limit"))
                        $quotas.set(team, $limit)
                        self.write({"team": team, "limit": $limit})
                """,
        ),
        fixed=(
            """
                class $Admin(RequestHandler):
                    def get_current_user(self):
                        return $sessions.user(self.get_secure_cookie("sid"))

                class $Quota($Admin):
                    @authenticated
                    def post(self, team):
                        if not self.current_user.is_admin:
                            raise HTTPError(403)
                        #...
                        $limit = int(self.get_body_argument("limit"))
                        $quotas.set(team, $limit)
                        self.write({"team": team, "limit": $limit})
                """,
        ),
        decoy=(
            """
                class $Admin(RequestHandler):
                    def get_current_user(self):
                        return $sessions.user(self.get_secure_cookie("sid"))

                class $Quota($Admin):
                    def prepare(self):
                        if self.current_user is None or not self.current_user.is_admin:
                            raise HTTPError(403)

                    def post(self, team):
                        #...
                        $limit = int(self.get_body_argument("limit"))
                        $quotas.set(team, $limit)
                        self.write({"team": team, "limit": $limit})
                """,
        ),
        wrong_fix=(
            """
                class $Admin(RequestHandler):
                    def get_current_user(self):
                        return $sessions.user(self.get_secure_cookie("sid"))

                class $Quota($Admin):
                    @authenticated
                    def post(self, team):  #!
                        #...
                        $limit = int(self.get_body_argument("limit"))
                        $quotas.set(team, $limit)
                        if not self.current_user.is_admin:
                            self.set_status(403)
                        self.write({"team": team, "limit": $limit})
                """,
        ),
        imports=(
            "import tornado.web",
            "from tornado.web import HTTPError, RequestHandler, authenticated",
        ),
        setup="""
            from app.state import quotas as $quotas, sessions as $sessions
            """,
        frameworks=("tornado",),
    ),
    Mechanism(
        id="authz-graphene-mutation",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $SetPrice(graphene.Mutation):
                    class Arguments:
                        sku = graphene.String(required=True)
                        cents = graphene.Int(required=True)

                    ok = graphene.Boolean()

                    @login_required
                    def mutate(self, info, sku, cents):  #!
                        #...
                        $Product.objects.filter(sku=sku).update(price=cents)
                        return $SetPrice(ok=True)
                """,
        ),
        fixed=(
            """
                class $SetPrice(graphene.Mutation):
                    class Arguments:
                        sku = graphene.String(required=True)
                        cents = graphene.Int(required=True)

                    ok = graphene.Boolean()

                    @staff_member_required
                    def mutate(self, info, sku, cents):
                        #...
                        $Product.objects.filter(sku=sku).update(price=cents)
                        return $SetPrice(ok=True)
                """,
        ),
        decoy=(
            """
                class $SetPrice(graphene.Mutation):
                    class Arguments:
                        sku = graphene.String(required=True)
                        cents = graphene.Int(required=True)

                    ok = graphene.Boolean()

                    @user_passes_test(lambda $u: $u.has_perm("shop.change_product"))
                    def mutate(self, info, sku, cents):
                        #...
                        $Product.objects.filter(sku=sku).update(price=cents)
                        return $SetPrice(ok=True)
                """,
        ),
        wrong_fix=(
            """
                class $SetPrice(graphene.Mutation):
                    class Arguments:
                        sku = graphene.String(required=True)
                        cents = graphene.Int(required=True)

                    ok = graphene.Boolean()

                    @user_passes_test(lambda $u: $u.is_authenticated)
                    def mutate(self, info, sku, cents):  #!
                        #...
                        $Product.objects.filter(sku=sku).update(price=cents)
                        return $SetPrice(ok=True)
                """,
        ),
        imports=(
            "import graphene",
            "from graphql import GraphQLError",
            "from graphql_jwt.decorators import login_required, staff_member_required, user_passes_test",
        ),
        setup="""
            from shop.models import Product as $Product
            """,
        frameworks=("graphene",),
    ),
    Mechanism(
        id="authz-strawberry-field",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @strawberry.type
                class $Query:
                    @strawberry.field(permission_classes=[IsAdmin])
                    def $audit(self, info: Info) -> list[str]:
                        return $trail.lines()

                    @strawberry.field  #!
                    def $api_keys(self, info: Info) -> list[str]:
                        #...
                        return $trail.keys_of_all_customers()
                """,
        ),
        fixed=(
            """
                @strawberry.type
                class $Query:
                    @strawberry.field(permission_classes=[IsAdmin])
                    def $audit(self, info: Info) -> list[str]:
                        return $trail.lines()

                    @strawberry.field(permission_classes=[IsAdmin])
                    def $api_keys(self, info: Info) -> list[str]:
                        #...
                        return $trail.keys_of_all_customers()
                """,
        ),
        decoy=(
            """
                @strawberry.type
                class $Query:
                    @strawberry.field(permission_classes=[IsAdmin])
                    def $audit(self, info: Info) -> list[str]:
                        return $trail.lines()

                    @strawberry.field
                    def $version(self, info: Info) -> str:
                        return $trail.VERSION
                """,
        ),
        wrong_fix=(
            """
                @strawberry.type
                class $Query:
                    @strawberry.field(permission_classes=[IsAdmin])
                    def $audit(self, info: Info) -> list[str]:
                        return $trail.lines()

                    @strawberry.field(permission_classes=[IsLoggedIn])  #!
                    def $api_keys(self, info: Info) -> list[str]:
                        #...
                        return $trail.keys_of_all_customers()
                """,
        ),
        imports=(
            "import strawberry",
            "from strawberry.types import Info",
            "from app.permissions import IsAdmin, IsLoggedIn",
        ),
        setup="""
            import app.trail as $trail
            """,
        frameworks=("strawberry",),
    ),
    Mechanism(
        id="authz-grpc-servicer",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Fleet(FleetServicer):
                    def __init__(self, $acl, $nodes):
                        self.acl = $acl
                        self.nodes = $nodes

                    def Restart(self, request, context):
                        if not self.acl.allows(context, "restart"):
                            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not allowed")
                        self.nodes.restart(request.node)
                        return Empty()

                    def Drain(self, request, context):  #!
                        #...
                        $moved = self.nodes.drain(request.node)
                        return DrainReply(moved=$moved)
                """,
        ),
        fixed=(
            """
                class $Fleet(FleetServicer):
                    def __init__(self, $acl, $nodes):
                        self.acl = $acl
                        self.nodes = $nodes

                    def Restart(self, request, context):
                        if not self.acl.allows(context, "restart"):
                            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not allowed")
                        self.nodes.restart(request.node)
                        return Empty()

                    def Drain(self, request, context):
                        if not self.acl.allows(context, "drain"):
                            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not allowed")
                        #...
                        $moved = self.nodes.drain(request.node)
                        return DrainReply(moved=$moved)
                """,
        ),
        wrong_fix=(
            """
                class $Fleet(FleetServicer):
                    def __init__(self, $acl, $nodes):
                        self.acl = $acl
                        self.nodes = $nodes

                    def Restart(self, request, context):
                        if not self.acl.allows(context, "restart"):
                            context.abort(grpc.StatusCode.PERMISSION_DENIED, "not allowed")
                        self.nodes.restart(request.node)
                        return Empty()

                    def Drain(self, request, context):  #!
                        self.acl.allows(context, "drain")
                        #...
                        $moved = self.nodes.drain(request.node)
                        return DrainReply(moved=$moved)
                """,
        ),
        imports=(
            "import grpc",
            "from fleet_pb2 import Empty, DrainReply",
            "from fleet_pb2_grpc import FleetServicer",
        ),
        frameworks=("grpc",),
    ),
)
