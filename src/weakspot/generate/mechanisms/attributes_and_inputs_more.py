"""Attributes and quantities the caller may set (CWE-915, CWE-20)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="list-index-range",
        cwe="CWE-20",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $out = $prizes[$in]  #!
                """,
        ),
        fixed=(
            """
                if not 0 <= $in < len($prizes):
                    raise ValueError("no such prize")
                $out = $prizes[$in]
                """,
        ),
        wrong_fix=(
            """
                if $in >= len($prizes):
                    raise ValueError("no such prize")
                $out = $prizes[$in]  #!
                """,
        ),
        imports=("import json",),
        given=(("prizes", '["<<mug|pen>>", "bag", "cap"]'),),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
    Mechanism(
        id="percent-discount",
        cwe="CWE-20",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $order = load_order()
                $order.price = $order.price * (100 - $in) // 100  #!
                $out = $order.price
                """,
        ),
        fixed=(
            """
                $order = load_order()
                $order.price = $order.price * (100 - min(max($in, 0), <<30|50>>)) // 100
                $out = $order.price
                """,
        ),
        wrong_fix=(
            """
                $order = load_order()
                $order.price = $order.price * (100 - abs($in)) // 100  #!
                $out = $order.price
                """,
        ),
        imports=("from app.models import load_order",),
        frameworks=("stdlib",),
        takes="number",
        int_is_safe=False,
    ),
)
