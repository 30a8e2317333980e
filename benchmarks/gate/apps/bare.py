"""The bare route: nothing stands before it."""

from benchmarks.gate.apps.answer import answer, app_with

app = app_with(answer)
