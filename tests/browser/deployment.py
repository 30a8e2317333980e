"""Tasks with the provider built in, for what a test has to reach behind the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gatepost.mail.outbox import Outbox
from gatepost.rates import Rate
from gatepost.settings import Settings
from gatepost_tasks.app import create_app
from tests.cli.running import gatepost
from tests.conftest import TEST_SECRET, settings_for
from tests.mailed_links import outbox_links
from tests.ports import free_port
from tests.serving import serving


@dataclass(frozen=True, slots=True)
class Deployment:
    """Tasks, served.

    Attributes:
        url: its origin.
        outbox: what it has mailed.
    """

    url: str
    settings: Settings
    data_dir: Path
    outbox: Outbox

    def links(self, to: str) -> list[str]:
        """Find the links that were mailed to an address, the oldest first."""
        return outbox_links(self.outbox)(to)

    def operate(self, *command: str) -> None:
        """Run a command of `gatepost` on it, as an operator does."""
        settings = {
            "GATEPOST_URL": self.url,
            "GATEPOST_SECRET": TEST_SECRET,
            "GATEPOST_DATA_DIR": str(self.data_dir),
        }
        ended = gatepost(self.data_dir, *command, **settings)
        assert ended.code == 0, ended.err


@contextmanager
def deployed(
    data_dir: Path, *, require_email_verification: bool = False, failures: Rate | None = None
) -> Iterator[Deployment]:
    """Serve Tasks until the block ends.

    Args:
        data_dir: where its database is.
        require_email_verification: whether people sign in only when their address is confirmed.
        failures: how many wrong passwords there may be; very many where it is not said.
    """
    port = free_port()
    settings = settings_for(port, data_dir)
    options = replace(
        settings.options, require_email_verification=require_email_verification or None
    )
    rates = settings.rate_limits
    rates = rates if failures is None else replace(rates, failures=failures)
    settings = replace(settings, options=options, rate_limits=rates)
    app = create_app(settings)
    with serving(app, port=port) as url:
        outbox = app.state.gatepost.outbox
        assert isinstance(outbox, Outbox)
        yield Deployment(url, settings, data_dir, outbox)
