"""The YAML repos of the end-to-end tests, written as an operator writes them."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """\
version: 1
armed: true
defaults: {{ timezone: UTC, start_within: 30s, overlap: skip, deadline: 2m }}
queues:
  shop: {{ namespaces: [{namespace}, {forbidden}], owners: [team-shop] }}
notifications:
  - type: slack
    channel: C1
    token: {{ env: SLACK_TOKEN }}
    api_url: "{receiver}/api/"
    events: [{events}]
  - type: webhook
    url: "{receiver}/hook"
    secret: {{ env: HOOK_SECRET }}
    events: [{events}]
"""

SCHEDULE = """\
  {name}:
    experiment: {experiment}
    queue: shop
    owner: team-shop
    when: {when}
"""

KILL = """\
title: Any pod may die
description: The Deployment replaces it.
method:
  - type: action
    name: terminate-any-pod
    provider:
      type: python
      module: chaosk8s.pod.actions
      func: terminate_pods
      arguments: {{ rand: true, ns: {namespace} }}
"""

ABORT = """\
title: Half of the requests fail
description: For a while.
method:
  - type: action
    name: abort-half
    provider:
      type: python
      module: cowbane.istio.actions
      func: abort_random_virtual_service
      arguments: {{ http_status: 500, percentage: 50, ns: {namespace} }}
    pauses: {{ after: {pause} }}
"""

ROLLBACKS = """\
rollbacks:
  - type: action
    name: take-it-back
    provider:
      type: python
      module: chaosistio.fault.actions
      func: remove_abort_fault
      arguments:
        virtual_service_name: go-demo-8
        routes: [{{ destination: {{ host: go-demo-8, subset: primary }} }}]
        ns: {namespace}
"""

BREAK = """\
title: The shop notices
description: Its page answers before, and not after.
steady-state-hypothesis:
  title: The page answers
  probes:
    - type: probe
      name: page-answers
      tolerance: 200
      provider: {{ type: http, url: "{page}/state", timeout: 3 }}
method:
  - type: action
    name: break-it
    provider: {{ type: http, url: "{page}/break", method: POST, timeout: 3 }}
rollbacks:
  - type: action
    name: mend-it
    provider: {{ type: http, url: "{page}/mend", method: POST, timeout: 3 }}
"""

PROBE = """\
title: Nothing is touched
description: A page is asked.
method:
  - type: probe
    name: ask
    provider: {{ type: http, url: "{page}/state", timeout: 3 }}
"""


def write_settings(repo: Path, *, namespace: str, forbidden: str, receiver: str, events: str) -> None:
    """cowbane.yaml with one queue and two channels."""
    text = SETTINGS.format(namespace=namespace, forbidden=forbidden, receiver=receiver, events=events)
    (repo / "cowbane.yaml").write_text(text)


def write_schedules(repo: Path, **schedules: tuple[str, str]) -> None:
    """Each name (underscores for dashes) with its experiment and its `when`."""
    entries = [
        SCHEDULE.format(name=name.replace("_", "-"), experiment=experiment, when=when)
        for name, (experiment, when) in schedules.items()
    ]
    (repo / "schedules" / "shop.yaml").write_text("schedules:\n" + "".join(entries))


def write_experiment(repo: Path, name: str, text: str, **values: object) -> None:
    """One experiment file."""
    (repo / "experiments" / name).write_text(text.format(**values))
