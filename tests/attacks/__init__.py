"""The attack kit, and the kit against Tasks."""
