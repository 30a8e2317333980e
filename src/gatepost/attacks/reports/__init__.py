"""What came of an attack, for people and for programs; no secret is in any of it."""
