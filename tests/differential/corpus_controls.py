"""Controls at every level, and what they may do to a run."""

from __future__ import annotations

from typing import Any

from differential import allowed
from differential.cases import BACK, FAIL, HOLDS, Case, Data, act, whole


def control(what: str, name: str = "", **more: Any) -> Data:
    """One that does `what`; see `extensions.acting`."""
    provider = {"type": "python", "module": "extensions.acting", "arguments": {"what": what, "name": name}}
    return {"name": name or what, "provider": provider, **more}


NOTES = control("note")

CASES: dict[str, Case] = {
    "a control at the experiment": Case(
        experiment=whole(act(), probes=[HOLDS], rollbacks=[BACK], controls=[NOTES])
    ),
    "a control at an activity": Case(experiment=whole(act(controls=[NOTES]), act("b"))),
    "a control at the hypothesis": Case(
        experiment={
            **whole(act()),
            "steady-state-hypothesis": {"title": "h", "probes": [HOLDS], "controls": [NOTES]},
        }
    ),
    "a control of the settings": Case(
        experiment=whole(act(), probes=[HOLDS]), settings={"controls": {"note": NOTES}}
    ),
    "a control before": Case(experiment=whole(act(), controls=[{**NOTES, "scope": "before"}])),
    "a control after": Case(experiment=whole(act(), controls=[{**NOTES, "scope": "after"}])),
    "a control that is not automatic": Case(
        experiment=whole(act(), controls=[{**NOTES, "automatic": False}])
    ),
    "a control with configuration": Case(
        experiment=whole(act(), controls=[control("${word}", name="w")], configuration={"word": "note"})
    ),
    "a control that changes an argument": Case(experiment=whole(act(controls=[control("change")]))),
    "a control that raises": Case(experiment=whole(act(controls=[control("raise")]), act("b"))),
    "a control that ends the run": Case(
        experiment=whole(act(controls=[control("end")]), act("b"), rollbacks=[BACK])
    ),
    "a control that ends the run after the activity": Case(
        experiment=whole(act(controls=[control("end after")]), act("b"), rollbacks=[BACK]),
        allowed=(allowed.ROLLED_BACK,),
    ),
    "a control that cannot be configured": Case(experiment=whole(act(), controls=[control("bad")])),
    "a control that ends the run when it is configured": Case(
        experiment=whole(act(), rollbacks=[BACK], controls=[control("end at once")]),
        allowed=(allowed.END_AT_CONFIGURATION,),
    ),
    "a control that is not there": Case(
        experiment=whole(
            act(), controls=[{"name": "no", "provider": {"type": "python", "module": "no_such_module"}}]
        )
    ),
    "a control around an activity that fails": Case(experiment=whole({**FAIL, "controls": [NOTES]})),
    "a control that adds to the configuration": Case(
        experiment=whole(act("${added}"), controls=[control("add")], configuration={"word": "note"})
    ),
    "a control of the settings, of the experiment and of the activity": Case(
        experiment=whole(act(controls=[control("note", name="own")]), controls=[NOTES]),
        settings={"controls": {"everywhere": control("note", name="everywhere")}},
        allowed=(allowed.ONCE,),
    ),
    "a control named twice": Case(
        experiment=whole(act(controls=[NOTES]), controls=[NOTES]),
    ),
}
