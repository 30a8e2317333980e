"""What the benchmark gives to the app of a peer, in its environment."""

import json
import os

ORIGIN = os.environ["BENCHMARK_ORIGIN"]
DATABASE_URL = os.environ["BENCHMARK_DATABASE_URL"]
SECRET = os.environ["BENCHMARK_SECRET"]
JWKS: dict[str, list[dict[str, str]]] = json.loads(os.environ["BENCHMARK_JWKS"])
