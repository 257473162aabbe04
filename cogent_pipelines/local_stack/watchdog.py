"""A small process that outlives its supervisor by a moment: when that was killed, it ends what the stack left running.

It holds the reading end of a pipe that nobody writes to. The pipe closes when the supervisor is gone, however it went;
after an orderly end there is nothing left to do.
"""

import sys
from pathlib import Path

from cogent_pipelines.local_stack.home import Home
from cogent_pipelines.local_stack.supervisor import end_what_was_left


def main(arguments: list[str]) -> None:
    checkout, path, mark = arguments
    sys.stdin.buffer.read()
    end_what_was_left(Home(checkout=Path(checkout), path=Path(path)), mark=mark)


if __name__ == "__main__":
    main(sys.argv[1:])
