"""The gateway on both clusters, and against a server that answers whatever a test wants."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from controlplane.client import Object
from playground import ISTIO, Playground

from experiments.faults.intent import Target
from experiments.kubernetes import errors
from experiments.kubernetes.gateway import PATIENCE, Gateway
from experiments.kubernetes.objects import name_of, resource_version_of, target_of

NOBODY = "00000000-0000-4000-8000-000000000000"


def target(playground: Playground, **more: str) -> Target:
    return target_of(ISTIO, "virtualservices", {"metadata": {**playground.live()["metadata"], **more}})


def test_an_object_is_read_and_what_is_not_there_is_not_found(playground: Playground) -> None:
    playground.virtual_service()
    gateway = playground.gateway
    assert gateway.get(ISTIO, "virtualservices", "web", playground.namespace) == playground.live()
    with pytest.raises(errors.NotFound, match=r'404 to GET .*"nobody" not found'):
        gateway.get(ISTIO, "virtualservices", "nobody", playground.namespace)
    with pytest.raises(errors.NotFound):
        gateway.get("nobody.example/v1", "things", "web", playground.namespace)


def test_a_list_is_whole_however_many_pages_it_takes(playground: Playground) -> None:
    wanted = [f"web-{number}" for number in range(5)]
    for name in wanted:
        playground.virtual_service(name, labels={"app": name})
    real = playground.gateway
    paged = Gateway(real._connect, page=2)
    found = paged.list(ISTIO, "virtualservices", playground.namespace)
    assert sorted(map(name_of, found)) == wanted
    (one,) = paged.list(ISTIO, "virtualservices", playground.namespace, label_selector="app=web-3")
    assert name_of(one) == "web-3"


def test_metadata_alone_comes_without_the_rest(playground: Playground) -> None:
    playground.virtual_service()
    (one,) = playground.gateway.list(ISTIO, "virtualservices", playground.namespace, metadata_only=True)
    assert name_of(one) == "web"
    assert "spec" not in one


def test_a_patch_of_another_version_or_object_is_refused(playground: Playground) -> None:
    first = playground.virtual_service()
    second = playground.edit({"metadata": {"labels": {"a": "b"}}})
    gateway, change = playground.gateway, {"metadata": {"labels": {"c": "d"}}}
    with pytest.raises(errors.Conflict, match="409"):
        gateway.patch(target(playground), change, resource_version=resource_version_of(first))
    other = target(playground, uid=NOBODY)
    with pytest.raises(errors.Replaced):
        gateway.patch(other, change, resource_version=resource_version_of(second))
    with pytest.raises(errors.Replaced, match="was replaced"):
        gateway.read(target(playground, uid=NOBODY))
    assert playground.live() == second
    patched = gateway.patch(target(playground), change, resource_version=resource_version_of(second))
    assert patched["metadata"]["labels"] == {"a": "b", "c": "d"}


def test_a_deletion_hits_only_the_very_object(playground: Playground) -> None:
    playground.virtual_service()
    with pytest.raises(errors.Replaced):
        playground.gateway.delete(target(playground, uid=NOBODY))
    here = target(playground)
    playground.gateway.delete(here)
    with pytest.raises(errors.NotFound):
        playground.gateway.delete(here)


def test_a_name_is_taken_once(playground: Playground) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
    created = playground.gateway.create("v1", "configmaps", playground.namespace, body)
    assert created["data"] == {"k": "v"}
    with pytest.raises(errors.Conflict):
        playground.gateway.create("v1", "configmaps", playground.namespace, body)


def test_a_request_that_makes_no_sense_is_rejected(playground: Playground) -> None:
    with pytest.raises(errors.Rejected):
        playground.gateway.list("v1", "pods", playground.namespace, label_selector="a in (")


@pytest.mark.parametrize("namespace", ["other", "", "shopping"])
def test_a_namespace_out_of_bounds_is_refused_before_any_request(namespace: str) -> None:
    gateway = Gateway(_never, namespaces=["shop", "team-*"])
    here = Target(api_version="v1", resource="pods", namespace=namespace, name="a", uid="1")
    asks: list[Callable[[], object]] = [
        lambda: gateway.list("v1", "pods", namespace),
        lambda: gateway.get("v1", "pods", "a", namespace),
        lambda: gateway.create("v1", "pods", namespace, {}),
        lambda: gateway.patch(here, {}, resource_version="1"),
        lambda: gateway.delete(here),
    ]
    for ask in asks:
        with pytest.raises(errors.OutOfBounds, match="allowed namespaces: shop, team-"):
            ask()


@pytest.mark.parametrize("resource", ["pods", "namespaces"])
def test_a_namespace_within_bounds_is_asked_for(resource: str) -> None:
    gateway = Gateway(_never, namespaces=["team-*"])
    with pytest.raises(AssertionError, match="connected"):
        gateway.get("v1", resource, "team-a", "" if resource == "namespaces" else "team-a")


def _never() -> Any:
    raise AssertionError("connected")


class Scripted:
    """A server that gives prepared answers in turn, the last one for ever; it notes what it was asked."""

    def __init__(self, *answers: tuple[int, Object] | tuple[int, Object, dict[str, str]]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []
        self.tokens: list[str] = []

    @contextmanager
    def serving(self, folder: Path, identity: str = "first") -> Iterator[Path]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield kubeconfig(folder, server.server_address[1], identity)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                script.asked.append((self.command, self.path))
                script.tokens.append(self.headers.get("Authorization", ""))
                code, body, *more = script.answers.pop(0) if script.answers[1:] else script.answers[0]
                data = json.dumps(body).encode()
                self.send_response(code)
                for key, value in (more[0] if more else {}).items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        for method in ("GET", "PATCH", "DELETE", "POST"):
            setattr(Handler, f"do_{method}", Handler._answer)
        return Handler


def kubeconfig(folder: Path, port: int, token: str) -> Path:
    config = {
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "u", "user": {"token": token}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(config))
    return file


def patient(file: Path, waited: list[float]) -> Gateway:
    """A gateway that notes how long it would wait."""
    return Gateway(Gateway.connect(file)._connect, wait=waited.append)


SHOP = Target(api_version="v1", resource="pods", namespace="shop", name="a", uid="1")
WRITES: list[Callable[[Gateway], object]] = [
    lambda gateway: gateway.patch(SHOP, {}, resource_version="1"),
    lambda gateway: gateway.delete(SHOP),
    lambda gateway: gateway.create("v1", "pods", "shop", {}),
]


def test_a_read_is_asked_again_while_the_server_is_ill(tmp_path: Path) -> None:
    script, waited = Scripted((503, {}), (500, {}), (200, {"kind": "Pod"})), list[float]()
    with script.serving(tmp_path) as file:
        assert patient(file, waited).get("v1", "pods", "a", "shop") == {"kind": "Pod"}
    assert waited == list(PATIENCE)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_never_repeated_and_says_that_it_may_have_happened(
    tmp_path: Path, write: Callable[[Gateway], object]
) -> None:
    script = Scripted((503, {"message": "ill"}))
    with script.serving(tmp_path) as file, pytest.raises(errors.Unavailable, match=r"503 to .*: ill") as told:
        write(patient(file, []))
    assert told.value.maybe_applied
    assert len(script.asked) == 1


def test_a_busy_server_says_when_to_come_back(tmp_path: Path) -> None:
    script, waited = Scripted((429, {}, {"Retry-After": "7"}), (200, {"items": []})), list[float]()
    with script.serving(tmp_path) as file:
        assert patient(file, waited).list("v1", "pods", "shop") == []
        script.answers = [(429, {}, {"Retry-After": "3"})]
        with pytest.raises(errors.TooManyRequests) as busy:
            patient(file, []).delete(SHOP)
    assert (waited, busy.value.retry_after) == ([7.0], 3.0)


def test_a_list_that_grew_too_old_is_started_again(tmp_path: Path) -> None:
    page = {"items": [{"metadata": {"name": "a"}}], "metadata": {"continue": "more"}}
    last = {"items": [{"metadata": {"name": "b"}}], "metadata": {}}
    script = Scripted((200, page), (410, {"reason": "Expired"}), (200, page), (200, last))
    with script.serving(tmp_path) as file:
        found = Gateway.connect(file).list("v1", "pods", "shop")
    assert [name_of(each) for each in found] == ["a", "b"]
    assert [("continue=more" in path) for _, path in script.asked] == [False, True, False, True]


def test_a_list_that_is_always_too_old_is_no_list(tmp_path: Path) -> None:
    with (
        Scripted((410, {})).serving(tmp_path) as file,
        pytest.raises(errors.Unavailable, match="grew too old"),
    ):
        Gateway.connect(file).list("v1", "pods", "shop")


def test_a_token_that_is_not_accepted_any_more_is_read_again(tmp_path: Path) -> None:
    script = Scripted((200, {}), (401, {}), (200, {"kind": "Pod"}))
    with script.serving(tmp_path) as file:
        gateway = Gateway.connect(file)
        gateway.get("v1", "pods", "a", "shop")
        file.write_text(file.read_text().replace("first", "second"))
        assert gateway.get("v1", "pods", "a", "shop") == {"kind": "Pod"}
    assert script.tokens == ["Bearer first", "Bearer first", "Bearer second"]


def test_credentials_that_are_never_accepted_are_told_and_not_shown(tmp_path: Path) -> None:
    script = Scripted((401, {"message": "who are you"}))
    with (
        script.serving(tmp_path, "hush-hush") as file,
        pytest.raises(errors.Unauthorized, match="who are you") as told,
    ):
        Gateway.connect(file).get("v1", "pods", "a", "shop")
    assert "hush-hush" not in str(told.value)
    assert len(script.asked) == 2


def test_where_nobody_listens_nothing_was_applied(tmp_path: Path) -> None:
    with Scripted((200, {})).serving(tmp_path) as file:
        pass
    with pytest.raises(errors.Unavailable, match="does not answer") as told:
        patient(file, []).delete(SHOP)
    assert not told.value.maybe_applied


def test_without_a_cluster_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(errors.NotConfigured, match="set KUBECONFIG"):
        Gateway.connect(tmp_path / "nowhere").get("v1", "pods", "a", "shop")


def test_an_unchecked_certificate_is_refused(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, 1, "t")
    file.write_text(file.read_text().replace('"server"', '"insecure-skip-tls-verify": true, "server"'))
    with pytest.raises(errors.NotConfigured, match="certificate"):
        Gateway.connect(file).get("v1", "pods", "a", "shop")


def test_a_child_process_opens_connections_of_its_own(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    with Scripted((200, {"kind": "Pod"})).serving(tmp_path) as file:
        connect = Gateway.connect(file)._connect

        def noted() -> Any:
            with opened.open("a") as notes:
                notes.write(f"{os.getpid()}\n")
            return connect()

        gateway = Gateway(noted)
        gateway.get("v1", "pods", "a", "shop")
        child = os.fork()
        if child == 0:
            gateway.get("v1", "pods", "a", "shop")
            os._exit(0)
        os.waitpid(child, 0)
    assert opened.read_text().split() == [str(os.getpid()), str(child)]
