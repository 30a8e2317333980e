"""The revocation feed in its databases."""
