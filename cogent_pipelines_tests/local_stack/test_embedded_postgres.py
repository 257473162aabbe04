"""The embedded server: it starts once, survives what is left of a dead one, and takes both drivers."""

import os
import signal
from pathlib import Path

import psutil
import psycopg
import psycopg2
import pytest

from cogent_pipelines.local_stack.embedded_postgres import THROWAWAY, EmbeddedPostgres


@pytest.fixture
def server(tmp_path: Path):
    server = EmbeddedPostgres(tmp_path / "a folder with spaces" / "postgres", THROWAWAY)
    yield server
    server.stop()


def test_a_second_start_finds_the_first(server):
    """Starting what runs is no error, and says that somebody else started it."""
    assert (True, False) == (server.start(), server.start())


def test_what_was_committed_outlives_a_stop(server):
    """Stopping and starting again keeps every committed row."""
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()

    server.start()

    with psycopg.connect(server.url()) as connection:
        assert (42,) == connection.execute("SELECT answer FROM kept").fetchone()


def test_a_killed_server_is_started_again_with_all_that_was_committed(server):
    """What it left is in nobody's way: its number, its socket's lock, and processes that do not yet know that it is gone."""
    server = EmbeddedPostgres(server.data)
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    busy = psycopg.connect(server.url(), autocommit=True)
    orphan = psutil.Process(busy.info.backend_pid)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000)")
    os.kill(server.pid(), signal.SIGKILL)
    while server.running():
        os.sched_yield()

    assert server.start()

    with psycopg.connect(server.url()) as connection:
        assert (42,) == connection.execute("SELECT answer FROM kept").fetchone()
    assert not orphan.is_running() or psutil.STATUS_ZOMBIE == orphan.status()
    busy.close()


def test_the_number_of_a_dead_server_now_worn_by_another_process_does_not_fool_it(server):
    """After a power cut the old process number may belong to anybody; the server starts all the same."""
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")

    assert not server.running()
    assert server.start()


def test_psycopg2_takes_the_same_url(server):
    """Dagster's storage connects through psycopg2, the ledger through psycopg 3."""
    server.start()

    connection = psycopg2.connect(server.url())

    with connection.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert ("",) == cursor.fetchone()
    connection.close()


def test_a_checkout_with_a_long_path_gets_a_socket_elsewhere(tmp_path):
    """A Unix socket's path may be 100 characters long; a checkout's may be longer."""
    server = EmbeddedPostgres(tmp_path / ("x" * 90) / "postgres", THROWAWAY)

    assert server.data != server.socket_folder()
    assert len(str(server.socket_folder())) < 60
