"""Which numbers training multiplies in: bfloat16 where the processor has it, float32 elsewhere.

A processor without bfloat16 products (most notebooks) computes them forty times slower than those
of float32. Both learn the same; weights are float32 on either.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode


def has_bfloat16() -> bool:
    """Say whether matrices of bfloat16 are multiplied by this processor's own instructions."""
    mkldnn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]  # not in all builds
    return mkldnn and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def products() -> AbstractContextManager[Any]:
    """Return the context in which a model computes."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16())


class _Whole(TorchFunctionMode):
    """Gives a copy where bfloat16 is asked for."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        return (Tensor.clone if func is Tensor.bfloat16 else func)(*args, **(kwargs or {}))


class Muon(torch.optim.Muon):
    """PyTorch's Muon, which orthogonalises in bfloat16, in the precision of `products`."""

    def step(self, closure: Any = None) -> Any:
        """Change the weights by one step; `closure` is PyTorch's."""
        with nullcontext() if has_bfloat16() else _Whole():
            return super().step(closure)  # type: ignore[no-untyped-call]  # torch leaves it untyped
