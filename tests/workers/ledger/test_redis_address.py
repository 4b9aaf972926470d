"""Every URL that Celery takes is taken, and no password is shown."""

from __future__ import annotations

import pytest

from workers.ledger.redis import RedisLedger
from workers.ledger.redis.address import parse
from workers.settings import SettingsError

TAKEN = {
    "redis://": ("redis://", "localhost:6379 (database 0)"),
    "redis://redis.chaos:6380/2": ("redis://redis.chaos:6380/2", "redis.chaos:6380 (database 2)"),
    "redis://user:s3cret@redis/1": ("redis://user:s3cret@redis/1", "redis:6379 (database 1)"),
    "rediss://redis/0?ssl_cert_reqs=CERT_REQUIRED": (
        "rediss://redis/0?ssl_cert_reqs=required",
        "redis:6379 (database 0)",
    ),
    "unix:///run/redis.sock?db=3": ("unix:///run/redis.sock?db=3", "/run/redis.sock (database 3)"),
    "redis+socket:///run/redis.sock?virtual_host=4": (
        "unix:///run/redis.sock?db=4",
        "/run/redis.sock (database 4)",
    ),
    "redis+socket://:s3cret@/run/redis.sock": (
        "unix://:s3cret@/run/redis.sock?db=0",
        "/run/redis.sock (database 0)",
    ),
}


@pytest.mark.parametrize("url", TAKEN)
def test_a_url_is_taken_and_shown_without_its_password(url: str) -> None:
    address = parse(url)
    wanted, shown = TAKEN[url]
    assert (address.url.rstrip("/"), address.shown) == (wanted.rstrip("/"), shown)
    assert "s3cret" not in repr(address)
    assert address.cleaned("AUTH s3cret failed") == (
        "AUTH *** failed" if "s3cret" in url else "AUTH s3cret failed"
    )


@pytest.mark.parametrize("url", ["amqp://user:s3cret@rabbit", "redis.chaos:6379", "redis://h:99999/0"])
def test_any_other_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError, match="COWBANE_REDIS_URL: expected") as refused:
        parse(url)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("deployment", ["", "a b", "a{b}", "a:b"])
def test_a_deployment_that_would_break_the_keys_is_refused(deployment: str) -> None:
    with pytest.raises(SettingsError, match="COWBANE_DEPLOYMENT"):
        RedisLedger.connect("redis://", deployment)
