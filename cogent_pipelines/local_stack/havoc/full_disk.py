"""A small file system for the database, and filling it up: the ledger's disk runs full while orders come in.

Mounting needs root, on Linux; elsewhere the scenario is left out and says so.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE_MEGABYTES = 768
_BALLAST = "ballast"
_CHUNK = b"\0" * (1 << 20)


class CannotMount(RuntimeError):
    """A file system of its own cannot be had here; the message says why."""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a file system of some hundred megabytes, in memory, over `folder` for as long as the block lasts.

    Raises:
        CannotMount: this system, or this user, may not.
    """
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if sys.platform != "linux" or mount is None or unmount is None:
        raise CannotMount("only Linux mounts a tmpfs")
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={SIZE_MEGABYTES}m", "tmpfs", str(folder)]
    done = subprocess.run([mount, *options], check=False, capture_output=True, text=True)
    if done.returncode:
        raise CannotMount(f"mount refused: {done.stderr.strip() or 'no reason given'}; it needs root")
    try:
        yield
    finally:
        # Lazily: whatever still holds a file there is being ended.
        subprocess.run([unmount, "-l", str(folder)], check=False)


def fill(folder: Path) -> int:
    """Leave no room at all; say how many bytes that took."""
    with suppress(OSError), (folder / _BALLAST).open("ab", buffering=0) as file:
        while file.write(_CHUNK):
            pass
    return (folder / _BALLAST).stat().st_size


def make_room(folder: Path) -> None:
    (folder / _BALLAST).unlink(missing_ok=True)
