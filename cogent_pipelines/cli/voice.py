"""How commands speak: to standard error, so that what a program reads stays alone on standard output; and how they end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click


def plain(text: str) -> str:
    """What a vendor wrote, as a terminal may show it: nothing in it moves the cursor, paints, or turns the reading round."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def say(text: str) -> None:
    click.echo(text, err=True)


def show_services(name: str, line: str) -> None:
    click.echo(f"{name:>18} | {line}", err=True)


@contextmanager
def interruptible() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C, and end with a word instead of a traceback.

    Ctrl-C is asked for too: a shell that starts something in the background has it ignored.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        say("Everything has ended.")
        raise SystemExit(130) from None
