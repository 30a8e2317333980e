"""What it costs that events are sent and requests counted: `python -m benchmarks.events`."""
