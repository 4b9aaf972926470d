"""Merging JSON: RFC 7386 patches and applied configurations; nothing given is ever changed in place."""

from __future__ import annotations

from typing import Any

from experiments.rehearsal.kinds import Json
from experiments.shapes import is_dict


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: objects merge key by key, null removes, anything else (lists too) replaces."""
    if not is_dict(patch):
        return patch
    merged: dict[Any, Any] = dict(target) if is_dict(target) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def overlay(target: Any, config: Any) -> Any:
    """`config` on top of `target`: objects merge key by key, anything else replaces."""
    if not is_dict(config) or not is_dict(target):
        return config
    return {**target, **{key: overlay(target.get(key), value) for key, value in config.items()}}


def without(target: Json, path: tuple[str, ...]) -> Json:
    """`target` less the value at `path`, and less the objects that this leaves empty."""
    head, *rest = path
    if head not in target:
        return target
    others = {key: value for key, value in target.items() if key != head}
    if not rest:
        return others
    inner = target[head]
    if not is_dict(inner):
        return target
    left = without(inner, tuple(rest))
    return {**others, head: left} if left else others
