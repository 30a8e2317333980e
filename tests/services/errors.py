"""How a service says that it is not there: loudly, so that no test is skipped for want of it."""

_FIRST, _LAST = 20, 40


class ServiceError(RuntimeError):
    """A service cannot be used; says which, why, and what it wrote."""

    def __init__(self, service: str, why: str, log: str = "") -> None:
        """Keep the first and the last lines of `log`: the reason is at one end of it."""
        lines = log.strip().splitlines()
        if len(lines) > _FIRST + _LAST:
            lines = [*lines[:_FIRST], "…", *lines[-_LAST:]]
        super().__init__("\n".join([f"{service}: {why}", *(f"  | {line}" for line in lines)]))
