"""Tests of the provider room."""
