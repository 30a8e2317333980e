"""A PostgreSQL that is dumped and restored, with the programs that come with a server."""
