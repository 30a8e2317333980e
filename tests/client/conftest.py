"""An app whose people may do by mail all that there is to do by mail."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI

from gatepost import BuiltIn, Gatepost
from gatepost.mail import Mail
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving


@dataclass(frozen=True, slots=True)
class MailedApp:
    """The app, and what it has sent."""

    url: str
    gatepost: Gatepost

    def mail(self, number: int) -> Mail:
        """Wait for so many mails, and return the last."""
        outbox = self.gatepost.outbox
        assert outbox is not None
        end = time.monotonic() + 20
        while len(outbox.posted) < number and time.monotonic() < end:
            time.sleep(0.02)
        assert len(outbox.posted) == number
        return outbox.posted[-1].mail

    def token(self, number: int) -> str:
        """Return the token in the last of so many mails."""
        [token] = re.findall(r"(?:token=|reset-password/)([\w.-]+)", self.mail(number).text)
        return str(token)


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailedApp]:
    port = free_port()
    settings = settings_for(port, tmp_path_factory.mktemp("mailed"))
    gatepost = Gatepost(settings, issuer=BuiltIn(change_email=True, delete_user=True))
    app = FastAPI()
    gatepost.protect(app)
    asyncio.run(gatepost.migrate())
    with serving(app, port=port) as url:
        yield MailedApp(url, gatepost)
