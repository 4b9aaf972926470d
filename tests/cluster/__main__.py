"""`python -m cluster up|down|status|image`: the real cluster of this machine, by hand."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from cluster import images, lifetime, packages, standard
from cluster.blueprint import Blueprint
from controlplane import build

OURS = Blueprint.usual()


def main(arguments: list[str]) -> int:
    """0 when it was done, 1 when the answer of `status` is no or it failed, 2 when it cannot be had here."""
    options = _parser().parse_args(arguments)
    if os.geteuid() != 0:
        print("cluster: expected root, which network namespaces and mounts take: use sudo", file=sys.stderr)
        return 2
    try:
        return COMMANDS[options.command](options)
    except packages.Missing as missing:
        print(f"cluster: {missing}", file=sys.stderr)
        return 2
    except FAILURES as failure:
        print(f"cluster: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cluster", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="install and build what a cluster needs")
    commands.add_parser("up", help="start the cluster unless it runs, and leave it running")
    commands.add_parser("down", help="leave nothing of it, also after a crash")
    commands.add_parser("status", help="does it run?")
    image = commands.add_parser("image", help="build an image and give it to the nodes")
    image.add_argument("--file", type=Path, required=True)
    image.add_argument("--context", type=Path, default=Path.cwd())
    image.add_argument("--tag", required=True, help="kl.local/NAME:TAG")
    image.add_argument("--build-arg", action="append", default=[], metavar="NAME=VALUE")
    return parser


def _prepare(options: argparse.Namespace) -> int:
    packages.install()
    if not build.is_built(cluster=True) and (code := build.main(["--cluster"])):
        return code
    for each in (*standard.NEEDED, *standard.BASES):
        standard.image(each)
    return 0


def _up(options: argparse.Namespace) -> int:
    if code := _prepare(options):
        return code
    start = time.monotonic()
    ran_before = lifetime.running(OURS) is not None
    cluster = lifetime.up(OURS)
    how = "runs already" if ran_before else f"is ready after {time.monotonic() - start:.1f} s"
    print(f"the cluster {how}; `make cluster-down` ends it")
    print(f"export KUBECONFIG={cluster.plane.admin_kubeconfig}")
    return 0


def _down(options: argparse.Namespace) -> int:
    lifetime.down(OURS)
    return 0


def _status(options: argparse.Namespace) -> int:
    up = lifetime.running(OURS) is not None
    print("the cluster runs" if up else "no cluster runs: `make cluster` starts one")
    return 0 if up else 1


def _image(options: argparse.Namespace) -> int:
    arguments = dict(word.split("=", 1) for word in options.build_arg)
    image = images.build(options.file, options.context, options.tag, arguments)
    print(f"{image.tag} {image.id} {image.archive.stat().st_size / 1e6:.0f} MB")
    if cluster := lifetime.running(OURS):
        cluster.load(image)
    return 0


#: A program that ended badly, something that did not come in time.
FAILURES = (images.BuildFailed, subprocess.CalledProcessError, RuntimeError, AssertionError)

COMMANDS = {"prepare": _prepare, "up": _up, "down": _down, "status": _status, "image": _image}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
