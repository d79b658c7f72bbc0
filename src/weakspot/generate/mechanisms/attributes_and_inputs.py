"""Attributes and quantities the caller may set (CWE-915, CWE-20)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="setattr-loop",
        cwe="CWE-915",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $account = Account()
                for $key, $value in $in.items():
                    setattr($account, $key, $value)  #!
                $account.save()
                """,
        ),
        fixed=(
            """
                $account = Account()
                for $key, $value in $in.items():
                    if $key in $FIELDS:
                        setattr($account, $key, $value)
                $account.save()
                """,
        ),
        wrong_fix=(
            """
                $account = Account()
                for $key, $value in $in.items():
                    if hasattr($account, $key):
                        setattr($account, $key, $value)  #!
                $account.save()
                """,
        ),
        imports=("from app.models import Account",),
        setup="""
            $FIELDS = ("name", "city")
            """,
        frameworks=("stdlib",),
        takes="mapping",
    ),
    Mechanism(
        id="model-kwargs",
        cwe="CWE-915",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $user = User(**$in)  #!
                session.add($user)
                session.commit()
                """,
        ),
        fixed=(
            """
                $user = User(name=$in["name"], email=$in["email"])
                session.add($user)
                session.commit()
                """,
        ),
        wrong_fix=(
            """
                $in.pop("id", None)
                $user = User(**$in)  #!
                session.add($user)
                session.commit()
                """,
        ),
        imports=("from app.models import User, session",),
        frameworks=("sqlalchemy",),
        takes="mapping",
    ),
    Mechanism(
        id="dict-update",
        cwe="CWE-915",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $profile = load_profile()
                $profile.__dict__.update($in)  #!
                store_profile($profile)
                """,
        ),
        fixed=(
            """
                $profile = load_profile()
                $profile.__dict__.update({key: $in[key] for key in ("title", "phone") if key in $in})
                store_profile($profile)
                """,
        ),
        wrong_fix=(
            """
                $profile = load_profile()
                $profile.__dict__.update({key: $in[key] for key in $in if $in[key]})  #!
                store_profile($profile)
                """,
        ),
        imports=("from app.models import load_profile, store_profile",),
        frameworks=("stdlib",),
        takes="mapping",
    ),
    Mechanism(
        id="django-objects-update",
        cwe="CWE-915",
        kind=Kind.FLOW,
        vulnerable=(
            """
                Member.objects.filter(pk=$in.get("id")).update(**$in)  #!
                """,
        ),
        fixed=(
            """
                Member.objects.filter(pk=$in.get("id")).update(city=$in.get("city"))
                """,
        ),
        wrong_fix=(
            """
                Member.objects.filter(pk=$in.pop("id")).update(**$in)  #!
                """,
        ),
        imports=("from app.models import Member",),
        frameworks=("django",),
        takes="mapping",
    ),
    Mechanism(
        id="django-modelform-all",
        cwe="CWE-915",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Form(forms.ModelForm):
                    class Meta:
                        model = Member
                        fields = "__all__"  #!
                    def clean_name(self):
                        #...
                        return self.cleaned_data["name"].strip()
                """,
        ),
        fixed=(
            """
                class $Form(forms.ModelForm):
                    class Meta:
                        model = Member
                        fields = ["name", "city", "phone"]
                    def clean_name(self):
                        #...
                        return self.cleaned_data["name"].strip()
                """,
        ),
        wrong_fix=(
            """
                class $Form(forms.ModelForm):
                    class Meta:
                        model = Member
                        exclude = ["created"]  #!
                    def clean_name(self):
                        #...
                        return self.cleaned_data["name"].strip()
                """,
        ),
        imports=(
            "from django import forms",
            "from app.models import Member",
        ),
        frameworks=("django",),
    ),
    Mechanism(
        id="pydantic-extra-allow",
        cwe="CWE-915",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                class $Patch(BaseModel):
                    model_config = ConfigDict(extra="allow")
                    name: str
                    city: str = ""
                def $apply($record, $patch: $Patch):
                    #...
                    for $key, $value in $patch.model_dump().items():
                        setattr($record, $key, $value)  #!
                    save($record)
                """,
        ),
        fixed=(
            """
                class $Patch(BaseModel):
                    model_config = ConfigDict(extra="forbid")
                    name: str
                    city: str = ""
                def $apply($record, $patch: $Patch):
                    #...
                    for $key, $value in $patch.model_dump().items():
                        setattr($record, $key, $value)
                    save($record)
                """,
        ),
        wrong_fix=(
            """
                class $Patch(BaseModel):
                    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)
                    name: str
                    city: str = ""
                def $apply($record, $patch: $Patch):
                    #...
                    for $key, $value in $patch.model_dump().items():
                        setattr($record, $key, $value)  #!
                    save($record)
                """,
        ),
        imports=(
            "from pydantic import BaseModel, ConfigDict",
            "from app.store import save",
        ),
        frameworks=("pydantic",),
    ),
    Mechanism(
        id="merge-recursive-attributes",
        cwe="CWE-915",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $merge($in, $settings)  #!
                """,
        ),
        fixed=(
            """
                $settings.theme = str($in.get("theme", "light"))
                """,
        ),
        wrong_fix=(
            """
                $merge(json.loads(json.dumps($in)), $settings)  #!
                """,
        ),
        imports=("import json",),
        given=(("settings", 'type("Settings", (), {"theme": "light"})()'),),
        setup="""
            def $merge(source, target):
                for key, value in source.items():
                    if isinstance(value, dict):
                        $merge(value, getattr(target, key))
                    else:
                        setattr(target, key, value)
            """,
        frameworks=("stdlib",),
        takes="mapping",
    ),
    Mechanism(
        id="negative-quantity",
        cwe="CWE-20",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cart = load_cart()
                $cart.total -= $in * $cart.price  #!
                $out = $cart.total
                """,
        ),
        fixed=(
            """
                $cart = load_cart()
                if $in < 1:
                    raise ValueError("at least one")
                $cart.total -= $in * $cart.price
                $out = $cart.total
                """,
        ),
        wrong_fix=(
            """
                $cart = load_cart()
                if $in > 1000:
                    raise ValueError("at most a thousand")
                $cart.total -= $in * $cart.price  #!
                $out = $cart.total
                """,
        ),
        imports=("from app.models import load_cart",),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="transfer-amount",
        cwe="CWE-20",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $payer, $payee = load_account("from"), load_account("to")
                $amount = Decimal(str($in))
                if $amount <= $payer.balance:
                    $payer.balance -= $amount  #!
                    $payee.balance += $amount
                """,
        ),
        fixed=(
            """
                $payer, $payee = load_account("from"), load_account("to")
                $amount = Decimal(str($in))
                if 0 < $amount <= $payer.balance:
                    $payer.balance -= $amount
                    $payee.balance += $amount
                """,
        ),
        wrong_fix=(
            """
                $payer, $payee = load_account("from"), load_account("to")
                $amount = Decimal(str($in))
                if $amount <= $payer.balance and $amount.is_finite():
                    $payer.balance -= $amount  #!
                    $payee.balance += $amount
                """,
        ),
        imports=(
            "from decimal import Decimal",
            "from app.models import load_account",
        ),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
)
