"""What else people put before a route, each as its own documentation says.

These modules are imported in the environment `.venv-peers` only, which has no Gatepost.
"""
