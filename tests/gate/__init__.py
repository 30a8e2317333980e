"""The gate, on tiny apps: each pitfall of FastAPI that it must hold against."""
