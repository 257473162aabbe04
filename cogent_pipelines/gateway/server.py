"""Serving the gateway on this machine; what stands before it to the outside is the deployment's matter."""

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"


def serve(app: ASGIApp, port: int, *, host: str = HOST) -> None:
    """Serve until interrupted."""
    server(app, port, host=host).run()


def server(app: ASGIApp, port: int, *, host: str = HOST) -> uvicorn.Server:
    """A server that is not running yet."""
    # No access log: a webhook's address may carry the vendor's secret in its query.
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    return uvicorn.Server(config)
