"""Configuration, secrets and substitution."""

from __future__ import annotations

from typing import Any

from differential import allowed
from differential.cases import Case, Data, ask, give, program, python, whole


def shown(value: Any, **configuration: Any) -> Data:
    """What becomes of the value where the configuration is this."""
    return whole(ask(python("kind", value=value)), configuration=configuration)


def env(key: str, **more: Any) -> Data:
    return {"type": "env", "key": key, **more}


TEXTS: list[tuple[Any, dict[str, Any]]] = [
    ("${a}", {"a": 1}),
    ("${a}", {"a": "x"}),
    ("${a}", {"a": True}),
    ("${a}", {"a": None}),
    ("${a}", {"a": [1, "b"]}),
    ("${a}", {"a": {"b": 1}}),
    ("${a}", {"a": 1.5}),
    ("x${a}", {"a": 1}),
    ("${a}${b}", {"a": 1, "b": 2}),
    ("$a", {"a": 1}),
    ("$a and ${a}", {"a": "x"}),
    ("$$a", {"a": 1}),
    ("$${a}", {"a": 1}),
    ("${no}", {"a": 1}),
    ("${no} ${a}", {"a": 1}),
    ("${a-b}", {"a": 1}),
    ("${a.b}", {"a": {"b": 1}}),
    ("${A}", {"a": 1}),
    ("${a }", {"a": 1}),
    ("$", {"a": 1}),
    ("a $ b", {"a": 1}),
    ("100%", {"a": 1}),
    ("${a}", {"a": "${b}", "b": 1}),
    (["${a}", "x${a}"], {"a": 1}),
    ({"k": "${a}", "${a}": 1}, {"a": 1}),
    ({"k": ["${a}", {"l": "${a}"}]}, {"a": 1}),
    ("${ä}", {"ä": 1}),
    ("${a_1}", {"a_1": "x"}),
    ("${_a}", {"_a": "x"}),
    (5, {"a": 1}),
]
SUBSTITUTED: dict[str, Case] = {
    f"{text!r} with {names!r}": Case(experiment=shown(text, **names)) for text, names in TEXTS
}

FROM_ENVIRONMENT: dict[str, Case] = {
    f"{kind} of {text!r}": Case(
        experiment=shown("${a}", a=env("SOME_VALUE", env_var_type=kind)),
        environment={"SOME_VALUE": text},
        allowed=(allowed.BYTES,) if kind == "bytes" else (),
    )
    for kind, text in [
        ("str", "x"),
        ("string", "1"),
        ("int", "7"),
        ("integer", "7"),
        ("float", "1.5"),
        ("number", "2"),
        ("bool", "true"),
        ("bool", "false"),
        ("bool", "0"),
        ("bool", "No"),
        ("bool", "anything"),
        ("json", '{"a": [1]}'),
        ("bytes", "abc"),
    ]
}

CONFIGURATION: dict[str, Case] = {
    "env": Case(experiment=shown("${a}", a=env("SOME_VALUE")), environment={"SOME_VALUE": "x"}),
    "env with a default that is not needed": Case(
        experiment=shown("${a}", a=env("SOME_VALUE", default="d")), environment={"SOME_VALUE": "x"}
    ),
    "env with a default": Case(experiment=shown("${a}", a=env("NOT_SET_ANYWHERE", default="d"))),
    "env with a default and a type": Case(
        experiment=shown("${a}", a=env("NOT_SET_ANYWHERE", default="5", env_var_type="int"))
    ),
    "env with a default that is no text": Case(
        experiment=shown("${a}", a=env("NOT_SET_ANYWHERE", default=5))
    ),
    "env that is not set": Case(
        experiment=shown("${a}", a=env("NOT_SET_ANYWHERE")), allowed=(allowed.MISSING_VALUE,)
    ),
    "a mapping that is no source": Case(experiment=shown("${a}", a={"type": "other", "key": "x"})),
    "var": Case(experiment=shown("${a}", a=1), vars=("a=x",)),
    "var with a type": Case(experiment=shown("${a}", a=1), vars=("a:int=7",)),
    "var instead of env": Case(
        experiment=shown("${a}", a=env("SOME_VALUE")),
        vars=("a=x",),
        anyhow=True,
        allowed=(allowed.VAR_BEFORE_VALIDATION,),
    ),
    "var that is not declared": Case(
        experiment=shown("${b}", a=1), vars=("b=x",), allowed=(allowed.UNDECLARED_VAR,)
    ),
    "a probe as a value": Case(experiment=shown("${a}", a=ask(python("give", value=[1, 2])))),
    "a probe that uses the value above": Case(
        experiment=shown("${b}", a=1, b=ask(python("give", value="${a}")))
    ),
    "a program as a value": Case(experiment=shown("${a}", a=ask(program("print(' x ')")))),
    "a program that fails as a value": Case(
        experiment=shown("${a}", a=ask(program("import sys; sys.exit(2)"))), allowed=(allowed.NO_VALUE,)
    ),
    "a probe that fails as a value": Case(
        experiment=shown("${a}", a=ask(python("fail"))), allowed=(allowed.NO_VALUE,)
    ),
    "the title": Case(experiment=whole(title="about ${a}", configuration={"a": "x"})),
    "the title with a number": Case(experiment=whole(title="${a} of ${b}", configuration={"a": 1, "b": 2})),
    "the title with what is not known": Case(experiment=whole(title="about ${no}", configuration={"a": "x"})),
    "configuration as an argument": Case(experiment=whole(ask(python("told")), configuration={"a": 1})),
}

TOKEN: Data = {"service": {"token": env("SOME_TOKEN"), "user": "ann"}}
SECRETS: dict[str, Case] = {
    "secrets as an argument": Case(
        experiment=whole(ask(python("told", secrets=["service"])), secrets=TOKEN),
        environment={"SOME_TOKEN": "canary-canary"},
        allowed=(allowed.MASKED,),
    ),
    "secrets that are not asked for": Case(
        experiment=whole(ask(python("told")), secrets=TOKEN), environment={"SOME_TOKEN": "canary-canary"}
    ),
    "a secret by name": Case(
        experiment=whole(ask(python("accept", value="${token}", allowed="canary-canary")), secrets=TOKEN),
        environment={"SOME_TOKEN": "canary-canary"},
    ),
    "a secret in an answer": Case(
        experiment=whole(give("${token}"), secrets=TOKEN),
        environment={"SOME_TOKEN": "canary-canary"},
        allowed=(allowed.MASKED,),
    ),
    "configuration wins over a secret": Case(
        experiment=whole(give("${user}"), configuration={"user": "bob"}, secrets=TOKEN),
        environment={"SOME_TOKEN": "canary-canary"},
    ),
    "the first of two groups": Case(
        experiment=whole(
            ask(python("accept", value="${x}", allowed="first")),
            secrets={"one": {"x": "first"}, "two": {"x": "second"}},
        )
    ),
    "two groups as one": Case(
        experiment=whole(
            ask(python("told", secrets=["one", "two"])), secrets={"one": {"x": "xx"}, "two": {"y": "yy"}}
        ),
        allowed=(allowed.MASKED,),
    ),
    "a secret that is not set": Case(
        experiment=whole(give(1), secrets={"s": {"t": env("NOT_SET_ANYWHERE")}}),
        allowed=(allowed.MISSING_VALUE,),
    ),
    "a group that is one secret": Case(
        experiment=whole(ask(python("told", secrets=["token"])), secrets={"token": env("SOME_TOKEN")}),
        environment={"SOME_TOKEN": "canary-canary"},
        allowed=(allowed.SCALAR_GROUP,),
    ),
}

CASES: dict[str, Case] = {**SUBSTITUTED, **FROM_ENVIRONMENT, **CONFIGURATION, **SECRETS}
