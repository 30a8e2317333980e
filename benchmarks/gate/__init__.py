"""`make bench-gate`: what the gate costs a request, beside what other ways of guarding one cost."""
