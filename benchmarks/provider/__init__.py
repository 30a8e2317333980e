"""`make bench-provider`: the provider beside the real Better Auth and beside a port of it."""
