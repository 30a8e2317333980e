"""Tests of people's own activity."""
