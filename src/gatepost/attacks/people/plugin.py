"""Signing in by a function of the app's developers."""

import importlib
from collections.abc import Callable, Mapping

from gatepost.attacks.attack_file import PeopleSection
from gatepost.attacks.errors import AttackError

SignsIn = Callable[[str, str], Mapping[str, str]]
"""A plugin: the app's origin and a name in, that person's headers out."""


def plugin_of(section: PeopleSection) -> SignsIn:
    """Import the function that the attack file names.

    Raises:
        AttackError: there is none.
    """
    module, _, name = (section.plugin or "").partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise AttackError(
            f"[people] plugin = {section.plugin!r} cannot be imported: {error}. "
            "Write MODULE:FUNCTION."
        ) from error
    signs_in: SignsIn = found
    return signs_in
