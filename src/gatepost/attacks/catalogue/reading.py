"""What one person may find out of another's, beyond the numbers of the fact sheet.

The variants of 105 to 129, and 150 to 155, which it does not have.
"""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack

_R4, _REFUSED, _OK = Expected.R4, Expected.REFUSED, Expected.OK
_BOLA = "OWASP API Security 2023, API1"
_BOPLA = "OWASP API Security 2023, API3"
_LIVE = "OWASP ASVS 5.0, V4.4"

READING = (
    Attack("105.2", "read the head of another's", _R4, _BOLA, 639, "8.2.2",
        does="asks by HEAD, which a check may have been forgotten for"),
    Attack("105.3", "read another's by an id in the query", _R4, _BOLA, 639, "8.2.2"),
    Attack("105.4", "read another's by an id in a header or cookie", _R4, _BOLA, 639, "8.2.2"),
    Attack("105.5", "read another's by an id in the body", _R4, _BOLA, 639, "8.2.2"),
    Attack("105.6", "read a part of another's", _R4, _BOLA, 639, "8.2.2",
        does="asks for some bytes only, which may be sent before it is asked whose they are"),
    Attack("106.1", "change another's by an id elsewhere", _R4, _BOLA, 639, "8.2.2",
        does="names another's row in the query, a header or the body of a request of one's own"),
    Attack("108.1", "another's rows on a later page", _OK, _BOLA, 639, "8.2.2",
        does="turns the pages of one's own list until there are no more"),
    Attack("110.1", "sort by what nobody sees", _REFUSED, _BOPLA, 203, "8.2.3"),
    Attack("111.1", "own cursor turned into another's", _REFUSED, _BOLA, 565, "8.2.2",
        does="reads what a cursor says, and writes another person into it"),
    Attack("111.2", "another's sealed cursor", _REFUSED, _BOLA, 639, "8.2.2",
        does="goes on in one's own list by a cursor that was sealed for another"),
    Attack("113", "another's rows by inclusion", _OK, _BOLA, 639, "8.2.2",
        does="asks for what belongs to the answer: its owner, comments, everything related"),
    Attack("113.1", "another's row by inclusion", _R4, _BOLA, 639, "8.2.2",
        does="names another's row, and asks for more of it: what belongs to it, another form"),
    Attack("114.1", "another's parent with own child", _R4, _BOLA, 639, "8.2.2"),
    Attack("120.1", "own list by the entity tag of another's", _OK, _BOLA, 524, "14.2.2"),
    Attack("123", "another's link", _R4, "OWASP ASVS 5.0, V8.3.1", 425, "8.3.1",
        does="opens it, and where it is signed changes what is signed, its end and its path"),
    Attack("123.1", "another's file by a name that is guessed", _R4, _BOLA, 552, "13.4.3"),
    Attack("124", "another's background job", _R4, _BOLA, 639, "8.2.2",
        does="reads the state and the result of a job; a job of one's own has nothing of others"),
    Attack("128.1", "password in the answer to signing in", _OK, _BOPLA, 201, "15.3.1"),
    Attack("129", "carry-over after a failure", _OK, _BOLA, 488, "15.4.1",
        does="lets another's request fail on its way, and asks for one's own right after it"),
    Attack("150", "another as a person", _OK, _BOPLA, 359, "15.3.1",
        does="looks a person up: a name may be shown, an address and what is personal may not"),
    Attack("150.1", "addresses in a list of people", _OK, _BOPLA, 359, "15.3.1"),
    Attack("151", "as another, where a person is asked for", _R4, _BOLA, 639, "8.2.2",
        does="is signed in as oneself and names another as the owner, the user, the account"),
    Attack("151.1", "as another, where nobody is asked for", _R4, _BOLA, 290, "8.2.2",
        does="names another in queries, headers and cookies that no documentation speaks of"),
    Attack("151.2", "change another's by naming them", _R4, _BOLA, 639, "8.2.2"),
    Attack("152", "members by a switch", _OK, _BOPLA, 489, "15.3.1",
        does="asks for all fields, for hidden ones, for more detail, for debugging"),
    Attack("153", "another's events on a websocket", _OK, _LIVE, 639, "8.2.2",
        does="listens, also to another's topics, while their owner makes things"),
    Attack("153.1", "another's events in a stream", _OK, _LIVE, 639, "8.2.2"),
    Attack("155", "another's answer out of the app's own cache", _OK, _BOLA, 524, "14.2.2",
        does="asks, as nobody and as another, for what its owner has just been answered"),
)  # fmt: skip
