from __future__ import annotations

from pathlib import Path

import pytest
from repos import shop
from timing import utc

from scheduler.repo.load import load
from scheduler.repo.outlook import outlook

SCHEDULES = "schedules/shop.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("percentage: 30", "percentage: 31", None),
        ("*/20 * * * *", "0 20 * * *", ":2:3: warning: schedule 'kill-any-pod' never fires: cron 0 20"),
        ("not_during: [office, freeze]", "not_during: [office]\n    during: [office]", "never fires"),
        ("times: 3", "times: 20", "'disrupt-any-network' fires 8 instead of 20 times per day"),
    ],
)
def test_a_schedule_that_cannot_do_what_it_says_is_a_warning(
    tmp_path: Path, old: str, new: str, said: str | None
) -> None:
    repo, _ = load(shop(tmp_path, (SCHEDULES, old, new)))
    assert repo is not None
    found = [str(each) for each in outlook(repo, utc("2026-11-23T00:00:00"))]
    assert len(found) == (1 if said else 0)
    assert not said or said in found[0]
