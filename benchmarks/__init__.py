"""Benchmarks: ratios from one run, since machines are noisy and a time alone says little."""
