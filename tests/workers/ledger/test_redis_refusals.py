"""What a role does not need, its user of Redis cannot do: the real file on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from guarded_redis import GuardedRedis
from ledger_bench import CHANNEL, Bench
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError

from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.redis.keys import OF_QUEUE, OF_RUN, SHARED, Keys, Place
from workers.ledger.redis.store import Client

KEYS = Keys("users")


def own_keys(queue: str) -> list[str]:
    """One key of each kind that a queue has."""
    place = Place(queue=queue, run_id="run-1")
    return [KEYS.named(noun, place) for noun in sorted(OF_QUEUE | OF_RUN)] + [f"{KEYS.broker}{queue}"]


FOREIGN = [key for queue in ("b", "ab") for key in own_keys(queue)]
#: Of the shared keys a worker changes three, by its scripts, and reads two.
NEVER = [KEYS.named(noun) for noun in sorted(SHARED - {"slots", "open", "events", "repo", "halt"})]
TOUCHING: dict[str, Callable[[str], list[object]]] = {
    "GET": lambda key: ["GET", key],
    "HGETALL": lambda key: ["HGETALL", key],
    "LRANGE": lambda key: ["LRANGE", key, 0, -1],
    "ZRANGE": lambda key: ["ZRANGE", key, 0, -1],
    "SMEMBERS": lambda key: ["SMEMBERS", key],
    "DUMP": lambda key: ["DUMP", key],
    "SET": lambda key: ["SET", key, "x"],
    "HSET": lambda key: ["HSET", key, "state", "ended"],
    "ZADD": lambda key: ["ZADD", key, 1, "x"],
    "ZREM": lambda key: ["ZREM", key, "x"],
    "SADD": lambda key: ["SADD", key, "x"],
    "LPUSH": lambda key: ["LPUSH", key, "x"],
    "RPUSH": lambda key: ["RPUSH", key, "x"],
    "BRPOP": lambda key: ["BRPOP", key, 1],
    "DEL": lambda key: ["DEL", key],
    "EXPIRE": lambda key: ["EXPIRE", key, 1],
    "a script with it": lambda key: ["EVAL", "return redis.call('GET', KEYS[1])", 1, key],
    "a script that hides it": lambda key: ["EVAL", f"return redis.call('DEL', '{key}')", 0],
}


@pytest.mark.parametrize("command", TOUCHING)
def test_a_worker_touches_no_key_of_another_queue_and_none_of_beats(
    guarded: GuardedRedis, command: str
) -> None:
    client = guarded.client("worker-a")
    for key in [*FOREIGN, *NEVER]:
        with pytest.raises(RedisError, match=r"(?i)permission|not allowed|can't access"):
            client.execute_command(*TOUCHING[command](key))
    client.close()


EVENTS, REPO, SEED = (KEYS.named(noun) for noun in ("events", "repo", "seed"))
REFUSED = {
    "worker-a": f"""
        FLUSHALL | FLUSHDB | CONFIG GET * | CONFIG SET appendonly no | KEYS * | SCAN 0 | RANDOMKEY | DBSIZE
        MONITOR | SHUTDOWN NOSAVE | ACL LIST | ACL SETUSER worker-a +@all | CLIENT LIST | CLIENT KILL x
        SCRIPT FLUSH | FUNCTION LIST | MODULE LIST | INFO all | SAVE | REPLICAOF h 1 | SWAPDB 0 1
        MIGRATE h 1 k 0 1 | SUBSCRIBE x | PSUBSCRIBE * | PUBLISH x y | BRPOP {KEYS.broker}cowbane-notify 1
        LPUSH {KEYS.broker}b forged | LPUSH {KEYS.broker}ab forged | SADD {KEYS.broker}_kombu.binding.b x
        XRANGE {EVENTS} - + | XTRIM {EVENTS} MAXLEN 0 | XDEL {EVENTS} 0-1 | DEL {EVENTS} | HSET {REPO} armed 1
        DEL {KEYS.named("halt")} | HSET {KEYS.named("halt")} until 0 | DEL {KEYS.named("open")}
        ZADD {KEYS.named("slots")} 0 cluster|x
        HGET {KEYS.named("channel", Place(channel=CHANNEL))} cursor""",
    "notifier": f"""
        FLUSHALL | KEYS * | GET {SEED} | HGETALL {KEYS.named("run", Place(queue="a", run_id="r"))}
        HSET {REPO} armed 1 | LPUSH {KEYS.broker}a forged | XADD {EVENTS} * event forged""",
    "beat": f"""
        FLUSHALL | KEYS * | CONFIG GET * | ACL LIST | BRPOP {KEYS.broker}a 1 | FLUSHDB
        GET cb:{{other}}:shared:seed | LPUSH cb:{{other}}:broker:a x""",
    "operator": f"FLUSHALL | KEYS * | CONFIG GET * | BRPOP {KEYS.broker}a 1",
}


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (role, words)
        for role, text in REFUSED.items()
        for words in re.split(r" \| |\n", text)
        if words.strip()
    ],
)
def test_what_a_role_does_not_need_is_refused(guarded: GuardedRedis, role: str, words: str) -> None:
    client = guarded.client(role)
    with pytest.raises(NoPermissionError):
        client.execute_command(*words.split())
    client.close()


def test_a_worker_is_told_in_one_sentence_that_a_run_of_another_queue_is_not_its(
    guarded: GuardedRedis,
) -> None:
    foreign = Bench(guarded.ledger("beat"), lambda seconds: None).queued(queue="b")
    with pytest.raises(LedgerUnavailable, match="permission") as refused:
        guarded.ledger("worker-a").claim("b", foreign.run_id, "w", 1)
    assert "secret-of" not in str(refused.value)


def test_nobody_without_a_name_gets_in_and_who_asks_for_health_gets_only_that(guarded: GuardedRedis) -> None:
    nobody: Client = Redis(port=guarded.port, protocol=2)
    health: Client = Redis(port=guarded.port, protocol=2, username="health", password="any")
    for client, words in (
        (nobody, ["PING"]),
        (nobody, ["GET", "x"]),
        (health, ["GET", "x"]),
        (health, ["INFO"]),
    ):
        with pytest.raises(RedisError, match=r"Authentication required|permission"):
            client.execute_command(*words)
    assert health.execute_command("PING")
