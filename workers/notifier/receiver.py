"""A receiver of one's own: stands in for Slack and for a webhook endpoint, and keeps what it got.

`python -m workers.notifier.receiver --port 0 --file PATH` prints its URL and runs until SIGTERM.
`<url>/api/` is Slack's API for bots, `<url>/services/...` an incoming webhook, any other path a webhook.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any, Self
from urllib.parse import parse_qsl

from workers.notifier.events import Event
from workers.notifier.inbox import Answer, Inbox, Kind, Received
from workers.notifier.text import message


class Receiver:
    """Listens while the context is open, on a loopback port unless told otherwise."""

    def __init__(self, port: int = 0, file: Path | None = None, host: str = "127.0.0.1") -> None:
        self._inbox = Inbox(file)
        self._server = _Server((host, port), self._inbox)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def messages(self) -> list[Received]:
        """What arrived and was taken, in order."""
        return self._inbox.messages()

    def play(self, *answers: Answer) -> None:
        """Answer the next requests like this, one each."""
        self._inbox.play(answers)

    def accept_only(self, *tokens: str) -> None:
        """Refuse every other bot token from now on; without this any token is good."""
        self._inbox.accept_only(tokens)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._inbox.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for the last answer

    def __init__(self, address: tuple[str, int], inbox: Inbox) -> None:
        super().__init__(address, _Handler)
        self.inbox = inbox

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10.0  # seconds a caller may take for its request

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        answer = self.server.inbox.next_answer()
        if answer.status:
            self._reply(answer.status, answer.text, answer.headers)
        elif self.path.startswith("/api/"):
            self._slack_api(body)
        elif self.path.startswith("/services/"):
            self._slack_hook(body)
        else:
            self._webhook(body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing: the request line of an incoming webhook is a secret."""

    def _slack_api(self, body: str) -> None:
        said = _payload(body, self.headers.get("content-type", ""))
        if not self.server.inbox.permits(self.headers.get("authorization", "")):
            self._reply_json({"ok": False, "error": "invalid_auth"})
        elif self.path == "/api/chat.postMessage":
            self._keep(Kind.SLACK, body, _unescaped(said.get("text")), channel=str(said.get("channel")))
            self._reply_json({"ok": True, "channel": said.get("channel"), "ts": "1.0"})
        else:
            self._reply_json({"ok": True})

    def _slack_hook(self, body: str) -> None:
        said = _payload(body, self.headers.get("content-type", ""))
        self._keep(Kind.SLACK, body, _unescaped(said.get("text")))
        self._reply(200, "ok")

    def _webhook(self, body: str) -> None:
        try:
            event = Event.from_json(body)
        except (ValueError, KeyError, TypeError):
            self._keep(Kind.WEBHOOK, body, body)
        else:
            self._keep(Kind.WEBHOOK, body, str(message(event)), event=event)
        self._reply(204, "")

    def _keep(
        self, kind: Kind, body: str, text: str, *, channel: str = "", event: Event | None = None
    ) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers.pop("authorization", None)
        received = Received(kind=kind, text=text, event=event, channel=channel, headers=headers, body=body)
        self.server.inbox.keep(received)

    def _reply_json(self, answer: Mapping[str, object]) -> None:
        self._reply(200, json.dumps(answer), {"content-type": "application/json"})

    def _reply(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        content = b"" if status == 204 else text.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _payload(body: str, content_type: str) -> dict[str, Any]:
    """What Slack takes: JSON, or a form."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body))
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _unescaped(text: object) -> str:
    return str(text or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def main(arguments: list[str]) -> None:
    """Print the URL, then receive until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="receiver", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--file", type=Path, help="append each message to it as a line of JSON")
    options = parser.parse_args(arguments)
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with Receiver(port=options.port, file=options.file) as receiver:
        sys.stdout.write(receiver.url + "\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
