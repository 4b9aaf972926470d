"""Redis or the API server is away: said plainly, waited for, and nothing is decided twice."""

from __future__ import annotations

from pathlib import Path

from e2e.conftest import Shop
from e2e.page import Page
from e2e.repo import KILL, PROBE, write_experiment, write_schedules, write_settings
from e2e.system import System
from waiting import eventually

from workers.embedded import EmbeddedRedis
from workers.ledger.records import RunState

SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}


def test_redis_away_in_the_middle_is_said_and_no_fire_is_decided_twice_or_lost(
    system: System, shop: Shop
) -> None:
    with Page() as page:
        _write_settings(system, shop)
        write_experiment(system.repo, "probe.yaml", PROBE, page=page.url)
        write_schedules(system.repo, ask=("probe.yaml", '{ cron: "* * * * * */2" }'))
        processes = [
            system.notifier(SECRETS),
            system.worker("shop", shop.kubeconfig, solo=True),
            system.beat(),
        ]
        eventually(lambda: system.ended("ask"), within=30, what=f"the first run\n{system.logs()}")
        before = len(system.ended("ask"))
        system.redis.stop()
        eventually(lambda: all("Redis" in each.log.read_text() for each in processes[1:]), within=20)
        with EmbeddedRedis(system.folder / "redis") as back:
            assert back.url == system.redis.url
            eventually(
                lambda: len(system.ended("ask")) > before + 6, within=60, what=f"runs\n{system.logs()}"
            )
            assert all(each.popen.poll() is None for each in processes)
            processes[-1].stop()
            eventually(lambda: all(run.state is RunState.ENDED for run in system.runs()), within=40)
            fires = sorted(run.order.nominal for run in system.runs("ask"))
            assert fires == list(range(fires[0], fires[-1] + 1, 2000))
            assert page.asked <= sum(run.outcome in ("passed", "lost") for run in system.runs("ask"))
            system.stop()
    for process in processes:
        assert "Traceback" not in process.log.read_text(), process.log.read_text()


def test_without_an_api_server_a_run_ends_in_one_sentence(system: System, shop: Shop, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.kubeconfig"
    nowhere.write_text(shop.kubeconfig.read_text().replace(shop.plane.server, "https://127.0.0.1:1"))
    _write_settings(system, shop)
    write_experiment(system.repo, "kill.yaml", KILL, namespace=shop.namespace)
    write_schedules(system.repo, kill=("kill.yaml", '{ cron: "* * * * * */3" }'))
    worker = system.worker("shop", nowhere, solo=True)
    system.beat()
    run = system.first_end("kill", within=60)
    assert run.outcome == "action-error"
    assert "127.0.0.1:1" in run.reason
    assert "Traceback" not in worker.log.read_text(), worker.log.read_text()


def _write_settings(system: System, shop: Shop) -> None:
    write_settings(
        system.repo,
        namespace=shop.namespace,
        forbidden=shop.forbidden,
        receiver=system.receiver.url,
        events="run-failed, validate-failed",
    )
