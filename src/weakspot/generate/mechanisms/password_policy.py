"""Weak password rules (CWE-521)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="policy-django-no-validators",
        cwe="CWE-521",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            AUTH_USER_MODEL = "<<accounts|core>>.User"
            #...
            AUTH_PASSWORD_VALIDATORS = []  #!
            """,
        ),
        fixed=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            AUTH_USER_MODEL = "<<accounts|core>>.User"
            #...
            AUTH_PASSWORD_VALIDATORS = [
                {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
                {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            ]
            """,
        ),
        wrong_fix=(
            """
            SECRET_KEY = os.environ["SECRET_KEY"]
            AUTH_USER_MODEL = "<<accounts|core>>.User"
            #...
            AUTH_PASSWORD_VALIDATORS = [
                {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 4}},  #!
            ]
            """,
        ),
        imports=("import os",),
        frameworks=("django",),
    ),
    Mechanism(
        id="policy-min-length",
        cwe="CWE-521",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $check_password($password: str) -> None:
                #...
                if len($password) < <<4|3|5>>:  #!
                    raise ValueError("password too short")
            """,
        ),
        fixed=(
            """
            def $check_password($password: str) -> None:
                #...
                if len($password) < <<12|14|15>>:
                    raise ValueError("password too short")
            """,
        ),
        wrong_fix=(
            """
            def $check_password($password: str) -> None:
                #...
                if not $password.isalnum() or len($password) < <<4|3|5>>:  #!
                    raise ValueError("password too short")
            """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="policy-wtforms-length",
        cwe="CWE-521",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $SignUp(FlaskForm):
                name = StringField(validators=[DataRequired(), Length(max=<<40|64>>)])
                password = PasswordField(validators=[DataRequired()])  #!
                #...
            """,
        ),
        fixed=(
            """
            class $SignUp(FlaskForm):
                name = StringField(validators=[DataRequired(), Length(max=<<40|64>>)])
                password = PasswordField(validators=[Length(min=12)])
                #...
            """,
        ),
        decoy=(
            """
            class $SignUp(FlaskForm):
                name = StringField(validators=[DataRequired()])
                password = PasswordField(validators=[DataRequired(), Length(min=12, max=<<40|64>>)])
                #...
            """,
        ),
        wrong_fix=(
            """
            class $SignUp(FlaskForm):
                name = StringField(validators=[DataRequired(), Length(min=12)])
                password = PasswordField(validators=[DataRequired(), Length(max=<<40|64>>)])  #!
                #...
            """,
        ),
        imports=(
            "from flask_wtf import FlaskForm",
            "from wtforms import PasswordField, StringField",
            "from wtforms.validators import DataRequired, Length",
        ),
        frameworks=("flask-wtf",),
    ),
    Mechanism(
        id="policy-pydantic-password",
        cwe="CWE-521",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            class $Register(BaseModel):
                email: str = Field(max_length=<<120|254>>)
                password: str = Field(min_length=1)  #!
                #...
            """,
        ),
        fixed=(
            """
            class $Register(BaseModel):
                email: str = Field(max_length=<<120|254>>)
                password: str = Field(min_length=12)
                #...
            """,
        ),
        wrong_fix=(
            """
            class $Register(BaseModel):
                email: str = Field(min_length=12)
                password: str = Field(max_length=<<120|254>>)  #!
                #...
            """,
        ),
        imports=("from pydantic import BaseModel, Field",),
        frameworks=("fastapi",),
    ),
    Mechanism(
        id="policy-create-user-no-validate",
        cwe="CWE-521",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
            def $register($request):
                $password = $request.POST["password"]
                #...
                return get_user_model().objects.create_user($request.POST["name"], password=$password)  #!
            """,
        ),
        fixed=(
            """
            def $register($request):
                $password = $request.POST["password"]
                #...
                validate_password($password)
                return get_user_model().objects.create_user($request.POST["name"], password=$password)
            """,
        ),
        wrong_fix=(
            """
            def $register($request):
                $password = $request.POST["password"]
                #...
                $user = get_user_model().objects.create_user($request.POST["name"], password=$password)  #!
                validate_password($password, $user)
                return $user
            """,
        ),
        imports=(
            "from django.contrib.auth import get_user_model",
            "from django.contrib.auth.password_validation import validate_password",
        ),
        frameworks=("django",),
    ),
)
