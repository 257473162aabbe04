"""The pool and the listening connection, when the server goes away under them."""

import os
import signal
import threading
from pathlib import Path

import psycopg
import pytest

from cogent_pipelines.ledger import pool as pools
from cogent_pipelines.ledger.listening import listening
from cogent_pipelines.ledger.pool import Pool
from cogent_pipelines.local_stack.embedded_postgres import THROWAWAY, EmbeddedPostgres


@pytest.fixture
def server(tmp_path: Path):
    server = EmbeddedPostgres(tmp_path / "postgres", THROWAWAY)
    server.start()
    yield server
    server.stop()


def cut_every_connection(url: str) -> None:
    """What a server's restart does to those who are connected."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


def answer(pool: Pool) -> int:
    with pool.session() as session:
        return session.execute("select 42").fetchone()[0]


def test_a_pool_whose_connections_were_cut_gives_whole_ones(ledger, ledger_url):
    """Nobody who asks sees that the server was restarted."""
    cut_every_connection(ledger_url)

    assert 42 == answer(ledger.pool)


def test_a_pool_finds_a_server_that_was_killed_and_is_back(server):
    """Its data and its socket are where they were; so is everything that was committed."""
    pool = Pool(server.url(), smallest=1, largest=2)
    answer(pool)
    os.kill(server.pid(), signal.SIGKILL)
    while server.running():
        os.sched_yield()

    server.start()

    assert 42 == answer(pool)
    pool.close()


def test_who_waits_while_the_pool_gives_up_attempts_is_served_when_the_server_is_back(server, monkeypatch):
    """The pool begins a new attempt by itself: whoever waits asks only once."""
    monkeypatch.setattr(pools, "_GIVEN_UP_AFTER", 0.01)
    gave_up, try_again = threading.Event(), pools._try_again

    def noticed(pool) -> None:
        gave_up.set()
        try_again(pool)

    monkeypatch.setattr(pools, "_try_again", noticed)
    pool = Pool(server.url(), smallest=1, largest=2)
    answer(pool)
    server.stop()
    answers: list[int] = []
    waiting = threading.Thread(target=lambda: answers.append(answer(pool)))
    waiting.start()
    assert gave_up.wait(20)

    server.start()
    waiting.join(25)

    assert [42] == answers
    pool.close()


def test_a_broken_listening_connection_is_noticed_at_the_next_wait(ledger_url):
    """Silence must not be taken for peace; and nothing is lost, because the queue is looked at again."""
    with listening(ledger_url) as listener:
        cut_every_connection(ledger_url)

        with pytest.raises(pools.AWAY):
            listener.wait(20)
