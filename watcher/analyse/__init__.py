"""Reads files and runs rules on their articles, as explain, test and every worker do. Here are the calls of workers;
whatever else is imported from its own module, as a process that only makes these calls needs none of it."""

from watcher.analyse.calls import analyse, load_rules, test_rules
from watcher.analyse.values import Task, Tested

__all__ = ["Task", "Tested", "analyse", "load_rules", "test_rules"]
