"""What a deployment knows of its people beside Better Auth's own fields."""

from gatepost.user_fields import UserField
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import (
    FORM,
    PASSWORD,
    SIGN_UP,
    Change,
    Conversation,
    Mails,
    Step,
    own,
    post,
    see,
    sign_in,
    sign_up,
)

_FIELDS = {
    "language": UserField("string", default="en"),
    "nickname": UserField("string"),
    "age": UserField("number"),
    "visits": UserField("number", required=True, default=0),
    "newsletter": UserField("boolean", required=True, default=False),
    "born": UserField("date"),
    "plan": UserField("string", required=True, default="free", input=False),
    "note": UserField("string", input=False),
    "secret": UserField("string", returned=False),
    "hidden": UserField("boolean", required=True, default=True, input=False, returned=False),
}
SEVERAL = Deployment("additional fields", additional_fields=_FIELDS)
_REQUIRED = Deployment(
    "required fields",
    additional_fields={
        "language": UserField("string", required=True),
        "age": UserField("number", required=True),
        "born": UserField("date", required=True),
        "newsletter": UserField("boolean", required=True),
    },
)
_UNVERIFIED = Deployment(
    "additional fields, addresses verified",
    additional_fields=_FIELDS,
    require_email_verification=True,
    mail=ALL_MAIL,
)
_UPDATE = "/update-user"
_DAY = "1815-12-10T00:00:00.000Z"
_EVERYTHING = (
    f',"language":"de","nickname":"é😀","age":36,"visits":3,"newsletter":true,"born":"{_DAY}",'
    '"secret":"between us","shoeSize":38'
)
_GIVEN = (
    ("an empty text", '"language":""'),
    ("null in place of a default", '"language":null'),
    ("null in place of a required default", '"visits":null,"newsletter":null'),
    ("null", '"nickname":null,"age":null,"born":null'),
    ("least", '"age":-2147483648'),
    ("greatest", '"age":2147483647'),
    ("nothing", '"age":-0'),
    ("a whole number with a point", '"age":5.0'),
    ("no newsletter", '"newsletter":false'),
    ("a day alone", '"born":"1815-12-10"'),
    ("a moment elsewhere", '"born":"1815-12-10T12:30+02:00"'),
    ("a moment to the microsecond", '"born":"1815-12-10T12:30:15.123456Z"'),
    ("no day", '"born":"tomorrow"'),
    ("a day that is none", '"born":"1815-13-10"'),
    ("an empty day", '"born":""'),
    ("a plan, of which nobody says anything", '"plan":"gold"'),
    ("another hidden thing", '"hidden":false'),
    ("a note", '"note":"mine"'),
    ("a note that is an object", '"note":{}'),
    ("a note that is nothing", '"note":""'),
    ("no note", '"note":null'),
    ("a note that is false", '"note":false'),
    ("roles", '"role":"admin","banned":true,"emailVerified":true,"id":"x"'),
)
_WRONG = (
    ("language a number", '"language":5'),
    ("language true", '"language":true'),
    ("language a list", '"language":["de"]'),
    ("language an object", '"language":{"a":1}'),
    ("age a text", '"age":"old"'),
    ("age a text of digits", '"age":"36"'),
    ("age true", '"age":true'),
    ("age an object", '"age":{}'),
    ("newsletter a text", '"newsletter":"yes"'),
    ("newsletter a number", '"newsletter":1'),
    ("born a number", '"born":5'),
    ("born an object", '"born":{}'),
)
_UNSTORABLE = (
    ("age a half", '"age":36.5'),
    ("age beyond 32 bits", '"age":2147483648'),
    ("nickname with a NUL", '"nickname":"a\\u0000b"'),
    ("born without a time zone", '"born":"1815-12-10T12:30"'),
    ("born in words", '"born":"10 December 1815"'),
    ("born in a year", '"born":"1815"'),
)


# A sign-up costs a hash at either server; an update does not.
_AT_SIGN_UP = frozenset(
    {
        "null in place of a default",
        "null in place of a required default",
        "null",
        "a day alone",
        "no day",
        "a plan, of which nobody says anything",
        "a note",
        "a note that is nothing",
        "language a number",
        "age a text",
        "newsletter a text",
        "born a number",
        "age a half",
        "nickname with a NUL",
        "born without a time zone",
    }
)


def _sign_ups(cases: tuple[tuple[str, str], ...], whose: str) -> tuple[Step, ...]:
    return tuple(
        post(
            name,
            SIGN_UP,
            f'{{"name":"Ada","email":"{whose}{number}@example.com","password":"{PASSWORD}",{more}}}',
        )
        for number, (name, more) in enumerate(cases)
        if name in _AT_SIGN_UP
    )


def _updates(cases: tuple[tuple[str, str], ...]) -> tuple[Step, ...]:
    return tuple(own(name, _UPDATE, f"{{{more}}}") for name, more in cases)


CONVERSATIONS = (
    Conversation(
        "additional fields",
        (
            sign_up("fields@example.com", _EVERYTHING),
            see("who that is", "/get-session"),
            own("another language", _UPDATE, '{"language":"fr"}'),
            own("a name beside it", _UPDATE, '{"language":"it","name":"Lovelace","x":1}'),
            see("who that is now", "/get-session"),
            sign_in("fields@example.com", step="sign in", cookie="-"),
            own(
                "password",
                "/change-password",
                f'{{"newPassword":"password1","currentPassword":"{PASSWORD}"}}',
            ),
            Change("""UPDATE "user" SET note = 'by an operator', plan = 'gold' WHERE id = :user"""),
            see("what an operator wrote", "/get-session"),
            sign_up("fields-default@example.com"),
            see("defaults", "/get-session"),
        ),
        SEVERAL,
    ),
    Conversation("additional fields at sign-up", _sign_ups(_GIVEN, "given"), SEVERAL),
    Conversation(
        "additional fields in an update",
        (
            sign_up("update-fields@example.com"),
            *_updates(_GIVEN),
            see("in the end", "/get-session"),
        ),
        SEVERAL,
    ),
    Conversation("additional fields of the wrong type", _sign_ups(_WRONG, "wrong"), SEVERAL),
    Conversation(
        "additional fields that cannot be kept", _sign_ups(_UNSTORABLE, "unkept"), SEVERAL
    ),
    Conversation(
        "updates of the wrong type",
        (
            sign_up("update-wrong@example.com"),
            *_updates(_WRONG),
            *(own(f"{name}, later", _UPDATE, f"{{{more}}}") for name, more in _UNSTORABLE),
        ),
        SEVERAL,
    ),
    Conversation(
        "additional fields by form",
        (
            post(
                "texts",
                SIGN_UP,
                f"name=Ada&email=form-fields@example.com&password=password1&language=de&born={_DAY}",
                content_type=FORM,
            ),
        ),
        SEVERAL,
    ),
    Conversation(
        "required fields",
        (
            sign_up("required@example.com"),
            sign_up("required@example.com", ',"language":"de"'),
            sign_up("required@example.com", ',"language":"de","age":36'),
            sign_up("required@example.com", f',"language":"de","age":36,"born":"{_DAY}"'),
            post(
                "password too short first", SIGN_UP, '{"name":"A","email":"a@b.cd","password":"1"}'
            ),
            sign_up(
                "required@example.com",
                f',"language":"de","age":36,"born":"{_DAY}","newsletter":false',
            ),
            sign_up("required@example.com", ',"language":"taken, and incomplete"'),
            own("an empty one", _UPDATE, '{"language":""}'),
            own("none", _UPDATE, '{"language":null}'),
            see("who that is", "/get-session"),
        ),
        _REQUIRED,
    ),
    Conversation(
        "additional fields of an address that is taken",
        (
            sign_up("taken-fields@example.com", _EVERYTHING),
            Mails("to a new person"),
            sign_up("taken-fields@example.com", f'{_EVERYTHING},"again":true'),
            Mails("to the owner"),
            sign_up("taken-fields@example.com"),
            Mails("to the owner again"),
        ),
        _UNVERIFIED,
    ),
)
