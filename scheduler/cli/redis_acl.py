"""`cowbane redis-acl`: the users of Redis, one for each role, as the server's ACL file."""

from __future__ import annotations

import re
from pathlib import Path

import click

#: Characters a password must have: nobody types it.
LEAST_CHARACTERS = 16


@click.command("redis-acl")
@click.option("--queue", "queues", multiple=True, help="A queue of the repo; may be repeated.")
@click.option("--deployment", envvar="COWBANE_DEPLOYMENT", default="cowbane", show_default=True)
@click.option(
    "--passwords",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with one file for each role: beat, notifier, operator, worker-QUEUE.",
)
def redis_acl(queues: tuple[str, ...], deployment: str, passwords: Path) -> None:
    """Print the ACL file for Redis or Valkey 7.2 and newer: `aclfile` of the server names it.

    Each role reaches just its own keys by just the commands that it uses; user `default` is off. Only
    hashes of the passwords are printed.
    """
    from workers.ledger.redis.acl import acl_file, users
    from workers.settings import NOTIFY_QUEUE

    for queue in queues:
        if queue == NOTIFY_QUEUE or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", queue):
            raise click.UsageError(f"--queue: expected the name of a queue of the repo, found {queue!r}")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", deployment):
        raise click.UsageError(f"--deployment: expected letters, digits, dots, dashes, found {deployment!r}")
    wanted = users(deployment, queues)
    click.echo(acl_file(wanted, {user.name: _password(passwords / user.name) for user in wanted}), nl=False)


def _password(path: Path) -> str:
    try:
        password = path.read_text(encoding="utf-8").strip()
    except OSError as wrong:
        raise click.ClickException(
            f"{path}: expected the password of {path.name}, found no file that can be read: {wrong.strerror}"
        ) from wrong
    except UnicodeDecodeError as wrong:
        raise click.ClickException(f"{path}: expected a password, found no text") from wrong
    if len(password) < LEAST_CHARACTERS:
        raise click.ClickException(
            f"{path}: expected at least {LEAST_CHARACTERS} characters, found {len(password)}; "
            "make one with `openssl rand -hex 32`"
        )
    return password
