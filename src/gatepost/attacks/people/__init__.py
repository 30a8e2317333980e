"""The people of an attack: an owner, a stranger, an administrator, and how they sign in."""
