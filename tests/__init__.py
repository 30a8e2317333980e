"""The tests mirror the rooms of `src/gatepost`."""
