"""How well Watcher finds what a reader would find, measured on real articles."""
