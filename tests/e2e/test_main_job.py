"""Random chaos from a YAML repo into a real cluster, and only failures reach Slack and the webhook."""

from __future__ import annotations

import copy

from controlplane.client import Object
from controlplane.demo import demo_system
from e2e.conftest import ISTIO, Shop
from e2e.page import Page
from e2e.repo import ABORT, BREAK, KILL, ROLLBACKS, write_experiment, write_schedules, write_settings
from e2e.system import System
from waiting import eventually

from workers.ledger.records import RunState

SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}
TOLD = ("deviated", "baseline-not-met", "probe-error", "action-error", "interrupted", "error", "lost")


def test_the_main_job_end_to_end(system: System, shop: Shop) -> None:
    """Kills, aborts, a deviation and a refusal by the API server; each ends as it must, and is told so."""
    before = shop.virtual_service()
    pods_before = set(shop.pods())
    with Page() as page:
        _write_repo(system, shop, page.url)
        system.notifier(SECRETS)
        system.worker("shop", shop.kubeconfig, name="one")
        system.worker("shop", shop.kubeconfig, name="two")
        beat = system.beat()
        passed = [
            system.first_end(name)
            for name in ("kill-by-cron", "kill-at-random", "abort-plain", "abort-undone")
        ]
        deviated, refused = system.first_end("breaks"), system.first_end("forbidden")
        beat.stop()
        eventually(lambda: all(run.state is RunState.ENDED for run in system.runs()), within=30)
        eventually(lambda: not system.ledger.backlog(), within=15, what="the last message")

    assert [run.outcome for run in passed] == ["passed"] * 4, [run.reason for run in passed]
    assert deviated.outcome == "deviated"
    assert "page-answers: expected status 200, got status 503" in deviated.reason
    assert refused.outcome == "action-error"
    assert "403" in refused.reason
    _assert_pods_were_replaced(shop, pods_before)
    _assert_nothing_is_left(shop, before)
    _assert_the_owner_can_go_on(shop)
    _assert_exactly_the_failures_were_told(system, shop)
    _assert_no_secret_is_anywhere(system)


def _write_repo(system: System, shop: Shop, page: str) -> None:
    write_settings(
        system.repo,
        namespace=shop.namespace,
        forbidden=shop.forbidden,
        receiver=system.receiver.url,
        events="run-failed, validate-failed",
    )
    names = {"namespace": shop.namespace}
    write_experiment(system.repo, "kill.yaml", KILL, **names)
    write_experiment(system.repo, "forbidden.yaml", KILL, namespace=shop.forbidden)
    write_experiment(system.repo, "abort.yaml", ABORT, pause=2, **names)
    write_experiment(system.repo, "abort-undone.yaml", ABORT + ROLLBACKS, pause=2, **names)
    write_experiment(system.repo, "break.yaml", BREAK, page=page)
    write_schedules(
        system.repo,
        kill_by_cron=("kill.yaml", '{ cron: "* * * * * */6" }'),
        kill_at_random=("kill.yaml", "{ random: { times: 900, per: hour } }"),
        abort_plain=("abort.yaml", '{ cron: "* * * * * */10" }'),
        abort_undone=("abort-undone.yaml", '{ cron: "* * * * * 5/10" }'),
        breaks=("break.yaml", '{ cron: "* * * * * */7" }'),
        forbidden=("forbidden.yaml", '{ cron: "* * * * * */9" }'),
    )


def _assert_pods_were_replaced(shop: Shop, before: set[str]) -> None:
    eventually(lambda: len(shop.pods()) == 6 and all(shop.pods().values()), within=30, what="six ready pods")
    assert set(shop.pods()) != before


def _assert_nothing_is_left(shop: Shop, before: Object) -> None:
    after = shop.virtual_service()
    assert after["spec"] == before["spec"]
    for part in ("labels", "annotations"):
        assert after["metadata"].get(part) == before["metadata"].get(part)
    assert shop.marks() == set()


def _assert_the_owner_can_go_on(shop: Shop) -> None:
    """Server-side apply without force, of a changed route, as Helm and Argo CD do it."""
    (wanted,) = [each for each in demo_system(shop.namespace) if each["kind"] == "VirtualService"]
    changed = copy.deepcopy(wanted)
    changed["spec"]["http"][0]["timeout"] = "7s"
    shop.plane.apply([changed], manager="owner")
    assert (
        shop.plane.get(ISTIO, "VirtualService", "go-demo-8", shop.namespace)["spec"]["http"][0]["timeout"]
        == "7s"
    )


def _assert_exactly_the_failures_were_told(system: System, shop: Shop) -> None:
    failed = {run.order.run_id: run for run in system.runs() if run.outcome in TOLD}
    assert failed
    hooks = [
        message.event for message in system.receiver.messages if message.kind == "webhook" and message.event
    ]
    slack = [message.text for message in system.receiver.messages if message.kind == "slack"]
    assert sorted(event.run_id for event in hooks) == sorted(failed)
    assert len(slack) == len(failed)
    for event in hooks:
        run = failed[event.run_id]
        assert (event.schedule, event.outcome, event.reason) == (run.order.schedule, run.outcome, run.reason)
        assert shop.namespace in event.namespaces
        assert any(
            _tells(text, event.run_id, run.order.schedule, shop.namespace, run.reason) for text in slack
        )


def _tells(text: str, *words: str) -> bool:
    return all(word[:60] in text for word in words)


def _assert_no_secret_is_anywhere(system: System) -> None:
    seen = system.logs() + "".join(message.text + message.body for message in system.receiver.messages)
    for secret in SECRETS.values():
        assert secret not in seen
