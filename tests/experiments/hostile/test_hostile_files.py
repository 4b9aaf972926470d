"""Files that want what a worker does not allow: each is refused, and nothing of it ever happened.

The corpus holds one file for each thing to try, named for it and grouped by the threats of the model: T01
code, T02 where in the tree it may hide, T03 programs, T04 requests, T05 secrets, T06 the way to a cluster,
T07 the text itself, T08 paths. Each is loaded, judged and run in another interpreter, under two policies,
while an audit hook listens and a server of this machine waits to be asked.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
#: Where files of the corpus want to go to on this machine; the port is replaced by the canary's.
PORT = "65530"
CANARY = "c4nary-0f-the-worker"
MODULE, PROGRAM, TEXT = "allow the module", "allow the program", "as one text"
HOST, LOOPBACK, LINK_LOCAL = "allow the HTTP host", "(loopback)", "(link-local)"
CONTROL, NAMESPACE, MISSING = (
    "module of a control",
    "allow the namespace",
    "not in the library of this version",
)
VARIABLE, FILE, VAULT, RESERVED = (
    "environment variable",
    "allow the file",
    "allow the Vault",
    "reserves the name",
)
REPEAT, DEEP, CIRCLE, TAG = "aliases repeat", "nested deeper", "contains itself", "tag !!python"

#: File -> a word of the rule that refuses it.
REFUSED: Mapping[str, str] = {
    "t01-a-command-by-os-system.yaml": MODULE,
    "t01-a-cyrillic-letter.yaml": MODULE,
    "t01-a-foreign-namespace-by-its-other-name.yaml": NAMESPACE,
    "t01-a-foreign-namespace-out-of-the-configuration.yaml": NAMESPACE,
    "t01-a-foreign-namespace.yaml": NAMESPACE,
    "t01-a-function-with-dots.yaml": MISSING,
    "t01-a-line-break-in-the-module.yaml": MISSING,
    "t01-a-module-by-importlib.yaml": MODULE,
    "t01-a-module-by-runpy.yaml": MODULE,
    "t01-a-package-that-only-begins-like-ours.yaml": MODULE,
    "t01-a-program-by-subprocess.yaml": MODULE,
    "t01-a-relative-module.yaml": MODULE,
    "t01-an-object-by-pickle.yaml": MODULE,
    "t01-code-by-eval.yaml": MODULE,
    "t01-code-by-exec.yaml": MODULE,
    "t01-full-width-letters.yaml": MODULE,
    "t01-our-bare-package.yaml": MODULE,
    "t01-our-name-and-a-module-that-is-none-of-ours.yaml": MISSING,
    "t01-our-package-as-a-module-of-itself.yaml": MISSING,
    "t01-the-engine-s-own-insides.yaml": MODULE,
    "t01-the-policy-of-the-worker.yaml": MODULE,
    "t01-the-worker-s-wiring.yaml": MODULE,
    "t01-upper-case.yaml": MODULE,
    "t02-a-control-by-reference.yaml": CONTROL,
    "t02-a-control-of-a-rollback.yaml": CONTROL,
    "t02-a-control-of-an-activity.yaml": CONTROL,
    "t02-a-control-of-the-experiment.yaml": CONTROL,
    "t02-a-control-of-the-hypothesis.yaml": CONTROL,
    "t02-a-control-under-our-own-name.yaml": CONTROL,
    "t02-as-a-tolerance-out-of-the-configuration.yaml": MODULE,
    "t02-as-a-tolerance-within-a-tolerance.yaml": MODULE,
    "t02-as-a-value-of-the-configuration.yaml": MODULE,
    "t02-as-the-judge-of-a-value.yaml": MODULE,
    "t02-as-the-probe-of-a-tolerance-in-the-method.yaml": MODULE,
    "t02-as-the-probe-of-a-tolerance.yaml": MODULE,
    "t02-as-what-a-ref-names.yaml": MODULE,
    "t02-in-json.json": MODULE,
    "t02-in-the-background.yaml": MODULE,
    "t02-in-the-hypothesis.yaml": MODULE,
    "t02-in-the-rollbacks.yaml": MODULE,
    "t02-through-a-merge.yaml": MODULE,
    "t02-through-an-anchor.yaml": MODULE,
    "t03-a-folder-deeper-than-the-allowed-one.yaml": PROGRAM,
    "t03-a-program-by-its-bare-name.yaml": PROGRAM,
    "t03-a-program-by-its-path.yaml": PROGRAM,
    "t03-a-program-where-the-worker-stands.yaml": PROGRAM,
    "t03-a-shell-and-a-text.yaml": PROGRAM,
    "t03-a-way-back-out-of-an-allowed-folder.yaml": PROGRAM,
    "t03-an-allowed-program-with-a-text.yaml": TEXT,
    "t03-an-environment-before-the-program.yaml": PROGRAM,
    "t03-env-starts-another.yaml": PROGRAM,
    "t03-in-a-tolerance.yaml": PROGRAM,
    "t03-in-the-configuration.yaml": PROGRAM,
    "t03-two-slashes.yaml": PROGRAM,
    "t04-a-backslash-before-the-host.yaml": HOST,
    "t04-a-certificate-nobody-looks-at-by-substitution.yaml": "verify_tls: false",
    "t04-a-certificate-nobody-looks-at.yaml": "verify_tls: false",
    "t04-a-file-on-an-allowed-host.yaml": "expected a URL with http",
    "t04-a-file.yaml": "expected a URL with http",
    "t04-a-host-out-of-the-configuration.yaml": LOOPBACK,
    "t04-a-line-break-in-the-host.yaml": LOOPBACK,
    "t04-a-name-in-letters-that-look-alike.yaml": HOST,
    "t04-a-user-out-of-the-configuration.yaml": LOOPBACK,
    "t04-a-whole-url-out-of-the-configuration.yaml": LOOPBACK,
    "t04-an-allowed-name-as-a-prefix.yaml": HOST,
    "t04-an-allowed-name-as-the-user.yaml": LOOPBACK,
    "t04-an-allowed-name-as-user-and-word.yaml": LOOPBACK,
    "t04-an-allowed-name-in-the-fragment.yaml": LOOPBACK,
    "t04-an-allowed-name-with-a-dot.yaml": HOST,
    "t04-another-protocol.yaml": "expected a URL with http",
    "t04-loopback-in-ipv6.yaml": LOOPBACK,
    "t04-loopback-in-short.yaml": LOOPBACK,
    "t04-metadata-behind-nat64.yaml": LINK_LOCAL,
    "t04-metadata-by-its-name.yaml": HOST,
    "t04-metadata-in-decimal.yaml": LINK_LOCAL,
    "t04-metadata-in-hex.yaml": LINK_LOCAL,
    "t04-metadata-in-octal.yaml": LINK_LOCAL,
    "t04-metadata-mapped-into-ipv6.yaml": LINK_LOCAL,
    "t04-metadata.yaml": LINK_LOCAL,
    "t04-no-address-at-all.yaml": "(unspecified)",
    "t04-the-api-server.yaml": HOST,
    "t04-the-canary-by-name.yaml": HOST,
    "t04-the-canary-itself.yaml": LOOPBACK,
    "t05-a-file-above-the-folder-in-the-middle.yaml": FILE,
    "t05-a-file-above-the-folder.yaml": FILE,
    "t05-a-file-anywhere.yaml": FILE,
    "t05-a-key-of-the-cloud.yaml": VARIABLE,
    "t05-a-secret-as-configuration.yaml": VARIABLE,
    "t05-a-secret-in-the-title.yaml": VARIABLE,
    "t05-a-secret-without-a-group.yaml": VARIABLE,
    "t05-a-variable-that-ends-like-an-allowed-one.yaml": VARIABLE,
    "t05-a-vault-of-his-own.yaml": VAULT,
    "t05-deep-in-a-group.yaml": VARIABLE,
    "t05-the-password-of-redis.yaml": VARIABLE,
    "t05-vault-without-leave.yaml": VAULT,
    "t06-another-account.yaml": RESERVED,
    "t06-another-api-server-at-the-top.yaml": RESERVED,
    "t06-another-api-server-from-the-environment.yaml": RESERVED,
    "t06-another-api-server.yaml": RESERVED,
    "t06-another-context.yaml": RESERVED,
    "t07-5000-levels-in-json.json": DEEP,
    "t07-5000-levels-of-mappings.yaml": DEEP,
    "t07-5000-levels.yaml": DEEP,
    "t07-a-billion-laughs.yaml": REPEAT,
    "t07-a-number-of-100000-digits.yaml": "finite number",
    "t07-a-tag-by-its-long-name.yaml": TAG,
    "t07-an-anchor-in-itself-by-a-merge.yaml": CIRCLE,
    "t07-an-anchor-in-itself.yaml": CIRCLE,
    "t07-an-object-of-python-by-name.yaml": TAG,
    "t07-an-object-of-python.yaml": TAG,
    "t07-laughs-by-merging.yaml": REPEAT,
    "t07-two-documents.yaml": "found a second one",
    "t07-two-methods-in-json.json": MODULE,
    "t07-two-methods.yaml": MODULE,
    "t07-two-modules.yaml": MODULE,
    "t08-a-manifest-by-a-url.yaml": MISSING,
    "t08-a-manifest-of-the-machine.yaml": MISSING,
}
#: The default policy leaves the namespaces to the rights of the worker's account.
LEFT_TO_THE_ACCOUNT = {("default", name) for name, rule in REFUSED.items() if rule == NAMESPACE}
#: What is known only at the moment it would happen; everything else ends before the run begins.
KNOWN_LATE = {
    name
    for name, rule in REFUSED.items()
    if rule == MISSING or "out-of-the-configuration" in name or "by-substitution" in name
}


class Canary:
    """A port of this machine that counts who comes."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        self.port: int = self._listening.getsockname()[1]

    def callers(self) -> int:
        came = 0
        while True:
            try:
                self._listening.accept()[0].close()
            except BlockingIOError:
                return came
            came += 1

    def close(self) -> None:
        self._listening.close()


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    listening = Canary()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def witnessed(canary: Canary, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("corpus")
    for each in CORPUS.iterdir():
        (folder / each.name).write_text(each.read_text().replace(PORT, str(canary.port)))
    done = subprocess.run(
        [sys.executable, str(HERE / "witness.py"), str(canary.port), *map(str, sorted(folder.iterdir()))],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def answers(witnessed: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = [each for each in witnessed["answers"] if each["file"] == name]
    assert len(found) == 2
    return found


def test_every_file_of_the_corpus_has_its_rule() -> None:
    assert {each.name for each in CORPUS.iterdir()} == set(REFUSED)
    assert len(REFUSED) >= 50
    assert {name[:3] for name in REFUSED} == {f"t0{number}" for number in range(1, 9)}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_by_its_rule(witnessed: dict[str, Any], name: str) -> None:
    for answer in answers(witnessed, name):
        if (answer["policy"], name) in LEFT_TO_THE_ACCOUNT:
            continue
        innocent_part_too = answer["policy"] == "default" and HOST in answer["said"]
        assert REFUSED[name] in answer["said"] or innocent_part_too


@pytest.mark.parametrize("name", sorted(set(REFUSED) - KNOWN_LATE))
def test_it_is_refused_before_the_run_begins(witnessed: dict[str, Any], name: str) -> None:
    stages = {
        answer["stage"]
        for answer in answers(witnessed, name)
        if (answer["policy"], name) not in LEFT_TO_THE_ACCOUNT
    }
    assert stages in ({"policy"}, {"file"})


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_of_it_was_imported_started_or_asked(witnessed: dict[str, Any], name: str) -> None:
    assert [answer["seen"] for answer in answers(witnessed, name)] == [[], []]


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_of_the_worker_s_environment_is_told(witnessed: dict[str, Any], name: str) -> None:
    assert not any(CANARY in answer["said"] for answer in answers(witnessed, name))


def test_the_witness_sees_an_import_a_program_and_a_connection(
    witnessed: dict[str, Any], canary: Canary
) -> None:
    words = " ".join(witnessed["proof"])
    for event in (
        "module colorsys",
        "subprocess.Popen",
        "socket.getaddrinfo",
        "socket.connect",
    ):
        assert event in words
    assert canary.callers() == 1  # the proof's own; nobody else came
