"""What a function may answer, and what no JSON can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st


class Broken:
    """An answer that cannot even be shown."""

    def __repr__(self) -> str:
        raise ValueError("no")


class Refusing:
    """An answer with which nothing can be done."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison\nat all")

    def __hash__(self) -> int:
        raise TypeError("no hash")

    def __bool__(self) -> bool:
        raise ValueError("neither true nor false")

    def __len__(self) -> int:
        raise OverflowError("no length")


class Closed(dict[str, object]):
    """A mapping that nobody can look into."""

    def __contains__(self, key: object) -> bool:
        raise RuntimeError("closed")


def _circle() -> list[object]:
    circle: list[object] = []
    circle.append(circle)
    return circle


#: One of each kind.
ODD: tuple[object, ...] = (
    None,
    {1, "a"},
    b"\xff",
    object(),
    Broken(),
    Refusing(),
    Closed(),
    {"a": Broken()},
    _circle(),
    float("nan"),
    {("a", 1): 2},
    "\ud800",
    "a\x1b[2J\n",
    range(3),
    Exception("x\ny"),
    {"status": 200, "body": "x", "headers": {}},
    {"status": "\n", "stdout": b"", "stderr": "x"},
    10**5000,
    {"status": 10**5000},
    Decimal("NaN"),
    Decimal("1e999999"),
    1j,
    datetime(2026, 11, 27, tzinfo=UTC),
    type,
    lambda: 1,
    (each for each in (1, 2)),
)

#: Those, what JSON holds, and both within each other. By number: some cannot even be named in a report.
VALUES: st.SearchStrategy[object] = st.recursive(
    st.integers(0, len(ODD) - 1).map(ODD.__getitem__)
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(["status", "body", "stdout", "a", 1, None]), inner, max_size=3)
    ),
    max_leaves=6,
)
