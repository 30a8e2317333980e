"""Cookies of every spelling."""

from tests.provider.oracle.steps import Conversation, get, post, sign_up

CONVERSATIONS: tuple[Conversation, ...] = (
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
)
