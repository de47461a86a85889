"""How many messages a second the sending makes, each settled by itself, beside bare Apprise in the same run."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apprise

from tests.benchmarks.figure import Figure
from watcher import logs
from watcher.analyse.engine import gazetteer
from watcher.channels import open_channels
from watcher.clock import now_ms
from watcher.dispatch import Dispatch
from watcher.live import Current
from watcher.message import MessageKind
from watcher.model import Alert, Level
from watcher.operator import Operator
from watcher.planning import Planner
from watcher.policy.decide import Late
from watcher.rules.bundle import Bundle
from watcher.rules.load import load
from watcher.store import Store, open_store
from watcher.store.outbox import enqueue
from watcher.store.routes import unsent

CHANNELS = 4
MESSAGES = 250  # to each channel
ROUNDS = 3
_SENTENCE = "Les talibans tiennent la frontière du Tadjikistan."
_SERVER = """
import tests.sink, sys
with tests.sink.listening() as sink:
    print(sink.port, flush=True)
    sys.stdin.read()
"""


def measure(home: Path) -> list[Figure]:
    """The best of three rounds each, in turns: the machine's other work falls on both."""
    logs.configure("warning", "json")  # as text for a terminal a line a message costs more than the message
    with _sink() as port:
        urls = [f"json://127.0.0.1:{port}/{number}" for number in range(CHANNELS)]
        bare, ours = [], []
        for number in range(ROUNDS):
            bare.append(_bare(urls))
            ours.append(_ours(home / str(number), urls))
    return [
        Figure(f"bare Apprise, {CHANNELS} channels", max(bare), "messages/s"),
        Figure(f"sent and settled, {CHANNELS} channels", max(ours), "messages/s"),
        Figure("sent and settled, share of bare Apprise", max(ours) / max(bare), "", least=0.4),
    ]


@contextmanager
def _sink() -> Iterator[int]:
    """A sink in a process of its own, so that what it costs is not counted as ours."""
    with subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def _bare(urls: list[str]) -> float:
    sender = apprise.Apprise()
    for url in urls:
        sender.add(url)
    began = time.perf_counter()
    for _ in range(MESSAGES):
        assert sender.notify(body=_SENTENCE, title="HIGH")
    return MESSAGES * len(urls) / (time.perf_counter() - began)


def _ours(home: Path, urls: list[str]) -> float:
    entries = "".join(f'  c{n}: {{urls: ["{url}"]}}\n' for n, url in enumerate(urls))
    bundle = Bundle({"rules.yaml": f"version: 1\nchannels:\n{entries}"})
    rules = load(bundle, gazetteer())
    current = Current(bundle, rules, open_channels(rules.channels, {}, (), io.StringIO()), {})
    with open_store(home) as store:
        _fill(store, current)
        operator = Operator(store, lambda: current, lambda: None)
        woken = threading.Event()
        planner = Planner(store, lambda: current, Late(), lambda: False)
        dispatch = Dispatch(store, lambda: current, operator, planner, woken.set, now_ms)
        began = time.perf_counter()
        while _left(store):
            woken.clear()
            dispatch.step(now_ms())
            woken.wait(10)
        took = time.perf_counter() - began
        dispatch.stop(5)
    return MESSAGES * len(urls) / took


def _left(store: Store) -> int:
    with store.read() as conn:
        return unsent(conn)


def _fill(store: Store, current: Current) -> None:
    now = now_ms()
    evidence = {"condition": "keywords", "at": "", "term": "talibans", "text": "talibans", "start": 4, "end": 12}
    evidence |= {"sentence": _SENTENCE, "sentence_start": 0}
    article = {"title": "Titre", "source": "rfi.fr", "language": "fr", "published": "2021-10-24", "path": "a.txt"}
    with store.write() as conn:
        for number in range(MESSAGES):
            alert = Alert(f"alert-{number}", "rule", "Rule", Level.HIGH, now, article, (evidence,))
            for name, channel in current.channels.items():
                if name != "console":
                    keys = [target.key for target in channel.targets]
                    enqueue(conn, name, keys, MessageKind.ALERT, alert.to_json(), now)
