"""What the tests run against: Node, PostgreSQL, Chromium and the official client, none installed.

Everything comes from PyPI and npm by ordinary name; the machine needs nothing but Python.
"""
