"""A control as Chaos Toolkit's users write them: it writes down what it is told."""

from __future__ import annotations

from typing import Any

from chaoslib.types import Activity, Configuration, Experiment, Secrets, Settings

told: list[str] = []
given: dict[str, Any] = {}


def configure_control(
    experiment: Experiment,
    configuration: Configuration,
    secrets: Secrets,
    settings: Settings,
    event_registry: Any,
    word: str = "",
) -> None:
    told.append("configure")
    given.update(
        title=experiment["title"], configuration=configuration, secrets=secrets, settings=settings, word=word
    )
    event_registry.register(Handler())


def cleanup_control() -> None:
    told.append("clean up")


def before_experiment_control(context: Experiment, configuration: Configuration, **kwargs: Any) -> None:
    told.append("before experiment")
    configuration["added"] = "by the control"


def after_experiment_control(context: Experiment, state: Any, **kwargs: Any) -> None:
    told.append(f"after experiment {state['status']}")


def before_hypothesis_control(context: Any, **kwargs: Any) -> None:
    told.append("before hypothesis")


def after_hypothesis_control(context: Any, state: Any, **kwargs: Any) -> None:
    told.append(f"after hypothesis {state['steady_state_met']}")


def before_method_control(context: Experiment, **kwargs: Any) -> None:
    told.append("before method")


def after_method_control(context: Experiment, state: Any, **kwargs: Any) -> None:
    told.append(f"after method {len(state)}")


def before_rollback_control(context: Experiment, **kwargs: Any) -> None:
    told.append("before rollback")


def after_rollback_control(context: Experiment, state: Any, **kwargs: Any) -> None:
    told.append(f"after rollback {len(state)}")


def before_activity_control(context: Activity, **kwargs: Any) -> None:
    told.append(f"before {context['name']}")


def after_activity_control(context: Activity, state: Any, extensions: Any, **kwargs: Any) -> None:
    told.append(f"after {context['name']} {state['status'] if state else None}")
    given["extensions"] = extensions


class Handler:
    """What an extension registers; most of its methods are missing, one is broken."""

    def started(self, experiment: Any, journal: Any) -> None:
        raise AssertionError("a control registers after the beginning")

    def start_activity(self, activity: Any) -> None:
        told.append(f"event start {activity['name']}")

    def method_completed(self, experiment: Any, state: Any) -> None:
        raise RuntimeError("a broken handler")

    def finish(self, journal: Any) -> None:
        told.append(f"event finish {journal['status']}")
