"""Origins, hosts and cookies that are believed (CWE-346, CWE-345, CWE-1385, CWE-565, CWE-697, CWE-749)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="cookie-uid-django",
        cwe="CWE-565",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $basket(request):
                    #...
                    $uid = int(request.COOKIES["uid"])  #!
                    return JsonResponse({"items": $shop.items($uid)})
                """,
        ),
        fixed=(
            """
                def $basket(request):
                    #...
                    $uid = int(request.get_signed_cookie("uid"))
                    return JsonResponse({"items": $shop.items($uid)})
                """,
        ),
        decoy=(
            """
                def $basket(request):
                    #...
                    $uid = request.user.pk
                    return JsonResponse({"items": $shop.items($uid)})
                """,
        ),
        wrong_fix=(
            """
                def $basket(request):
                    #...
                    $uid = max(1, int(request.COOKIES.get("uid", "1")))  #!
                    return JsonResponse({"items": $shop.items($uid)})
                """,
        ),
        imports=("from django.http import JsonResponse",),
        setup="""
            import app.shop as $shop
            """,
        frameworks=("django",),
    ),
    Mechanism(
        id="compare-is-literal",
        cwe="CWE-697",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $BLOCKED = "<<blocked|suspended>>"

                def $may_pay($role, $amount, $limit):
                    #...
                    if $role is not $BLOCKED and $amount <= $limit:  #!
                        return True
                    return False
                """,
        ),
        fixed=(
            """
                $BLOCKED = "<<blocked|suspended>>"

                def $may_pay($role, $amount, $limit):
                    #...
                    if $role != $BLOCKED and $amount <= $limit:
                        return True
                    return False
                """,
        ),
        decoy=(
            """
                $BLOCKED = "<<blocked|suspended>>"

                def $may_pay($role, $amount, $limit):
                    #...
                    if not $role == $BLOCKED and $amount <= $limit:
                        return True
                    return False
                """,
        ),
        wrong_fix=(
            """
                $BLOCKED = "<<blocked|suspended>>"

                def $may_pay($role, $amount, $limit):
                    #...
                    if $role.strip() is not $BLOCKED and $amount <= $limit:  #!
                        return True
                    return False
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="compare-domain-substring",
        cwe="CWE-697",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $is_staff($email):
                    #...
                    return "corp.example" in $email  #!
                """,
        ),
        fixed=(
            """
                def $is_staff($email):
                    #...
                    return $email.endswith("@corp.example")
                """,
        ),
        decoy=(
            """
                def $is_staff($email):
                    #...
                    return $email.rpartition("@")[2] == "corp.example"
                """,
        ),
        wrong_fix=(
            """
                def $is_staff($email):
                    #...
                    return $email.endswith("corp.example")  #!
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="rpc-getattr-any-method",
        cwe="CWE-749",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = getattr($service, $in)()  #!
                """,
        ),
        fixed=(
            """
                $out = {"status": $service.status, "version": $service.version}[$in]()
                """,
        ),
        wrong_fix=(
            """
                if $in.startswith("__"):
                    raise ValueError($in)
                $out = getattr($service, $in)()  #!
                """,
        ),
        given=(("service", "Service()"),),
        setup="""
            class Service:
                def status(self):
                    return "up"

                def version(self):
                    return "4.1"

                def wipe(self):
                    return "wiped"
            """,
        frameworks=("stdlib",),
    ),
)
