"""Starting one stand-in vendor in this process: the simulator, its port, and what a client must know.

Every simulator's package has `seeded_simulator`, `empty_simulator` and `connection_details`; nothing else is asked of it.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from starlette.types import ASGIApp

from cogent_pipelines.simulators.common import server

STOREFRONTS = ("shopify", "scayle", "commercetools")
WAREHOUSES = ("peoplevox", "orderwise", "mintsoft", "scend")
VENDORS = (*STOREFRONTS, *WAREHOUSES)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A simulator that has its port and does not serve yet."""

    app: ASGIApp
    sock: socket.socket
    details: Mapping[str, str]

    def serve(self) -> None:
        server.serve(self.app, self.sock)


def open_stand_in(vendor: str, *, seed: int, port: int, empty: bool) -> StandIn:
    """Make a simulator by its vendor's name (one of `VENDORS`); seeded with a small trade, or empty but for its account."""
    # Only this one: each vendor's package is heavy.
    package = import_module(f"cogent_pipelines.simulators.{vendor}")
    sock = server.bind(port)
    # Whoever reads the announcement may call at once; until the server is up, the call waits in the socket's queue.
    sock.listen(128)
    simulator = package.empty_simulator(seed) if empty else package.seeded_simulator(seed)
    return StandIn(simulator.app, sock, package.connection_details(simulator, server.url_of(sock)))
