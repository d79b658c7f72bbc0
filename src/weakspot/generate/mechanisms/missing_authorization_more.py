"""Routes, resolvers and jobs that act without asking what the caller may do (CWE-862)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-django-class-view-mixin",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $List(PermissionRequiredMixin, ListView):
                    model = $Record
                    permission_required = "<<hr.view_salary|crm.view_contract>>"

                class $Edit(LoginRequiredMixin, UpdateView):  #!
                    model = $Record
                    fields = ["amount", "starts_on"]
                    success_url = reverse_lazy("list")
                    #...
                """,
        ),
        fixed=(
            """
                class $List(PermissionRequiredMixin, ListView):
                    model = $Record
                    permission_required = "<<hr.view_salary|crm.view_contract>>"

                class $Edit(PermissionRequiredMixin, UpdateView):
                    model = $Record
                    fields = ["amount", "starts_on"]
                    permission_required = "<<hr.change_salary|crm.change_contract>>"
                    success_url = reverse_lazy("list")
                    #...
                """,
        ),
        decoy=(
            """
                class $List(PermissionRequiredMixin, ListView):
                    model = $Record
                    permission_required = "<<hr.view_salary|crm.view_contract>>"

                class $Edit(UserPassesTestMixin, UpdateView):
                    model = $Record
                    fields = ["amount", "starts_on"]
                    success_url = reverse_lazy("list")
                    #...

                    def test_func(self):
                        return self.request.user.has_perm("<<hr.change_salary|crm.change_contract>>")
                """,
        ),
        wrong_fix=(
            """
                class $List(PermissionRequiredMixin, ListView):
                    model = $Record
                    permission_required = "<<hr.view_salary|crm.view_contract>>"

                class $Edit(UpdateView, PermissionRequiredMixin):  #!
                    model = $Record
                    fields = ["amount", "starts_on"]
                    permission_required = "<<hr.change_salary|crm.change_contract>>"
                    success_url = reverse_lazy("list")
                    #...
                """,
        ),
        imports=(
            "from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin, UserPassesTestMixin",
            "from django.urls import reverse_lazy",
            "from django.views.generic import DeleteView, ListView, UpdateView",
        ),
        setup="""
            from records.models import Record as $Record
            """,
        frameworks=("django",),
    ),
    Mechanism(
        id="authz-django-staff-export",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @login_required
                def $export_customers(request):  #!
                    $response = HttpResponse(content_type="text/csv")
                    $writer = csv.writer($response)
                    #...
                    for $row in $Customer.objects.values_list("name", "email", "<<iban|phone>>"):
                        $writer.writerow($row)
                    return $response
                """,
        ),
        fixed=(
            """
                @staff_member_required
                def $export_customers(request):
                    $response = HttpResponse(content_type="text/csv")
                    $writer = csv.writer($response)
                    #...
                    for $row in $Customer.objects.values_list("name", "email", "<<iban|phone>>"):
                        $writer.writerow($row)
                    return $response
                """,
        ),
        decoy=(
            """
                @user_passes_test(lambda $u: $u.is_staff)
                def $export_customers(request):
                    $response = HttpResponse(content_type="text/csv")
                    $writer = csv.writer($response)
                    #...
                    for $row in $Customer.objects.values_list("name", "email", "<<iban|phone>>"):
                        $writer.writerow($row)
                    return $response
                """,
        ),
        wrong_fix=(
            """
                @user_passes_test(lambda $u: $u.is_active)
                def $export_customers(request):  #!
                    $response = HttpResponse(content_type="text/csv")
                    $writer = csv.writer($response)
                    #...
                    for $row in $Customer.objects.values_list("name", "email", "<<iban|phone>>"):
                        $writer.writerow($row)
                    return $response
                """,
        ),
        imports=(
            "from django.contrib.admin.views.decorators import staff_member_required",
            "from django.contrib.auth.decorators import login_required, user_passes_test",
            "from django.http import HttpResponse",
            "import csv",
        ),
        setup="""
            from crm.models import Customer as $Customer
            """,
        frameworks=("django",),
    ),
    Mechanism(
        id="authz-fastapi-dependency",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $router = APIRouter(prefix="/<<tenants|projects>>")

                @$router.get("/", dependencies=[Depends(require_admin)])
                async def $list_all():
                    return await $repo.list()

                @$router.delete("/{item_id}")
                async def $drop(item_id: int, $user=Depends(current_user)):  #!
                    #...
                    await $repo.delete(item_id)
                    return {"deleted": item_id}
                """,
        ),
        fixed=(
            """
                $router = APIRouter(prefix="/<<tenants|projects>>")

                @$router.get("/", dependencies=[Depends(require_admin)])
                async def $list_all():
                    return await $repo.list()

                @$router.delete("/{item_id}", dependencies=[Depends(require_admin)])
                async def $drop(item_id: int):
                    #...
                    await $repo.delete(item_id)
                    return {"deleted": item_id}
                """,
        ),
        decoy=(
            """
                $router = APIRouter(prefix="/<<tenants|projects>>")

                @$router.get("/", dependencies=[Depends(require_admin)])
                async def $list_all():
                    return await $repo.list()

                @$router.get("/health")
                async def $health():
                    return {"status": "ok"}
                """,
        ),
        wrong_fix=(
            """
                $router = APIRouter(prefix="/<<tenants|projects>>")

                @$router.get("/", dependencies=[Depends(require_admin)])
                async def $list_all():
                    return await $repo.list()

                @$router.delete("/{item_id}")
                async def $drop(item_id: int, $guard=require_admin):  #!
                    #...
                    await $repo.delete(item_id)
                    return {"deleted": item_id}
                """,
        ),
        imports=(
            "from fastapi import APIRouter, Depends, FastAPI, HTTPException",
            "from app.deps import current_user, require_admin",
        ),
        setup="""
            from app.repos import repo as $repo
            """,
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="authz-fastapi-router-dependencies",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $router = APIRouter(prefix="/internal", tags=["<<ops|internal>>"])

                @$router.post("/<<reindex|rebuild>>")
                async def $reindex(full: bool = False):  #!
                    #...
                    $job = await $jobs.enqueue("reindex", full=full)
                    return {"job": $job.id}
                """,
        ),
        fixed=(
            """
                $router = APIRouter(prefix="/internal", dependencies=[Depends(require_role("ops"))])

                @$router.post("/<<reindex|rebuild>>")
                async def $reindex(full: bool = False):
                    #...
                    $job = await $jobs.enqueue("reindex", full=full)
                    return {"job": $job.id}
                """,
        ),
        decoy=(
            """
                $router = APIRouter(dependencies=[Security(require_role("ops"))], prefix="/internal", tags=["<<ops|internal>>"])

                @$router.post("/<<reindex|rebuild>>")
                async def $reindex(full: bool = False):
                    #...
                    $job = await $jobs.enqueue("reindex", full=full)
                    return {"job": $job.id}
                """,
        ),
        wrong_fix=(
            """
                $router = APIRouter(prefix="/internal", dependencies=[Depends(lambda: require_role("ops"))])

                @$router.post("/<<reindex|rebuild>>")
                async def $reindex(full: bool = False):  #!
                    #...
                    $job = await $jobs.enqueue("reindex", full=full)
                    return {"job": $job.id}
                """,
        ),
        imports=(
            "from fastapi import APIRouter, Depends, Security",
            "from app.deps import get_current_user, require_role",
        ),
        setup="""
            from app.queue import jobs as $jobs
            """,
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="authz-fastapi-scopes",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $router = APIRouter()

                @$router.post("/<<payouts|refunds>>/{payout_id}/approve")
                async def $approve(payout_id: int, $user=Depends(current_user)):  #!
                    #...
                    $done = await $ledger.approve(payout_id, by=$user.id)
                    return {"state": $done.state}
                """,
        ),
        fixed=(
            """
                $router = APIRouter()

                @$router.post("/<<payouts|refunds>>/{payout_id}/approve")
                async def $approve(payout_id: int, $user=Security(current_user, scopes=["payouts:approve"])):
                    #...
                    $done = await $ledger.approve(payout_id, by=$user.id)
                    return {"state": $done.state}
                """,
        ),
        decoy=(
            """
                $router = APIRouter()

                @$router.post("/<<payouts|refunds>>/{payout_id}/approve")
                async def $approve(payout_id: int, $user=Depends(current_user)):
                    if "payouts:approve" not in $user.scopes:
                        raise HTTPException(status_code=403)
                    #...
                    $done = await $ledger.approve(payout_id, by=$user.id)
                    return {"state": $done.state}
                """,
        ),
        wrong_fix=(
            """
                $router = APIRouter()

                @$router.post("/<<payouts|refunds>>/{payout_id}/approve")
                async def $approve(payout_id: int, $user=Depends(current_user)):  #!
                    #...
                    $done = await $ledger.approve(payout_id, by=$user.id)
                    if "payouts:approve" not in $user.scopes:
                        raise HTTPException(status_code=403)
                    return {"state": $done.state}
                """,
        ),
        imports=(
            "from fastapi import APIRouter, Depends, HTTPException, Security",
            "from app.deps import current_user",
        ),
        setup="""
            from app.ledger import ledger as $ledger
            """,
        frameworks=("fastapi",),
    ),
)
