"""The activities of our own library, with those that are known but not in this version."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from experiments.discovery.found import Found
from experiments.discovery.signature import returned
from experiments.extension import kind_in
from experiments.format.library import Signature
from experiments.library import OurLibrary, resolve, rights, undo


def ours(name: str = "") -> list[Found]:
    """Those of a module, of every module below it, or the one function called so; all without a name."""
    return [
        _described(module, func, signature)
        for module, func, signature in _all()
        if not name or f"{module}.{func}.".startswith(f"{name}.")
    ]


def names() -> list[str]:
    """Every name that `ours` knows: modules, what they lie in, and their functions."""
    known = {f"{module}.{func}" for module, func, _ in _all()}
    return sorted(
        {".".join(name.split(".")[:depth]) for name in known for depth in range(1, name.count(".") + 2)}
    )


def _all() -> Iterator[tuple[str, str, Signature]]:
    library = OurLibrary()
    for module in library.modules():
        for func, signature in (library.activities(module) or {}).items():
            yield module, func, signature


def _described(module: str, func: str, signature: Signature) -> Found:
    function = resolve(module, func)
    return Found(
        kind=kind_in(module),
        module=module,
        name=func,
        signature=signature,
        doc=(inspect.getdoc(function) or "") if function else "",
        returns=returned(function) if function else None,
        undo=undo(module, func),
        rights=rights(module, func),
    )
