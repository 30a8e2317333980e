"""The apps under measure, one a module: the same small answer, guarded in different ways.

Those in `peers/` run in an environment of their own, `.venv-peers`.
"""
