"""The root command; `--help` imports nothing but click."""

from __future__ import annotations

import importlib
from typing import Any

import click

#: command -> (module, attribute, one line for `--help`)
COMMANDS = {
    "demo": (
        "scheduler.cli.demo",
        "demo",
        "The whole system on this machine, chaos within a minute.",
    ),
    "up": ("scheduler.cli.up", "up", "Beat, worker and notifier for your own repo and cluster."),
    "run": ("scheduler.cli.run", "run", "One run of an experiment, now."),
    "check": ("scheduler.cli.check", "check", "Every problem of experiments, or of a whole repo."),
    "validate": ("scheduler.cli.check", "check", "The same as check."),
    "discover": ("scheduler.cli.discover", "discover", "Activities, ours or of any module."),
    "init": ("scheduler.cli.init", "init", "Write an experiment by answering questions."),
    "schema": ("scheduler.cli.schema", "schema", "JSON Schemas, from which editors complete."),
    "schedule": ("scheduler.cli.schedule", "schedule", "What fires when: list, preview."),
    "runs": ("scheduler.cli.runs", "runs", "Fires and runs: list, show."),
    "journal": ("scheduler.cli.journal", "journal", "What a run did, from its file: show."),
    "halt": ("scheduler.cli.halt", "halt", "The kill switch: stop and undo everything."),
    "resume": ("scheduler.cli.halt", "resume", "End a halt."),
    "injected": (
        "scheduler.cli.injected",
        "injected",
        "Is anything injected right now? From the cluster.",
    ),
    "undo": ("scheduler.cli.undo", "undo", "Undo faults by hand, without Celery and Redis."),
    "render": ("scheduler.cli.render", "render", "The repo as a ConfigMap."),
    "rbac": ("scheduler.cli.rbac", "rbac", "The least rights of each queue."),
    "job": ("scheduler.cli.job", "job", "One run inside the cluster, as a Job."),
    "health": ("scheduler.cli.health", "health", "Probes of a pod: live, ready."),
    "redis-acl": ("scheduler.cli.redis_acl", "redis_acl", "The users of Redis, one for each role."),
    "version": ("scheduler.cli.version", "version", "What is installed."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            from experiments.format.problem import suggestion

            ctx.fail(f"no command {args[0]!r}{suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Random chaos for Kubernetes from a YAML repo, on Celery, and every fault is undone."""
