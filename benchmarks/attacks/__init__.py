"""The attack kit beside two other tools, on apps with planted holes."""
