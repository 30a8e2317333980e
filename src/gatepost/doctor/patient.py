"""What the doctor looks at: settings, where their secrets come from, and an app that is named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import FastAPI

from gatepost.app import Gatepost
from gatepost.gate.routes import RouteTable
from gatepost.issuers import BuiltIn, Issuer
from gatepost.naming_issuers import issuers_of
from gatepost.plan import Plan
from gatepost.secret_sources import SecretSources
from gatepost.settings import Secret, Secrets, Settings


@dataclass(frozen=True, slots=True)
class Patient:
    """A deployment.

    Attributes:
        plan: what the app asks for; None where no app is named.
        routes: the app's, or None.
    """

    settings: Settings
    sources: SecretSources
    issuers: tuple[Issuer, ...]
    plan: Plan | None = None
    routes: RouteTable | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether people sign in here."""
        return any(isinstance(issuer, BuiltIn) for issuer in self.issuers)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Patient":
        """Take a deployment by its environment alone.

        Raises:
            ConfigurationError: a setting cannot be used.
        """
        # A missing secret is a finding, and not the end of the examination.
        settings = Settings.from_environment(environment, issued_elsewhere=True)
        return cls(settings, SecretSources(environment), issuers_of(None, settings))

    def with_app(self, app: FastAPI, *, stand_in: Secret | None) -> "Patient":
        """Take the same deployment with its app, which is behind Gatepost.

        Args:
            app: imported, and not started.
            stand_in: what stood in the place of a secret meanwhile, where there is none.

        Raises:
            ConfigurationError: its routes cannot be classified.
        """
        gatepost: Gatepost = app.state.gatepost
        plan: Plan = gatepost._plan  # noqa: SLF001 - the doctor alone looks inside
        settings = plan.settings
        if stand_in is not None and settings.secrets == Secrets.of(stand_in):
            settings = replace(settings, secrets=None)
        routes = gatepost.route_table(app)
        return Patient(settings, self.sources, plan.issuers, plan, routes)
