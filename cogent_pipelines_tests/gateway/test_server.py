"""The gateway on a real port."""

import socket
import threading
import time

import httpx

from cogent_pipelines.gateway.server import server
from cogent_pipelines_tests.gateway.door import ADDRESS, MemoryInbox, event, gateway


def test_the_gateway_serves_on_this_machine_and_stops_when_told():
    """On loopback, with its threads ended."""
    inbox = MemoryInbox()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = server(gateway(inbox), port=0)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        while not running.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=url, trust_env=False) as client:
            statuses = (client.get("/healthz").status_code, client.post(ADDRESS, **event()).status_code)
        running.should_exit = True
        thread.join(10)

    assert ((200, 200), 1, False) == (statuses, len(inbox.events), thread.is_alive())
