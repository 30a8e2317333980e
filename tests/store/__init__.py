"""The store: secret, sealed keys, key ring, tables, migrations."""
