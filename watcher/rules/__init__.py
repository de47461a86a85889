"""The rule language: loaded, compiled, evaluated."""
