"""The daemon as its users live with it: articles in, alerts out, rules edited, signals sent, trouble weathered."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.processes import children, processes
from tests.support import PATIENCE, RULES, Daemon, locked, running, wait_for
from watcher.inbox import quarantined

ARTICLE = "Les talibans progressent.\n\nLes talibans ont pris la ville de Kunduz mardi, selon des témoins.\n"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with running(tmp_path) as started:
        yield started


# ── articles ─────────────────────────────────────────────────────────────────────────────────────


def test_an_article_moved_in_gives_an_alert_with_its_evidence(daemon: Daemon) -> None:
    """The alert names rule, level, article and the matched words where they stand."""
    daemon.drop("agency/one.txt", ARTICLE)
    (alert,) = wait_for(lambda: [m for m in daemon.sent if "article" in m], "the alert")
    assert (alert["rule"], alert["level"], alert["article"]["source"]) == ("taliban", "high", "agency")
    assert {e["text"] for e in alert["evidence"]} == {"talibans"}
    assert all(e["text"] in e["sentence"] for e in alert["evidence"])


SAID_OF_ITSELF = """\
  - {id: source, condition: {source: "agen*"}}
  - {id: path, condition: {path: "agency/*"}}
  - {id: language, condition: {language: fr}}
  - {id: score, condition: {score: {threshold: 1, of: [{keywords: talibans, weight: 2}]}}}
  - {id: query, condition: {query: "talibans AND lang:fr"}}
"""


def test_what_has_no_place_in_the_text_is_told_too(tmp_path: Path) -> None:
    """Rules that match by what an article says of itself alert as others do."""
    with running(tmp_path, rules=RULES + SAID_OF_ITSELF) as daemon:
        daemon.drop("agency/one.txt", ARTICLE + "Le gouvernement a quitté la capitale avec ses ministres.\n")
        rules = wait_for(lambda: len(found := {m["rule"] for m in daemon.sent if "article" in m}) == 6 and found, "all")
        assert rules == {"taliban", "source", "path", "language", "score", "query"}


def test_only_workers_load_what_reads_articles_and_rules(tmp_path: Path) -> None:
    """The daemon's own process spares the time and memory of formats, gazetteer and conditions, as it uses none."""
    daemon = Daemon(tmp_path)
    daemon.drop("a.txt", ARTICLE)
    loaded = tmp_path / "modules"
    code = f"import atexit, pathlib, sys; atexit.register(lambda: pathlib.Path({str(loaded)!r}).write_text('\\n'.join("
    code += "sys.modules))); from watcher.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", code, "run", "--once"], env=daemon.environment(), check=True, timeout=PATIENCE
    )
    assert daemon.alerts == ["a.txt"]
    heavy = {"watcher.formats", "watcher.entities.places", "watcher.rules.load", "watcher.rules.evaluate"}
    assert not heavy & set(loaded.read_text().split())


def test_the_same_article_again_is_a_sighting_and_no_second_alert(daemon: Daemon) -> None:
    """A copy under another name is read and entered, and tells nobody."""
    daemon.drop("one.txt", ARTICLE)
    wait_for(lambda: daemon.alerts, "the alert")
    daemon.drop("two.txt", ARTICLE)
    wait_for(lambda: daemon.status()["files"]["done"] == 2, "the second file")
    assert daemon.status()["alerts"] == 1
    assert daemon.alerts == ["one.txt"]


def test_what_cannot_be_read_is_quarantined_with_its_reason(daemon: Daemon) -> None:
    """A binary file leaves the inbox, a reason lies beside it, and the operator is told."""
    (daemon.home / "part").write_bytes(bytes(range(256)) * 40)
    (daemon.home / "part").rename(daemon.inbox / "evil\n.bin")
    reason = wait_for(lambda: list((daemon.state / "quarantine").glob("*.reason.txt")), "the reason")[0]
    assert "binary" in reason.read_text()
    wait_for(lambda: not list(daemon.inbox.iterdir()), "the file's move")
    assert wait_for(lambda: [n for n in daemon.notices if "evil" in n], "the notice")
    assert daemon.status()["files"] == {"seen": 1, "done": 0, "waiting": 0, "quarantined": 1, "passed_over": 0}


def test_handled_files_are_archived_where_asked(tmp_path: Path) -> None:
    """`after: archive` moves a file away once its alert is in the store; the same file may come again."""
    with running(tmp_path, flags=("--settle", "0.2", "--after", "archive")) as daemon:
        for n in (1, 2):
            dropped = daemon.drop("agency/one.txt", ARTICLE)
            wait_for(lambda n=n: len(list((daemon.state / "archive" / "agency").glob("*.txt"))) == n, "the archive")
            wait_for(lambda dropped=dropped: not dropped.exists(), "the end of the move")
        assert not list((daemon.inbox / "agency").iterdir())
        assert daemon.status()["alerts"] == 1


def test_a_file_of_a_time_beyond_what_a_store_keeps_is_read_and_archived(tmp_path: Path) -> None:
    """A sender's clock may be off by centuries: nanoseconds of the year 2300 have more than 64 bits."""
    with running(tmp_path, flags=("--settle", "0.2", "--after", "archive")) as daemon:
        part = tmp_path / "far"
        part.write_text(ARTICLE)
        os.utime(part, (10_413_792_000, 10_413_792_000))
        part.rename(daemon.inbox / "far.txt")
        wait_for(lambda: daemon.alerts == ["far.txt"], "the alert")
        wait_for((daemon.state / "archive" / "far.txt").exists, "the move")


CANCELED = """<?xml version="1.0"?><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="a" standard="NewsML-G2"
 standardversion="2.20"><itemMeta><itemClass qcode="ninat:text"/><pubStatus qcode="stat:canceled"/></itemMeta>
 <contentMeta><headline>Talibans</headline></contentMeta><contentSet><inlineXML><html
 xmlns="http://www.w3.org/1999/xhtml"><body><p>Les talibans progressent.</p></body></html></inlineXML></contentSet>
 </newsItem>"""


def test_what_was_read_and_holds_nothing_to_tell_is_archived_too(tmp_path: Path) -> None:
    """A canceled article and an empty feed leave the inbox as others do; a hidden file, which was not read, stays."""
    with running(tmp_path, flags=("--settle", "0.2", "--after", "archive")) as daemon:
        daemon.drop("wire/canceled.xml", CANCELED)
        daemon.drop("empty.xml", '<rss version="2.0"><channel><title>Feed</title></channel></rss>')
        daemon.drop(".hidden", ARTICLE)
        archived = daemon.state / "archive"
        wait_for(lambda: (archived / "wire" / "canceled.xml").exists() and (archived / "empty.xml").exists(), "both")
        wait_for(lambda: daemon.status()["files"]["passed_over"] == 3, "all three")
        wait_for(lambda: [p.name for p in daemon.inbox.rglob("*") if p.is_file()] == [".hidden"], "the others' move")
        assert daemon.alerts == []


def test_a_notice_is_in_the_store_just_when_its_file_is(tmp_path: Path) -> None:
    """A store that is locked when a bad file is entered: the file and its notice come together, once, later."""
    with running(tmp_path) as daemon:
        with locked(daemon.state / "store.db"):
            (daemon.home / "part").write_bytes(bytes(range(256)) * 40)
            (daemon.home / "part").rename(daemon.inbox / "bad.bin")
            wait_for(lambda: daemon.logged("part.waits", part="intake"), "the wait")
        wait_for(lambda: daemon.rows("SELECT 1 FROM files"), "the file")
        (count,) = daemon.rows("SELECT count(*) FROM messages WHERE json_extract(body, '$.event') = 'file.quarantined'")
        assert count == (1,)
        wait_for(lambda: [n for n in daemon.notices if "bad.bin" in n], "the notice")
        (notice,) = [n for n in daemon.notices if "bad.bin" in n]
        (aside,) = wait_for(lambda: list(quarantined(daemon.state / "quarantine")), "the file")
        assert notice.splitlines()[1:] == [f"once it is mended: watcher quarantine retry {aside.id}"]


@pytest.mark.slow
def test_the_number_of_workers_changes_no_alert(tmp_path: Path) -> None:
    """One worker and four open the very same alerts in the same order within each lane."""
    opened = []
    for workers in (1, 4):
        daemon = Daemon(tmp_path / str(workers))
        for number in range(120):
            name = f"{number:03}.{'pdf' if number % 10 == 0 else 'txt'}"  # by its name in the other lane
            path = daemon.drop(name, ARTICLE.replace("Kunduz", f"Kunduz {number % 100}"))
            os.utime(path, (number, number))
        assert daemon.run_spread(workers).returncode == 0
        rows = [json.loads(row[0])["article"]["path"] for row in daemon.rows("SELECT content FROM alerts ORDER BY seq")]
        opened.append([[path for path in rows if path.endswith(kind)] for kind in ("txt", "pdf")])
        assert [len(lane) for lane in opened[-1]] == [90, 10]
    assert opened[0] == opened[1]


def test_another_user_can_drop_files() -> None:
    """A file that another unprivileged user copies in is read."""
    if os.geteuid() != 0 or " 4294967295" not in Path("/proc/self/uid_map").read_text():
        pytest.skip("needs to be root with all users, to become another one")
    with tempfile.TemporaryDirectory() as folder, running(home := Path(folder)) as daemon:  # pytest's own is closed
        home.chmod(0o755)
        daemon.inbox.chmod(0o2777)
        source = home / "source.txt"
        source.write_text(ARTICLE)
        subprocess.run(["cp", str(source), str(daemon.inbox / "mine.txt")], check=True, user=65534, group=65534)
        assert wait_for(lambda: daemon.alerts, "the alert") == ["mine.txt"]


# ── rules ────────────────────────────────────────────────────────────────────────────────────────

OTHER = RULES + "  - {id: kunduz, condition: {keywords: [Kunduz]}}\n"


def test_saved_rules_are_in_force_at_once(tmp_path: Path) -> None:
    """Whatever way an editor or an orchestrator saves, the operator is told what changed and the new rules work."""
    rules = RULES.replace("OUT", str(tmp_path / "out.jsonl"))
    for folder in ("v1", "v2"):
        (tmp_path / folder).mkdir()
    saved, now = tmp_path / "v1" / "rules.yaml", tmp_path / "now"
    saved.write_text(rules)
    now.symlink_to("v1")

    def save(way: str) -> None:
        nonlocal rules
        rules += f"  - {{id: by-{way}, condition: {{keywords: [Kunduz]}}}}\n"
        match way:
            case "rename":
                (tmp_path / "draft").write_text(rules)
                (tmp_path / "draft").rename(saved)
            case "write":
                saved.write_text(rules)
            case "copy":
                (tmp_path / "draft").write_text(rules)
                shutil.copy(tmp_path / "draft", saved)
            case "symlink":
                (tmp_path / "v2" / "rules.yaml").write_text(rules)
                (tmp_path / "next").symlink_to("v2")
                (tmp_path / "next").rename(now)

    with running(tmp_path, variables={"WATCHER_RULES": str(now / "rules.yaml")}) as daemon:
        for way in ("rename", "write", "copy", "symlink"):
            save(way)
            wait_for(lambda way=way: any(f"added: by-{way}" in n for n in daemon.notices), f"the notice: {way}")
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: len(daemon.alerts) == 5, "all alerts")


def test_faulty_rules_leave_the_good_ones_in_force(daemon: Daemon) -> None:
    """A fault is told with its place, status shows it, and the rules accepted before go on."""
    daemon.write_rules(RULES.replace("condition:", "conditon:"))
    wait_for(lambda: any("did you mean 'condition'" in n for n in daemon.notices), "the refusal")
    assert "rules.yaml:9:5" in daemon.status()["rules"]["error"]
    daemon.drop("one.txt", ARTICLE)
    assert wait_for(lambda: daemon.alerts, "the alert") == ["one.txt"]
    daemon.write_rules(RULES)
    wait_for(lambda: daemon.status()["rules"]["error"] is None, "the mended rules")


def test_a_failing_test_is_told_and_stops_nothing(daemon: Daemon) -> None:
    """On save the tests that rules carry are run; one that fails is told, and the rules are in force."""
    test = "{name: t, text: Kabul is quiet., expect: match}"
    daemon.write_rules(OTHER.replace("[Kunduz]}}", f"[Kunduz]}}, tests: [{test}]}}"))
    notice = wait_for(lambda: [n for n in daemon.notices if "test fails" in n], "the notice")[0]
    assert "test fails: kunduz, t" in notice


def test_a_faulty_file_is_not_replaced_by_the_rules_of_another(tmp_path: Path) -> None:
    """With --rules naming a faulty file, rules that were accepted from another file are not run in its place."""
    daemon = Daemon(tmp_path, rules=RULES)
    assert daemon.run("run", "--once").returncode == 0
    (tmp_path / "other.yaml").write_text("version: 2\n")
    done = daemon.run("run", "--once", "--rules", str(tmp_path / "other.yaml"))
    assert done.returncode == 78
    assert "other.yaml:1:10: version must be 1" in done.stderr


# ── channels ─────────────────────────────────────────────────────────────────────────────────────


def test_a_failing_channel_delays_no_other_and_gets_its_message_in_the_end(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    """The healthy channel gets each alert once, at once; the failing one gets it when it recovers, the same message."""
    answers = [500]
    keys: list[tuple[int, str]] = []

    def answer(request: Request) -> Response:
        status = answers[0]  # once: the test sets another as soon as it sees the key
        keys.append((status, request.headers["Idempotency-Key"]))
        return Response(status=status, headers={"Retry-After": "1"})

    httpserver.expect_request("/hook").respond_with_handler(answer)
    rules = RULES.replace(
        "channels:", f'channels:\n  hook: {{urls: ["json://localhost:{httpserver.port}/hook"], group_wait: 0s}}'
    )
    with running(tmp_path, rules=rules.replace("notify: [out]", "notify: [hook, out]")) as daemon:
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: daemon.alerts, "the healthy channel")
        wait_for(lambda: keys, "the first try")
        answers[0] = 200
        wait_for(lambda: daemon.status()["messages"]["sent"] >= 2 and keys[-1][0] == 200, "the second try")
        assert len({key for _, key in keys}) == 1
        assert daemon.alerts == ["one.txt"]


def test_a_channel_without_its_secret_holds_what_it_gets_until_it_has_it(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    """Deliveries are held, the operator is told by name and not by value, and SIGHUP sends them."""
    httpserver.expect_request("/s3cret").respond_with_data("ok")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    rules = RULES.replace("channels:", "channels:\n  hook: {urls: ['secret:hook'], group_wait: 0s}").replace(
        "[out]", "[hook, out]", 1
    )
    with running(tmp_path, rules=rules, variables={"WATCHER_SECRETS": str(secrets)}) as daemon:
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: daemon.alerts, "the other channel")
        wait_for(lambda: daemon.status()["deliveries"]["held"] == 1, "what is held")
        (secrets / "hook").write_text(f"json://localhost:{httpserver.port}/s3cret")
        daemon.kill(signal.SIGHUP)
        wait_for(lambda: daemon.status()["deliveries"]["sent"] == 2, "the release")
        assert "s3cret" not in daemon.log + str(daemon.sent) + daemon.run("alerts", "--json").stdout


# ── life ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_reload_asked_for_as_it_starts_does_not_end_the_daemon(tmp_path: Path) -> None:
    """SIGHUP before the daemon heeds signals finds it starting, and it starts; to another command it is the end."""
    code = """
import os, signal, sys
from watcher.__main__ import main
class Reload:
    def find_spec(self, name, *_):
        if name == "watcher.cli":
            os.kill(os.getpid(), signal.SIGHUP)
sys.meta_path.insert(0, Reload())
main()
"""
    heeding = [sys.executable, "-c", "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)\n" + code]
    with running(tmp_path) as daemon:
        daemon.stop()
        daemon.drop("one.txt", ARTICLE)
        ran = {
            words: subprocess.run([*heeding, *words], env=daemon.environment(), timeout=PATIENCE)
            for words in (("run", "--once"), ("status",))
        }
        assert [one.returncode for one in ran.values()] == [0, -signal.SIGHUP]
        assert daemon.alerts == ["one.txt"]


def test_the_supervisor_hears_of_start_reload_life_and_stop(tmp_path: Path) -> None:
    """A datagram socket as NOTIFY_SOCKET gets READY, RELOADING, WATCHDOG and STOPPING, and SIGTERM ends with 0."""
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.setblocking(False)

        def hears(word: str) -> bool:
            try:
                while True:
                    heard.append(supervisor.recv(4096).decode())
            except BlockingIOError:
                return any(word in message for message in heard)

        variables = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000000"}
        with running(tmp_path, variables=variables) as daemon:
            wait_for(lambda: hears("READY=1"), "READY")
            wait_for(lambda: hears("WATCHDOG=1"), "WATCHDOG")
            daemon.kill(signal.SIGHUP)
            wait_for(lambda: hears("RELOADING=1"), "RELOADING")
            assert daemon.stop() == 0
            wait_for(lambda: hears("STOPPING=1"), "STOPPING")


def test_a_second_daemon_on_the_same_state_is_refused(daemon: Daemon) -> None:
    """It ends at once and names the first one's pid."""
    refused = daemon.run("run", "--once")
    assert refused.returncode == 1
    assert daemon.process is not None
    assert str(daemon.process.pid) in refused.stderr


def test_ctrl_c_ends_without_a_worker_left(daemon: Daemon) -> None:
    """The daemon ends with 0 and takes its workers along."""
    daemon.drop("one.txt", ARTICLE)
    wait_for(lambda: daemon.alerts, "the alert")
    assert daemon.process is not None
    started = {process.pid for process in children(daemon.process.pid)} - {daemon.process.pid}
    assert started
    assert daemon.stop(signal.SIGINT) == 0
    wait_for(lambda: not started & {process.pid for process in processes()}, "the workers' end")


def test_an_inbox_that_goes_away_is_waited_for(daemon: Daemon) -> None:
    """An unmounted inbox is told in log and health, and work goes on when it is back."""
    daemon.inbox.rename(daemon.home / "away")
    wait_for(lambda: daemon.logged("part.waits", part="intake"), "the wait")
    wait_for(lambda: "intake" in daemon.run("health").stdout, "the note in health")
    (daemon.home / "away").rename(daemon.inbox)
    daemon.drop("one.txt", ARTICLE)
    assert wait_for(lambda: daemon.alerts, "the alert") == ["one.txt"]


def test_a_locked_store_is_waited_for(daemon: Daemon) -> None:
    """While another program holds the store nothing is lost and nothing dies; then the alert comes."""
    with locked(daemon.state / "store.db"):
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: daemon.logged("part.waits"), "the wait")
        assert not daemon.ended()
    assert wait_for(lambda: daemon.alerts, "the alert") == ["one.txt"]


def test_impatience_changes_nothing_about_a_stop(daemon: Daemon) -> None:
    """Told to stop again and again until it has ended, it ends as if told once, with nothing left behind."""
    daemon.drop("one.txt", ARTICLE)
    wait_for(lambda: daemon.alerts, "the alert")
    assert daemon.process is not None
    while daemon.process.poll() is None:
        daemon.kill(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            daemon.process.wait(0.01)
    assert daemon.process.returncode == 0
    assert [line for line in daemon.log.splitlines() if not line.startswith("{")] == []


def test_a_store_removed_under_the_daemon_stops_it(daemon: Daemon) -> None:
    """It does not go on writing where nobody will find it: it ends with a status that its supervisor sees."""
    daemon.state.rename(daemon.home / "removed")  # at one stroke: it may just be making a file there
    wait_for(daemon.ended, "the daemon's end")
    assert daemon.stop() == 1
    assert daemon.logged("store.gone")
    assert "watcher: store ended: its file was removed or replaced" in daemon.log and "Traceback" not in daemon.log


SET_CLOCK = """\
import datetime, sys, time
from pathlib import Path
from watcher.cli import main

ahead, real = Path(__file__).with_name("ahead"), time.time_ns
time.time_ns = lambda: real() + int(ahead.read_text()) * 10**9

class Set(datetime.datetime):
    now = classmethod(lambda cls, tz=None: cls.fromtimestamp(time.time_ns() / 1e9, tz))

datetime.datetime = Set
if __name__ == "__main__":
    main()
"""


class _WithItsClock(Daemon):
    """One whose clock is `set`."""

    def set(self, seconds: int) -> None:
        (part := self.home / "ahead.part").write_text(str(seconds))
        part.rename(self.home / "ahead")

    def command(self, *words: str) -> list[str]:
        (script := self.home / "clock.py").write_text(SET_CLOCK)
        return [sys.executable, str(script), *words]


def test_a_clock_that_is_set_back_stops_no_heartbeat(tmp_path: Path) -> None:
    """Set back by an hour, it shows the same minutes once more: `health` is not to fail until they are over."""
    daemon = _WithItsClock(tmp_path)
    daemon.set(0)
    daemon.start()
    try:
        beat = "SELECT json_extract(value, '$.at') FROM meta WHERE key = 'heartbeat'"
        ((before,),) = daemon.rows(beat)
        daemon.set(-3600)
        wait_for(lambda: daemon.rows(beat)[0][0] < before, "a sign of life by the new clock")
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: daemon.alerts, "the alert")
        assert daemon.stop() == 0
    finally:
        daemon.kill(signal.SIGKILL)


def test_files_in_flight_are_finished_before_the_end(tmp_path: Path) -> None:
    """SIGTERM amid a burst: what the workers have in hand is committed, and nothing is read twice after the start."""
    with running(tmp_path) as daemon:
        for n in range(40):
            daemon.drop(f"{n}.txt", ARTICLE + f"Nombre {n}.\n")
        wait_for(lambda: daemon.alerts, "the first alert")
        assert daemon.stop() == 0
    with running(tmp_path) as daemon:
        wait_for(lambda: len(daemon.alerts) >= 40, "all alerts")
        assert len(set(daemon.alerts)) == daemon.status()["alerts"] == 40


def test_a_mended_address_gets_what_the_faulty_one_did_not(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A typo in a channel's address costs no alert: what waited goes to the address that replaces it."""
    httpserver.expect_request("/right").respond_with_data("ok")
    hook = f'channels:\n  hook: {{urls: ["json://localhost:{httpserver.port}/PATH"], group_wait: 0s}}'
    rules = RULES.replace("channels:", hook).replace("[out]", "[hook, out]", 1)
    with running(tmp_path, rules=rules.replace("PATH", "oops").replace(str(httpserver.port), "9", 1)) as daemon:
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: daemon.logged("message.retried"), "the first try")
        daemon.write_rules(rules.replace("PATH", "right"))
        wait_for(lambda: [r for r, _ in httpserver.log], "the mended address")
        assert daemon.status()["deliveries"]["dead"] == 0


def test_tests_that_never_end_do_not_hold_up_the_end(tmp_path: Path) -> None:
    """A rule's test whose file is a pipe, or too slow, is told; alerts go on and SIGTERM works."""
    os.mkfifo(tmp_path / "pipe")
    rules = RULES + "    tests: [{name: t, file: pipe, expect: match}]\n"
    with running(tmp_path, rules=rules) as daemon:
        wait_for(lambda: any("cannot be run" in n for n in daemon.notices), "the notice")
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: daemon.alerts, "the alert")
        assert daemon.stop() == 0


def test_a_locked_store_at_the_start_is_waited_for(tmp_path: Path) -> None:
    """The daemon starts when the store can be used, and does not give up."""
    with running(tmp_path) as daemon:
        daemon.stop()
    with ExitStack() as ends:
        with locked(daemon.state / "store.db", "EXCLUSIVE"):
            with (tmp_path / "log").open("ab") as log:
                process = subprocess.Popen(daemon.command("run"), env=daemon.environment(), stderr=log, cwd=tmp_path)
            ends.callback(process.wait)
            ends.callback(process.kill)
            wait_for(lambda: daemon.logged("start.waits"), "the wait")
        wait_for(lambda: len(daemon.logged("inbox.watched")) == 2, "the start")


def test_a_silence_holds_in_the_running_daemon_at_once(daemon: Daemon) -> None:
    """What a silence covers is recorded and not told from the moment that the command returns; then it can be ended."""
    made = daemon.run("silence", "add", "--rule", "tali*", "--for", "2h", "--why", "drill").stdout.strip()
    daemon.drop("one.txt", ARTICLE)
    wait_for(lambda: daemon.status()["deliveries"]["dropped"], "the alert")
    assert "drill" in daemon.run("silence", "list").stdout
    assert daemon.run("silence", "expire", made).returncode == 0
    daemon.drop("two.txt", ARTICLE + "Encore.\n")
    assert wait_for(lambda: daemon.alerts, "the alert") == ["two.txt"]
    ident = next(m["id"] for m in daemon.sent if "article" in m)
    assert "acknowledged" in daemon.run("alerts", "ack", ident).stdout
    assert "acknowledged" in daemon.run("alerts", "show", ident).stdout


def test_a_story_is_one_message_at_a_webhook(tmp_path: Path, httpserver: HTTPServer) -> None:
    """What two articles and two rules have to say of one story comes as one message, for which they waited."""
    httpserver.expect_request("/hook").respond_with_data("ok")
    hook = f'channels:\n  hook: {{urls: ["json://localhost:{httpserver.port}/hook"], group_wait: 3s}}'
    more = "  - {id: second, condition: {keywords: [talibans]}, notify: [hook]}\n"
    rules = RULES.replace("channels:", hook).replace("notify: [out]", "notify: [hook]") + more
    with running(tmp_path, rules=rules) as daemon:
        daemon.drop("one.txt", ARTICLE)
        wait_for(lambda: [r for r, _ in httpserver.log], "the message")
        (request, _) = httpserver.log[0]
        assert request.json is not None and request.json["total"] == 2
        wait_for(lambda: daemon.status()["deliveries"]["sent"] == 2, "what is noted of it")


# ── a part dies ──────────────────────────────────────────────────────────────────────────────────


def break_store(daemon: Daemon) -> None:
    """Takes a table that planning needs: no wait would bring it back."""
    with closing(sqlite3.connect(daemon.state / "store.db", timeout=30)) as store:
        store.execute("ALTER TABLE noisy RENAME TO noisier")
        store.execute("ALTER TABLE escalations RENAME TO away")
    daemon.drop("one.txt", ARTICLE)


def mend_store(daemon: Daemon) -> None:
    with closing(sqlite3.connect(daemon.state / "store.db", timeout=30)) as store:
        store.execute("ALTER TABLE noisier RENAME TO noisy")
        store.execute("ALTER TABLE away RENAME TO escalations")


def test_a_daemon_whose_part_dies_says_so_before_it_ends(daemon: Daemon) -> None:
    """The operator's channel hears it, the exit status is not 0, and `status` and `health` name the part, also when the
    next start has just begun; one that dies again and again tells it once."""
    break_store(daemon)
    assert daemon.process is not None
    assert daemon.process.wait(PATIENCE) != 0
    (notice,) = [text for text in daemon.notices if text.startswith("Watcher ended: its part dispatch failed: ")]
    assert daemon.status()["ended"]["part"] == "dispatch"
    assert "its part dispatch failed" in daemon.run("status").stdout
    daemon.start()
    assert daemon.process.wait(PATIENCE) != 0
    mend_store(daemon)
    daemon.start()
    wait_for(lambda: daemon.alerts, "the alert")
    assert [text for text in daemon.notices if text.startswith("Watcher ended")] == [notice]
    assert "its part dispatch failed" in daemon.run("health").stdout


def test_an_operators_channel_that_hangs_holds_up_no_end(tmp_path: Path, httpserver: HTTPServer) -> None:
    """Who cannot be told is told after the next start."""
    over = threading.Event()

    def hang(_: Request) -> Response:
        over.wait(PATIENCE)
        return Response("")

    httpserver.expect_request("/ops").respond_with_handler(hang)
    ops = f"  ops: {{urls: ['json://127.0.0.1:{httpserver.port}/ops']}}\n"
    rules = RULES.replace("defaults:", f"{ops}defaults:").replace("operator: out", "operator: ops")
    with running(tmp_path, rules=rules) as daemon:
        break_store(daemon)
        assert daemon.process is not None
        assert daemon.process.wait(PATIENCE) != 0
        assert daemon.status()["ended"]["part"] == "dispatch"
        unsent = "SELECT body FROM messages WHERE channel = 'ops' AND state != 'sent'"
        assert any("daemon.ended" in body for (body,) in daemon.rows(unsent))
        over.set()
