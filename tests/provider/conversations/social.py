"""Social sign-in where no provider is configured, and what is no way to the error page."""

from tests.provider.oracle.steps import FORM, Conversation, Step, own, post, see, sign_up

_JSON = "application/json"
_ID_TOKEN = (
    '{"token":1,"nonce":2,"accessToken":3,"refreshToken":4,"expiresAt":"5","user":6}',
    '{"token":"x","user":{"name":{"firstName":1,"lastName":null},"email":2}}',
    '{"token":"x","expiresAt":1e999,"user":{"name":"x"}}',
)
_REST_WRONG = '"loginHint":1,"scopes":1,"additionalData":1,"additionalParams":1'
_BODIES = (
    ("known", '{"provider":"github"}'),
    ("unknown", '{"provider":"nobody"}'),
    ("empty", '{"provider":""}'),
    ("proto", '{"provider":"__proto__"}'),
    ("number", '{"provider":1}'),
    ("null", '{"provider":null}'),
    ("callbackURL a number", '{"provider":"github","callbackURL":1}'),
    ("idToken", '{"provider":"google","idToken":{"token":"x"}}'),
    ("idToken a string", '{"provider":"google","idToken":"x"}'),
    ("idToken empty", '{"provider":"google","idToken":{}}'),
    ("idToken of wrong types", f'{{"provider":"google","idToken":{_ID_TOKEN[0]}}}'),
    ("user of wrong types", f'{{"provider":"google","idToken":{_ID_TOKEN[1]}}}'),
    ("user's name a string", f'{{"provider":"google","idToken":{_ID_TOKEN[2]}}}'),
    ("scopes", '{"provider":"google","scopes":["a",1,null]}'),
    ("scopes a string", '{"provider":"google","scopes":"a"}'),
    (
        "many wrong",
        f'{{"provider":1,"disableRedirect":1,"requestSignUp":1,{_REST_WRONG}}}',
    ),
    ("additionalParams", '{"provider":"google","additionalParams":{"hd":"x"}}'),
    ("additionalParams of numbers", '{"provider":"g","additionalParams":{"hd":1,"x":null}}'),
    ("additionalParams reserved", '{"provider":"g","additionalParams":{"state":"x"}}'),
    ("additionalParams reserved number", '{"provider":"g","additionalParams":{"state":1}}'),
    ("additionalParams an array", '{"provider":"google","additionalParams":["x"]}'),
    ("additionalData", '{"provider":"google","additionalData":{"x":[1]}}'),
    ("additionalData an array", '{"provider":"google","additionalData":[1]}'),
    (
        "falsy callbacks",
        '{"provider":"google","newUserCallbackURL":0,"errorCallbackURL":false}',
    ),
    ("foreign callback", '{"provider":"github","callbackURL":"https://evil.example"}'),
    ("foreign error callback", '{"provider":"github","errorCallbackURL":"//evil.example"}'),
    ("foreign callback of new users", '{"provider":"x","newUserCallbackURL":"//evil.example"}'),
    ("trusted callback", '{"provider":"github","callbackURL":"https://friend.example/x"}'),
)
_CALLBACKS = (
    ("GET", "/callback/github"),
    ("GET", "/callback/github?code=x"),
    ("GET", "/callback/github?code=x&state=y"),
    ("GET", "/callback/nobody?code=x&state=y"),
    ("GET", "/callback/github?error=access_denied"),
    ("GET", "/callback/github?error=access_denied&error_description=no&state=y"),
    ("GET", "/callback/github?state="),
    ("GET", "/callback/github?state=a&state=b"),
    ("GET", "/callback/github?code=a&code=b&iss=1&iss=2"),
    ("GET", "/callback/github?unknown=1"),
    ("GET", "/callback/:id?state=x"),
    ("GET", "/callback/.."),
    ("GET", "/callback/."),
    ("GET", "/callback/"),
    ("GET", "/callback"),
    ("GET", "/callback/a/b"),
    ("GET", "/callback/github/"),
    ("GET", "/callback/a%20b?code=x"),
    ("PUT", "/callback/github"),
    ("HEAD", "/callback/github"),
    ("POST", "/callback/github"),
    ("POST", "/callback/github?code=x&state=y"),
    ("POST", "/callback/a:b@c!$&'()*+,;=-._~?code=x"),
    ("POST", "/callback/a%20b?code=x"),
    ("POST", "/callback/a%25b?code=x"),
    ("POST", "/callback/%C3%A9?code=x"),
    ("POST", "/callback/github?code=a&code=b"),
    ("POST", "/callback/github?code=%F0%9F%98%80%ff+%2B"),
    ("POST", "/callback/"),
)
_CALLBACK_BODIES = (
    ("form", "code=a+b&state=%C3%A9&unknown=1", FORM),
    (
        "form of everything",
        "iss=1&user=2&state=3&error_description=~*-._!%27()&device_id=5&error=6&code=7",
        FORM,
    ),
    ("JSON", '{"code":"x","state":"y"}', _JSON),
    ("JSON of wrong types", '{"code":1,"user":{}}', _JSON),
    ("JSON null", "null", _JSON),
    ("JSON array", "[]", _JSON),
    ("JSON of nothing", "{}", _JSON),
    ("text", "x", "text/plain"),
    ("foreign callbackURL", '{"callbackURL":"https://evil.example"}', _JSON),
)
_BY_POST = "/callback/github?iss=q"
_FOREIGN = {"content_type": FORM, "origin": "https://evil.example"}

CONVERSATIONS = (
    Conversation(
        "social sign-in, none configured",
        (
            *(post(name, "/sign-in/social", body) for name, body in _BODIES),
            post(
                "from elsewhere",
                "/sign-in/social",
                '{"provider":"github"}',
                origin="https://evil.example",
                sec_fetch_site="cross-site",
                sec_fetch_mode="navigate",
            ),
        ),
    ),
    Conversation(
        "social callback, none configured",
        (
            *(Step(f"{method} {path}", method, path) for method, path in _CALLBACKS),
            *(
                post(name, _BY_POST, body, content_type=kind)
                for name, body, kind in _CALLBACK_BODIES
            ),
            post("from elsewhere", _BY_POST, "code=x", **_FOREIGN),
            post("from elsewhere, with a cookie", _BY_POST, "code=x", cookie="a=b", **_FOREIGN),
        ),
    ),
    Conversation(
        "social accounts, none configured",
        (
            sign_up("social@example.com"),
            *(own(name, "/link-social", body) for name, body in _BODIES),
            own("sign in", "/sign-in/social", '{"provider":"github"}'),
            see("callback", "/callback/github?code=x&state=y"),
        ),
    ),
    Conversation(
        "other ways to the error page",
        (
            Step("POST", "POST", "/error"),
            Step("HEAD", "HEAD", "/error"),
            Step("slash", "GET", "/error/"),
        ),
    ),
)
