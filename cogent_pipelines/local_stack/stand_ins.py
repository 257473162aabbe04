"""Starting one stand-in vendor in this process: the simulator, its port, and what a client must know."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp

from cogent_pipelines.simulators.common import server


@dataclass(frozen=True, slots=True)
class StandIn:
    """A simulator that has its port and does not serve yet."""

    app: ASGIApp
    sock: socket.socket
    details: Mapping[str, str]

    def serve(self) -> None:
        server.serve(self.app, self.sock)


def open_stand_in(vendor: str, *, seed: int, port: int, empty: bool) -> StandIn:
    """Make a simulator by its vendor's name; seeded with a small trade, or empty but for its account."""
    sock = server.bind(port)
    # Whoever reads the announcement may call at once; until the server is up, the call waits in the socket's queue.
    sock.listen(128)
    url = server.url_of(sock)
    if vendor == "peoplevox":
        return _peoplevox(sock, url, seed=seed, empty=empty)
    return _shopify(sock, url, seed=seed, empty=empty)


def _peoplevox(sock: socket.socket, url: str, *, seed: int, empty: bool) -> StandIn:
    from cogent_pipelines.simulators import peoplevox  # noqa: PLC0415 - one vendor, not both
    from cogent_pipelines.simulators.peoplevox.seed import stock_tenant  # noqa: PLC0415

    if empty:
        simulator = peoplevox.PeoplevoxSimulator(seed=seed)
        stock_tenant(simulator.warehouse, ())
    else:
        simulator = peoplevox.seeded_simulator(seed)
    return StandIn(simulator.app, sock, peoplevox.connection_details(simulator, url))


def _shopify(sock: socket.socket, url: str, *, seed: int, empty: bool) -> StandIn:
    from cogent_pipelines.simulators import shopify  # noqa: PLC0415

    if empty:
        simulator = shopify.ShopifySimulator(seed=seed)
        simulator.shop.add_location("Main warehouse")
    else:
        simulator = shopify.seeded_simulator(seed)
    return StandIn(simulator.app, sock, shopify.connection_details(simulator, url))
