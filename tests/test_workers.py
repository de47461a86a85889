"""The processes that read articles: their limits, what becomes of a file that breaks one, and their end."""

from __future__ import annotations

import errno
import gzip
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from unittest import mock

import pytest

from tests.processes import cpu_seconds, of_session, processes
from tests.support import PATIENCE, SLOW, Daemon, wait_for
from tests.test_silence import Workers, current_of, desk
from watcher.allowance import allowance, beside_allowance
from watcher.analyse.apart import read_apart
from watcher.analyse.files import Read
from watcher.batch import Batch
from watcher.errors import Trouble
from watcher.flight import Flight
from watcher.inbox import Lane
from watcher.model import Analysed, FileFacts, FileOutcome
from watcher.pool import Death, Pool
from watcher.settings import Settings
from watcher.store.files import still_there
from watcher.worker import is_at

ARTICLE = "Les talibans progressent ({}).\n\nLes talibans ont pris la ville de Kunduz mardi, selon des témoins.\n"


KEPT: list[bytearray] = []


def test_a_pool_that_was_stopped_leaves_no_thread_behind() -> None:
    """Nor do workers that others replaced: Python's own end writes to the pipes of such threads while they close
    them, and then shows a traceback."""
    before = set(threading.enumerate())
    pool = Pool()
    pool.submit(os.getpid).result()
    pool.replace(Pool())
    at_work = pool.submit(time.sleep, 3600)
    wait_for(at_work.running, "the task")
    assert set(threading.enumerate()) - before
    pool.stop()
    assert not [thread for thread in threading.enumerate() if thread not in before]


def take(megabytes: int, allowed: int) -> int:
    """Takes so much memory under an allowance; how many bytes it got."""
    with allowance(30, allowed):
        return len(bytearray(megabytes * 2**20))


def take_where_less_may_be_had(megabytes: int, allowed: int) -> int:
    """As `take`, with a model, in a process that may not have so much, by the word of whoever started it."""
    most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + 2 * megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with allowance(30, allowed), beside_allowance(allowed):
        return len(bytearray(megabytes * 2**20))


def take_with_a_model(model: int, megabytes: int, allowed: int) -> int:
    """As `take`, after something has been loaded that stays; it is kept, as a model is."""
    with allowance(30, allowed):
        with beside_allowance(model + 50):
            KEPT.append(bytearray(model * 2**20))
        return len(bytearray(megabytes * 2**20))


def spin(seconds: float) -> None:
    """Stays inside C code, where nothing but the deadline reaches it, far longer than allowed."""
    with allowance(seconds, 100):
        sum(range(10**12))


def load_slowly(seconds: float, *, then_spin: bool) -> int:
    """Loads a model for longer than a file may take; which process did it."""
    with allowance(seconds, 100):
        with beside_allowance(100):
            until = time.process_time() + 2 * seconds
            while time.process_time() < until:
                pass
        return sum(range(10**12)) if then_spin else os.getpid()


def slowly() -> int:
    """Half a second of work; which process did it."""
    until = time.process_time() + 0.5
    while time.process_time() < until:
        pass
    return os.getpid()


def end_abruptly() -> None:
    """Dies as by the kernel's hand for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def hang(seconds: float) -> None:
    """Waits for what never comes, without any work."""
    with allowance(seconds, 100):
        threading.Event().wait()


def wait_beyond(seconds: float) -> None:
    """Takes longer than allowed by the clock, as where other processes have the processor."""
    with allowance(seconds, 100):
        threading.Event().wait(2 * seconds)


def read_until_the_end(seconds: float) -> None:
    """Dies at the second file of a task."""
    for number in range(9):
        is_at(7, number)
        if number == 1:
            spin(seconds)


def core_limit() -> tuple[int, int]:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)


def test_more_memory_than_allowed_is_refused_to_a_worker_and_costs_it_nothing_else(pool: Pool) -> None:
    """A file gets so much memory and no more; the worker lives on and gives the next file as much."""
    with pytest.raises(MemoryError):
        pool.submit(take, 300, 100).result()
    assert pool.submit(take, 50, 100).result() == 50 * 2**20
    assert pool.submit(take, 300, 400).result() == 300 * 2**20


def test_a_model_is_beside_the_memory_of_a_file_and_leaves_its_limit_as_it_is(pool: Pool) -> None:
    """The file for which a language model is loaded gets as much as any other, and no more."""
    assert pool.submit(take_with_a_model, 300, 60, 100).result() == 60 * 2**20
    with pytest.raises(MemoryError):
        pool.submit(take_with_a_model, 300, 150, 100).result()
    with pytest.raises(MemoryError):
        pool.submit(take, 150, 100).result()


def test_a_model_is_beside_the_time_of_a_file_and_leaves_its_limit_as_it_is(pool: Pool) -> None:
    """Sound files for which a model was loaded were put aside where a file may take less time than that."""
    worker = pool.submit(os.getpid).result()
    assert pool.submit(load_slowly, 0.3, then_spin=False).result() == worker
    with pytest.raises(BrokenProcessPool):
        pool.submit(load_slowly, 0.3, then_spin=True).result(timeout=PATIENCE)


def test_the_worker_of_the_slow_lane_ends_when_it_has_nothing_to_do(pool: Pool) -> None:
    """Nothing of it stays, and the next file finds another."""
    worker = pool.submit(os.getpid).result()
    with mock.patch("watcher.executor.IDLE", 0.0):
        pool.rest(keep=1)
        assert pool.submit(os.getpid).result() == worker
        pool.rest(keep=0)
    wait_for(lambda: worker not in {process.pid for process in processes()}, "the worker's end")
    assert pool.submit(os.getpid).result() != worker


@pytest.fixture
def two() -> Iterator[Pool]:
    """Up to two workers, of which the first has all that it can do."""
    pool = Pool(2)
    for _ in range(2):
        pool.submit(spin, 60)
    yield pool
    pool.stop()


def test_a_second_worker_gets_work_when_it_has_learned_the_rules(two: Pool) -> None:
    """Nothing waits behind what it has to learn."""
    learning = two.grow(slowly)
    assert two.busy and not two.may_grow
    second = learning.result(timeout=PATIENCE)
    assert not two.busy
    assert two.submit(os.getpid).result(timeout=PATIENCE) == second


def test_a_second_worker_that_dies_before_it_is_ready_costs_the_first_nothing(two: Pool) -> None:
    """As for want of memory: another is not started at once, but when a minute has gone."""
    learning = two.grow(end_abruptly)
    with pytest.raises(BrokenProcessPool):
        learning.result(timeout=PATIENCE)
    death = two.death(learning)
    assert death.killed and death.lost == {learning}
    assert two.busy and not two.may_grow
    with mock.patch("watcher.executor.IDLE", 0.0):
        two.rest(keep=1)
    assert two.busy and two.may_grow


def test_batches_land_in_their_order_whichever_worker_is_done_first(tmp_path: Path) -> None:
    """What comes back before its turn waits for it."""
    settings = Settings(inbox=tmp_path / "inbox", rules=tmp_path / "rules.yaml", state=tmp_path / "state")
    current = current_of("version: 1\nrules: [{id: a, condition: {keywords: [talibans]}}]\n")
    workers = Workers()
    flight = Flight(settings, dict.fromkeys(Lane, workers), lambda: current, lambda: None)  # type: ignore[arg-type]
    files = [FileFacts(f"{at}.txt", 1, 1) for at in range(4)]
    with mock.patch("watcher.batch.BATCH", 1):
        flight.add(files, current)
    flight.go_on(1)
    last_first = [(future, files[at]) for at, (future, _) in enumerate(workers.held)][::-1]
    for future, file in last_first:
        assert flight.landed(1) is None
        future.set_result((Analysed(file, FileOutcome.DONE),))
    landed = []
    while (back := flight.landed(1)) is not None:
        landed += [one.file for one in back[1]]
        flight.take_off(back[0])
    assert landed == files


def test_a_file_may_not_take_more_than_the_process_may_have(pool: Pool) -> None:
    """Where `ulimit -v` leaves less than the allowance of a file, files are read within that: it ended the daemon."""
    assert pool.submit(take_where_less_may_be_had, 20, 10_000).result() == 20 * 2**20


def test_the_limits_hold_in_workers_only() -> None:
    """`explain` and the tests of rules in a command's own process are not ended by a worker's limits."""
    assert take(2, 1) == 2 * 2**20


def test_a_deadline_ends_a_worker_inside_c_code_and_the_next_task_finds_another(pool: Pool) -> None:
    """What takes too long is ended wherever it is; the pool makes a new worker by itself."""
    first = pool.submit(os.getpid).result()
    with pytest.raises(BrokenProcessPool):
        pool.submit(spin, 0.2).result(timeout=PATIENCE)
    assert pool.submit(os.getpid).result() != first


def test_a_busy_machine_shortens_no_deadline_and_what_hangs_is_ended_all_the_same(pool: Pool) -> None:
    """A file has its seconds of work, however long others keep the processor from it; without any work it is ended too,
    much later."""
    worker = pool.submit(os.getpid).result()
    pool.submit(wait_beyond, 0.2).result()
    assert pool.submit(os.getpid).result() == worker
    with pytest.raises(BrokenProcessPool):
        pool.submit(hang, 0.05).result(timeout=PATIENCE)


def test_a_worker_that_dies_is_known_by_what_it_was_at(pool: Pool) -> None:
    """The task and the file in it, so that nobody has to look for the culprit; one killed from outside is told apart,
    and so is one that was at nothing."""
    reading = pool.submit(read_until_the_end, 0.2)
    with pytest.raises(BrokenProcessPool):
        reading.result(timeout=PATIENCE)
    assert pool.death(reading) == Death(killed=False, at=(7, 1))
    pool.mend()
    killed = pool.submit(end_abruptly)
    with pytest.raises(BrokenProcessPool):
        killed.result(timeout=PATIENCE)
    assert pool.death(killed) == Death(killed=True, at=None)


def test_a_death_is_known_though_others_have_asked_for_work_since(pool: Pool) -> None:
    """A batch that goes out between a death and the look at it makes the pool anew: it does not hide the culprit, nor
    is it waited for to try the new workers out."""
    reading = pool.submit(read_until_the_end, 0.2)
    with pytest.raises(BrokenProcessPool):
        reading.result(timeout=PATIENCE)
    assert pool.submit(os.getpid).result(timeout=PATIENCE) != os.getpid()
    assert pool.death(reading) == Death(killed=False, at=(7, 1), replaced=True)
    killed = pool.submit(end_abruptly)
    with pytest.raises(BrokenProcessPool):
        killed.result(timeout=PATIENCE)
    assert pool.death(killed) == Death(killed=True, at=None)


def test_what_is_back_when_a_worker_dies_is_not_lost(pool: Pool) -> None:
    """Batches that wait for their turn with all that was found in them are not read again."""
    back = pool.submit(os.getpid)
    reading, behind = pool.submit(read_until_the_end, 0.2), pool.submit(os.getpid)
    with pytest.raises(BrokenProcessPool):
        reading.result(timeout=PATIENCE)
    assert back.result() != os.getpid()
    assert pool.death(reading).lost == {reading, behind}


def test_workers_that_have_no_room_are_waited_for_and_end_nothing(pool: Pool) -> None:
    """Where no file or lock can be made for a worker, as with a full /dev/shm, that is trouble of the place, for old
    pools and for new ones; once there is room, the next task finds a worker."""
    with pytest.raises(BrokenProcessPool):
        pool.submit(end_abruptly).result()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, before[1]))
    try:
        for start in (lambda: pool.submit(slowly), lambda: pool.submit(slowly), lambda: Pool().submit(slowly)):
            with pytest.raises(Trouble, match="no worker can be started: Too many open files"):
                start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert pool.submit(slowly).result() != os.getpid()


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device in /dev/shm"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), ".* unavailable: too many processes[?]"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "Too many open files"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "Broken pipe"),
    ],
)
def test_why_no_worker_can_be_started_is_said_without_guesses(pool: Pool, trouble: OSError, why: str) -> None:
    """What the place is short of is named where that is known, and nothing else is suspected."""
    told = pytest.raises(Trouble, match=f"be started: {why}$")
    with mock.patch.object(ProcessPoolExecutor, "submit", side_effect=trouble), told:
        pool.submit(os.getpid)


def test_what_no_worker_took_before_a_stop_is_read_at_the_stop(tmp_path: Path) -> None:
    """Trouble kept a file from the workers when the daemon is told to stop: it is handed out once more, and entered,
    instead of a wait for nothing."""
    with desk(tmp_path) as at:
        (at.inbox / "1.txt").write_text("Un attentat a eu lieu.\n")
        no_room = mock.patch.object(at.workers, "submit", side_effect=Trouble("no worker can be started"))
        with no_room, pytest.raises(Trouble):
            at.until(5)
        at.workers.go()
        at.intake.finish(at.clock[0], 20)
        with at.store.read() as conn:
            assert "1.txt" in still_there(conn, ["1.txt"])


def test_a_worker_that_dies_leaves_no_core_file_and_no_sibling_without_work(pool: Pool) -> None:
    """A crash writes no copy of an article to the disk, and the pool goes on."""
    assert pool.submit(core_limit).result() == (0, 0)
    with pytest.raises(BrokenProcessPool):
        pool.submit(end_abruptly).result()
    assert pool.submit(take, 1, 100).result() == 2**20


def test_a_stop_ends_workers_that_are_busy(pool: Pool) -> None:
    """The daemon's end does not wait for a page that takes minutes."""
    worker = pool.submit(os.getpid).result()
    pool.submit(spin, 60)
    pool.stop()
    wait_for(lambda: worker not in {process.pid for process in processes()}, "the worker's end")


# ── in the daemon ────────────────────────────────────────────────────────────────────────────────


def test_a_page_that_takes_too_long_is_quarantined_and_its_neighbours_lose_nothing(tmp_path: Path) -> None:
    """The page is tried once more alone, then put aside with the reason; each article beside it gives one alert."""
    daemon = Daemon(tmp_path, variables={"WATCHER_MAX_SECONDS": "1"})
    for number in range(4):
        daemon.drop(f"{number}.txt", ARTICLE.format(number))
    (daemon.inbox / "1-slow.html").write_bytes(SLOW)
    assert daemon.run("run", "--once", *daemon.flags).returncode == 0
    assert sorted(daemon.alerts) == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert (daemon.state / "quarantine" / "1-slow.html").read_bytes() == SLOW
    reason = (daemon.state / "quarantine" / "1-slow.html.reason.txt").read_text()
    assert reason.startswith("its reader died")
    assert "over 1 s" in reason
    assert daemon.status()["files"] == {"seen": 5, "done": 4, "waiting": 0, "quarantined": 1, "passed_over": 0}


def test_files_that_each_are_their_readers_end_make_way_for_the_others_of_their_lane(tmp_path: Path) -> None:
    """They are tried once more alone, behind what came after them, one at a time, and put aside in the order in which
    they came; nothing else is read last."""
    daemon = Daemon(tmp_path, variables={"WATCHER_MAX_SECONDS": "1"})
    names = ["0.txt.gz", "1-slow.html", "2.txt.gz", "3-slow.html", "4-slow.html", "5.txt.gz"]
    for at, name in enumerate(names):
        daemon.drop(name, SLOW if "slow" in name else gzip.compress(ARTICLE.format(name).encode()))
        os.utime(daemon.inbox / name, (at + 1, at + 1))
    assert daemon.run("run", "--once", *daemon.flags).returncode == 0
    told = [path for (path,) in daemon.rows("SELECT path FROM files ORDER BY handled_at, rowid")]
    assert told == [b"0.txt.gz", b"2.txt.gz", b"5.txt.gz", b"1-slow.html", b"3-slow.html", b"4-slow.html"]


def test_many_files_that_are_their_readers_end_cost_one_worker_and_no_sound_file_its_turn(tmp_path: Path) -> None:
    """Each cost a worker, which had to load rules and models again: the sound ones waited for minutes."""
    daemon = Daemon(tmp_path, variables={"WATCHER_MAX_SECONDS": "1"})
    names = [f"{at:02}-{'slow.html' if at % 3 == 1 else 'ok.txt.gz'}" for at in range(15)]
    for at, name in enumerate(names):
        daemon.drop(name, SLOW + b"%d" % at if "slow" in name else gzip.compress(ARTICLE.format(name).encode()))
        os.utime(daemon.inbox / name, (at + 1, at + 1))
    ran = daemon.run("run", "--once", *daemon.flags)
    assert ran.returncode == 0
    told = [os.fsdecode(path) for (path,) in daemon.rows("SELECT path FROM files ORDER BY handled_at, rowid")]
    assert told == [name for name in names if "ok" in name] + [name for name in names if "slow" in name]
    assert sorted(daemon.alerts) == [name for name in names if "ok" in name]


def end_at(file: FileFacts) -> Read | None:
    """Reads a file of a task as its name says."""
    if file.path.startswith("fault"):
        raise RuntimeError(file.path)
    if file.path.startswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if file.path.startswith("die"):
        os.abort()
    return None if file.path.startswith("gone") else Read(file)


def tell_apart(paths: Sequence[str]) -> list[tuple[str, bool] | None]:
    """Which files are read in children of a worker, and which are such a child's end."""
    found = read_apart([FileFacts(path, 1, 1) for path in paths], end_at, "why")
    return [one and (one.file.path, one.died) for one in found]


def test_a_worker_outlives_the_files_that_are_the_end_of_its_children(pool: Pool) -> None:
    """Each file is told of once, in their order; a child that is killed from outside takes the worker with it, which is
    how the pool hears of it and blames no file."""
    paths = ["a", "die-b", "die-c", "gone-d", "e", "f", "g", "h", "die-i"]
    expected = [None if path.startswith("gone") else (path, path.startswith("die")) for path in paths]
    assert pool.submit(tell_apart, paths).result() == expected
    with pytest.raises(BrokenProcessPool):
        pool.submit(tell_apart, ["a", "kill-b", "c"]).result()


def test_a_fault_of_the_program_in_a_child_is_told_and_blames_no_file(pool: Pool) -> None:
    """As one in the worker itself is: each file of the task was put aside for too much time or memory."""
    with pytest.raises(RuntimeError, match="fault-b"):
        pool.submit(tell_apart, ["a", "fault-b", *map(str, range(10_000))]).result(timeout=PATIENCE)
    assert pool.submit(tell_apart, ["a"]).result() == [("a", False)]


def test_where_there_is_no_room_for_a_child_the_worker_reads() -> None:
    """As where a container may have no more processes: the daemon came to its end, again and again."""
    descriptors = list(Path("/proc/self/fd").iterdir())
    with mock.patch("os.fork", side_effect=BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")):
        assert tell_apart(["a", "gone-b", "c"]) == [("a", False), None, ("c", False)]
    assert len(list(Path("/proc/self/fd").iterdir())) == len(descriptors)


def test_a_file_that_was_its_readers_end_is_not_read_again_while_the_store_is_in_trouble(
    tmp_path: Path, pool: Pool
) -> None:
    """What became of it stays at hand until it is taken off, and on the way there it counts as being in flight."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "slow.html").write_bytes(SLOW)
    facts = (inbox / "slow.html").stat()
    settings = Settings(inbox=inbox, rules=tmp_path / "rules.yaml", state=tmp_path / "state", max_seconds=1)
    current = current_of("version: 1\nrules: [{id: a, condition: {keywords: [talibans]}}]\n")
    flight = Flight(settings, dict.fromkeys(Lane, pool), lambda: current, lambda: None)
    flight.add([FileFacts("slow.html", facts.st_size, facts.st_mtime_ns)], current)
    flight.go_on(1)

    def back() -> tuple[Batch, tuple[Analysed, ...]] | None:
        assert not flight.empty
        return flight.landed(1)

    batch, (found,) = wait_for(back, "the file")
    assert (found.outcome, found.reason[:15]) == (FileOutcome.QUARANTINED, "its reader died")
    flight.go_on(2)  # the store could not take it, and intake comes again
    assert flight.landed(2) == (batch, (found,))
    assert flight.deaths == (1,)
    flight.take_off(batch)
    assert flight.empty


def test_a_file_that_needs_too_much_memory_is_quarantined_and_its_neighbours_lose_nothing(tmp_path: Path) -> None:
    """The limit is a file's own: the texts beside it are read as ever."""
    daemon = Daemon(tmp_path, variables={"WATCHER_MAX_MEMORY_MB": "50"})
    for number in range(3):
        daemon.drop(f"{number}.txt", ARTICLE.format(number))
    (daemon.inbox / "1-huge.txt").write_bytes(b"word " * 8_000_000)
    assert daemon.run("run", "--once", *daemon.flags).returncode == 0
    assert sorted(daemon.alerts) == ["0.txt", "1.txt", "2.txt"]
    assert "memory" in (daemon.state / "quarantine" / "1-huge.txt.reason.txt").read_text()


def test_no_process_outlives_a_daemon_that_is_killed(tmp_path: Path) -> None:
    """SIGKILL to the daemon ends a worker too that is deep in a page: no process is left, and none complains."""
    daemon = Daemon(tmp_path, variables={"WATCHER_MAX_SECONDS": "60"})
    command, environment = daemon.command("run", "--workers", "2"), daemon.environment()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: daemon.logged("inbox.watched"), "the daemon's start")
        for number in range(12):
            part = tmp_path / "part"
            part.write_bytes(SLOW[:900_000] + b"%d" % number)  # no bigger: it would go into the slow lane
            part.rename(daemon.inbox / f"{number}.html")

        def busy() -> bool:
            workers = [p.pid for p in of_session(process.pid) if "spawn_main" in p.command]
            return len(workers) == 2 and all(cpu_seconds(pid) > 1.5 for pid in workers)

        wait_for(busy, "two busy workers")
    finally:
        process.kill()
        process.wait()
    wait_for(lambda: not of_session(process.pid), "the end of all its processes")
    assert all(line.startswith("{") for line in daemon.log.splitlines()), daemon.log


def test_workers_that_take_over_leave_the_others_to_finish_what_they_have_in_hand(pool: Pool) -> None:
    """After new rules the next article goes to the processes that know them, and none in hand is lost or read twice."""
    before = pool.submit(os.getpid).result()
    in_hand = [pool.submit(slowly) for _ in range(2)]
    other = Pool()
    ready = other.submit(os.getpid).result()
    pool.replace(other)
    assert pool.submit(os.getpid).result() == ready
    assert [future.result(timeout=PATIENCE) for future in in_hand] == [before, before]
    wait_for(lambda: before not in {process.pid for process in processes()}, "the end of the old worker")


STARTING = """
import os, signal
from watcher.pool import Pool
if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    for _ in range(3):
        pool = Pool(2)
        started = [pool.submit(os.getpid), pool.grow(os.getpid)]
        os.killpg(0, signal.SIGINT)
        assert all(one.result() for one in started)
        pool.stop()
"""


def test_a_worker_that_is_being_started_hears_no_ctrl_c(tmp_path: Path) -> None:
    """Nothing is printed, and it starts: the daemon ends it, when that is done with what is in hand."""
    script = tmp_path / "starting.py"
    script.write_text(STARTING)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, start_new_session=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_death_among_workers_that_were_replaced_is_known_and_costs_the_others_nothing(pool: Pool) -> None:
    """New rules bring new workers just while a file is its reader's end: the file is known, and what the new ones have
    in hand is theirs."""
    reading, waiting = pool.submit(read_until_the_end, 0.5), pool.submit(slowly)
    other = Pool()
    other.submit(os.getpid).result()
    pool.replace(other)
    in_hand = pool.submit(slowly)
    with pytest.raises(BrokenProcessPool):
        reading.result(timeout=PATIENCE)
    death = pool.death(reading)
    assert death == Death(killed=False, at=(7, 1), replaced=True)
    assert death.lost == {reading, waiting}
    assert in_hand.result(timeout=PATIENCE) == pool.submit(os.getpid).result(timeout=PATIENCE)


def test_a_stop_ends_workers_that_were_replaced_while_they_are_busy() -> None:
    """No process outlives the daemon, whatever it is at."""
    pool, other = Pool(), Pool()
    busy = pool.submit(os.getpid).result()
    pool.submit(spin, 60)
    other.submit(os.getpid).result()
    pool.replace(other)
    pool.stop()
    wait_for(lambda: busy not in {process.pid for process in processes()}, "the end of the busy worker")
