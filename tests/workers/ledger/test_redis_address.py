"""Every URL that Celery takes is taken, and no password is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu.utils.url import url_to_parts

from workers.ledger.redis import RedisLedger
from workers.ledger.redis.address import composed, parse
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


ODD = "s3cret/@:%?#&+ é"
COMPOSED = {
    "redis://": "redis://shop:{quoted}@",
    "redis://redis.chaos:6380/2": "redis://shop:{quoted}@redis.chaos:6380/2",
    "rediss://redis": "rediss://shop:{quoted}@redis?ssl_cert_reqs=required&ssl_ca_certs=/run/ca.crt",
    "redis+socket:///run/redis.sock?virtual_host=4": "redis+socket://shop:{quoted}@/run/redis.sock?virtual_host=4",
}


@pytest.mark.parametrize("url", COMPOSED)
def test_the_user_and_the_password_go_into_the_url_and_out_of_it_again(url: str) -> None:
    ca_file = Path("/run/ca.crt") if url.startswith("rediss") else None
    whole = composed(url, username="shop", password=ODD, ca_file=ca_file)
    assert whole == COMPOSED[url].format(quoted="s3cret%2F%40%3A%25%3F%23%26%2B%20%C3%A9")
    address = parse(whole)
    assert address.secret == ODD
    assert "s3cret" not in address.shown + repr(address) + address.cleaned(f"{whole} and {ODD}")
    heard = url_to_parts(whole)
    assert (heard.username, heard.password) == ("shop", ODD)


@pytest.mark.parametrize("url", [url for url in TAKEN if not url.startswith("rediss")])
def test_a_url_with_nothing_to_add_stays_as_it_is(url: str) -> None:
    assert composed(url, username="", password="", ca_file=None) == url
