"""The console script, and `python -m watcher`: it imports nothing before it is ready for signals."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Runs the command line. Ctrl-C while its modules are imported kills the process, as it does a program in C; from
    then on the commands say what it does. A reload that is asked for before the daemon can heed it would end it, and is
    passed over: the rules are about to be read anyway."""
    if sys.argv[1:2] == ["run"]:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # of a job in the background it is ignored
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from watcher.cli import main as run

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
