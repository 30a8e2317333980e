"""Issuers elsewhere: the real Better Auth, and an OpenID provider that is nobody's port of it."""
