"""Tests of the mutants, and the grounds that they are tried on."""
