"""Whether what the benchmarks measure with is what it says."""
