"""What is done, in which order, and what becomes of failures."""

from __future__ import annotations

from differential import allowed
from differential.cases import (
    BACK,
    CRASH,
    FAIL,
    HOLDS,
    HOLDS_NOT,
    RAISES,
    STOPS_HOLDING,
    Case,
    act,
    ask,
    give,
    program,
    python,
    whole,
)

ROLLBACKS = ("default", "always", "never", "deviated")
STRATEGIES = ("default", "before-method-only", "after-method-only", "skip")

LOOKS: dict[str, Case] = {
    f"{strategy}, {name}": Case(
        experiment=whole(act(), probes=[probe], rollbacks=[BACK]),
        strategy=strategy,
        allowed=differences.get(strategy, ()),
    )
    for name, probe, differences in [
        ("holds", HOLDS, {}),
        (
            "does not hold",
            HOLDS_NOT,
            {"default": (allowed.NOT_MET,), "before-method-only": (allowed.NOT_MET,)},
        ),
        ("raises", RAISES, {"after-method-only": (allowed.ROLLED_BACK,)}),
        ("stops holding", STOPS_HOLDING, {}),
    ]
    for strategy in STRATEGIES
}

IN_THE_FILE: dict[str, Case] = {
    f"{rollbacks} rollbacks of the file, {name}": Case(
        experiment=whole(
            *method,
            probes=probes,
            rollbacks=[BACK],
            runtime={"rollbacks": {"strategy": rollbacks}, "hypothesis": {"strategy": "default"}},
        ),
        allowed=differences.get(rollbacks, ()),
    )
    for name, method, probes, differences in [
        ("all well", [act()], [HOLDS], {}),
        ("deviated", [act()], [STOPS_HOLDING], {}),
        (
            "not met",
            [act()],
            [HOLDS_NOT],
            {"default": (allowed.NOT_MET,), "always": (allowed.NOT_MET,)},
        ),
        (
            "an action that fails",
            [FAIL],
            [HOLDS],
            dict.fromkeys(ROLLBACKS, (allowed.FAILS,)),
        ),
    ]
    for rollbacks in ROLLBACKS
}

METHODS: dict[str, Case] = {
    "nothing": Case(experiment=whole()),
    "nothing but a hypothesis": Case(experiment=whole(probes=[HOLDS])),
    "no hypothesis": Case(experiment=whole(act())),
    "a hypothesis without probes": Case(experiment=whole(act(), probes=[])),
    "several actions": Case(experiment=whole(act("a"), act("b"), act("c"), rollbacks=[act("d"), act("e")])),
    "a probe in the method": Case(experiment=whole(give([1, 2]), act())),
    "an action that fails, then another": Case(
        experiment=whole(FAIL, act(), rollbacks=[BACK]), allowed=(allowed.FAILS,)
    ),
    "an action that crashes, then another": Case(
        experiment=whole(CRASH, act(), rollbacks=[BACK]), allowed=(allowed.FAILS,)
    ),
    "a probe that fails, then an action": Case(
        experiment=whole(ask(python("fail")), act(), rollbacks=[BACK]), allowed=(allowed.FAILS,)
    ),
    "a tolerance in the method that holds": Case(experiment=whole(give(1, 1), act())),
    "a tolerance in the method that does not": Case(
        experiment=whole(give(1, 2), act(), rollbacks=[BACK]), allowed=(allowed.JUDGED,)
    ),
    "an output that is no JSON": Case(
        experiment=whole(ask(python("odd")), act()), allowed=(allowed.NO_JSON,)
    ),
    "pauses": Case(experiment=whole(act(pauses={"before": 0.01, "after": 0.01}), act("b"))),
    "pauses from the configuration": Case(
        experiment=whole(act(pauses={"before": "${wait}"}), configuration={"wait": 0.01})
    ),
    "a pause that is text": Case(
        experiment=whole(act(pauses={"after": "${wait}"}), act("b"), configuration={"wait": "0.01"}),
        allowed=(allowed.PAUSE_OF_TEXT,),
    ),
    "a rollback that fails": Case(experiment=whole(act(), rollbacks=[FAIL, BACK])),
    "a rollback that crashes": Case(experiment=whole(act(), rollbacks=[CRASH, BACK])),
    "a rollback that is a probe": Case(experiment=whole(act(), rollbacks=[give(3)])),
    "the end asked for by an action": Case(
        experiment=whole({**FAIL, "name": "end", "provider": python("end")}, act(), rollbacks=[BACK]),
        allowed=(allowed.END_ASKED_FOR,),
    ),
    "the end asked for by a rollback": Case(
        experiment=whole(act(), rollbacks=[{**FAIL, "name": "end", "provider": python("end")}, BACK]),
        allowed=(allowed.END_IN_ROLLBACK,),
    ),
    "background": Case(experiment=whole(act(background=True))),
    "background that fails": Case(experiment=whole({**FAIL, "background": True}, rollbacks=[BACK])),
    "a rollback in the background": Case(experiment=whole(act(), rollbacks=[{**BACK, "background": True}])),
    "background in the hypothesis": Case(experiment=whole(probes=[{**HOLDS, "background": True}])),
    "a time-out that is long enough": Case(experiment=whole(act(timeout=30))),
    "unknown keys": Case(experiment=whole(act(note="x"), other="x")),
    "tags and contributions": Case(
        experiment=whole(act(), tags=["a:b"], contributions={"availability": "high", "cost": "none"})
    ),
    "extensions": Case(experiment=whole(act(), extensions=[{"name": "x", "more": 1}])),
    "version": Case(experiment=whole(act(), version="1.0.0")),
}

REFS: dict[str, Case] = {
    "a ref in the method": Case(experiment=whole({"ref": "holds"}, probes=[HOLDS])),
    "a ref in the hypothesis with its own tolerance": Case(
        experiment=whole(give(7, name="seven"), probes=[{"ref": "seven", "tolerance": 7}])
    ),
    "a ref in the rollbacks": Case(experiment=whole(act("a", name="act"), rollbacks=[{"ref": "act"}])),
    "a ref twice": Case(experiment=whole(act("a", name="act"), {"ref": "act"}, {"ref": "act"})),
    "a ref in the background": Case(
        experiment=whole(act("a", name="act"), {"ref": "act", "background": True})
    ),
    "a ref to nothing in the method": Case(experiment=whole({"ref": "no"})),
    "a ref to nothing in the rollbacks": Case(
        experiment=whole(act(), rollbacks=[{"ref": "no"}, BACK]), allowed=(allowed.DANGLING,)
    ),
    "a ref to nothing in the hypothesis": Case(
        experiment=whole(act(), probes=[{"ref": "no", "tolerance": 1}]), allowed=(allowed.DANGLING,)
    ),
}

DRY: dict[str, Case] = {
    f"dry run of {mode}": Case(
        experiment=whole(act(pauses={"after": 0.01}), give(1), probes=[HOLDS], rollbacks=[BACK]),
        dry=mode,
        allowed=(allowed.LEFT_OUT,) if mode in ("probes", "activities") else (),
    )
    for mode in ("probes", "actions", "activities", "pause")
} | {
    "dry in the file": Case(experiment=whole(act(dry="activities"), act("b")), allowed=(allowed.DRY_FILE,)),
}

TOLERANCES: dict[str, Case] = {
    f"tolerance {tolerance!r} of {value!r}": Case(
        experiment=whole(act(), probes=[give(value, tolerance)], configuration={"x": 5, "word": "ab"}),
        strategy="after-method-only",
    )
    for tolerance, value in [
        (True, True),
        (True, 1),
        (True, False),
        (5, 5),
        (5, {"status": 5}),
        (5, {"status": 6}),
        ("ab", "ab"),
        ("${word}", "ab"),
        ("${x}", 5),
        ([4, 6], 5),
        ([4, 6], 7),
        ([1, 2, 5], 5),
        ([200, 201], {"status": 201}),
        ({"type": "regex", "pattern": "^a"}, "ab"),
        ({"type": "regex", "pattern": "^${word}$"}, "ab"),
        ({"type": "regex", "pattern": "b", "target": "body"}, {"status": 1, "body": "ab"}),
        ({"type": "range", "range": [1, 9]}, 5),
        ({"type": "range", "range": [1, 9], "target": "n"}, {"n": 12}),
        ({"type": "jsonpath", "path": "$.a[*].b"}, {"a": [{"b": 1}]}),
        ({"type": "jsonpath", "path": "$.a[*].b", "expect": 1}, {"a": [{"b": 1}]}),
        ({"type": "jsonpath", "path": "$.a[*].b", "count": 2}, {"a": [{"b": 1}]}),
        ({"type": "jsonpath", "path": "$.a", "target": "stdout"}, {"stdout": '{"a": 1}'}),
    ]
} | {
    f"a probe that judges {value!r}": Case(
        experiment=whole(
            act(),
            probes=[
                give(
                    value,
                    {"type": "probe", "name": "judge", "provider": python("accept", allowed=5)},
                )
            ],
        ),
        strategy="after-method-only",
    )
    for value in (5, 6)
}

PROGRAMS: dict[str, Case] = {
    name: Case(experiment=whole(ask(provider), configuration={"x": 5}))
    for name, provider in {
        "a program": program("print('out')"),
        "a program that fails": program("import sys; print('bad', file=sys.stderr); sys.exit(3)"),
        "a program with arguments": program("import sys; print(sys.argv[1:])", "a", 1, 2.5, "", None, "${x}"),
        "a program that is given a mapping": {"type": "process", "path": "echo", "arguments": {"-n": "x"}},
        "a program that is given a text": {"type": "process", "path": "echo", "arguments": "one 'two three'"},
        "a program without arguments": {"type": "process", "path": "true"},
        "a program that prints no text": program("import sys; sys.stdout.buffer.write(b'abc')"),
    }.items()
}

CASES: dict[str, Case] = {
    **LOOKS,
    **IN_THE_FILE,
    **METHODS,
    **REFS,
    **DRY,
    **TOLERANCES,
    **PROGRAMS,
}
