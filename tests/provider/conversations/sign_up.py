"""What may be signed up, and what may not."""

from tests.provider.oracle.steps import PASSWORD, SIGN_IN, SIGN_UP, Conversation, post, sign_up

_BODIES_SIGN_UP = (
    ("no body", None),
    ("empty object", "{}"),
    ("null", "null"),
    ("an array", "[]"),
    ("a string", '"text"'),
    ("a number", "5"),
    ("true", "true"),
    ("not JSON", "{"),
    ("JSON with a tail", "{}x"),
    ("NaN", '{"name":NaN}'),
    ("single quotes", "{'name':'x'}"),
    ("only a name", '{"name":"x"}'),
    ("name is a number", '{"name":5,"email":"b1@example.com","password":"password1"}'),
    ("name is null", '{"name":null,"email":"b1@example.com","password":"password1"}'),
    ("email is a number", '{"name":"x","email":5,"password":"password1"}'),
    ("email is not one", '{"name":"x","email":"nobody","password":"password1"}'),
    ("email is empty", '{"name":"x","email":"","password":"password1"}'),
    ("email with a tail", '{"name":"x","email":"b1@example.com\\n","password":"password1"}'),
    ("email with a space", '{"name":"x","email":" b1@example.com","password":"password1"}'),
    ("email with a NUL", '{"name":"x","email":"b1\\u0000@example.com","password":"password1"}'),
    ("email not ASCII", '{"name":"x","email":"ä@example.com","password":"password1"}'),
    ("email without a dot", '{"name":"x","email":"b1@localhost","password":"password1"}'),
    ("password missing", '{"name":"x","email":"b1@example.com"}'),
    ("password empty", '{"name":"x","email":"b1@example.com","password":""}'),
    ("password a number", '{"name":"x","email":"b1@example.com","password":12345678}'),
    ("password an object", '{"name":"x","email":"b1@example.com","password":{}}'),
    ("password of 7", '{"name":"x","email":"b1@example.com","password":"1234567"}'),
    ("password of 129", f'{{"name":"x","email":"b1@example.com","password":"{"a" * 129}"}}'),
    ("password of 7 as 2 units", '{"name":"x","email":"b1@example.com","password":"😀😀😀"}'),
    (
        "password of 65 pairs",
        f'{{"name":"x","email":"b1@example.com","password":"{"😀" * 65}"}}',
    ),
    ("image a number", '{"name":"x","email":"b1@example.com","password":"password1","image":1}'),
    ("image null", '{"name":"x","email":"b1@example.com","password":"password1","image":null}'),
    (
        "rememberMe a string",
        '{"name":"x","email":"b1@example.com","password":"password1","rememberMe":"false"}',
    ),
    (
        "rememberMe null",
        '{"name":"x","email":"b1@example.com","password":"password1","rememberMe":null}',
    ),
    ("everything wrong", '{"name":1,"email":2,"password":3,"image":4,"rememberMe":5}'),
    ("huge numbers", f'{{"name":{"9" * 5000},"email":1e999,"password":-1e400}}'),
    ("deep", "[" * 2000 + "]" * 2000),
    ("bad UTF-8", b'{"name":"\xff","email":5}'),
    ("a byte order mark", b'\xef\xbb\xbf{"name":1}'),
    ("doubled key", '{"name":1,"name":2}'),
    ("proto", '{"__proto__":{"name":"x"},"constructor":1}'),
)

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "sign-up bodies",
        tuple(
            post(name, SIGN_UP, body, content_type="application/json")
            for name, body in _BODIES_SIGN_UP
        ),
    ),
    Conversation(
        "what else may be signed up",
        (
            sign_up("plus+tag@sub.example.co", ',"emailVerified":true,"id":"x","createdAt":"2020"'),
            post(
                "empty name",
                SIGN_UP,
                '{"name":"","email":"empty@example.com","password":"password1"}',
            ),
            post(
                "markup",
                SIGN_UP,
                '{"name":"<b>&\\"\\u2028é😀","email":"markup@example.com","password":"password1"}',
            ),
            post(
                "password of 128",
                SIGN_UP,
                f'{{"name":"x","email":"p128@example.com","password":"{"a" * 128}"}}',
            ),
            post(
                "callback",
                SIGN_UP,
                f'{{"name":"x","email":"cb@example.com","password":"{PASSWORD}","callbackURL":"/x"}}',
            ),
            post(
                "a full-width password",
                SIGN_UP,
                '{"name":"x","email":"wide@example.com","password":"ｐａｓｓｗｏｒｄ１"}',
            ),
            post(
                "is its plain one", SIGN_IN, '{"email":"wide@example.com","password":"password1"}'
            ),
            post(
                "empty image",
                SIGN_UP,
                '{"name":"x","email":"noimage@example.com","password":"password1","image":""}',
            ),
        ),
    ),
    Conversation(
        "odd texts",
        (
            post(
                "NUL in the name",
                SIGN_UP,
                '{"name":"a\\u0000b","email":"nul@example.com","password":"password1"}',
            ),
            post(
                "NUL in the image",
                SIGN_UP,
                '{"name":"a","email":"nul2@example.com","password":"password1","image":"\\u0000"}',
            ),
            post(
                "lone surrogate",
                SIGN_UP,
                '{"name":"a\\ud800b","email":"lone@example.com","password":"password\\udfff"}',
            ),
            post(
                "its password", SIGN_IN, '{"email":"lone@example.com","password":"password\\ufffd"}'
            ),
            post(
                "surrogate pair",
                SIGN_UP,
                '{"name":"\\ud83d\\ude00","email":"pair@example.com","password":"password\\ud83d\\ude00"}',
            ),
            post("pair as one", SIGN_IN, '{"email":"pair@example.com","password":"password😀"}'),
            post(
                "NUL in the password",
                SIGN_UP,
                '{"name":"a","email":"nul3@example.com","password":"pass\\u0000word"}',
            ),
            post("only up to it", SIGN_IN, '{"email":"nul3@example.com","password":"pass"}'),
            post("all of it", SIGN_IN, '{"email":"nul3@example.com","password":"pass\\u0000word"}'),
            post(
                "long email",
                SIGN_UP,
                f'{{"name":"a","email":"{"a" * 250}@example.com","password":"password1"}}',
            ),
            post(
                "long email signs in",
                SIGN_IN,
                f'{{"email":"{"a" * 250}@example.com","password":"password1"}}',
            ),
            post(
                "email of 254",
                SIGN_UP,
                f'{{"name":"a","email":"{"a" * 242}@example.com","password":"password1"}}',
            ),
            post("JSON in UTF-16", SIGN_IN, '{"email":1}'.encode("utf-16")),
            post("spaces around", SIGN_IN, " \n\t{} "),
            post("a megabyte and more", SIGN_IN, '{"email":"' + "a" * (1024 * 1024) + '"}'),
        ),
    ),
)
