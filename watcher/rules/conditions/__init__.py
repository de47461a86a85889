"""The kinds of condition, one file each."""
