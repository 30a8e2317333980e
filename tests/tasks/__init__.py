"""The reference application, held to its contract."""
