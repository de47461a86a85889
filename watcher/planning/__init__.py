"""Alerts -> messages: decides what each delivery becomes and writes what is to be sent, one transaction a turn."""

from watcher.planning.planner import Planner

__all__ = ["Planner"]
