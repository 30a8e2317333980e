"""Realistic apps, each secure as it stands and with one protection missing where `HOLE` names it.

`uvicorn benchmarks.attacks.corpus.blog:app` serves the clean one; `HOLE=read_any_note` before it
plants that hole. `holes.toml` says what each is and where it shows; `NAME.toml` beside an app is
what an attacker of that app has to be told.
"""
