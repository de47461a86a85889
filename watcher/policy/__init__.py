"""Whether, when and with what an alert is told, and when what failed is tried again: pure functions."""
