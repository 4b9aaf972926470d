"""A run on a terminal: what is over stays above as lines, what goes on is drawn below, until it is over."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleDimensions, Group
from rich.live import Live
from rich.text import Text

from scheduler.cli.capture import Terminal
from scheduler.cli.doing import Doing, Row
from scheduler.cli.outlet import Outlet
from scheduler.cli.screen import STOPPING, Line, Lines

if TYPE_CHECKING:
    from experiments.clock import Clock
    from experiments.engine.progress import Progress
    from experiments.engine.stop import Stop

#: Columns that stay free on the right: the terminal itself writes ^C there.
MARGIN = 4
#: How often what goes on is drawn.
PER_SECOND = 8
_TURNING = {True: "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", False: "|/-\\"}


@contextmanager
def live(clock: Clock, stop: Stop) -> Iterator[tuple[Callable[[Progress], None], Callable[[Line], None]]]:
    """Whoever watches the run, and what prints a line above what goes on.

    Inside, whatever anybody writes to the terminal, activities and their programs too, becomes lines above.
    """
    terminal, doing = Terminal(), Doing(clock)
    console = Console(file=terminal.file, highlight=False, markup=False, emoji=False)
    lock = threading.Lock()  # lines come from several threads, and rich erases what it does not know of

    def write(line: Line) -> None:
        with lock:
            drawing.refresh()  # what is over must not stand below its own line
            console.print(Text(_shown(line.text), style=_style(line)), soft_wrap=True)

    def drawn() -> Group:
        _resize(console, terminal.file.fileno())
        return _drawn(console, doing.rows(), clock.monotonic(), stop.requested and not lines.stopping)

    def draw() -> None:
        with lock:
            drawing.refresh()

    drawing = Live(
        get_renderable=drawn,
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    say = Outlet(write)
    lines = Lines(say, stop)

    def tell(event: Progress) -> None:
        doing(event)
        lines(event)

    heard = terminal.others(lambda text: say.patiently(Line(text, "bright_black")))
    with _on(drawing, draw), closing(say), heard:
        yield tell, say


@contextmanager
def _on(drawing: Live, draw: Callable[[], None]) -> Iterator[None]:
    """A terminal that is closed meanwhile must not cost the run its end."""
    over = threading.Event()
    thread = threading.Thread(target=_again, args=(draw, over), name="live", daemon=True)
    with suppress(OSError):
        drawing.start()
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        with suppress(OSError):
            drawing.stop()


def _again(draw: Callable[[], None], over: threading.Event) -> None:
    with suppress(OSError):
        while not over.wait(1 / PER_SECOND):
            draw()


def _resize(console: Console, terminal: int) -> None:
    """As wide as it is now; rich itself asks the standard streams, which may be something else."""
    with suppress(OSError):
        columns, rows = os.get_terminal_size(terminal)
        if columns and rows and "COLUMNS" not in os.environ:
            console.size = ConsoleDimensions(columns, rows)


def _drawn(console: Console, rows: list[Row], now: float, stopping: bool) -> Group:
    most = max(1, console.size.height - 3)
    turning = _TURNING[console.encoding.startswith("utf")]
    sign = turning[int(now * PER_SECOND) % len(turning)]
    width = console.size.width - MARGIN
    shown = [_fitting(row, sign, width) for row in rows[:most]]
    if len(rows) > most:
        shown.append(Text(f"  and {len(rows) - most} more"))
    if stopping:
        shown.append(Text(STOPPING[:width], style="yellow", no_wrap=True))
    return Group(*shown)


def _fitting(row: Row, sign: str, width: int) -> Text:
    """One line whatever the width: the name is cut, the time is not."""
    what, time = Text(_shown(row.what)), Text(f"  {row.time}", style="cyan")
    what.truncate(max(4, width - time.cell_len - 2), overflow="ellipsis")
    line = Text.assemble((sign, "cyan"), " ", what, time, no_wrap=True)
    line.truncate(width)
    return line


def _style(line: Line) -> str:
    return " ".join(filter(None, ("bold" if line.bold else "", line.colour))) or "default"


def _shown(text: str) -> str:
    """Nothing in it is a command to the terminal."""
    return "".join(each if each.isprintable() else " " for each in text.replace("\t", "    "))
