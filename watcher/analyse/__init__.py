"""Reads files and runs rules on their articles, as explain, test and every worker do."""

from watcher.analyse.engine import Engine, Matched, gazetteer
from watcher.analyse.files import Found, read_anywhere, read_within
from watcher.analyse.ruletests import Tested, run_tests
from watcher.analyse.tasks import Task, analyse, load_rules, test_rules

__all__ = [
    "Engine",
    "Found",
    "Matched",
    "Task",
    "Tested",
    "analyse",
    "gazetteer",
    "load_rules",
    "read_anywhere",
    "read_within",
    "run_tests",
    "test_rules",
]
