"""One thing after the other, without threads of chance, so that a seed is one story; and nothing made twice."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from graphql import DocumentNode, GraphQLSchema

from cogent_pipelines.adapters.transport.loop import LoopThread
from cogent_pipelines.simulators.shopify.graph import engine
from cogent_pipelines_tests.faults.deaths import Reaper
from cogent_pipelines_tests.journeys.wire import Died
from cogent_pipelines_tests.kept_connections import connections_kept

_ANSWER_AT_ONCE = ("cogent_pipelines.ledger.", "cogent_pipelines_tests.journeys.wire")


@contextmanager
def one_thing_after_the_other(reaper: Reaper) -> Iterator[None]:
    """The threads that ledger and clock would be asked in are not started: they answer on the spot."""
    in_a_thread = asyncio.to_thread

    async def at_once(work: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        if not work.__module__.startswith(_ANSWER_AT_ONCE):
            return await in_a_thread(work, *given, **named)
        await asyncio.sleep(0)
        return work(*given, **named)

    def run(loop: LoopThread, work: Coroutine[Any, Any, Any]) -> Any:
        if reaper.dead:
            work.close()
            raise Died("it is dead already")
        return reaper.wait(asyncio.run_coroutine_threadsafe(work, loop._started()))

    with (
        patch.object(asyncio, "to_thread", at_once),
        patch.object(LoopThread, "run", run),
        _no_other_library(),
        connections_kept(),
        _documents_remembered(),
    ):
        yield


def _no_other_library() -> AbstractContextManager[Any]:
    """With each call over ASGI httpx looks for a library that is not there, in every folder that there is."""
    return patch.dict(sys.modules, {} if "sniffio" in sys.modules else {"sniffio": None})


_parsed = lru_cache(maxsize=256)(engine.parse_document)
_sound: set[tuple[int, int]] = set()


@contextmanager
def _documents_remembered() -> Iterator[None]:
    """Each new shop would read and check the same queries again: one that was found sound is sound for the next shop."""

    check = engine.check

    def check_once(schema: GraphQLSchema, document: DocumentNode, elsewhere: Any) -> None:
        key = id(schema), id(document)
        if key not in _sound:
            check(schema, document, elsewhere)
            _sound.add(key)

    with patch.multiple(engine, parse_document=_parsed, check=check_once):
        yield
