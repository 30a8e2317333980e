"""The command line, run as a person runs it: in a process of its own."""
