"""Watcher reads the articles that land in a folder, runs rules on them and sends alerts."""

__version__ = "0.1.0"
