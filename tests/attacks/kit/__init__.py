"""The kit at work on small apps, each with a hole or without."""
