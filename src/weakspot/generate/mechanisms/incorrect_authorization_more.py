"""Checks that are made, but compare the wrong thing (CWE-863)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-authenticated-not-owner",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $OwnerOnly(permissions.BasePermission):
                    def has_object_permission(self, request, view, obj):
                        return request.user.is_authenticated  #!

                class $Notes(viewsets.ModelViewSet):
                    queryset = $Note.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated, $OwnerOnly]
                    #...
                """,
        ),
        fixed=(
            """
                class $OwnerOnly(permissions.BasePermission):
                    def has_object_permission(self, request, view, obj):
                        return obj.owner_id == request.user.pk

                class $Notes(viewsets.ModelViewSet):
                    queryset = $Note.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated, $OwnerOnly]
                    #...
                """,
        ),
        decoy=(
            """
                class $OwnerOnly(permissions.BasePermission):
                    def has_object_permission(self, request, view, obj):
                        return request.user.is_authenticated and request.user == obj.owner

                class $Notes(viewsets.ModelViewSet):
                    queryset = $Note.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated, $OwnerOnly]
                    #...
                """,
        ),
        wrong_fix=(
            """
                class $OwnerOnly(permissions.BasePermission):
                    def has_object_permission(self, request, view, obj):
                        return obj.owner_id is not None and request.user.is_authenticated  #!

                class $Notes(viewsets.ModelViewSet):
                    queryset = $Note.objects.all()
                    serializer_class = $Serializer
                    permission_classes = [permissions.IsAuthenticated, $OwnerOnly]
                    #...
                """,
        ),
        imports=("from rest_framework import permissions, viewsets",),
        setup="""
            from notes.models import Note as $Note
            from notes.serializers import NoteSerializer as $Serializer
            """,
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="authz-any-for-all",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                async def $authorised(scopes: SecurityScopes, $token=Depends(read_token)):
                    if not any($scope in $token.scopes for $scope in scopes.scopes):  #!
                        raise HTTPException(status_code=403, detail="scope")
                    #...
                    return $token.subject
                """,
        ),
        fixed=(
            """
                async def $authorised(scopes: SecurityScopes, $token=Depends(read_token)):
                    if not all($scope in $token.scopes for $scope in scopes.scopes):
                        raise HTTPException(status_code=403, detail="scope")
                    #...
                    return $token.subject
                """,
        ),
        decoy=(
            """
                async def $authorised(scopes: SecurityScopes, $token=Depends(read_token)):
                    if not set(scopes.scopes) <= set($token.scopes):
                        raise HTTPException(status_code=403, detail="scope")
                    #...
                    return $token.subject
                """,
        ),
        wrong_fix=(
            """
                async def $authorised(scopes: SecurityScopes, $token=Depends(read_token)):
                    if all($scope not in $token.scopes for $scope in scopes.scopes):  #!
                        raise HTTPException(status_code=403, detail="scope")
                    #...
                    return $token.subject
                """,
        ),
        imports=(
            "from fastapi import Depends, HTTPException",
            "from fastapi.security import SecurityScopes",
            "from app.deps import read_token",
        ),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="authz-safe-method-inverted",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $ReadOrStaff(BasePermission):
                    def has_permission(self, request, view):
                        #...
                        return request.method not in SAFE_METHODS or request.user.is_staff  #!
                """,
        ),
        fixed=(
            """
                class $ReadOrStaff(BasePermission):
                    def has_permission(self, request, view):
                        #...
                        return request.method in SAFE_METHODS or request.user.is_staff
                """,
        ),
        decoy=(
            """
                class $ReadOrStaff(BasePermission):
                    def has_permission(self, request, view):
                        #...
                        return request.user.is_staff or request.method in ("GET", "HEAD", "OPTIONS")
                """,
        ),
        wrong_fix=(
            """
                class $ReadOrStaff(BasePermission):
                    def has_permission(self, request, view):
                        #...
                        return request.method != "DELETE" or request.user.is_staff  #!
                """,
        ),
        imports=("from rest_framework.permissions import SAFE_METHODS, BasePermission",),
        frameworks=(
            "django",
            "drf",
        ),
    ),
    Mechanism(
        id="authz-role-level-compare",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $RANKS = {"viewer": 0, "editor": 1, "admin": 2}

                def $change_role($actor, $target, $role):
                    if $RANKS[$actor.role] >= $RANKS["editor"]:  #!
                        #...
                        $target.role = $role
                        $target.save()
                        return $role
                    raise PermissionError($role)
                """,
        ),
        fixed=(
            """
                $RANKS = {"viewer": 0, "editor": 1, "admin": 2}

                def $change_role($actor, $target, $role):
                    if $RANKS[$actor.role] >= $RANKS["admin"]:
                        #...
                        $target.role = $role
                        $target.save()
                        return $role
                    raise PermissionError($role)
                """,
        ),
        decoy=(
            """
                $RANKS = {"viewer": 0, "editor": 1, "admin": 2}

                def $change_role($actor, $target, $role):
                    if $actor.role == "admin":
                        #...
                        $target.role = $role
                        $target.save()
                        return $role
                    raise PermissionError($role)
                """,
        ),
        wrong_fix=(
            """
                $RANKS = {"viewer": 0, "editor": 1, "admin": 2}

                def $change_role($actor, $target, $role):
                    if $RANKS[$target.role] <= $RANKS["admin"]:  #!
                        #...
                        $target.role = $role
                        $target.save()
                        return $role
                    raise PermissionError($role)
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="authz-method-limited-guard",
        cwe="CWE-863",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $guard():
                    if not request.path.startswith("/admin/"):
                        return
                    if request.method == "POST" and not current_user.is_admin:  #!
                        abort(403)

                @$app.delete("/admin/<<tokens|hooks>>/<name>")
                def $revoke(name):
                    #...
                    $registry.drop(name)
                    return "", 204
                """,
        ),
        fixed=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $guard():
                    if not request.path.startswith("/admin/"):
                        return
                    if not current_user.is_authenticated or not current_user.is_admin:
                        abort(403)

                @$app.delete("/admin/<<tokens|hooks>>/<name>")
                def $revoke(name):
                    #...
                    $registry.drop(name)
                    return "", 204
                """,
        ),
        wrong_fix=(
            """
                $app = Flask(__name__)

                @$app.before_request
                def $guard():
                    if not request.path.startswith("/admin/"):
                        return
                    if request.method in ("POST", "PUT") and not current_user.is_admin:  #!
                        abort(403)

                @$app.delete("/admin/<<tokens|hooks>>/<name>")
                def $revoke(name):
                    #...
                    $registry.drop(name)
                    return "", 204
                """,
        ),
        imports=(
            "from flask import Flask, abort, request",
            "from flask_login import current_user",
        ),
        setup="""
            from app.registry import registry as $registry
            """,
        frameworks=("flask",),
    ),
)
