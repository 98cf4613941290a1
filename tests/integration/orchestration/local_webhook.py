"""A server of this machine that is told what became of a night, and the secret that its addresses hold."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SECRET = "tok3n-of-nobody"


class Webhook(ThreadingHTTPServer):
    """Keeps titles and texts of what is posted, and the paths that are asked for."""

    def __init__(self) -> None:
        super().__init__(("localhost", 0), Heard)
        self.told: list[tuple[str, str]] = []
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"json://localhost:{self.server_port}/{SECRET}"

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.told]

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.told]


class Heard(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.told.append((said["title"], said["message"]))
        self.answer()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.answer()

    def answer(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening() -> Iterator[Webhook]:
    """A server that answers until the end."""
    with Webhook() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
