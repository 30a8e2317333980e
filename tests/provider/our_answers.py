"""What Gatepost answers where it differs from Better Auth on purpose, as steps are written down."""

Answer = dict[str, object]
JSON = {"content-type": "application/json"}
UNKNOWN_PATH: Answer = {"status": 404, "body": ""}
NOBODY: Answer = {"status": 200, "body": "null", "headers": {**JSON, "pragma": "no-cache"}}
SET_COOKIE = "better-auth.session_token=<signed>; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"

SIGNED_OUT: Answer = {
    "status": 200,
    "body": '{"success":true}',
    "headers": JSON,
    "set-cookie": [
        f"better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        for name in ("session_token", "session_data", "dont_remember")
    ],
}


def refused(status: int, message: str, code: str) -> Answer:
    body = f'{{"message":"{message}","code":"{code}"}}'
    return {"status": status, "body": body, "headers": JSON}


def user(email: str) -> str:
    return (
        f'{{"name":"Ada","email":"{email}","emailVerified":false,"image":null,'
        '"createdAt":"<now>","updatedAt":"<now>","id":"<id>"}'
    )


def session(email: str, *, seconds: int = 604_800, age: int = 0) -> Answer:
    made = f"<now-{age}s>" if age else "<now>"
    body = (
        f'{{"session":{{"expiresAt":"<now+{seconds}s>","token":"<id>","createdAt":"{made}",'
        f'"updatedAt":"{made}","ipAddress":"<ip>","userAgent":"","userId":"<id>","id":"<id>"}},'
        f'"user":{user(email)}}}'
    )
    headers = {
        **JSON,
        "pragma": "no-cache",
        "access-control-expose-headers": "set-auth-jwt",
        "set-auth-jwt": "<jwt>",
    }
    return {"status": 200, "body": body, "headers": headers}


def forgotten(body: str) -> Answer:
    """An answer that sets the cookies of a session that ends with the browser."""
    cookies = [
        "better-auth.session_token=<signed>; Path=/; HttpOnly; SameSite=Lax",
        "better-auth.dont_remember=<signed true>; Path=/; HttpOnly; SameSite=Lax",
    ]
    return {"status": 200, "body": body, "headers": JSON, "set-cookie": cookies}


def no_text(name: str, received: str) -> Answer:
    message = f"[body.{name}] Invalid input: expected string, received {received}"
    return refused(400, message, "VALIDATION_ERROR")


def redirected(url: str, location: str) -> Answer:
    shown = user("callback@example.com")
    body = f'{{"redirect":true,"token":"<id>","url":"{url}","user":{shown}}}'
    headers = {**JSON, "location": location}
    return {"status": 200, "body": body, "headers": headers, "set-cookie": [SET_COOKIE]}


def sent(location: str) -> Answer:
    return {"status": 302, "body": "", "headers": {**JSON, "location": location}}


def signed_in(email: str, more: str = "") -> Answer:
    body = f'{{{more}"token":"<id>","user":{user(email)}}}'
    return {"status": 200, "body": body, "headers": JSON, "set-cookie": [SET_COOKIE]}


NO_CREDENTIALS = refused(
    400,
    "[body.email] Invalid input: expected string, received undefined; "
    "[body.password] Invalid input: expected string, received undefined",
    "VALIDATION_ERROR",
)
EXPIRED_COOKIES = SIGNED_OUT["set-cookie"]
DELETED: Answer = {
    "status": 200,
    "body": '{"success":true,"message":"User deleted"}',
    "headers": JSON,
    "set-cookie": EXPIRED_COOKIES,
}
INVALID_TOKEN = refused(401, "Invalid token", "INVALID_TOKEN")
BAD_ORIGIN = refused(403, "Invalid origin", "INVALID_ORIGIN")
TOO_MANY: Answer = {
    "status": 429,
    "body": '{"message":"Too many requests. Please try again later."}',
    "headers": {**JSON, "x-retry-after": "<60 s>"},
}
BAD_CALLBACK = refused(403, "Invalid callbackURL", "INVALID_CALLBACK_URL")
NO_USER = refused(422, "Failed to create user", "FAILED_TO_CREATE_USER")
NOT_UPDATED = refused(422, "Failed to update user", "FAILED_TO_UPDATE_USER")
INVALID_PASSWORD = refused(400, "Invalid password", "INVALID_PASSWORD")
