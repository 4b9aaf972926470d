"""The Redis users of a deployment: each role has just the keys and commands that it needs (DESIGN D6).

Which keys a script is given says its own KEYS line, and which commands it calls its own text; what a
role does beside its scripts stands here. A command needs one grant that covers it with all its keys:
a worker gives slots back and can make none, and it tells events. A worker that somebody took over could
still spoil what all share, the events and the slots; it reads and writes nothing of another queue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from workers.ledger.redis.keys import OF_QUEUE, OF_RUN, Keys, Place
from workers.ledger.redis.script import commands, script
from workers.settings import NOTIFY_QUEUE

#: What every connection does; `INFO persistence` says whether the server is durable.
CONNECTION = frozenset({
    "ping", "hello", "select", "time", "multi", "exec", "discard", "client|setinfo", "info|persistence",
})  # fmt: skip
#: How a script is called. Redis takes every key of it for written.
CALL = frozenset({"eval", "evalsha"})
#: What is asked outside of scripts, and what is written there: the seed, dead letters and their count.
READS = frozenset({
    "get", "hget", "hgetall", "hmget", "lrange", "smembers", "xrange", "xrevrange", "zrange",
    "zrangebyscore", "zscore",
})  # fmt: skip
WRITES = frozenset({"set", "rpush", "ltrim", "hincrby"})
#: The scripts of a worker, child and reaper, and what they and its guards do to keys of all queues.
WORKER = frozenset({
    "claim", "renew", "start", "refuse", "end", "record", "close", "take_over", "heartbeat", "other_reapers",
})  # fmt: skip
WORKER_SHARED = {"slots": {"zrem"}, "open": {"zrem"}, "events": {"xadd"}, "repo": {"hget"}, "halt": {"hmget"}}
#: The same of the notifier.
NOTIFIER = frozenset({"open_channel", "seize", "advance", "release", "postpone"})
NOTIFIER_SHARED = {"channels": {"sadd"}, "events": {"xrange", "xrevrange"}, "repo": {"hget"}}

#: Nobody is who gives no name; and who only asks whether the server lives needs no password.
DEFAULT = "user default off resetpass resetkeys resetchannels -@all"
HEALTH = "user health on nopass resetchannels -@all +ping"


@dataclass(frozen=True, slots=True)
class Grant:
    """Some commands on the keys of some patterns."""

    commands: frozenset[str]
    keys: frozenset[str]

    def __str__(self) -> str:
        access = "%R~" if self.commands <= READS else "~"
        words = [f"{access}{key}" for key in sorted(self.keys)]
        return " ".join(["(resetchannels -@all", *words, *_allowed(self.commands)]) + ")"


#: A script of somebody who means harm may run for ever; it is the operator who ends it.
ENDING_A_SCRIPT = Grant(frozenset({"script|kill"}), frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One role under its name."""

    name: str
    grants: tuple[Grant, ...]

    def line(self, password: str) -> str:
        """Its line of an ACL file, which holds the password's hash only."""
        secret = f"#{sha256(password.encode()).hexdigest()}"
        head = ["user", self.name, "on", secret, "resetchannels -@all", *_allowed(CONNECTION)]
        return " ".join([*head, *map(str, self.grants)])


def users(deployment: str, queues: Iterable[str]) -> tuple[User, ...]:
    """Who needs a password: beat, notifier, operator, and the workers of each queue."""
    keys = Keys(deployment)
    return (
        User(name="beat", grants=_everything(keys)),
        User(name="notifier", grants=_notifier(keys)),
        User(name="operator", grants=(*_everything(keys), ENDING_A_SCRIPT)),
        *(User(name=f"worker-{queue}", grants=_worker(keys, queue)) for queue in sorted(set(queues))),
    )


def acl_file(wanted: Iterable[User], passwords: Mapping[str, str]) -> str:
    """The file that `aclfile` of the server names, with the password of each user by its name."""
    lines = [DEFAULT, HEALTH, *(user.line(passwords[user.name]) for user in wanted)]
    return "".join(f"{line}\n" for line in lines)


def every_script() -> frozenset[str]:
    """Names of all transitions."""
    names = (each.name for each in (files("workers.ledger.redis") / "scripts").iterdir())
    return frozenset(name.removesuffix(".lua") for name in names if name != "prelude.lua")


def _everything(keys: Keys) -> tuple[Grant, ...]:
    """The whole ledger, and sending to every queue, but reading nobody's messages."""
    ledger = frozenset({_of_queue(keys, "*"), _shared(keys, "*")})
    return (
        Grant(CALL | _called(every_script()) | READS | WRITES, ledger),
        Grant(frozenset({"lpush", "llen", "sadd"}), frozenset({f"{keys.broker}*"})),
    )


def _worker(keys: Keys, queue: str) -> tuple[Grant, ...]:
    own = _of_queue(keys, queue)
    return (
        Grant(CALL, _declared(WORKER, keys, own)),
        Grant(_called(WORKER) | READS, frozenset({own})),
        *_on_shared(WORKER_SHARED, keys),
        *_consuming(keys, queue),
        *_sending(keys, NOTIFY_QUEUE),
    )


def _notifier(keys: Keys) -> tuple[Grant, ...]:
    channels = frozenset({_shared(keys, "channel:*"), _shared(keys, "dead:*")})
    return (
        Grant(CALL, _declared(NOTIFIER, keys, "")),
        Grant(_called(NOTIFIER) | READS | WRITES, channels),
        *_on_shared(NOTIFIER_SHARED, keys),
        *_consuming(keys, NOTIFY_QUEUE),
    )


def _declared(scripts: Iterable[str], keys: Keys, own: str) -> frozenset[str]:
    """The keys that scripts are given; those of the queue are all its own."""
    nouns = {noun for name in scripts for noun in script(name).keys}
    anywhere = Place(channel="*", event="*")
    return frozenset(own if noun in OF_QUEUE | OF_RUN else keys.named(noun, anywhere) for noun in nouns)


def _called(scripts: Iterable[str]) -> frozenset[str]:
    return frozenset(call.lower() for name in scripts for call in commands(name)) - CONNECTION


def _on_shared(done: Mapping[str, Collection[str]], keys: Keys) -> tuple[Grant, ...]:
    return tuple(
        Grant(frozenset(each), frozenset({_shared(keys, noun)})) for noun, each in sorted(done.items())
    )


def _consuming(keys: Keys, queue: str) -> tuple[Grant, ...]:
    """Also putting back what a worker has taken and cannot run any more."""
    return (Grant(frozenset({"brpop"}), frozenset({f"{keys.broker}{queue}"})), *_sending(keys, queue))


def _sending(keys: Keys, queue: str) -> tuple[Grant, ...]:
    bindings = {f"{keys.broker}_kombu.{table}.{queue}" for table in ("binding", "binding_permanent")}
    return (
        Grant(frozenset({"lpush", "llen"}), frozenset({f"{keys.broker}{queue}"})),
        Grant(frozenset({"sadd"}), frozenset(bindings)),
    )


def _of_queue(keys: Keys, queue: str) -> str:
    """Its delimiter keeps queue `a` out of `ab`."""
    return keys.named("waiting", Place(queue=queue)).removesuffix("waiting") + "*"


def _shared(keys: Keys, name: str) -> str:
    return keys.named("lead").removesuffix("lead") + name


def _allowed(commands: Iterable[str]) -> list[str]:
    return [f"+{command}" for command in sorted(commands)]
