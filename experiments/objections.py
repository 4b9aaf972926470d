"""What speaks against an experiment on this machine: every place of its tree that does something.

Activities wherever they stand, the probes inside tolerances and among the values of the configuration,
controls at every level, and where values and secrets come from. Nothing is imported, looked up or asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from experiments.addresses import guarded, host_of, literal
from experiments.format.problem import shown
from experiments.model import (
    Activity,
    Control,
    Experiment,
    HttpProvider,
    Json,
    ProcessProvider,
    PythonProvider,
)
from experiments.providers.described import described

if TYPE_CHECKING:
    from experiments.policy import Policy


def against_experiment(policy: Policy, experiment: Experiment) -> Iterator[str]:
    """One sentence for each objection, with the name of what it is about."""
    for activity in experiment.activities():
        for sentence in (*against(policy, activity), *_against_controls(policy, activity.controls)):
            yield f"{activity.name}: {sentence}"
    hypothesis = experiment.hypothesis.controls if experiment.hypothesis else ()
    yield from _against_controls(policy, (*experiment.controls, *hypothesis))
    yield from _against_configuration(policy, experiment.configuration)
    yield from _against_secrets(policy, experiment.secrets, "secrets", experiment.configuration)


def against(policy: Policy, activity: Activity) -> Iterator[str]:
    """Against one activity as the file has it; text still to substitute is judged when it runs."""
    match activity.provider:
        case PythonProvider(module=module, arguments=arguments):
            if not policy.allows_module(module):
                yield _refused("module", module, policy.modules)
            yield from against_namespaces(policy, arguments)
        case HttpProvider() as provider:
            yield from _against_request(policy, provider)
        case ProcessProvider() as provider:
            yield from _against_program(policy, provider)
    if isinstance(activity.tolerance, dict) and activity.tolerance.get("type") == "probe":
        yield from _against_probe(policy, activity.tolerance, "its tolerance cannot be judged")


def against_namespaces(policy: Policy, arguments: Mapping[str, Json]) -> Iterator[str]:
    """Against the namespaces among these arguments."""
    for name in ("ns", "namespace"):
        namespace = arguments.get(name)
        if isinstance(namespace, str) and "$" not in namespace and not policy.allows_namespace(namespace):
            yield _refused("namespace", namespace, policy.namespaces or ())


def against_url(policy: Policy, url: str) -> str:
    """The sentence about a URL that the policy does not allow."""
    host, scheme = host_of(url), url.partition(":")[0].lower()
    there = literal(host or "")
    if scheme not in ("http", "https"):
        return f"expected a URL with http:// or https:// and a host, got {shown(url)}"
    if there is not None and guarded(there):
        return against_address(str(there))
    return _refused("HTTP host", host or url, policy.http_hosts)


def against_address(address: str) -> str:
    """The sentence about an address that only its own mention allows."""
    there = literal(address)
    why = guarded(there) if there is not None else "none that can be read"
    return (
        f"the policy of this worker does not allow the address {address} ({why}), unless http_hosts lists it"
    )


def _against_request(policy: Policy, provider: HttpProvider) -> Iterator[str]:
    host = host_of(provider.url)
    if "$" not in (host or provider.url) and not policy.allows_url(provider.url):
        yield against_url(policy, provider.url)
    if provider.verify_tls is False and not policy.unverified_tls:
        yield "the policy of this worker does not allow verify_tls: false; take it out"


def _against_program(policy: Policy, provider: ProcessProvider) -> Iterator[str]:
    if not policy.allows_executable(provider.path):
        yield _refused("program", provider.path, policy.executables)
    if isinstance(provider.arguments, str) and not policy.shell_words:
        yield "the policy of this worker does not allow the arguments of a program as one text; write a list"


def _against_probe(policy: Policy, source: Mapping[str, Json], unreadable: str) -> Iterator[str]:
    try:
        probe = described(source)
    except ValueError as wrong:
        yield f"{unreadable}: {wrong}"
    else:
        yield from against(policy, probe)
        inner = source.get("tolerance")  # nothing judges it, and nothing that hides there is meant well
        if isinstance(inner, dict) and inner.get("type") == "probe":
            yield from _against_probe(policy, inner, unreadable)


def _against_controls(policy: Policy, controls: tuple[Control, ...]) -> Iterator[str]:
    for control in controls:
        if not policy.allows_control(control.provider.module):
            sentence = _refused("module of a control", control.provider.module, policy.controls)
            yield f"control {control.name}: {sentence}"


def _against_configuration(policy: Policy, configuration: Mapping[str, Json]) -> Iterator[str]:
    for name, value in configuration.items():
        if not isinstance(value, dict):
            continue
        sentences: Iterator[str] = iter(())
        if value.get("type") == "probe":
            sentences = _against_probe(policy, value, "the probe cannot be judged")
        elif value.get("type") == "env":
            sentences = _against_variable(policy, value)
        for sentence in sentences:
            yield f"configuration.{name}: {sentence}"


def _against_variable(policy: Policy, value: Mapping[str, Json]) -> Iterator[str]:
    key = str(value.get("key"))
    if not policy.allows_variable(key):
        yield _refused("environment variable", key, policy.variables)


def _against_secrets(
    policy: Policy, secrets: Mapping[str, Json], place: str, configuration: Mapping[str, Json]
) -> Iterator[str]:
    for name, value in secrets.items():
        inner = f"{place}.{name}"
        if not policy.allows_secret_name(name):
            yield f"{inner}: the policy of this worker reserves the name for its own way to a cluster"
        if isinstance(value, dict) and value.get("type") not in ("env", "file", "vault"):
            yield from _against_secrets(policy, value, inner, configuration)
        elif isinstance(value, dict):
            for sentence in _against_secret(policy, value, configuration):
                yield f"{inner}: {sentence}"


def _against_secret(
    policy: Policy, value: Mapping[str, Json], configuration: Mapping[str, Json]
) -> Iterator[str]:
    match value.get("type"):
        case "env":
            yield from _against_variable(policy, value)
        case "file" if not policy.allows_secret_file(str(value.get("path"))):
            yield (
                f"the policy of this worker does not allow the file {str(value.get('path'))!r}; "
                "expected a path below its folder of secrets"
            )
        case "vault":
            said = configuration.get("vault_addr")
            address = said if isinstance(said, str) else ""  # any other one is judged when it is asked
            if not policy.vault_hosts or (address and not policy.allows_vault(address)):
                yield _refused("Vault", address or "of this machine", policy.vault_hosts)
        case _:
            pass


def _refused(what: str, name: str, allowed: tuple[str, ...]) -> str:
    known = ", ".join(allowed) or "none"
    return f"the policy of this worker does not allow the {what} {name!r}; it allows {known}"
