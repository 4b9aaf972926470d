"""`python tests/controlplane/build.py`: the control plane's programs and data, built once for all checkouts.

With `--cluster` also what real nodes need: kubelet, kube-proxy, kubectl, CoreDNS.

Everything lands in one cache folder named by the versions. Each part is put in place by a rename and under
a lock, so a half-finished build is never taken for a finished one, and a second one waits for the first.
Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KUBERNETES, ETCD, KWOK, ISTIO = "1.37.2", "3.7.3", "0.8.0", "1.31.1"
HELM, KUBECONFORM, COREDNS = "4.3.1", "0.8.0", "1.13.1"

#: Pins Kubernetes and etcd. The others need dependency sets of their own, so they are not in there.
MODULE = Path(__file__).parent / "module"

SOURCE = f"k8s.io/kubernetes@v{KUBERNETES}"
CRDS = "kubernetes/customresourcedefinitions.gen.yaml"

WORKSHOP = ".building-"

Make = Callable[[Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the cache folder and how to make it at a given path."""

    name: str
    version: str
    make: Make


class BuildFailed(Exception):
    """A Go command ended badly; the text is its last words."""


def folder() -> Path:
    """The per-user cache folder of exactly these versions."""
    tools = f"helm{HELM}-kubeconform{KUBECONFORM}-coredns{COREDNS}"
    return cache() / f"controlplane-{KUBERNETES}-etcd{ETCD}-kwok{KWOK}-istio{ISTIO}-{tools}"


def cache() -> Path:
    """Where this account keeps what takes long to make."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cowbane"


def is_built(*, cluster: bool = False) -> bool:
    """True when every part is there."""
    return not missing(cluster=cluster)


def missing(*, cluster: bool = False) -> list[Part]:
    """The parts still to be made."""
    wanted = (*PARTS, *NODE_PARTS) if cluster else PARTS
    return [part for part in wanted if not (folder() / part.name).exists()]


def main(arguments: list[str]) -> int:
    """0 when everything is there, 1 when a build failed or `--status` finds parts missing, 2 without Go."""
    cluster = "--cluster" in arguments
    if is_built(cluster=cluster):
        print(f"control plane is built: {folder()}")
        return 0
    if "--status" in arguments:
        print("control plane is not built, tests on it are left out: `make controlplane` builds it once")
        return 1
    if shutil.which("go") is None:
        print("controlplane: expected Go on PATH, found none: see https://go.dev/dl", file=sys.stderr)
        return 2
    try:
        build_missing(cluster=cluster)
    except BuildFailed as failure:
        print(f"controlplane: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(" interrupted; the next build goes on from here", file=sys.stderr)
        return 130
    print(f"control plane is built: {folder()}")
    return 0


def build_missing(*, cluster: bool = False) -> None:
    """Make each missing part, one build at a time on this account."""
    folder().mkdir(parents=True, exist_ok=True)
    with locked(folder() / ".lock"):
        for ruin in folder().glob(f"{WORKSHOP}*"):  # of a build that was killed
            shutil.rmtree(ruin, ignore_errors=True)
        for part in missing(cluster=cluster):
            install(part)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock; say so once when another build has it."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another build is going on, waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(part: Part) -> None:
    """Make the part beside its place and rename it in."""
    start = time.monotonic()
    print(f"{part.name} {part.version} ", end="", flush=True)
    with tempfile.TemporaryDirectory(dir=folder(), prefix=WORKSHOP) as workshop:
        made = Path(workshop) / part.name
        try:
            part.make(made)
        except BuildFailed:
            print("failed")
            raise
        made.replace(folder() / part.name)
    print(f"{time.monotonic() - start:.0f} s", flush=True)


def from_module(package: str, *ldflags: str) -> Make:
    """A program of the pinned module."""
    flags = " ".join(("-s -w", *ldflags))

    def make(made: Path) -> None:
        go("build", "-buildvcs=false", "-ldflags", flags, "-o", str(made), package, cwd=MODULE)

    return make


def kubernetes(name: str) -> Make:
    """A Kubernetes program that knows its version: as v0.0.0 clients would complain of it."""
    major, minor, _ = KUBERNETES.split(".")
    values = {"gitVersion": f"v{KUBERNETES}", "gitMajor": major, "gitMinor": minor}
    stamps = (f"-X k8s.io/component-base/version.{key}={value}" for key, value in values.items())
    return from_module(f"k8s.io/kubernetes/cmd/{name}", *stamps)


def released(package: str, version: str) -> Make:
    """A program as its own module releases it; Go names it by the package's last word."""

    def make(made: Path) -> None:
        flags = ("-buildvcs=false", "-ldflags", "-s -w")
        go("install", *flags, f"{package}@v{version}", GOBIN=str(made.parent))

    return make


def stages(made: Path) -> None:
    """What kwok does with pods and nodes: ready at once, gone at once, nodes with a heartbeat."""
    kustomize = download(f"sigs.k8s.io/kwok@v{KWOK}") / "kustomize" / "stage"
    folders = ("pod/fast", "node/fast", "node/heartbeat-with-lease")
    files = [file for name in folders for file in sorted((kustomize / name).glob("*.yaml"))]
    texts = [file.read_text() for file in files if file.name != "kustomization.yaml"]
    made.write_text("\n---\n".join(texts))


def published(module: str, path: str) -> Make:
    """A file of a module, as it is."""

    def make(made: Path) -> None:
        made.write_bytes((download(module) / path).read_bytes())

    return make


def download(module: str) -> Path:
    """Where Go keeps the module's files."""
    return Path(json.loads(go("mod", "download", "-json", module))["Dir"])


def go(*arguments: str, cwd: Path | None = None, **environment: str) -> str:
    """What the Go command says on stdout; quiet unless it fails."""
    done = subprocess.run(
        ["go", *arguments],
        cwd=cwd or folder(),
        env={**os.environ, "CGO_ENABLED": "0", **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last_words = re.sub(r"\n+", " | ", "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:]))
        raise BuildFailed(f"`go {arguments[0]}` ended with {done.returncode}: {last_words}")
    return done.stdout


PARTS = (
    Part(name="etcd", version=ETCD, make=from_module("go.etcd.io/etcd/server/v3")),
    *(
        Part(name=name, version=KUBERNETES, make=kubernetes(name))
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ),
    Part(name="kwok", version=KWOK, make=released("sigs.k8s.io/kwok/cmd/kwok", KWOK)),
    Part(name="stages.yaml", version=KWOK, make=stages),
    #: Istio's own definitions, with their schema and CEL rules.
    Part(name="crds.yaml", version=ISTIO, make=published(f"istio.io/api@v{ISTIO}", CRDS)),
    Part(name="openapi.json", version=KUBERNETES, make=published(SOURCE, "api/openapi-spec/swagger.json")),
    Part(name="helm", version=HELM, make=released("helm.sh/helm/v4/cmd/helm", HELM)),
    Part(
        name="kubeconform",
        version=KUBECONFORM,
        make=released("github.com/yannh/kubeconform/cmd/kubeconform", KUBECONFORM),
    ),
)

#: What real nodes need besides.
NODE_PARTS = (
    *(
        Part(name=name, version=KUBERNETES, make=kubernetes(name))
        for name in ("kubelet", "kube-proxy", "kubectl")
    ),
    Part(name="coredns", version=COREDNS, make=released("github.com/coredns/coredns", COREDNS)),
    #: What holds a pod's namespaces.
    Part(name="pause.c", version=KUBERNETES, make=published(SOURCE, "build/pause/linux/pause.c")),
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
