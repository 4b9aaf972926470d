"""Above each rule stands who needs it, and no name of a file ever becomes a rule."""

from __future__ import annotations

import pytest
import yaml

from experiments.kubernetes.grants import Grant, rules
from scheduler.rights.manifests import manifests, values
from scheduler.rights.needs import Need, Needs, Part
from scheduler.rights.text import LINES, SCHEDULES, rules_text, word

PODS = Grant("", "pods", "list")


def need(activity: str = "it", grant: Grant = PODS, part: Part = Part.CALL, schedule: str = "s") -> Need:
    return Need(namespace="a", grant=grant, activity=activity, part=part, schedule=schedule)


def test_each_rule_says_who_needs_which_of_its_verbs() -> None:
    kill = need("kill", Grant("", "pods", "delete"), schedule="t")
    found = [need("count"), need("count", schedule="t"), kill, need("kill", schedule="t")]
    undo = need("abort", Grant("networking.istio.io", "virtualservices", "patch"), Part.UNDO, "t")
    assert rules_text([*found, undo], "  ") == (
        "  # list: count (s, t)\n"
        "  # delete, list: kill (t)\n"
        "  - {apiGroups: [''], resources: [pods], verbs: [delete, list]}\n"
        "  # patch: the undo of abort (t)\n"
        "  - {apiGroups: [networking.istio.io], resources: [virtualservices], verbs: [patch]}\n"
    )


def test_a_long_list_is_counted() -> None:
    many = [need(f"probe-{number:02}") for number in range(LINES + 2)]
    assert "# and 2 more\n" in rules_text(many, "")
    everywhere = [need(schedule=f"s{number}") for number in range(SCHEDULES + 3)]
    assert "# list: it (s0, s1, s2, s3, s4 and 3 more)\n" in rules_text(everywhere, "")


@pytest.mark.parametrize("space", ["\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x00", "\x1b", "\ufeff"])
def test_an_activity_cannot_break_out_of_its_comment(space: str) -> None:
    evil = f"it{space}- {{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}"
    needs = Needs(known=(need(evil),), unknown=(f"{evil}: nobody knows",))
    (role,) = [
        each
        for each in yaml.safe_load_all(manifests({"q": needs}, "cowbane", "cowbane"))
        if each["kind"] == "Role"
    ]
    assert role["rules"] == rules([PODS])
    assert yaml.safe_load(values({"q": needs})) == {"queues": {"q": {"roles": {"a": rules([PODS])}}}}


@pytest.mark.parametrize("name", ["a", "123", "1e3", "null", "on", "0x1", "2026-11-23", "go-demo-8"])
def test_a_name_stays_text(name: str) -> None:
    assert yaml.safe_load(f"{word(name)}: 1") == {name: 1}
    needs = Needs(known=(Need(namespace=name, grant=PODS, activity="it", part=Part.CALL),))
    assert yaml.safe_load(values({name: needs})) == {"queues": {name: {"roles": {name: rules([PODS])}}}}


def test_a_queue_that_needs_nothing_has_an_account_and_no_role() -> None:
    (account,) = yaml.safe_load_all(manifests({"q": Needs()}, "cowbane", "cowbane"))
    assert account["kind"] == "ServiceAccount"
    assert yaml.safe_load(values({"q": Needs()})) == {"queues": {"q": {"roles": {}}}}
