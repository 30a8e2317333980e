"""One Gatepost is for one app; who gives it a second is told so at once."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from gatepost import ConfigurationError, Gatepost
from tests.conftest import settings_for
from tests.gate.guarded import Recorder


def test_one_gatepost_protects_one_app(tmp_path: Path) -> None:
    """A second `protect` is refused where it is written, and the first app is none the worse."""
    gatepost = Gatepost(settings_for(1, tmp_path), events=Recorder())
    gatepost.protect(FastAPI())
    with pytest.raises(ConfigurationError, match="another app"):
        gatepost.protect(FastAPI())
