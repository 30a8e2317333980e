"""The pytest plugin, used as its readers use it: by a pytest of its own, in an empty directory."""
