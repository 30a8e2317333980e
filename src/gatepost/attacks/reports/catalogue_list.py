"""The catalogue as a list: for a terminal, as JSON, and as a page of the documentation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from gatepost.attacks.advice import Advice, advice_on
from gatepost.attacks.catalogue import CATALOGUE, LEFT_OUT
from gatepost.attacks.catalogue.attack import Attack, Family
from gatepost.attacks.catalogue.top_ten import TOP_TEN, top_ten_of

HEADINGS = ("ATTACK", "NAME", "OWED", "CWE", "ASVS", "API TOP 10", "SOURCE")

_INTRODUCTION = """\
# The attacks

What `gatepost attack` knows, by family: what is tried, the answer that is owed, where that is
written, and what a hole would be called by CWE, by OWASP ASVS 5.0 and by OWASP's API Security Top
10 2023. [Attack your own app](../how-to/attack-your-app.md) says how they are run.

This page is printed by the command itself, and a test compares them. After a change of the
catalogue:

```console
$ gatepost attack --list --markdown > docs/reference/attacks.md
```
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """The variants of one attack.

    Attributes:
        family: of all of them.
        attacks: those of one number and name.
    """

    family: Family
    attacks: tuple[Attack, ...]

    @property
    def ids(self) -> str:
        """The id, or the first and the last."""
        first, last = self.attacks[0].id, self.attacks[-1].id
        return first if first == last else f"{first} to {last}"

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands below the headings."""
        attack = self.attacks[0]
        return (
            self.ids,
            attack.name,
            attack.expected.value.replace("R0", "401"),
            f"CWE-{attack.cwe}" if attack.cwe else "",
            attack.asvs,
            top_ten_of(attack).split(":", maxsplit=1)[0],
            attack.source,
        )


def entries() -> Iterator[Entry]:
    """Yield the catalogue by family and number, the variants of one attack as one."""
    for family, attacks in CATALOGUE.items():
        in_order = sorted(attacks, key=lambda each: each.number)
        for _, variants in groupby(in_order, lambda each: (each.number, each.name)):
            yield Entry(family, tuple(variants))


def catalogue_as_json() -> str:
    """Return every attack, for programs."""
    listed = [
        {
            "attack": attack.id,
            "name": attack.name,
            "does": attack.does,
            "family": family.value,
            "owed": attack.expected.value,
            "source": attack.source,
            "cwe": attack.cwe or None,
            "asvs": attack.asvs or None,
            "api_top10": top_ten_of(attack),
        }
        for family, attacks in CATALOGUE.items()
        for attack in attacks
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"


def catalogue_as_markdown() -> str:
    """Return the page of the documentation."""
    parts = [_INTRODUCTION]
    for family, of_family in groupby(entries(), lambda each: each.family):
        those = list(of_family)
        parts += [f"## {family.value.capitalize()}\n", _table(those), _advice(those)]
    if LEFT_OUT:
        parts += [
            "## Not attacked yet\n",
            *(f"- {each.number}: {each.why}." for each in LEFT_OUT),
            "",
        ]
    named = ", ".join(f"{item.split(':', maxsplit=1)[0]} {name}" for item, name in TOP_TEN.items())
    parts += ["## The API Security Top 10\n", f"{named}.\n"]
    return "\n".join(parts).rstrip() + "\n"


def _table(those: list[Entry]) -> str:
    rows = ["| " + " | ".join(heading.lower() for heading in HEADINGS) + " |"]
    rows.append("|---" * len(HEADINGS) + "|")
    rows += ["| " + " | ".join(map(_cell, each.cells)) + " |" for each in those]
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _advice(those: list[Entry]) -> str:
    """Say why the attacks of a family matter, each advice once and for all of its numbers."""
    numbers: dict[Advice, list[int]] = {}
    for each in those:
        advice = advice_on(each.attacks[0], each.family)
        known = numbers.setdefault(advice, [])
        if each.attacks[0].number not in known:
            known.append(each.attacks[0].number)
    return "\n".join(
        f"**{_ranges(sorted(of))}.** {_cell(advice.why)} *To mend it:* {_cell(advice.fix)}\n"
        for advice, of in numbers.items()
    )


def _ranges(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
