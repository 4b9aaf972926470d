"""An experiment, asked of a person question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import click

from experiments.discovery import modules
from experiments.discovery.found import Found
from experiments.discovery.ours import ours
from experiments.discovery.page import default
from experiments.format.library import Argument
from experiments.model import ActivityKind, Json
from scheduler.cli import answers
from scheduler.cli.asking import WrongAnswer, ask
from scheduler.cli.callee import Callee, callee

OPENING = """\
An answer in [brackets] is taken when you say nothing. What an activity calls is a function like
chaosk8s.pod.actions.terminate_pods, a URL or a command line; ? lists the functions, Tab completes them.
${name} stands for a value of the configuration. Ctrl-C leaves without a file.
"""


def offered() -> dict[str, Found]:
    """Ours that this version has, and those of everything installed that says it has activities."""
    found = [each for each in ours() if each.signature.available]
    for module in modules.installed().values():
        try:
            found += modules.discover(module).activities
        except modules.NotDiscovered as wrong:
            click.echo(f"Warning: {wrong}", err=True)
    return {f"{each.module}.{each.name}": each for each in found}


@dataclass(frozen=True, slots=True)
class Interview:
    """One experiment in the making."""

    functions: Mapping[str, Found]
    names: set[str] = field(default_factory=set)  #: of its activities so far

    def experiment(self) -> dict[str, Any]:
        """A whole file, without what was left empty."""
        data: dict[str, Any] = {
            "title": ask("Title", answers.words),
            "description": ask("Description", answers.words),
        }
        if title := ask("What is true while all is well? (nothing: there is no hypothesis)", str):
            click.echo("\nThe probes that show it")
            probes = self._activities("Probe", hypothesis=True)
            data["steady-state-hypothesis"] = {"title": title, "probes": probes}
        click.echo("\nThe method: what is done, in this order")
        data["method"] = self._activities("Activity")
        click.echo("\nThe rollbacks: what puts things back; faults of the library are undone without any")
        if rollbacks := self._activities("Activity"):
            data["rollbacks"] = rollbacks
        return data

    def _activities(self, word: str, *, hypothesis: bool = False) -> list[dict[str, Any]]:
        activities: list[dict[str, Any]] = []
        fitting = [name for name, each in self.functions.items() if not hypothesis or _only_asks(each)]

        def read(answer: str) -> Callee | None:
            if answer == "?":
                raise WrongAnswer("\n  ".join(fitting))
            called = callee(answer, self.functions) if answer else None
            if called and hypothesis and called.kind is ActivityKind.ACTION:
                raise WrongAnswer(f"{answer} changes something; expected a probe")
            return called

        while called := ask(f"{word} {len(activities) + 1} (nothing: no more)", read, words=fitting):
            activities.append(self._activity(called, hypothesis))
        return activities

    def _activity(self, called: Callee, hypothesis: bool) -> dict[str, Any]:
        if called.doc:
            click.echo(f"  {called.doc}")
        activity: dict[str, Any] = {"type": _kind(called, hypothesis), "name": self._name(called.name)}
        provider = dict(called.provider)
        if arguments := _arguments(called.given):
            provider["arguments"] = arguments
        activity["provider"] = provider
        if hypothesis:
            activity["tolerance"] = _tolerance(called.tolerance)
        elif pause := ask("  Pause afterwards, in seconds [0]", answers.seconds):
            activity["pauses"] = {"after": pause}
        return activity

    def _name(self, proposed: str) -> str:
        more = (f"{proposed}-{count}" for count in range(2, len(self.names) + 3))
        free = next(name for name in (proposed, *more) if name not in self.names)
        name = ask(f"  Name [{free}]", partial(self._unused, free))
        self.names.add(name)
        return name

    def _unused(self, free: str, answer: str) -> str:
        if answer in self.names:
            raise WrongAnswer(f"another activity is called {answer!r}")
        return answer or free


def _only_asks(found: Found) -> bool:
    return found.kind is ActivityKind.PROBE


def _kind(called: Callee, hypothesis: bool) -> str:
    if called.kind or hypothesis:
        return (called.kind or ActivityKind.PROBE).value
    kinds = {"": "action", **{each.value: each.value for each in ActivityKind}}

    def read(answer: str) -> str:
        if answer not in kinds:
            raise WrongAnswer(f"expected action or probe, found {answer!r}")
        return kinds[answer]

    return ask(
        "  Does it change something (action) or only ask (probe)? [action]", read, words=[*ActivityKind]
    )


def _arguments(given: tuple[Argument, ...]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for each in given:
        shown = "" if each.required else f" [{default(each)}]"
        values |= ask(f"  {each.name}, {each.type}{shown}", partial(_argument, each))
    return values


def _argument(asked: Argument, answer: str) -> dict[str, Json]:
    """Nothing where nothing is given."""
    return {asked.name: answers.argument(asked, answer)} if answer or asked.required else {}


def _tolerance(proposed: str) -> Json:
    shown = f" [{proposed}]" if proposed else ""
    return ask(
        f"  Tolerance, what it must answer{shown}", lambda answer: answers.tolerance(answer or proposed)
    )
