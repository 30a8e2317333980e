"""What is said to the provider, as data.

Each conversation is played, in order, against the real Better Auth (`record.py` keeps what it
answers in `better_auth_1_7_25.json`) and against Gatepost (`test_conversations.py`).

In paths, headers and bodies `<<name>>` stands for something known only while playing:
`<<origin>>` the base URL's origin; `<<jar>>` a Cookie header with every cookie kept so far;
`<<signed>>` the value of the session cookie as it was sent; `<<token>>` its token;
`<<signature>>` its signature; `<<loose>>` the value with its signature in a second base64
spelling of the same bytes.
"""

from dataclasses import dataclass, field

PASSWORD = "correct horse battery"
FORM = "application/x-www-form-urlencoded"
SIGN_UP = "/sign-up/email"
SIGN_IN = "/sign-in/email"


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `body` is sent as it stands; a Content-Type goes only where it is written."""

    id: str
    method: str
    path: str
    body: str | bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Age:
    """Not a request: the session of the jar becomes older by so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Change:
    """Not a request: a statement on the database; `:user` is whose session the jar holds."""

    sql: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Steps that share a cookie jar; `secure` plays them against an https base URL."""

    id: str
    steps: tuple[Step | Age | Change, ...] = field(default=())
    secure: bool = False


def post(step: str, path: str, body: str | bytes | None = None, **headers: str) -> Step:
    """POST JSON, unless a header says something else."""
    named = {"content_type": "application/json"} if body is not None else {}
    named |= headers
    return Step(step, "POST", path, body, _headers(named))


def get(step: str, path: str, **headers: str) -> Step:
    """GET, with the headers given."""
    return Step(step, "GET", path, None, _headers(headers))


def _headers(named: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in named.items() if value != "-")


def sign_up(email: str, more: str = "", **headers: str) -> Step:
    """Sign up with the usual name and password."""
    body = f'{{"name":"Ada","email":"{email}","password":"{PASSWORD}"{more}}}'
    return post(f"sign up {email} {more}".strip(), SIGN_UP, body, **headers)


def sign_in(email: str, more: str = "", *, step: str = "", **headers: str) -> Step:
    """Sign in with the usual password."""
    body = f'{{"email":"{email}","password":"{PASSWORD}"{more}}}'
    return post(step or f"sign in {email} {more}".strip(), SIGN_IN, body, **headers)


_DAY = 86_400
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
_BODIES_SIGN_IN = (
    ("no body", None),
    ("empty object", "{}"),
    ("null", "null"),
    ("an array", "[1]"),
    ("a string", '"text"'),
    ("not JSON", "email=x"),
    ("email is not one", '{"email":"nobody","password":"password1"}'),
    ("email is empty", '{"email":"","password":"password1"}'),
    ("email is null", '{"email":null,"password":"password1"}'),
    ("email is an array", '{"email":["a@example.com"],"password":"password1"}'),
    ("email is an operator", '{"email":{"ne":null},"password":{"ne":null}}'),
    ("password missing", '{"email":"b1@example.com"}'),
    ("password empty", '{"email":"b1@example.com","password":""}'),
    ("password of 129", f'{{"email":"b1@example.com","password":"{"a" * 129}"}}'),
    ("password null", '{"email":"b1@example.com","password":null}'),
    ("unknown", '{"email":"unknown@example.com","password":"password1"}'),
    ("rememberMe a number", '{"email":"b@example.com","password":"p","rememberMe":1}'),
    ("rememberMe null", '{"email":"b@example.com","password":"p","rememberMe":null}'),
    ("everything wrong", '{"email":1,"password":true,"callbackURL":"/x","rememberMe":"x"}'),
)
_CALLBACKS = (
    "/",
    "/tasks?x=1#y",
    "//evil.example",
    "/\\\\evil.example",
    "/%2f/evil.example",
    "/a%5Cb",
    "/a?b=%2f",
    "/a\\tb",
    "tasks",
    "https://friend.example/a",
    "https://friend.example.evil.example/",
    "https://friend.example@evil.example/",
    "https://evil.example/?https://friend.example",
    "<<origin>>/tasks",
    "<<origin>>:1/tasks",
    "http://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "",
    " ",
    "https://",
    "HTTPS://FRIEND.EXAMPLE/",
    "https://friend.example:443/a",
    "https://friend.example:444/a",
    "https://user:word@friend.example/a",
    " https://friend.example/a",
    "https://friend.example/a ",
    "/a b",
    "/é",
    "/€",
    "/a%20b%",
    "/..//evil.example",
    "/.//evil.example",
    "https://friend.example/é€",
    "https://friend.example/\\u000d\\u000aX: y",
    "https:\\t//friend.example",
    "https:/friend.example",
    "https:friend.example",
    "https:\\\\\\\\friend.example",
    "https://friend.example\\\\@evil.example",
    "https://friend.example。/",
    "https://friend%2eexample/",
    "https://evil.example#@friend.example",
    "https://friend.example:x/",
    "https://[::1/",
    "myapp://friend.example",
)
_ORIGINS: tuple[tuple[str, dict[str, str]], ...] = (
    ("no origin, no cookie", {}),
    ("own origin", {"origin": "<<origin>>"}),
    ("trusted origin", {"origin": "https://friend.example"}),
    ("foreign origin", {"origin": "https://evil.example"}),
    ("null origin", {"origin": "null"}),
    ("empty origin", {"origin": ""}),
    ("origin with a path", {"origin": "<<origin>>/path"}),
    ("prefix of the origin", {"origin": "<<origin>>.evil.example"}),
    ("other port", {"origin": "http://127.0.0.1:1"}),
    ("other scheme", {"origin": "http://friend.example"}),
    ("not an origin", {"origin": "%%%"}),
    ("relative origin", {"origin": "/"}),
    ("own referer", {"referer": "<<origin>>/page?x"}),
    ("foreign referer", {"referer": "https://evil.example/<<origin>>"}),
    ("foreign origin, own referer", {"origin": "https://evil.example", "referer": "<<origin>>/"}),
    ("null origin, own referer", {"origin": "null", "referer": "<<origin>>/"}),
    ("null origin, same-origin", {"origin": "null", "sec_fetch_site": "same-origin"}),
    ("no origin, same-origin", {"sec_fetch_site": "same-origin"}),
    (
        "own origin, same-origin",
        {"origin": "<<origin>>", "sec_fetch_site": "same-origin", "sec_fetch_mode": "cors"},
    ),
    (
        "cross-site navigation",
        {
            "origin": "https://evil.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "navigate",
        },
    ),
    (
        "cross-site navigation from a trusted page",
        {
            "origin": "https://friend.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "navigate",
        },
    ),
    (
        "cross-site fetch from a trusted page",
        {
            "origin": "https://friend.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "cors",
        },
    ),
    (
        "cross-site fetch",
        {
            "origin": "https://evil.example",
            "sec_fetch_site": "cross-site",
            "sec_fetch_mode": "cors",
        },
    ),
    ("blank fetch metadata", {"sec_fetch_site": " "}),
)
_WRONG = '{"email":"unknown@example.com","password":"password1"}'
_PATHS = (
    ("GET", "/"),
    ("GET", ""),
    ("GET", "/nothing"),
    ("GET", "/ok/"),
    ("GET", "//ok"),
    ("GET", "/%6fk"),
    ("GET", "/OK"),
    ("GET", "/ok%2f"),
    ("GET", "/ok%00"),
    ("GET", "/ok?x=1"),
    ("GET", "/ok;x"),
    ("HEAD", "/ok"),
    ("OPTIONS", "/ok"),
    ("POST", "/ok"),
    ("PUT", "/get-session"),
    ("DELETE", "/get-session"),
    ("HEAD", "/get-session"),
    ("POST", "/get-session"),
    ("GET", "/get-session/"),
    ("GET", SIGN_IN),
    ("GET", SIGN_UP),
    ("GET", "/sign-out"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/email/"),
    ("POST", "//sign-in/email"),
    ("POST", "/sign-in//email"),
    ("POST", "/sign-in%2femail"),
    ("POST", "/sign-in%2Femail"),
    ("PATCH", SIGN_IN),
    ("POST", "/token"),
    ("POST", "/jwks"),
    ("GET", "/jwks/"),
    ("OPTIONS", SIGN_IN),
    ("GET", "/x/../ok"),
    ("GET", "/./ok"),
    ("GET", "/%2e/ok"),
    ("GET", "/x/%2E%2e/ok"),
    ("GET", "/../auth/ok"),
    ("GET", "/\\ok"),
    ("GET", "/ok#x"),
    ("GET", "/ok?"),
    ("GET", "/ok%3Fx"),
    ("GET", "/ok%"),
    ("GET", "/ok%ff"),
)
_CONTENT_TYPES = (
    "text/plain",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    " application/json ; x=y",
    "application/json, text/plain",
    "application/problem+json",
    "application/jsonx",
    "json",
    "-",
)

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "a day",
        (
            get("nobody", "/get-session"),
            get("no token", "/token"),
            sign_up("Day.One@Example.COM", ',"image":"https://x.example/i.png","role":"admin"'),
            get("session", "/get-session", cookie="<<jar>>"),
            get("token", "/token", cookie="<<jar>>"),
            get("jwks", "/jwks"),
            get("jwks with a cookie", "/jwks", cookie="<<jar>>"),
            get("ok", "/ok", cookie="<<jar>>"),
            sign_up("day.one@example.com"),
            sign_up("DAY.ONE@example.com", origin="<<origin>>", cookie="<<jar>>"),
            post("out", "/sign-out", "{}", cookie="<<jar>>", origin="<<origin>>"),
            get("after sign-out", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            get("token after it", "/token", cookie="better-auth.session_token=<<signed>>"),
            sign_in("day.one@example.com"),
            sign_in("DAY.one@example.com", ',"rememberMe":true', cookie="x=y", origin="<<origin>>"),
            get("in again", "/get-session", cookie="<<jar>>"),
            post("wrong", SIGN_IN, '{"email":"day.one@example.com","password":"wrong password"}'),
            post("out, no body", "/sign-out", cookie="<<jar>>", origin="<<origin>>"),
            post("out, nobody", "/sign-out"),
        ),
    ),
    Conversation(
        "a day, secure",
        (
            sign_up("secure@example.com"),
            get("session", "/get-session", cookie="<<jar>>"),
            get("other prefix", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            get("token", "/token", cookie="<<jar>>"),
            sign_in("secure@example.com", ',"rememberMe":false'),
            get("short session", "/get-session", cookie="<<jar>>"),
            post("foreign", "/sign-out", "{}", cookie="<<jar>>", origin="http://auth.example.com"),
            post("out", "/sign-out", "{}", cookie="<<jar>>", origin="<<origin>>"),
            get("dead", "/get-session", cookie="__Secure-better-auth.session_token=<<signed>>"),
        ),
        secure=True,
    ),
    Conversation(
        "remember me",
        (
            sign_up("short@example.com", ',"rememberMe":false'),
            get("short session", "/get-session", cookie="<<jar>>"),
            Age(_DAY // 2),
            get("half a day later", "/get-session", cookie="<<jar>>"),
            get("token half a day later", "/token", cookie="<<jar>>"),
            sign_in("short@example.com", cookie="<<jar>>", origin="<<origin>>"),
            get("remembered again", "/get-session", cookie="<<jar>>"),
            sign_in(
                "short@example.com", ',"rememberMe":false', cookie="<<jar>>", origin="<<origin>>"
            ),
            Age(_DAY + 1),
            get("a day later", "/get-session", cookie="<<jar>>"),
        ),
    ),
    Conversation(
        "sliding",
        (
            sign_up("slide@example.com"),
            Age(_DAY - 60),
            get("just before a day", "/get-session", cookie="<<jar>>"),
            Age(120),
            get("after a day, no refresh", "/get-session?disableRefresh=true", cookie="<<jar>>"),
            get("no refresh says false", "/get-session?disableRefresh=false", cookie="<<jar>>"),
            get("no refresh twice", "/get-session?disableRefresh&disableRefresh", cookie="<<jar>>"),
            get("empty no refresh slides", "/get-session?disableRefresh=", cookie="<<jar>>"),
            get("slid already", "/get-session?disableCookieCache=true", cookie="<<jar>>"),
            Age(2 * _DAY),
            get("token slides", "/token", cookie="<<jar>>"),
            get("slid by it", "/get-session", cookie="<<jar>>"),
            Age(2 * _DAY),
            get("token does not", "/token?disableRefresh=1", cookie="<<jar>>"),
            Age(6 * _DAY),
            get("expired token", "/token", cookie="<<jar>>"),
            get("expired", "/get-session", cookie="better-auth.session_token=<<signed>>"),
            sign_in("slide@example.com"),
            Age(8 * _DAY),
            get("expired session", "/get-session", cookie="<<jar>>"),
        ),
    ),
    Conversation(
        "cookies",
        (
            sign_up("cookie@example.com"),
            get("quoted", "/get-session", cookie='better-auth.session_token="<<signed>>"'),
            get("not encoded", "/get-session", cookie="better-auth.session_token=<<plain>>"),
            get(
                "among others", "/get-session", cookie="a=b;better-auth.session_token=<<signed>>;c"
            ),
            get("spaces", "/get-session", cookie="  better-auth.session_token = <<signed>>  ;"),
            get("case of the name", "/get-session", cookie="Better-Auth.session_token=<<signed>>"),
            get(
                "secure name",
                "/get-session",
                cookie="__Secure-better-auth.session_token=<<signed>>",
            ),
            get("token alone", "/get-session", cookie="better-auth.session_token=<<token>>"),
            get("no signature", "/get-session", cookie="better-auth.session_token=<<token>>."),
            get(
                "another signature",
                "/get-session",
                cookie=f"better-auth.session_token=<<token>>.{'A' * 43}=",
            ),
            get(
                "short signature",
                "/get-session",
                cookie=f"better-auth.session_token=<<token>>.{'A' * 40}",
            ),
            get("no token", "/get-session", cookie="better-auth.session_token=.<<signature>>"),
            get(
                "other token",
                "/get-session",
                cookie=f"better-auth.session_token={'a' * 32}.<<signature>>",
            ),
            get(
                "not base64",
                "/get-session",
                cookie=f"better-auth.session_token=<<token>>.{'!' * 43}=",
            ),
            get(
                "not ASCII",
                "/get-session",
                cookie=f"better-auth.session_token=<<token>>.{'é' * 43}=",
            ),
            get(
                "not ASCII, encoded",
                "/get-session",
                cookie=f"better-auth.session_token=<<token>>.{'%C3%A9' * 43}%3D",
            ),
            get("loose base64", "/get-session", cookie="better-auth.session_token=<<loose>>"),
            get(
                "another signed value",
                "/get-session",
                cookie="<<jar>>; better-auth.dont_remember=<<signed>>",
            ),
            get("broken escape", "/get-session", cookie="better-auth.session_token=%E0%A4%A"),
            get("empty", "/get-session", cookie="better-auth.session_token="),
            get("nonsense", "/get-session", cookie=";;;===;"),
            get(
                "good, then bad",
                "/get-session",
                cookie="better-auth.session_token=<<signed>>; better-auth.session_token=x",
            ),
            get(
                "bad, then good",
                "/get-session",
                cookie="better-auth.session_token=x; better-auth.session_token=<<signed>>",
            ),
            get(
                "empty, then good",
                "/get-session",
                cookie="better-auth.session_token=; better-auth.session_token=<<signed>>",
            ),
            get("a bearer is nobody", "/get-session", authorization="Bearer <<token>>"),
            get("a token in the query is nobody", "/get-session?token=<<token>>"),
            get("with session data", "/get-session", cookie="<<jar>>; better-auth.session_data=x"),
            get("session data alone", "/get-session", cookie="better-auth.session_data=x"),
            get(
                "chunked session data",
                "/get-session",
                cookie="<<jar>>; better-auth.session_data.0=x; better-auth.session_data.1=y",
            ),
            get(
                "forged dont_remember",
                "/get-session",
                cookie="<<jar>>; better-auth.dont_remember=true",
            ),
            post(
                "out with session data",
                "/sign-out",
                "{}",
                cookie="<<jar>>; better-auth.session_data=x",
                origin="<<origin>>",
            ),
            get(
                "dead with session data",
                "/get-session",
                cookie="better-auth.session_token=<<signed>>; better-auth.session_data=x",
            ),
            post(
                "out with a forged cookie",
                "/sign-out",
                "{}",
                cookie="better-auth.session_token=x.y",
                origin="<<origin>>",
            ),
        ),
    ),
    Conversation(
        "sign-up bodies",
        tuple(
            post(name, SIGN_UP, body, content_type="application/json")
            for name, body in _BODIES_SIGN_UP
        ),
    ),
    Conversation(
        "sign-in bodies",
        tuple(
            post(name, SIGN_IN, body, content_type="application/json")
            for name, body in _BODIES_SIGN_IN
        ),
    ),
    Conversation(
        "sign-out bodies",
        (
            post("empty", "/sign-out", ""),
            post("null", "/sign-out", "null"),
            post("array", "/sign-out", "[]"),
            post("string", "/sign-out", '"x"'),
            post("not JSON", "/sign-out", "{"),
            post("wrong types", "/sign-out", '{"callbackURL":"/x","disableRedirect":1,"state":2}'),
            post("form", "/sign-out", "a=b", content_type=FORM),
            post("callback", "/sign-out", '{"callbackURL":"/bye"}'),
            post("foreign callback", "/sign-out", '{"callbackURL":"https://evil.example"}'),
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
        "forms",
        (
            post(
                "sign-up",
                SIGN_UP,
                "name=Form+A%C3%A4&email=form%40example.com&password=password1",
                content_type=FORM,
            ),
            post(
                "charset",
                SIGN_IN,
                "email=form%40example.com&password=password1",
                content_type=f"{FORM}; charset=UTF-8",
            ),
            post(
                "doubled",
                SIGN_IN,
                "email=x&email=form%40example.com&password=password1",
                content_type=FORM,
            ),
            post(
                "remember",
                SIGN_IN,
                "email=form%40example.com&password=password1&rememberMe=false",
                content_type=FORM,
            ),
            post("nothing", SIGN_IN, "", content_type=FORM),
            post("no value", SIGN_IN, "email&password", content_type=FORM),
            post("broken escapes", SIGN_IN, "email=%zz%ff&password=%", content_type=FORM),
            post("only ampersands", SIGN_IN, "&&&", content_type=FORM),
            post(
                "callback",
                SIGN_IN,
                "email=form%40example.com&password=password1&callbackURL=%2Ftasks",
                content_type=FORM,
            ),
            post(
                "foreign callback",
                SIGN_IN,
                "email=form%40example.com&password=password1&callbackURL=%2F%2Fevil",
                content_type=FORM,
            ),
            post(
                "from elsewhere",
                SIGN_IN,
                "email=form%40example.com&password=password1",
                content_type=FORM,
                origin="https://evil.example",
            ),
        ),
    ),
    Conversation(
        "content types",
        tuple(post(name, SIGN_IN, "{}", content_type=name) for name in _CONTENT_TYPES)
        + tuple(
            post(f"{name} on sign-out", "/sign-out", "{}", content_type=name)
            for name in _CONTENT_TYPES
        )
        + (
            post("text, no body", SIGN_IN, None, content_type="text/plain"),
            post(
                "text from elsewhere",
                SIGN_IN,
                "x",
                content_type="text/plain",
                cookie="a=b",
                origin="https://evil.example",
            ),
            post(
                "bad JSON from elsewhere", SIGN_IN, "{", cookie="a=b", origin="https://evil.example"
            ),
        ),
    ),
    Conversation(
        "origins at sign-in",
        tuple(post(name, SIGN_IN, _WRONG, **headers) for name, headers in _ORIGINS),
    ),
    Conversation(
        "origins at sign-in with a cookie",
        tuple(post(name, SIGN_IN, _WRONG, cookie="a=b", **headers) for name, headers in _ORIGINS),
    ),
    Conversation(
        "origins at sign-out with a cookie",
        tuple(post(name, "/sign-out", "{}", cookie="a=b", **headers) for name, headers in _ORIGINS),
    ),
    Conversation(
        "origins elsewhere",
        (
            post("sign-out, foreign, no cookie", "/sign-out", "{}", origin="https://evil.example"),
            post(
                "sign-out, empty cookie",
                "/sign-out",
                "{}",
                cookie="",
                origin="https://evil.example",
            ),
            post("sign-up, foreign, no cookie", SIGN_UP, "{}", origin="https://evil.example"),
            post(
                "sign-up, foreign, no cookie, good",
                SIGN_UP,
                '{"name":"x","email":"o@example.com","password":"password1"}',
                origin="https://evil.example",
            ),
            post(
                "sign-up, foreign, cookie",
                SIGN_UP,
                "{}",
                cookie="a=b",
                origin="https://evil.example",
            ),
            post(
                "get-session by POST",
                "/get-session",
                "{}",
                cookie="a=b",
                origin="https://evil.example",
            ),
            get("get-session by GET", "/get-session", cookie="a=b", origin="https://evil.example"),
            get("token by GET", "/token", cookie="a=b", origin="https://evil.example"),
            get("jwks by GET", "/jwks", cookie="a=b", origin="https://evil.example"),
        ),
    ),
    Conversation(
        "callback URLs",
        (
            sign_up("callback@example.com"),
            *(
                sign_in("callback@example.com", f',"callbackURL":"{url}"', step=url or "empty")
                for url in _CALLBACKS
            ),
            post("a number", SIGN_IN, '{"callbackURL":5}'),
            post("an object", SIGN_IN, '{"callbackURL":{}}'),
            post("null", SIGN_IN, '{"callbackURL":null}'),
            post("false", SIGN_IN, '{"callbackURL":false}'),
            post("zero", SIGN_IN, '{"callbackURL":0}'),
            post("redirectTo", SIGN_IN, '{"redirectTo":"//evil.example"}'),
            post("errorCallbackURL", SIGN_IN, '{"errorCallbackURL":"//evil.example"}'),
            post("newUserCallbackURL", SIGN_IN, '{"newUserCallbackURL":"//evil.example"}'),
            post("redirectTo a number", SIGN_IN, '{"redirectTo":1}'),
            post("newUserCallbackURL a list", SIGN_IN, '{"newUserCallbackURL":["/"]}'),
            post("in the query", f"{SIGN_IN}?callbackURL=//evil.example", "{}"),
            post("in the query, twice", f"{SIGN_IN}?callbackURL=/a&callbackURL=/b", "{}"),
            post(
                "in the query, but the body's wins",
                f"{SIGN_IN}?callbackURL=//evil",
                '{"callbackURL":"/x"}',
            ),
            post("at sign-up", SIGN_UP, '{"callbackURL":"//evil.example"}'),
            post("get-session by POST", "/get-session?callbackURL=//evil.example"),
            get("get-session by GET", "/get-session?callbackURL=//evil.example"),
        ),
    ),
    Conversation(
        "paths and methods",
        (
            *(Step(f"{method} {path}", method, path) for method, path in _PATHS),
            Step("GET with a body", "GET", "/get-session", "{", (("content-type", "text/plain"),)),
            post("get-session by POST, bad body", "/get-session", "{"),
            post("unknown, foreign", "/nothing", "{", cookie="a=b", origin="https://evil.example"),
            Step("sign-in by PUT", "PUT", SIGN_IN, "{}", (("content-type", "application/json"),)),
        ),
    ),
    Conversation(
        "states of the database",
        (
            sign_up("state@example.com", user_agent="Agent/1.0 é"),
            get("with an agent", "/get-session", cookie="<<jar>>", user_agent="Other"),
            Change("UPDATE user SET image = 'x', emailVerified = 1, name = 'é\n' WHERE id = :user"),
            get("changed user", "/get-session", cookie="<<jar>>"),
            Change("UPDATE session SET ipAddress = NULL, userAgent = NULL WHERE userId = :user"),
            get("null agent", "/get-session", cookie="<<jar>>"),
            Change("UPDATE account SET accountId = 'other' WHERE userId = :user"),
            sign_in("state@example.com", step="account of another id"),
            Change(
                "UPDATE account SET accountId = userId, providerId = 'github' WHERE userId = :user"
            ),
            sign_in("state@example.com", step="no credential account"),
            sign_up("state@example.com", ',"x":1'),
            Change(
                "UPDATE account SET providerId = 'credential', password = NULL WHERE userId = :user"
            ),
            sign_in("state@example.com", step="no password"),
            Change("UPDATE account SET password = 'nonsense' WHERE userId = :user"),
            sign_in("state@example.com", step="unreadable hash"),
            Change("UPDATE account SET password = 'salt:0011' WHERE userId = :user"),
            sign_in("state@example.com", step="short hash"),
            Change("DELETE FROM user WHERE id = :user"),
            get("deleted user", "/get-session", cookie="<<jar>>"),
            get("deleted user's token", "/token", cookie="better-auth.session_token=<<signed>>"),
        ),
    ),
    Conversation(
        "short session without its cookie",
        (
            sign_up("lost@example.com", ',"rememberMe":false'),
            get("does it slide", "/get-session", cookie="better-auth.session_token=<<signed>>"),
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
    Conversation(
        "doubled headers",
        (
            Step(
                "two origins",
                "POST",
                SIGN_IN,
                _WRONG,
                (
                    ("content-type", "application/json"),
                    ("origin", "<<origin>>"),
                    ("origin", "https://evil.example"),
                ),
            ),
            Step(
                "two cookies headers",
                "POST",
                SIGN_IN,
                _WRONG,
                (
                    ("content-type", "application/json"),
                    ("origin", "<<origin>>"),
                    ("cookie", "a=b"),
                    ("cookie", "c=d"),
                ),
            ),
            Step(
                "two content types",
                "POST",
                SIGN_IN,
                _WRONG,
                (("content-type", "application/json"), ("content-type", "text/plain")),
            ),
            Step(
                "two fetch sites",
                "POST",
                SIGN_IN,
                _WRONG,
                (
                    ("content-type", "application/json"),
                    ("sec-fetch-site", "cross-site"),
                    ("sec-fetch-site", "same-origin"),
                    ("sec-fetch-mode", "navigate"),
                    ("origin", "<<origin>>"),
                ),
            ),
        ),
    ),
)
