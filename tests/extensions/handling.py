"""A control that registers a handler of events, by Chaos Toolkit's own base class."""

from __future__ import annotations

from typing import Any

from chaoslib.run import RunEventHandler

told: list[str] = []
marks: list[Any] = []


class Handler(RunEventHandler):
    """Its parameters have names of their own: they are given by their places."""

    def running(self, e: Any, j: Any, config: Any, secrets: Any, schedule: Any, settings: Any) -> None:
        every = schedule.continuous_hypothesis_frequency
        told.append(f"running {e['title']} {config} {secrets} {settings} every {every:g}")

    def start_continuous_hypothesis(self, seconds: float) -> None:
        told.append(f"looks every {seconds:g}")

    def continuous_hypothesis_iteration(self, number: int, look: Any) -> None:
        if number == 1:
            told.append(f"look {number} {look['steady_state_met']}")

    def continuous_hypothesis_completed(self, e: Any, j: Any, exception: Any = None) -> None:
        told.append(f"no more looks {j['steady_states']['during'][0]['steady_state_met']} {exception}")

    def hypothesis_before_completed(self, e: Any, state: Any, journal: Any) -> None:
        told.append(f"before {state is journal['steady_states']['before']}")

    def start_activity(self, item: Any) -> None:
        item["_mark"] = 1

    def activity_completed(self, item: Any, entry: Any) -> None:
        marks.extend([item.get("_mark"), entry["activity"].get("_mark")])
        if item["type"] == "action":
            told.append(f"{item['name']} {entry['status']}")

    def method_completed(self, e: Any, runs: Any = None) -> None:
        told.append(f"method {len(runs)}")

    def interrupted(self, e: Any, j: Any) -> None:
        told.append(f"interrupted after {len(j['run'])}")

    def rollbacks_completed(self, e: Any, j: Any) -> None:
        told.append(f"rollbacks {len(j['rollbacks'])}")

    def finish(self, j: Any) -> None:
        told.append(f"finish {j['status']}")


def configure_control(event_registry: Any, **kwargs: Any) -> None:
    event_registry.register(Handler())
