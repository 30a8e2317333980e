"""The official JavaScript client, unmodified, in Node, against the running server."""
