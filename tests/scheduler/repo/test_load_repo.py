from __future__ import annotations

from pathlib import Path

import pytest
from repos import SHOP, shop

from experiments.format.problem import Problem, Severity
from scheduler.repo.load import load
from scheduler.repo.model import Repo

SETTINGS = "cowbane.yaml"
SCHEDULES = "schedules/shop.yaml"
NETWORK = "experiments/network-random.yaml"


def _loaded(root: Path) -> Repo:
    repo, problems = load(root)
    assert [str(each) for each in problems] == []
    assert repo is not None
    return repo


def _errors(problems: list[Problem]) -> list[str]:
    return [str(each) for each in problems if each.severity is Severity.ERROR]


def test_the_example_loads_without_a_word() -> None:
    repo = _loaded(SHOP)
    network = repo.schedules["disrupt-any-network"]
    assert list(repo.schedules) == ["kill-any-pod", "disrupt-any-network", "surprise-at-night"]
    assert (network.file, network.experiment) == (SCHEDULES, NETWORK)
    assert network.document["title"] == "Any network of the namespace may fail"
    assert network.scopes == {"cluster": 3, "namespace:go-demo-8": 1}
    assert (network.start_within, network.deadline, network.timezone) == (600, 1800, "Europe/Madrid")
    assert repo.protected == ("kube-system", "istio-system")
    assert "SLACK_TOKEN" in repo.notifications


def test_a_flat_folder_as_a_configmap_mounts_it_is_the_same_repo(tmp_path: Path) -> None:
    data = tmp_path / "..2026_11_23"
    data.mkdir()
    for path in (path for path in SHOP.rglob("*.yaml") if path.is_file()):
        (data / ".".join(path.relative_to(SHOP).parts)).write_bytes(path.read_bytes())
    (tmp_path / "..data").symlink_to(data.name)
    for path in data.iterdir():
        (tmp_path / path.name).symlink_to(Path("..data") / path.name)
    flat, folders = _loaded(tmp_path), _loaded(SHOP)
    assert flat.revision == folders.revision
    assert flat.schedules["kill-any-pod"].digest == folders.schedules["kill-any-pod"].digest
    assert flat.schedules["kill-any-pod"].experiment == "experiments/health-instances.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (SETTINGS, "version: 1", "version: 2", ":2:10: version: expected 1, found 2"),
        (SETTINGS, "version: 1\n", "", "the file needs 'version'; add it"),
        (SETTINGS, "armed: true", "armd: true", ":3:1: unknown key 'armd'; did you mean 'armed'?"),
        (SETTINGS, "armed: true", 'armed: "yes"', ":3:8: armed: expected true or false, found 'yes'"),
        (SETTINGS, "Europe/Madrid", "Europe/Madird", "did you mean 'Europe/Madrid'?"),
        (SETTINGS, "10m", "10 minutes", "expected a duration like 30s, 10m, 4h or 2d, found '10 minutes'"),
        (SETTINGS, "overlap: skip", "overlap: replace", "overlap 'replace' is not supported by this version"),
        (SETTINGS, "owners: [team-shop]", "owners: []", "queue 'go-demo-8' names no owners"),
        (SETTINGS, "namespaces: [go-demo-8]", "namespaces: []", "queue 'go-demo-8' names no namespaces"),
        (SETTINGS, "namespaces: [go-demo-8]", "namespaces: [go-*]", "expected the name of one namespace"),
        (SETTINGS, "concurrent: 3", "concurrent: 0", "expected a number from 1 on, found 0"),
        (SETTINGS, "concurrent: 3", "per_day: 3", "limits.cluster.per_day is not supported by this version"),
        (SETTINGS, "mon-fri", "mon-fry", ":16:19: calendars.office.days: expected days like mon-fri"),
        (SETTINGS, "09:00-17:00", "9-17", "expected hours like \"09:00-17:00\", found '9-17'"),
        (SETTINGS, "2026-12-20..", "2027-12-20..", "which ends before it begins"),
        (SETTINGS, 'lunch: { between: "13:30-15:00" }', "lunch: {}", "it would mean every moment"),
        (SETTINGS, "[kube-system", "[go-demo-8", "namespace 'go-demo-8' is protected"),
        (SETTINGS, "[run-failed", "[run-faild", "run-faild"),
        (SETTINGS, "version: 1", "version: 1\nversion: 1", ":3:1: duplicate key 'version'"),
        (
            SCHEDULES,
            "kill-any-pod",
            "Kill",
            ":2:3: expected a name of 1 to 50 of a-z, 0-9 and -, found 'Kill'",
        ),
        (SCHEDULES, "  kill-any-pod:", "  disrupt-any-network:", "duplicate key 'disrupt-any-network'"),
        (SCHEDULES, "health-instances", "helth-instances", "did you mean 'health-instances.yaml'?"),
        (
            SCHEDULES,
            "queue: go-demo-8",
            "queue: go-demo",
            ":4:12: no queue 'go-demo' in cowbane.yaml; did you",
        ),
        (SCHEDULES, "owner: team-shop", "owner: team-x", ":5:12: 'team-x' may not use queue 'go-demo-8'"),
        (SCHEDULES, "owner: team-shop", "onwer: team-shop", "unknown key 'onwer'; did you mean 'owner'?"),
        (SCHEDULES, "    queue: go-demo-8\n", "", ":2:3: schedules.kill-any-pod needs 'queue'; add it"),
        (SCHEDULES, "*/20 * * * *", "99 * * * *", ":6:19: schedules.kill-any-pod.when.cron: expected a cron"),
        (SCHEDULES, "cron:", "corn:", "unknown key 'corn'; did you mean 'cron'?"),
        (SCHEDULES, "times: 3, per: day,", "", "expected `times` and `per`"),
        (SCHEDULES, "per: day", "per: month", "expected day or hour, found 'month'"),
        (SCHEDULES, "[lunch", "[lnch", ":8:18: no calendar 'lnch' in cowbane.yaml; did you mean 'lunch'?"),
        (SCHEDULES, "during: [office]", "during: office", "expected a list, e.g. [office], found 'office'"),
        (SCHEDULES, "percentage", "percent", "has no configuration 'percent' to set; did you mean"),
        (SCHEDULES, "armed: false", "deadline: 1s", "the deadline is 1 s; allow more or shorten them"),
        (NETWORK, "ns: go-demo-8 }", "ns: go-demo-9 }", ":18:26: schedule 'disrupt-any-network' would hit"),
        (
            NETWORK,
            "ns: go-demo-8 }",
            "ns: kube-system }",
            "namespace 'kube-system' is protected by cowbane.yaml",
        ),
        (
            NETWORK,
            ", ns: go-demo-8 }\n    pauses",
            " }\n    pauses",
            ":23:7: schedule 'disrupt-any-network' would hit namespace 'default'",
        ),
        (NETWORK, "method:", "methods:", "an experiment needs 'method'"),
        (NETWORK, "abort_random", "abort_randm", "abort_randm_virtual_service"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_nothing_is_loaded(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    repo, problems = load(shop(tmp_path, (file, old, new)))
    assert repo is None
    found = [each for each in _errors(problems) if said in each]
    assert found, _errors(problems)
    assert found[0].startswith(f"{file}:")
    assert all("\n" not in each for each in _errors(problems))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    root = shop(
        tmp_path,
        (SETTINGS, "armed: true", "armd: true"),
        (SCHEDULES, "*/20", "99"),
        (SCHEDULES, "owner: team-shop", "owner: team-x"),
        (SCHEDULES, "health-instances", "helth-instances"),
        (NETWORK, "ns: go-demo-8 }", "ns: go-demo-9 }"),
    )
    repo, problems = load(root)
    assert repo is None
    assert [each.split(": ")[0] for each in _errors(problems)] == [
        "cowbane.yaml:3:1",
        "experiments/network-random.yaml:18:26",
        "schedules/shop.yaml:3:17",
        "schedules/shop.yaml:5:12",
        "schedules/shop.yaml:6:19",
    ]


def test_a_name_stands_once_in_the_whole_repo(tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "schedules" / "zoo.yaml").write_text((root / SCHEDULES).read_text())
    _, problems = load(root)
    assert "schedules/zoo.yaml:2:3: schedule 'kill-any-pod' is already at schedules/shop.yaml:2" in str(
        problems[0]
    )


def test_a_queue_takes_schedules_from_its_own_files_only(tmp_path: Path) -> None:
    root = shop(
        tmp_path, (SETTINGS, "owners: [team-shop]", 'owners: [team-shop], schedules: ["schedules/x*"]')
    )
    _, problems = load(root)
    assert "takes schedules from schedules/x* only; move 'kill-any-pod' there" in str(problems[0])


def test_a_link_out_of_the_repo_is_refused_and_hidden_files_are_not_seen(tmp_path: Path) -> None:
    root = shop(tmp_path)
    (tmp_path / "outside.yaml").write_text("schedules: {}")
    (root / "schedules" / "out.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "schedules" / ".hidden.yaml").write_text("not: read")
    _, problems = load(root)
    assert [str(each) for each in problems] == [
        "schedules/out.yaml:1:1: a link out of the repo; copy the file into it"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "the file is empty"), ("a: [", ""), ("- 1", "expected"), ("schedules: 5", "expected")],
)
def test_a_file_that_is_not_what_it_should_be_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    root = shop(tmp_path)
    (root / "schedules" / "other.yaml").write_text(content)
    _, problems = load(root)
    assert [each.file for each in problems] == ["schedules/other.yaml"]
    assert said in problems[0].message


def test_a_folder_that_is_no_repo_says_what_is_missing(tmp_path: Path) -> None:
    assert "cowbane.yaml:1:1: missing; it begins with `version: 1`" in str(load(tmp_path)[1][0])
    assert "expected a folder" in str(load(tmp_path / "nowhere")[1][0])


def test_an_experiment_that_no_schedule_uses_is_a_warning(tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "experiments" / "more.yaml").write_text((root / NETWORK).read_text())
    repo, problems = load(root)
    assert repo is not None
    assert [str(each) for each in problems] == [
        "experiments/more.yaml:1:1: warning: no schedule uses this file"
    ]


def test_no_secret_of_the_file_is_in_a_problem(tmp_path: Path) -> None:
    old = "notifications:\n"
    _, problems = load(shop(tmp_path, (SETTINGS, old, "notifications: {token: xoxb-secret}\nx-rest:\n")))
    assert problems
    assert "xoxb-secret" not in " ".join(map(str, problems))


@pytest.mark.parametrize(
    ("repo_armed", "schedule_armed", "armed"),
    [("true", "true", True), ("true", "false", False), ("false", "true", False), ("false", "false", False)],
)
def test_a_repo_that_is_not_armed_wins_over_its_schedules(
    tmp_path: Path, repo_armed: str, schedule_armed: str, armed: bool
) -> None:
    root = shop(
        tmp_path,
        (SETTINGS, "armed: true", f"armed: {repo_armed}"),
        (SCHEDULES, "armed: false", f"armed: {schedule_armed}"),
    )
    assert _loaded(root).schedules["surprise-at-night"].armed is armed


def test_what_says_nothing_about_arms_is_not_armed(tmp_path: Path) -> None:
    repo = _loaded(shop(tmp_path, (SETTINGS, "armed: true\n", "")))
    assert not any(schedule.armed for schedule in repo.schedules.values())


def test_only_what_decides_the_times_changes_the_digest(tmp_path: Path) -> None:
    before = _loaded(SHOP).schedules["kill-any-pod"]
    owner = (SETTINGS, "owners: [team-shop]", "owners: [team-shop, team-x]")
    same = _loaded(shop(tmp_path / "a", owner, (SCHEDULES, "team-shop", "team-x"))).schedules["kill-any-pod"]
    other = _loaded(shop(tmp_path / "b", (SETTINGS, "17:00", "18:00"))).schedules["kill-any-pod"]
    assert same.digest == before.digest
    assert other.digest != before.digest
