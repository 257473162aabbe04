"""The baseline of the gateway: an application that reads a body and answers 200, served exactly as the gateway is."""

import sys

from starlette.types import Receive, Scope, Send

from cogent_pipelines.gateway.server import serve


async def answer_200(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        # The server asks about its start and end; an application without either says nothing of them.
        raise NotImplementedError
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


if __name__ == "__main__":
    serve(answer_200, int(sys.argv[1]))
