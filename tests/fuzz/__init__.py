"""Fuzzing of the readers, by coverage: `make fuzz` runs a target for each parsing library."""
