"""What a person installs: the source distribution and the wheel."""
