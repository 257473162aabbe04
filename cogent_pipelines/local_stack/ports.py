"""Free ports on loopback, and waiting for what listens there."""

import socket
import urllib.error
import urllib.request

HOST = "127.0.0.1"


def free_port(preferred: int = 0) -> int:
    """Give the preferred port if nobody has it, or any other that is free."""
    for port in (preferred, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As a server would: a port that is only cooling down after its last user counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on loopback")


def listens(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def answers(url: str) -> bool:
    """Say whether a URL on loopback answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - the supervisor's own services
            return 200 <= int(response.status) < 300  # noqa: PLR2004 - success, in HTTP's words
    except (urllib.error.URLError, OSError, ValueError):
        return False
