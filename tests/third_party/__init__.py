"""Applications that others wrote for other purposes, behind Gatepost."""
