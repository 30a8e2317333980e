"""The very same route behind the gate, which knows its caller; the handler does not ask who."""

from benchmarks.gate.apps.answer import answer, app_with
from gatepost import Gatepost

app = app_with(answer)
Gatepost().protect(app)
