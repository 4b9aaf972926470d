"""The YAML repos of the tests in a real cluster, as the ConfigMap holds them."""

from __future__ import annotations

from collections.abc import Mapping

#: What the notifier signs with; a key of the Secret that it mounts.
HOOK_SECRET = "hook-secret-hook-secret"

SETTINGS = """\
version: 1
armed: true
defaults: {{ timezone: UTC, start_within: 60s, overlap: skip, deadline: 2m }}
queues: {queues}
notifications:
  - {{ type: log }}
  - {{ type: webhook, url: "{receiver}/hook", secret: {{ file: hook-secret }}, events: ["*"] }}
"""

SCHEDULE = """\
  {name}:
    experiment: {experiment}
    queue: {queue}
    owner: team-{queue}
    when: {when}
"""

KILL = """\
title: Any pod of {namespace} may die
description: Whoever owns it replaces it.
method:
  - type: action
    name: terminate-any-pod
    provider:
      type: python
      module: chaosk8s.pod.actions
      func: terminate_pods
      arguments: {{ rand: true, ns: {namespace}, grace_period: 1 }}
    pauses: {{ after: 2 }}
"""

ASK = """\
title: The page answers
description: Nothing is touched.
method:
  - type: probe
    name: ask
    provider: {{ type: http, url: "{url}", timeout: 3 }}
"""


def settings(receiver: str, queues: Mapping[str, list[str]]) -> str:
    """cowbane.yaml with these queues and their namespaces; everything is told to the receiver."""
    entries = [
        f"{name}: {{ namespaces: {spaces}, owners: [team-{name}] }}" for name, spaces in queues.items()
    ]
    return SETTINGS.format(receiver=receiver, queues="{ " + ", ".join(entries).replace("'", "") + " }")


def schedules(queue: str, **entries: tuple[str, str]) -> str:
    """name (underscores for dashes) -> experiment and `when`, all of one queue."""
    texts = [
        SCHEDULE.format(name=name.replace("_", "-"), queue=queue, experiment=experiment, when=when)
        for name, (experiment, when) in entries.items()
    ]
    return "schedules:\n" + "".join(texts)


def rules() -> list[Mapping[str, list[str]]]:
    """What KILL, ABORT and the catalog's health-instances need in a namespace, and the sweep of marks."""
    return [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["delete", "get", "list"]},
        {
            "apiGroups": ["networking.istio.io"],
            "resources": ["virtualservices"],
            "verbs": ["get", "list", "patch"],
        },
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]},
    ]
