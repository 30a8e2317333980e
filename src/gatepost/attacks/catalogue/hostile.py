"""Hostile input, 166 and 167: nothing that is sent may break the app or be taken for code."""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack

_REFUSED = Expected.REFUSED
_ASVS = "OWASP ASVS 5.0, 16.5.1"
_TOP = "OWASP Top 10 2021, A03"

HOSTILE = (
    Attack(
        "166.1",
        "hostile values",
        _REFUSED,
        _ASVS,
        248,
        "16.5.1",
        does="wrong types, nulls, huge numbers, NUL, long texts, in each member of a body",
    ),
    Attack(
        "166.2",
        "broken bodies",
        _REFUSED,
        _ASVS,
        248,
        "16.5.1",
        does="bodies that are no JSON, no UTF-8, not what they say they are, deep or large",
    ),
    Attack(
        "166.3",
        "hostile ids",
        _REFUSED,
        _ASVS,
        248,
        "16.5.1",
        does="ids of another type, very long, negative, beyond 64 bits, with dots and NUL",
    ),
    Attack(
        "166.4",
        "hostile queries",
        _REFUSED,
        _ASVS,
        248,
        "16.5.1",
        does="parameters of another type, twice, unknown, beyond every bound",
    ),
    Attack(
        "166.5",
        "numbers and texts beyond JSON",
        _REFUSED,
        _ASVS,
        248,
        "16.5.1",
        does="NaN, Infinity, lone surrogates and depth, which many JSON writers cannot write again",
    ),
    Attack(
        "167.1",
        "SQL in texts",
        _REFUSED,
        _TOP,
        89,
        "1.2.4",
        does="quotes and conditions that are always true, in queries, paths and bodies",
    ),
    Attack(
        "167.2",
        "code in texts",
        _REFUSED,
        _TOP,
        94,
        "1.3.7",
        does="sums in the brackets of template languages, in Python and in a shell: none is worked",
    ),
    Attack(
        "167.3",
        "operators for texts",
        _REFUSED,
        _TOP,
        943,
        "1.2.4",
        does='sends {"$ne": null} where a text is meant',
    ),
    Attack(
        "167.4",
        "paths in names",
        _REFUSED,
        _TOP,
        22,
        "5.3.2",
        does="climbs with dots to a file that every machine has",
    ),
)
