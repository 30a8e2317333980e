"""OWASP API Security Top 10 2023: the item that each attack belongs to."""

import re

from gatepost.attacks.catalogue.attack import Attack

TOP_TEN: dict[str, str] = {
    "API1:2023": "Broken Object Level Authorization",
    "API2:2023": "Broken Authentication",
    "API3:2023": "Broken Object Property Level Authorization",
    "API4:2023": "Unrestricted Resource Consumption",
    "API5:2023": "Broken Function Level Authorization",
    "API6:2023": "Unrestricted Access to Sensitive Business Flows",
    "API7:2023": "Server Side Request Forgery",
    "API8:2023": "Security Misconfiguration",
    "API9:2023": "Improper Inventory Management",
    "API10:2023": "Unsafe Consumption of APIs",
}
"""The items and their names."""

_SAID = re.compile(r"API Security 2023, API(\d+)")

_BY_NUMBER: tuple[tuple[int, tuple[int, ...]], ...] = (
    (4, (10, 15, 44, 57, 58, 62)),
    (7, (38, 39)),
    (8, (13, 14, 19, 122, 131, 132, 133, 134, 135, 136, 137, 138)),
    (9, (18,)),
    (10, (45, 46, 47, 104)),
    (3, (115, 116, 127, 128)),
    (5, (101, 125, 126)),
    (2, (*range(1, 105), *range(139, 150))),
    (1, tuple(range(105, 131))),
)
"""By number of the catalogue; the first that has it."""

_BY_WEAKNESS: dict[int, int] = {
    **dict.fromkeys((200, 203, 213, 359, 362, 488, 524, 566, 639, 706, 863), 1),
    **dict.fromkeys((287, 290, 294, 306, 307, 345, 347, 384, 521, 598, 613, 620, 640, 1391), 2),
    **dict.fromkeys((201, 212, 915, 1321), 3),
    **dict.fromkeys((248, 400, 409, 674, 755, 770, 789, 799, 1333), 4),
    **dict.fromkeys((269, 284, 285, 650, 732, 807, 862, 1220), 5),
    **dict.fromkeys((837, 840, 841), 6),
    **dict.fromkeys((441, 918), 7),
    **dict.fromkeys((552, 1059), 9),
}
"""By CWE, for what goes beyond the 138; whatever is in neither is a matter of configuration."""

_MISCONFIGURATION = 8


def top_ten_of(attack: Attack) -> str:
    """Return the item, `API1:2023`."""
    said = _SAID.search(attack.source)
    number = int(said[1]) if said else _number_of(attack)
    return f"API{number}:2023"


def _number_of(attack: Attack) -> int:
    for item, numbers in _BY_NUMBER:
        if attack.number in numbers:
            return item
    return _BY_WEAKNESS.get(attack.cwe, _MISCONFIGURATION)
