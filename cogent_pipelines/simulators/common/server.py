"""Putting a simulator's ASGI app on a loopback port.

`bind` takes the port first, so that the caller can say where the simulator will be before it serves; `serve` blocks
until it is told to stop; `running` serves from a thread for as long as a `with` block lasts. Nothing here prints.
"""

import gc
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
# A simulator keeps its books in memory for good: looking through them for garbage again and again finds nothing.
_COLLECT_SELDOM = (50_000, 20, 20)


def bind(port: int = 0, host: str = HOST) -> socket.socket:
    """Take a port; 0 takes a free one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def url_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://{host}:{port}"


def server_for(app: ASGIApp) -> uvicorn.Server:
    # A cut connection is an order of the fault book, not an accident: the server's own log stays quiet about it.
    return uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1))


def serve(app: ASGIApp, sock: socket.socket) -> None:
    """Serve until interrupted. The process is the simulator's from here on."""
    gc.set_threshold(*_COLLECT_SELDOM)
    server_for(app).run(sockets=[sock])


@contextmanager
def running(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve from a thread while the block lasts; gives the URL."""
    sock = bind(port)
    server = server_for(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, name="simulator", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield url_of(sock)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        sock.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the simulator's server did not start")
        time.sleep(0.01)
