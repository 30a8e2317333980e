"""A curl line that sends a request again, with the name of a shell variable for each secret."""

import shlex

from gatepost.attacks.reports.masking import parts

_LONGEST = 4_000
_OF_CURL = frozenset({"content-length", "connection"})


def curl_line(
    url: str, method: str, target: str, fields: tuple[tuple[str, str], ...], body: str | None
) -> str:
    """Write the line.

    Args:
        url: the origin; one that begins with `$` is a shell variable.
        method: as it was sent.
        target: masked, as it was sent.
        fields: headers, masked.
        body: masked; None where it is no text.
    """
    words = ["curl -i --path-as-is --globoff", *(["-I"] if method == "HEAD" else [])]
    if method not in {"GET", "HEAD"}:
        words.append(f"-X {shlex.quote(method)}")
    for name, value in fields:
        if name.lower() not in _OF_CURL:
            words.append(f"-H {_quoted(f'{name}: {value}' if value else f'{name};')}")
    if body is None:
        words.append("--data-binary @body")
    elif body:
        words.append(f"--data-binary {_quoted(body) if len(body) <= _LONGEST else '@body'}")
    if not target.startswith("/"):
        words.append(f"--request-target {_quoted(target)}")
        target = "/"
    return " ".join([*words, (f'"{url}"' if url.startswith("$") else url) + _quoted(target)])


def _quoted(masked: str) -> str:
    return "".join(
        f'"${part}"' if is_name else shlex.quote(part)
        for part, is_name in parts(masked)
        if part
    )  # fmt: skip
