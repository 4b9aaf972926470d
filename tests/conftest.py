"""What every test may ask for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from controlplane import build
from controlplane.rig import ControlPlane
from hypothesis import settings

LEFT_OUT = pytest.StashKey[int]()

#: `make test` tries the same examples on every machine; `make fuzz` looks for new ones.
settings.register_profile("default", max_examples=200, derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=10_000, derandomize=False, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session", autouse=True)
def _signals_as_in_a_terminal() -> None:
    """Programs that tests start hear Ctrl-C and a closed terminal, also where the tests were told not to."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


@pytest.fixture(scope="session")
def controlplane() -> Iterator[ControlPlane]:
    """One real Kubernetes control plane for the whole session; take a `namespace()` of it.

    Run these tests in one process: each worker of pytest-xdist would start a control plane of its own.
    """
    with ControlPlane() as plane:
        yield plane


@pytest.hookimpl(trylast=True)  # after -m and -k have chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs real nodes unless it is asked for, and what needs the control plane where none is.

    Under CI it is a failure that none is built.
    """
    if "cluster" not in config.option.markexpr.split():
        _leave_out(config, items, [item for item in items if item.get_closest_marker("cluster")])
    if build.is_built():
        return
    needy = [item for item in items if _needs_the_controlplane(item)]
    if needy and os.environ.get("CI"):
        raise pytest.UsageError(
            f"{len(needy)} tests need the real control plane: run `make controlplane` first"
        )
    config.stash[LEFT_OUT] = len(needy)
    _leave_out(config, items, needy)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line what was left out and how to have it."""
    count = config.stash.get(LEFT_OUT, 0)
    if count:
        terminalreporter.write_line(
            f"LEFT OUT {count} tests on the real control plane: `make controlplane` builds it once"
        )


def _leave_out(config: pytest.Config, items: list[pytest.Item], needy: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=needy)
    items[:] = [item for item in items if item not in needy]


def _needs_the_controlplane(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("controlplane") is not None
    return marked or (isinstance(item, pytest.Function) and "controlplane" in item.fixturenames)
