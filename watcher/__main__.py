"""The console script, and `python -m watcher`: it imports nothing before Ctrl-C can end it without a traceback."""

from __future__ import annotations

import signal


def main() -> None:
    """Runs the command line. Ctrl-C while its modules are imported kills the process, as it does a program in C; from
    then on the commands say what it does."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # of a job in the background it is ignored
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from watcher.cli import main as run

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
