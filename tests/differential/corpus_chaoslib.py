"""The experiments and activities of chaostoolkit-lib's own tests, as its authors wrote them.

`chaoslib.json` is taken from the fixtures of chaostoolkit-lib (Apache License 2.0): those that need no
module of its tests, with paths of its checkout replaced by `/`, long pauses made short and an address
that refuses connections. A probe that names a bound method, which validation there refuses, is left out.
"""

from __future__ import annotations

import json
from pathlib import Path

from differential import allowed
from differential.cases import Case, whole

_DATA = json.loads(Path(__file__).with_name("chaoslib.json").read_text())
_ALLOWED: dict[str, tuple[allowed.Difference, ...]] = {
    "ExperimentWithConfigurationCallingMissingEnvKey": (allowed.MISSING_VALUE,),
    "ExperimentWithDeprecatedVaultPayload": (allowed.VAULT_PATH,),
    "ProcessPathDoesNotExistProbe": (allowed.PROGRAM_ELSEWHERE,),
}

CASES: dict[str, Case] = {
    f"chaoslib's {name}": Case(experiment=data, allowed=_ALLOWED.get(name, ()))
    for name, data in _DATA["experiments"].items()
} | {
    f"chaoslib's {name} in the method": Case(experiment=whole(data), allowed=_ALLOWED.get(name, ()))
    for name, data in _DATA["activities"].items()
}
