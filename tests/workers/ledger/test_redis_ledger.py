"""What only Redis can get wrong: its keys, its rights, its line, its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_bench import CHANNEL, PASSED, QUEUE, Bench, intent
from lossy_line import LossyLine
from redis import Redis

from experiments.faults.intent import Undone, UndoResult
from workers.embedded import EmbeddedRedis
from workers.ledger.protocol import LedgerUnavailable
from workers.ledger.records import Claim, Decided, Ending, Order
from workers.ledger.redis import RedisLedger
from workers.ledger.redis.durability import Keeps
from workers.ledger.redis.store import Client


@pytest.fixture
def admin(server: EmbeddedRedis) -> Iterator[Client]:
    client: Client = Redis(unix_socket_path=str(server.socket), decode_responses=True)
    yield client
    client.close()


@pytest.fixture
def line(server: EmbeddedRedis, tmp_path: Path) -> Iterator[LossyLine]:
    line = LossyLine(tmp_path / "lossy.sock", server.socket)
    yield line
    line.close()


@pytest.fixture
def shaky(line: LossyLine, tmp_path: Path, deployment: str) -> Iterator[RedisLedger]:
    """The same deployment's ledger over a line that may lose answers."""
    ledger = RedisLedger.connect(f"unix://{tmp_path}/lossy.sock", deployment)
    ledger.now()
    yield ledger
    ledger.close_connections()


def _run_to_its_end(bench: Bench, worker: RedisLedger, order: Order) -> None:
    claim = worker.claim(QUEUE, order.run_id, "worker-a", 1)
    assert isinstance(claim, Claim)
    fault = intent(claim)
    assert worker.renew(claim.hold)
    assert worker.start(claim.hold)
    assert worker.record(claim.hold, fault)
    worker.close(QUEUE, fault, Undone(result=UndoResult.UNDONE))
    worker.heartbeat(QUEUE, "worker-a")
    assert worker.end(claim.hold, PASSED)
    assert bench.told() == ["run-started", "run-passed"]


def test_every_key_is_the_queues_or_shared_and_in_one_hash_slot(
    bench: Bench, server: EmbeddedRedis, deployment: str, admin: Client
) -> None:
    with_ledger = RedisLedger.connect(server.url, deployment)
    _run_to_its_end(bench, with_ledger, bench.queued(scopes={"cluster": 3}))
    bench.ledger.seed()
    with_ledger.close_connections()
    mine = admin.execute_command("KEYS", f"*{{{deployment}}}*")
    allowed = (f"cb:{{{deployment}}}:q:{QUEUE}:", f"cb:{{{deployment}}}:shared:")
    assert len(mine) > 10
    assert [key for key in mine if not key.startswith(allowed)] == []


def test_a_worker_needs_its_own_queue_and_the_shared_keys_only(
    bench: Bench, server: EmbeddedRedis, deployment: str, admin: Client
) -> None:
    keys = (f"cb:{{{deployment}}}:q:{QUEUE}:*", f"cb:{{{deployment}}}:shared:*")
    patterns = [f"~{each}" for each in keys]
    admin.execute_command("ACL", "SETUSER", deployment, "on", ">s3cret", *patterns, "+@all", "-@dangerous")
    worker = RedisLedger.connect(f"unix://{deployment}:s3cret@{server.socket}", deployment)
    _run_to_its_end(bench, worker, bench.queued())
    foreign = bench.queued("drain-any-node", queue="nodes")
    with pytest.raises(LedgerUnavailable, match="permission"):
        worker.claim("nodes", foreign.run_id, "worker-a", 1)
    worker.close_connections()


def test_what_ended_is_forgotten_in_a_week_but_not_what_is_owed(
    bench: Bench, deployment: str, admin: Client
) -> None:
    claim = bench.claimed()
    fault = intent(claim)
    bench.ledger.record(claim.hold, fault)
    bench.ledger.end(claim.hold, Ending(outcome=PASSED.outcome, reason="", undo_failed=True))
    record = f"cb:{{{deployment}}}:q:{QUEUE}:run:{claim.order.run_id}"
    intents = f"cb:{{{deployment}}}:q:{QUEUE}:intents:{claim.order.run_id}"
    assert 0 < int(admin.execute_command("TTL", record)) <= 7 * 24 * 3600
    assert admin.execute_command("TTL", intents) == -1
    bench.ledger.close(QUEUE, fault, Undone(result=UndoResult.UNDONE))
    assert int(admin.execute_command("TTL", intents)) > 0


def test_a_claim_whose_answer_was_lost_is_asked_again_and_is_the_same(
    bench: Bench, line: LossyLine, shaky: RedisLedger
) -> None:
    order = bench.queued()
    bench.ledger.claim(QUEUE, "unknown", "w", 1)  # the server knows the script
    line.lose_next = True
    claim = shaky.claim(QUEUE, order.run_id, "worker-a", 1)
    assert isinstance(claim, Claim)
    assert (claim.hold.epoch, line.lost) == (1, 1)


def test_an_end_whose_answer_was_lost_is_told_once_and_acknowledged(
    bench: Bench, line: LossyLine, shaky: RedisLedger
) -> None:
    claim = bench.claimed()
    other = bench.claimed("another")
    bench.ledger.end(other.hold, PASSED)
    line.lose_next = True
    assert shaky.end(claim.hold, PASSED)
    assert line.lost == 1
    assert bench.told() == ["run-started", "run-passed"] * 2


def test_a_decision_whose_answer_was_lost_is_not_repeated_and_stands(
    bench: Bench, line: LossyLine, shaky: RedisLedger
) -> None:
    bench.queued("known")
    order = bench.order()
    decision = bench.decision(order)
    line.lose_next = True
    with pytest.raises(LedgerUnavailable):
        shaky.decide(bench.fence, [decision])
    assert bench.ledger.decide(bench.fence, [decision]) == [Decided.STALE]
    assert [each.run_id for each in bench.ledger.outbox(10)].count(order.run_id) == 1


def test_a_server_that_forgot_the_scripts_is_told_them_again(bench: Bench, admin: Client) -> None:
    claim = bench.claimed()
    admin.execute_command("SCRIPT", "FLUSH")
    assert bench.ledger.end(claim.hold, PASSED)
    assert bench.told() == ["run-started", "run-passed"]


def test_a_whole_batch_of_due_fires_is_decided_in_order(bench: Bench) -> None:
    decisions = [bench.decision(bench.order(f"s-{n:04}")) for n in range(3)]
    many = [bench.order(f"many-{n:04}", nominal=decisions[0].due) for n in range(1100)]
    bench.ledger.sync(bench.fence, {each.schedule: each.nominal for each in many}, {}, ())
    batch = [bench.decision(many[0]), *(bench.decision(each) for each in many[1:3])]
    assert bench.ledger.decide(bench.fence, batch) == [Decided.QUEUED] * 3
    rest = [type(batch[0])(due=each.nominal, next_due=None, order=each) for each in many[3:]]
    assert bench.ledger.decide(bench.fence, rest) == [Decided.QUEUED] * 1097
    assert [each.run_id for each in bench.ledger.outbox(2000)] == [each.run_id for each in many]


def test_a_forked_child_opens_a_connection_of_its_own(server: EmbeddedRedis, deployment: str) -> None:
    program = f"""
import os
from workers.ledger.redis import RedisLedger
ledger = RedisLedger.connect({server.url!r}, {deployment!r})
ledger.lead("parent")
child = os.fork()
if child == 0:
    for _ in range(200):
        assert ledger.lead("child") is None
    ledger.close_connections()
    os._exit(0)
for _ in range(200):
    assert ledger.lead("parent")
assert os.waitpid(child, 0)[1] == 0
assert ledger.lead("parent")
"""
    root = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=root, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_server_that_is_away_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    for url in (f"unix://:s3cret@{tmp_path}/no.sock", "redis://:s3cret@127.0.0.1:1/0"):
        ledger = RedisLedger.connect(url, "away")
        with pytest.raises(LedgerUnavailable, match="does not answer as needed") as away:
            ledger.now()
        assert "s3cret" not in str(away.value) + repr(away.value.__cause__)
        assert "\n" not in str(away.value)


def test_a_wrong_password_is_not_shown(server: EmbeddedRedis) -> None:
    ledger = RedisLedger.connect(f"unix://nobody:s3cret@{server.socket}", "x")
    with pytest.raises(LedgerUnavailable) as refused:
        ledger.now()
    assert "s3cret" not in str(refused.value)
    ledger.close_connections()


def test_the_embedded_server_keeps_everything(bench: Bench, server: EmbeddedRedis, admin: Client) -> None:
    ledger = RedisLedger.connect(server.url, "x")
    assert ledger.durability().keeps is Keeps.ALL
    admin.execute_command("CONFIG", "SET", "appendfsync", "everysec")
    nearly = ledger.durability()
    assert (nearly.keeps, "appendfsync always" in nearly.sentence) == (Keeps.NEARLY_ALL, True)
    admin.execute_command("CONFIG", "SET", "appendonly", "no")
    assert ledger.durability().keeps is Keeps.NOTHING
    admin.execute_command("CONFIG", "SET", "appendonly", "yes")
    admin.execute_command("CONFIG", "SET", "appendfsync", "always")
    ledger.close_connections()


def test_a_server_that_does_not_say_is_not_believed(server: EmbeddedRedis, admin: Client) -> None:
    admin.execute_command("ACL", "SETUSER", "shy", "on", ">x", "~*", "+@all", "-info", "-config")
    ledger = RedisLedger.connect(f"unix://shy:x@{server.socket}", "x")
    unknown = ledger.durability()
    assert (unknown.keeps, "COWBANE_REDIS_DURABILITY=assumed" in unknown.sentence) == (Keeps.UNKNOWN, True)
    ledger.close_connections()


def test_events_survive_a_channel_that_is_opened_twice(bench: Bench) -> None:
    bench.ledger.end(bench.claimed().hold, PASSED)
    bench.ledger.open_channel(CHANNEL)
    assert bench.told() == ["run-started", "run-passed"]
