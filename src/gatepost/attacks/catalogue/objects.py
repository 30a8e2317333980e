"""Objects and functions, 105 to 130: one person's rows, wanted by another.

What the request is depends on the app; whoever runs an attack brings its requests.
"""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack, LeftOut

_R4, _REFUSED, _OK = Expected.R4, Expected.REFUSED, Expected.OK
_BOLA = "OWASP API Security 2023, API1"
_BFLA = "OWASP API Security 2023, API5"
_BOPLA = "OWASP API Security 2023, API3"

OBJECTS = (
    Attack("105", "read another's", _R4, _BOLA, 639, "8.2.2"),
    Attack(
        "105.1",
        "read what is shared with another's address",
        _R4,
        _BOLA,
        283,
        "8.2.2",
        does="signs up first with that address, without ever showing that it is theirs",
    ),
    Attack("106", "change another's", _R4, _BOLA, 639, "8.2.2"),
    Attack("107", "delete another's", _R4, _BOLA, 639, "8.2.2"),
    Attack("108", "another's rows in a list", _OK, _BOLA, 639, "8.2.2"),
    Attack("109", "another's rows in a count", _OK, _BOLA, 203, "8.2.2"),
    Attack("110", "filter and sort as an oracle", _OK, _BOLA, 203, "8.2.2"),
    Attack("111", "another's cursor", _REFUSED, _BOLA, 639, "8.2.2"),
    Attack("112", "another's rows by search or export", _OK, _BOLA, 639, "8.2.2"),
    Attack("114", "own parent with another's child", _R4, _BOLA, 639, "8.2.2"),
    Attack("115", "create in another's name", _REFUSED, _BOPLA, 915, "15.3.3"),
    Attack("116", "give a row away", _REFUSED, _BOPLA, 915, "15.3.3"),
    Attack("117", "refer to another's row", _R4, _BOLA, 639, "8.2.2"),
    Attack("118", "bulk with another's id", _R4, _BOLA, 639, "8.2.2"),
    Attack("119", "another's name taken", _OK, _BOLA, 203, "8.2.2"),
    Attack("120", "another's row by its entity tag", _R4, _BOLA, 639, "8.2.2"),
    Attack("121", "another's idempotency key", _OK, _BOLA, 639, "8.2.2"),
    Attack("122", "answers in shared caches", _OK, "RFC 9111, section 3.5", 524, "14.3.2"),
    Attack("125.1", "user on an admin route", Expected.R3, _BFLA, 285, "8.2.1"),
    Attack(
        "125.2",
        "role in the request",
        Expected.R3,
        _BFLA,
        807,
        "8.2.1",
        does="names the role in the query, in headers, in a cookie and in the body",
    ),
    Attack("125.3", "admin route by another verb", _REFUSED, _BFLA, 650, "8.2.1"),
    Attack("125.4", "admin route by another spelling", _REFUSED, _BFLA, 178, "8.2.1"),
    Attack("126", "undeclared verb", _REFUSED, "RFC 9110, section 15.5.6", 650, "4.1.4"),
    Attack("127", "read-only fields", _REFUSED, _BOPLA, 915, "15.3.3"),
    Attack("128", "write-only fields", _OK, _BOPLA, 201, "15.3.1"),
    Attack("130", "two people at once", _OK, _BOLA, 362, "15.4.1"),
)

OBJECTS_LEFT_OUT: tuple[LeftOut, ...] = ()
