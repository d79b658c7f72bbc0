"""Regular expressions that backtrack without end (CWE-1333, CWE-400)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="nested-plus",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $found = re.match(r"^(<<\w|[a-z0-9]|\d>>+)+$", $in)  #!
                $out = $found is not None
                """,
        ),
        fixed=(
            r"""
                $found = re.match(r"^(<<\w|[a-z0-9]|\d>>+)$", $in)
                $out = $found is not None
                """,
        ),
        wrong_fix=(
            r"""
                $found = re.match(r"^((<<\w|[a-z0-9]|\d>>+)+)$", $in, re.ASCII)  #!
                $out = $found is not None
                """,
        ),
        imports=("import re",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="nested-separated",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $ok = re.fullmatch(r"([a-z]+[.-]?)+@<<example\.com|corp\.org>>", $in)  #!
                $out = bool($ok)
                """,
        ),
        fixed=(
            r"""
                $ok = re.fullmatch(r"[a-z]+([.-][a-z]+)*@<<example\.com|corp\.org>>", $in)
                $out = bool($ok)
                """,
        ),
        wrong_fix=(
            r"""
                $ok = re.fullmatch(r"(?:[a-z]+[.-]?)+@<<example\.com|corp\.org>>", $in)  #!
                $out = bool($ok)
                """,
        ),
        imports=("import re",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="constant-pattern-email",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $PATTERN = re.compile(r"^([a-zA-Z0-9_.-]+)*@example\.org$")  #!
                $out = $PATTERN.match($in) is not None
                """,
        ),
        fixed=(
            r"""
                $PATTERN = re.compile(r"^[a-zA-Z0-9_.-]+@example\.org$")
                $out = $PATTERN.match($in) is not None
                """,
        ),
        wrong_fix=(
            r"""
                $PATTERN = re.compile(r"^([a-zA-Z0-9_.-]*)*@example\.org$")  #!
                $out = $PATTERN.match($in.lower()) is not None
                """,
        ),
        imports=("import re",),
        setup=r"""
            $PATTERN = re.compile(r"^[\w.-]+@[\w-]+(\.[\w-]+)*$")
            """,
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="overlapping-choice",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $hit = re.search(r"^(<<a|x|=>>|<<a|x|=>><<a|x|=>>)+$", $in)  #!
                $out = bool($hit)
                """,
        ),
        fixed=(
            """
                $hit = re.search(r"^<<a|x|=>>+$", $in)
                $out = bool($hit)
                """,
        ),
        wrong_fix=(
            r"""
                $hit = re.search(r"^(?:<<a|x|=>>|<<a|x|=>><<a|x|=>>)+\Z", $in)  #!
                $out = bool($hit)
                """,
        ),
        imports=("import re",),
        frameworks=("stdlib",),
        begins_plain=False,
    ),
    Mechanism(
        id="trailing-spaces",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $out = re.sub(r"(\s|\t)+$", "", $in)  #!
                """,
        ),
        fixed=(
            """
                $out = $in.rstrip()
                """,
        ),
        wrong_fix=(
            r"""
                $out = re.sub(r"(\s|\t)+\Z", "", $in)  #!
                """,
        ),
        imports=("import re",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="star-height-list",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $parts = re.findall(r"((?:\d+,?)*);", $in)  #!
                $out = $parts
                """,
        ),
        fixed=(
            r"""
                $parts = re.findall(r"(\d+(?:,\d+)*);", $in)
                $out = $parts
                """,
        ),
        wrong_fix=(
            r"""
                $parts = re.findall(r"((?:\d*,?)+);", $in)  #!
                $out = $parts
                """,
        ),
        imports=("import re",),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pattern-from-caller",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = [$line for $line in $lines if re.search($in, $line)]  #!
                """,
        ),
        fixed=(
            """
                $out = [$line for $line in $lines if re.search(re.escape($in), $line)]
                """,
        ),
        decoy=(
            """
                $out = [$line for $line in $lines if $in in $line]
                """,
        ),
        wrong_fix=(
            """
                $out = [$line for $line in $lines if re.search($in, $line, re.I)]  #!
                """,
        ),
        imports=("import re",),
        given=(("lines", '["<<one|alpha>>", "two"]'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pattern-compile-caller",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $finder = re.compile($in)  #!
                $out = $finder.sub("", $body)
                """,
        ),
        fixed=(
            """
                $finder = re.compile(re.escape($in))
                $out = $finder.sub("", $body)
                """,
        ),
        wrong_fix=(
            """
                try:
                    $finder = re.compile($in)  #!
                except re.error:
                    $finder = re.compile("x")
                $out = $finder.sub("", $body)
                """,
        ),
        imports=("import re",),
        given=(("body", '"<<long text|log>>" * 50'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="url-check-nested",
        cwe="CWE-1333",
        kind=Kind.FLOW,
        vulnerable=(
            r"""
                $ok = re.match(r"^https?://([\w-]+\.?)+(/[\w./-]*)*$", $in) is not None  #!
                $out = $ok
                """,
        ),
        fixed=(
            """
                $ok = urlsplit($in).scheme in ("http", "https")
                $out = $ok
                """,
        ),
        wrong_fix=(
            r"""
                $ok = re.match(r"^https?://(?:[\w-]+\.?)+(?:/[\w./-]*)*$", $in, re.I) is not None  #!
                $out = $ok
                """,
        ),
        imports=(
            "import re",
            "from urllib.parse import urlsplit",
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="django-regex-validator",
        cwe="CWE-1333",
        kind=Kind.PROGRAM,
        vulnerable=(
            r"""
                class $Model(models.Model):
                    name = models.CharField(max_length=80)
                    code = models.CharField(max_length=<<4000|2000>>, validators=[RegexValidator(r"^(\w+\s?)*$")])  #!
                    def __str__(self):
                        #...
                        return self.name
                """,
        ),
        fixed=(
            r"""
                class $Model(models.Model):
                    name = models.CharField(max_length=80)
                    code = models.CharField(max_length=<<4000|2000>>, validators=[RegexValidator(r"^\w+(\s\w+)*$")])
                    def __str__(self):
                        #...
                        return self.name
                """,
        ),
        wrong_fix=(
            r"""
                class $Model(models.Model):
                    name = models.CharField(max_length=80)
                    code = models.CharField(max_length=<<4000|2000>>, validators=[RegexValidator(r"^(\w*\s?)*\Z")])  #!
                    def __str__(self):
                        #...
                        return self.name
                """,
        ),
        imports=(
            "from django.core.validators import RegexValidator",
            "from django.db import models",
        ),
        frameworks=("django",),
    ),
)
