"""Events: what is written, and how."""
