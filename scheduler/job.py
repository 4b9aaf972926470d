"""One run inside the cluster as a Job: its account with the least rights, the experiment, and no retry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from experiments.kubernetes.objects import Object
from experiments.model import Json
from scheduler.configmap import manifest
from scheduler.rights.manifests import LABELS, Account, account_text, document
from scheduler.rights.needs import Needs, Part, of_experiment
from scheduler.rights.text import comments, plain

#: Seconds beside the run's own deadline: to come to a node, and to undo.
AROUND_SECONDS = 300
#: Seconds in which a run that is stopped undoes, with an API server that answers slowly.
UNDO_SECONDS = 120
#: A day in which somebody may look at the verdict and the log.
KEPT_SECONDS = 24 * 3600

FOLDER, STATE = "/etc/cowbane/experiment", "/var/lib/cowbane"
ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"
READING = ("get", "list")
#: A volume, and the folder at the root that it stands for.
SCRATCH = "tmp"
_KEY = re.compile(r"(?!\.\.)[-._a-zA-Z0-9]{1,253}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the command line says about it."""

    name: str
    namespace: str
    image: str
    file: str  #: the experiment's file name
    text: str  #: and its content, as people wrote it
    deadline: int  #: seconds
    dry: bool = False
    variables: tuple[str, ...] = ()  #: as `--var` has them
    secret: str = ""  #: a Secret whose keys become the environment


def name_for(file: str) -> str:
    """A name for the Job of a file."""
    stem = re.sub(r"[^a-z0-9]+", "-", file.rpartition(".")[0].lower()).strip("-")
    return f"cowbane-{stem}"[:52].rstrip("-")


def job_needs(source: Mapping[str, Json], values: Mapping[str, Json], *, dry: bool) -> Needs:
    """What the run itself asks for: no reaper sweeps after it, and a dry one changes nothing."""
    found = of_experiment(source, values, ())
    known = (each for each in found.known if each.part is not Part.SWEEP)
    return replace(found, known=tuple(each for each in known if not dry or each.grant.verb in READING))


def job_text(job: Job, needs: Needs) -> str:
    """For `kubectl apply -f -`: the account and its rights, the experiment, the Job."""
    account = Account(name=job.name, namespace=job.namespace, labels=_labels())
    key = _key(job.file)
    return "---\n".join(
        [
            _heading(job, needs) + manifest({key: job.text}, job.name, job.namespace),
            *account_text(account, needs),
            document("batch/v1", "Job", account.about(), spec=_spec(job, key)),
        ]
    )


def _heading(job: Job, needs: Needs) -> str:
    lines = [
        f"One run of {plain(job.file)}{', dry' if job.dry else ''}: the Job is Complete when it passed and"
        " everything was undone, else Failed.",
        f"Follow it: kubectl -n {job.namespace} logs -f job/{job.name}",
        *(f"MIND: {each}" for each in needs.unknown),
    ]
    if any(each.part is Part.UNDO for each in needs.known):
        lines.append("If its node dies during the run nobody undoes: `cowbane injected`, `cowbane undo`.")
    lines.append("Once more, or never again: pipe this to `kubectl delete --ignore-not-found -f -` first.")
    return comments(lines)


def _labels() -> dict[str, str]:
    return {**LABELS, "app.kubernetes.io/component": "job"}


def _key(file: str) -> str:
    """A key that a ConfigMap takes; how the file ends says how it is read."""
    return file if _KEY.fullmatch(file) else f"experiment.{'json' if file.endswith('.json') else 'yaml'}"


def _spec(job: Job, key: str) -> Object:
    return {
        "backoffLimit": 0,
        "podReplacementPolicy": "Failed",
        "activeDeadlineSeconds": job.deadline + AROUND_SECONDS,
        "ttlSecondsAfterFinished": KEPT_SECONDS,
        "template": {"metadata": {"labels": _labels()}, "spec": _pod(job, key)},
    }


def _pod(job: Job, key: str) -> Object:
    """As a worker's: nobody, nowhere, with a token that expires within the hour."""
    return {
        "restartPolicy": "Never",
        "serviceAccountName": job.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": UNDO_SECONDS,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(job, key)],
        "volumes": _volumes(job),
    }


def _container(job: Job, key: str) -> Object:
    environment = {"envFrom": [{"secretRef": {"name": job.secret}}]} if job.secret else {}
    return {
        "name": "run",
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "image": job.image,
        "imagePullPolicy": "IfNotPresent",
        "command": [_verbatim(each) for each in _command(job, key)],
        **environment,
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi"},
            "limits": {"memory": "256Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "token", "mountPath": ACCOUNT_FOLDER, "readOnly": True},
            {"name": "experiment", "mountPath": FOLDER, "readOnly": True},
            {"name": "state", "mountPath": STATE},
            {"name": SCRATCH, "mountPath": f"/{SCRATCH}"},
        ],
    }


def _command(job: Job, key: str) -> list[str]:
    words = ["cowbane", "run", f"{FOLDER}/{key}", "--journal", f"{STATE}/journal.json"]
    words += ["--deadline", f"{job.deadline}s", *(["--dry"] if job.dry else [])]
    return [*words, *(word for each in job.variables for word in ("--var", each))]


def _verbatim(word: str) -> str:
    """Kubernetes would put the environment into `$(NAME)`."""
    return word.replace("$", "$$")


def _volumes(job: Job) -> list[Object]:
    token = {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}}  # the API server's audience
    authority = {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}
    where = {"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}
    sources = [token, authority, {"downwardAPI": {"items": [where]}}]
    return [
        {"name": "token", "projected": {"defaultMode": 0o440, "sources": sources}},
        {"name": "experiment", "configMap": {"name": job.name}},
        {"name": "state", "emptyDir": {"sizeLimit": "64Mi"}},
        {"name": SCRATCH, "emptyDir": {"sizeLimit": "64Mi"}},
    ]
