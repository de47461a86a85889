"""What Watcher costs: latency, memory, throughput and start, measured on the real program."""
