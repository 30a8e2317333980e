"""A request and its answer as reports show them: masked first, and then cut."""

from dataclasses import dataclass

from gatepost.attacks.reports.curl import curl_line
from gatepost.attacks.reports.masking import Masker, plain
from gatepost.attacks.sending import Exchange

_LONGEST = 2_000
_OF_THE_MOMENT = frozenset({"date"})

ShownFields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """An exchange without secrets.

    Attributes:
        by: whose credential the request carried; empty for nobody's.
        curl: a line that sends it again.
    """

    by: str
    method: str
    target: str
    fields: ShownFields
    body: str
    status: int
    answer_fields: ShownFields
    answer_body: str
    curl: str

    @property
    def request_text(self) -> str:
        """The request as HTTP writes it."""
        return _http(f"{self.method} {self.target} HTTP/1.1", self.fields, self.body)

    @property
    def answer_text(self) -> str:
        """The answer as HTTP writes it."""
        return _http(f"HTTP/1.1 {self.status}", self.answer_fields, self.answer_body)


def shown(exchange: Exchange, masker: Masker, url: str) -> ShownExchange:
    """Mask an exchange.

    Args:
        exchange: as it was.
        masker: knows the secrets.
        url: the origin for curl.
    """
    request, answered = exchange.request, exchange.answered
    target = masker.text(request.target)
    fields = tuple((name, masker.field(name, _text(value))) for name, value in request.fields)
    body = masker.text(_text(request.body))
    is_text = request.body.isascii() or "\ufffd" not in body
    return ShownExchange(
        exchange.by,
        request.method,
        plain(target),
        _plain(fields),
        _cut(plain(body)),
        exchange.status,
        _plain(
            tuple(
                (name, masker.field(name, value))
                for name, value in answered.headers
                if name.lower() not in _OF_THE_MOMENT
            )
        ),
        _cut(plain(masker.text(_text(answered.body)))),
        plain(curl_line(url, request.method, target, fields, body if is_text else None)),
    )


def _plain(fields: ShownFields) -> ShownFields:
    return tuple((name, _cut(plain(value))) for name, value in fields)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")


def _cut(text: str) -> str:
    over = len(text) - _LONGEST
    return f"{text[:_LONGEST]}… ({over} more characters)" if over > 0 else text


def _http(first: str, fields: ShownFields, body: str) -> str:
    lines = [first, *(f"{name}: {value}" for name, value in fields)]
    return "\n".join([*lines, *(["", body] if body else [])])
