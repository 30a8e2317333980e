"""The documentation: what it shows is run, what it claims is looked up."""
