"""YAML by its own grammar, more or less: what people write, and now and then what nobody would."""

from __future__ import annotations

import json
from typing import TypeAlias, TypeVar

from hypothesis import strategies as st

Value = TypeVar("Value")
#: A node is the lines of it.
Lines: TypeAlias = tuple[str, ...]


def _mostly(good: st.SearchStrategy[Value], odd: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.integers(0, 9).flatmap(lambda number: odd if number == 9 else good)


#: Words of which YAML 1.1, YAML 1.2 and a reader in a hurry make different things.
_WORDS = [
    *(
        "a",
        "b",
        "name",
        "~",
        "null",
        "Null",
        "yes",
        "No",
        "on",
        "true",
        "TRUE",
        "0",
        "7",
        "-1",
        "010",
        "0o10",
    ),
    *("0x1F", "0b1", "1_0", "1e3", "1e+3", "1.", ".5", "+.5", "-.inf", ".nan", "1e999", "1:30", "12:30:45"),
    *(
        "2026-11-27",
        "2026-11-27T10:00:00Z",
        "2026-13-40",
        "=",
        "${name}",
        "$$",
        "é",
        "a#b",
        "a:b",
        "-a",
        "?a",
    ),
]
_ODD_WORDS = [
    *(
        "",
        "<<",
        "-",
        "?",
        ":",
        "a: b",
        "a #b",
        "*a",
        "*c",
        "@",
        "%",
        "'",
        '"',
        "]",
        "}",
        ",",
        "\u2028",
        "1" * 400,
    ),
    *('"\\e"', '"\\ud800"', '"\\x', '"\\\n a"'),
]
_TEXT = st.text("ab0 :#-'\"\\\té\u2028\x85\U0001f600", max_size=6)
_SCALARS = _mostly(
    st.sampled_from(_WORDS)
    | _TEXT.map(json.dumps)
    | _TEXT.map(lambda text: "'" + text.replace("'", "''") + "'"),
    st.sampled_from(_ODD_WORDS) | st.text(max_size=6),
)
_PROPERTIES = _mostly(
    st.sampled_from(["", "", "", "", "&a ", "&a ", "!!str "]),
    st.sampled_from(
        [
            *("!!int ", "!!float ", "!!bool ", "!!null ", "!!map ", "!!seq ", "!!set ", "!!omap ", "! "),
            *(
                "!!binary ",
                "!!timestamp ",
                "!mine ",
                "!e!mine ",
                "!<tag:yaml.org,2002:str> ",
                "&a &b ",
                "&é ",
            ),
        ]
    ),
)
_COLONS = _mostly(st.just(": "), st.sampled_from([":", " : ", "", ":\t"]))
_LITERALS = st.builds(
    lambda mark, text: (mark, *(f"  {line}" for line in text)),
    _mostly(st.sampled_from(["|", ">", "|-", ">+"]), st.sampled_from(["|2", "|9", "|x", "> # a"])),
    st.lists(_TEXT, max_size=3),
)


@st.composite
def _flow(draw: st.DrawFn, inner: st.SearchStrategy[Lines]) -> Lines:
    nodes = draw(st.lists(inner, max_size=3))
    items = [lines[0] if len(lines) == 1 else draw(_SCALARS) for lines in nodes]
    if draw(st.booleans()):
        return (f"{draw(_PROPERTIES)}[{', '.join(items)}]",)
    pairs = (f"{draw(_SCALARS)}{draw(_COLONS)}{item}" for item in items)
    return (f"{draw(_PROPERTIES)}{{{', '.join(pairs)}}}",)


@st.composite
def _block(draw: st.DrawFn, inner: st.SearchStrategy[Lines]) -> Lines:
    """A list, or a mapping that may merge another one."""
    lines: list[str] = []
    indent = draw(_mostly(st.just("  "), st.sampled_from([" ", "\t", ""])))
    is_list = draw(st.booleans())
    for item in draw(st.lists(inner, min_size=1, max_size=3)):
        mark = "- " if is_list else draw(_SCALARS) + draw(_COLONS)
        properties = draw(_PROPERTIES)
        if item[0][:1] in ("|", ">"):
            lines += [f"{mark}{properties}{item[0]}", *(f"{indent}{line}" for line in item[1:])]
        elif len(item) == 1:
            lines.append(f"{mark}{properties}{item[0]}")
        else:
            lines += [f"{mark}{properties}", *(f"{indent}{line}" for line in item)]
        if not is_list and draw(st.integers(0, 5)) == 5:
            lines.append(draw(st.sampled_from(["<<: *a", "<<: [*a, *a]", "<<: {a: 1}", "<<: 1"])))
    return tuple(lines)


@st.composite
def yaml_texts(draw: st.DrawFn) -> str:
    """Anchors, aliases, tags, merges, each style, comments, tabs, several documents, each end of a line."""
    nodes: st.SearchStrategy[Lines] = st.recursive(
        _SCALARS.map(lambda text: (text,)) | _LITERALS,
        lambda inner: _flow(inner) | _block(inner),
        max_leaves=10,
    )
    head = _mostly(
        st.sampled_from([(), ("---",), ("# é",)]),
        st.sampled_from([("%YAML 1.2", "---"), ("%TAG !e! tag:e,", "---"), ("a: &a {b: 1}",), ("%",)]),
    )
    tail = _mostly(
        st.sampled_from([(), ("...",), ("# end",)]), st.sampled_from([("\t",), ("---",), ("--- b",)])
    )
    end = draw(_mostly(st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["\x85", "\u2028"])))
    lines = (*draw(head), *draw(nodes), *draw(tail))
    return draw(_mostly(st.just(""), st.just("\ufeff"))) + end.join(lines) + draw(st.sampled_from(["", end]))
