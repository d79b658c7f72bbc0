"""Records fetched by a number the caller chose, without asking whose they are (CWE-639)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="idor-django-get-object",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @login_required
                def $show(request, pk):
                    $item = get_object_or_404($Invoice, pk=pk)  #!
                    #...
                    return render(request, "detail.html", {"item": $item})
                """,
        ),
        fixed=(
            """
                @login_required
                def $show(request, pk):
                    $item = get_object_or_404($Invoice, pk=pk, <<owner|customer>>=request.user)
                    #...
                    return render(request, "detail.html", {"item": $item})
                """,
        ),
        decoy=(
            """
                @login_required
                def $show(request, pk):
                    $item = get_object_or_404(request.user.invoices, pk=pk)
                    #...
                    return render(request, "detail.html", {"item": $item})
                """,
        ),
        wrong_fix=(
            """
                @login_required
                def $show(request, pk):
                    $item = get_object_or_404($Invoice.objects.filter(paid__isnull=False), pk=pk)  #!
                    #...
                    return render(request, "detail.html", {"item": $item})
                """,
        ),
        imports=(
            "from django.contrib.auth.decorators import login_required",
            "from django.http import Http404, JsonResponse",
            "from django.shortcuts import get_object_or_404, render",
        ),
        setup="""
            from billing.models import Invoice as $Invoice
            """,
        frameworks=("django",),
    ),
    Mechanism(
        id="idor-django-form-id",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @login_required
                def $rename(request):
                    #...
                    $device = $Device.objects.get(id=request.POST["device"])  #!
                    $device.name = request.POST["name"]
                    $device.save(update_fields=["name"])
                    return redirect("devices")
                """,
        ),
        fixed=(
            """
                @login_required
                def $rename(request):
                    #...
                    $device = $Device.objects.get(id=request.POST["device"], user=request.user)
                    $device.name = request.POST["name"]
                    $device.save(update_fields=["name"])
                    return redirect("devices")
                """,
        ),
        decoy=(
            """
                @login_required
                def $rename(request):
                    #...
                    $device = request.user.device_set.get(id=request.POST["device"])
                    $device.name = request.POST["name"]
                    $device.save(update_fields=["name"])
                    return redirect("devices")
                """,
        ),
        wrong_fix=(
            """
                @login_required
                def $rename(request):
                    #...
                    $device = $Device.objects.select_related("user").get(id=request.POST["device"])  #!
                    $device.name = request.POST["name"]
                    $device.save(update_fields=["name"])
                    return redirect("devices")
                """,
        ),
        imports=(
            "from django.contrib.auth.decorators import login_required",
            "from django.shortcuts import redirect",
        ),
        setup="""
            from devices.models import Device as $Device
            """,
        frameworks=("django",),
    ),
    Mechanism(
        id="idor-flask-sqlalchemy-get",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $bp = Blueprint("orders", __name__)

                @$bp.get("/<<orders|tickets>>/<int:oid>")
                @login_required
                def $detail(oid):
                    $order = $Order.query.get_or_404(oid)  #!
                    #...
                    return jsonify($order.to_dict())
                """,
        ),
        fixed=(
            """
                $bp = Blueprint("orders", __name__)

                @$bp.get("/<<orders|tickets>>/<int:oid>")
                @login_required
                def $detail(oid):
                    $order = $Order.query.filter_by(id=oid, user_id=current_user.id).first_or_404()
                    #...
                    return jsonify($order.to_dict())
                """,
        ),
        decoy=(
            """
                $bp = Blueprint("orders", __name__)

                @$bp.get("/<<orders|tickets>>/<int:oid>")
                @login_required
                def $detail(oid):
                    $order = $Order.query.get_or_404(oid)
                    if $order.user_id != current_user.id:
                        abort(404)
                    #...
                    return jsonify($order.to_dict())
                """,
        ),
        wrong_fix=(
            """
                $bp = Blueprint("orders", __name__)

                @$bp.get("/<<orders|tickets>>/<int:oid>")
                @login_required
                def $detail(oid):
                    $order = $Order.query.get_or_404(oid)  #!
                    if $order.user_id is None:
                        abort(404)
                    #...
                    return jsonify($order.to_dict())
                """,
        ),
        imports=(
            "from flask import Blueprint, abort, jsonify",
            "from flask_login import current_user, login_required",
        ),
        setup="""
            from app.models import Order as $Order
            """,
        frameworks=(
            "flask",
            "sqlalchemy",
        ),
    ),
    Mechanism(
        id="idor-fastapi-session-get",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $router = APIRouter()

                @$router.get("/<<documents|statements>>/{doc_id}")
                async def $read(doc_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    $doc = await $db.get($Document, doc_id)  #!
                    if $doc is None:
                        raise HTTPException(status_code=404)
                    #...
                    return $doc
                """,
        ),
        fixed=(
            """
                $router = APIRouter()

                @$router.get("/<<documents|statements>>/{doc_id}")
                async def $read(doc_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    $doc = await $db.get($Document, doc_id)
                    if $doc is None or $doc.owner_id != $user.id:
                        raise HTTPException(status_code=404)
                    #...
                    return $doc
                """,
        ),
        decoy=(
            """
                $router = APIRouter()

                @$router.get("/<<documents|statements>>/{doc_id}")
                async def $read(doc_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    $doc = await $db.get($Document, doc_id)
                    if not $doc or $user.id not in {$doc.owner_id}:
                        raise HTTPException(status_code=404)
                    #...
                    return $doc
                """,
        ),
        wrong_fix=(
            """
                $router = APIRouter()

                @$router.get("/<<documents|statements>>/{doc_id}")
                async def $read(doc_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    $doc = await $db.get($Document, doc_id)  #!
                    if $doc is None or not $user.active:
                        raise HTTPException(status_code=404)
                    #...
                    return $doc
                """,
        ),
        imports=(
            "from fastapi import APIRouter, Depends, HTTPException",
            "from sqlalchemy import select",
            "from app.deps import current_user, get_session",
        ),
        setup="""
            from app.models import Document as $Document
            """,
        frameworks=(
            "fastapi",
            "sqlalchemy",
        ),
    ),
    Mechanism(
        id="idor-fastapi-delete-statement",
        cwe="CWE-639",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $router = APIRouter()

                @$router.delete("/<<addresses|cards>>/{item_id}", status_code=204)
                def $remove(item_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    #...
                    $db.execute(delete($Card).where($Card.id == item_id))  #!
                    $db.commit()
                """,
        ),
        fixed=(
            """
                $router = APIRouter()

                @$router.delete("/<<addresses|cards>>/{item_id}", status_code=204)
                def $remove(item_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    #...
                    $db.execute(delete($Card).where($Card.id == item_id, $Card.user_id == $user.id))
                    $db.commit()
                """,
        ),
        wrong_fix=(
            """
                $router = APIRouter()

                @$router.delete("/<<addresses|cards>>/{item_id}", status_code=204)
                def $remove(item_id: int, $user=Depends(current_user), $db=Depends(get_session)):
                    #...
                    $db.execute(delete($Card).where($Card.id == item_id, $Card.user_id == $Card.created_by))  #!
                    $db.commit()
                """,
        ),
        imports=(
            "from fastapi import APIRouter, Depends",
            "from sqlalchemy import delete",
            "from app.deps import current_user, get_session",
        ),
        setup="""
            from app.models import Card as $Card
            """,
        frameworks=(
            "fastapi",
            "sqlalchemy",
        ),
    ),
)
