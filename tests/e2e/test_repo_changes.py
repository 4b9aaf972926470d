"""The repo is edited while beat runs: a good edit is in force soon, a bad one is refused as a whole."""

from __future__ import annotations

from e2e.conftest import Shop
from e2e.page import Page
from e2e.repo import PROBE, write_experiment, write_schedules, write_settings
from e2e.system import System
from waiting import eventually

SECRETS = {"SLACK_TOKEN": "xoxb-canary-1", "HOOK_SECRET": "canary-2-canary-2"}
EVERY_SECOND = '{ cron: "* * * * * *" }'


def test_a_good_edit_is_in_force_within_five_seconds_and_a_bad_one_changes_nothing(
    system: System, shop: Shop
) -> None:
    with Page() as page:
        write_settings(
            system.repo,
            namespace=shop.namespace,
            forbidden=shop.forbidden,
            receiver=system.receiver.url,
            events="run-failed, validate-failed",
        )
        write_experiment(system.repo, "probe.yaml", PROBE, page=page.url)
        write_schedules(system.repo, first=("probe.yaml", EVERY_SECOND))
        system.notifier(SECRETS)
        system.worker("shop", shop.kubeconfig, solo=True)
        system.beat("beat-1")
        system.beat("beat-2")
        eventually(lambda: system.ended("first"), within=30, what=f"the first run\n{system.logs()}")

        write_schedules(system.repo, first=("probe.yaml", EVERY_SECOND), second=("probe.yaml", EVERY_SECOND))
        eventually(lambda: system.runs("second"), within=5, what=f"the edit in force\n{system.logs()}")

        schedules = system.repo / "schedules" / "shop.yaml"
        good = schedules.read_text()
        schedules.write_text(good.replace("experiment: probe.yaml", "experimnt: probe.yaml", 1))
        told = eventually(lambda: _refusals(system), within=10, what=f"validate-failed\n{system.logs()}")
        assert "schedules/shop.yaml:3:5" in told[0]
        assert "did you mean 'experiment'" in told[0]
        known = len(system.runs("second"))
        eventually(lambda: len(system.runs("second")) > known + 3, within=15, what="the last good revision")
        assert len(_refusals(system)) == 1

        write_schedules(system.repo, third=("probe.yaml", EVERY_SECOND))
        eventually(lambda: system.runs("third"), within=5, what=f"the mended repo in force\n{system.logs()}")
        last = system.runs("first")[0].order.nominal
        eventually(lambda: len(system.runs("third")) > 3, within=15)
        assert system.runs("first")[0].order.nominal == last, "a schedule that is gone fires no more"


def _refusals(system: System) -> list[str]:
    events = (message.event for message in system.receiver.messages if message.event)
    return [event.reason for event in events if event.name == "validate-failed"]
