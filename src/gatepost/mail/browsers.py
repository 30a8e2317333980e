"""What a User-Agent says of itself, in words of ours: none of its own text comes into a mail.

The same as the devices screen of the client says, by the same signs.
"""

import re

UNKNOWN = "an unknown device"

# Nearly all of them call themselves Safari, and many Chrome: who says something of their own comes
# first.
BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?\/"),
    ("Opera", r"\bOPR\/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser\/"),
    ("Vivaldi", r"\bVivaldi\/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)\/"),
    ("Chrome", r"\b(?:Headless)?(?:Chrome|CriOS)\/"),
    ("Safari", r"\bVersion\/[\d.]+.*\bSafari\/"),
    ("curl", r"^curl\/"),
)
SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)

# Browsers stay below it; of a longer text one sign would take time that grows with its square.
_READ = 512


def device_of(user_agent: str) -> str:
    """Return `Chrome on Windows`, as much of it as is known, or that nothing is."""
    text = user_agent[:_READ]
    browser, system = _named(BROWSERS, text), _named(SYSTEMS, text)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or UNKNOWN


def _named(signs: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, sign in signs if re.search(sign, text, re.ASCII)), "")
