"""Transport, 1 to 19: who is asked for a credential, and where it is looked for."""

from gatepost.attacks.advice.advice import Advice, to

CREDENTIALS = (
    Advice(
        to(1, 3),
        "Anybody on the network can call this without signing in, and whatever it answers or "
        "changes is theirs.",
        "Make the caller a dependency of the whole app, "
        "FastAPI(dependencies=[Depends(current_user)]), and not of each route, so that a forgotten "
        "one is closed. Where it is open on purpose, write the route with its reason below "
        "[public] of the attack file.",
    ),
    Advice(
        (4,),
        "The scheme of a credential is case-insensitive (RFC 9110, section 11.1); a client that "
        "writes it otherwise is turned away.",
        "Compare the scheme in lower case, or use fastapi.security.HTTPBearer, which does.",
    ),
    Advice(
        (5, 6),
        "Where a proxy reads one of two credentials and the app the other, each of them checks "
        "somebody else, and the request passes as whoever the attacker likes.",
        "Refuse a request with more than one Authorization header or more than one token with 400, "
        "by request.headers.getlist('authorization').",
    ),
    Advice(
        (7, 8, 9),
        "A token that is taken from the query, a form or a cookie ends up in logs, in histories "
        "and in Referer headers, and is sent along by a hostile page.",
        "Read the token from the Authorization header alone; a cookie only where the app is built "
        "for it, with SameSite, HttpOnly and a check of the Origin.",
    ),
    Advice(
        (10, 11),
        "What no token can be should not reach the code that verifies tokens: it costs time there, "
        "and an unforeseen byte becomes a 500 or a way around a comparison.",
        "Check length and alphabet first (RFC 6750, section 2.1: letters, digits, -._~+/ and =), "
        "and answer 400 or 401.",
    ),
    Advice(
        (12,),
        "A header that a proxy would set is believed from anybody, so that whoever sends it is "
        "whoever it names.",
        "Take the caller from the verified token only. Headers of a proxy are for uvicorn's "
        "--forwarded-allow-ips, with the address of the proxy and never `*`.",
    ),
    Advice(
        (13, 14, 19),
        "The check of the caller depends on how the path or the method is spelled, so another "
        "spelling of the same request passes it by.",
        "Decide in a dependency of the route or a middleware that knows the matched route, never "
        "by comparing request.url.path with a list.",
    ),
    Advice(
        (15,),
        "The body is read and parsed before the caller is known, so that strangers can fill memory "
        "and keep workers busy.",
        "Decide from the headers, in a middleware before the handler, and limit the size of "
        "bodies.",
    ),
    Advice(
        (16,),
        "HTTP middlewares and many dependencies never see websockets: a connection without a "
        "credential hears what is meant for those who are signed in.",
        "Depend on the caller in the websocket route too, and close with 1008, or refuse the "
        "handshake with 401, before accept().",
    ),
    Advice(
        (17,),
        "A browser opens a websocket to any site with that site's cookies; a hostile page reads "
        "and writes as its visitor.",
        "Compare the Origin header of the handshake with your own origins, exactly, before "
        "accept().",
    ),
    Advice(
        (18,),
        "Documentation, mounted apps and folders of files are outside the app's dependencies, and "
        "show what was never meant for strangers.",
        "FastAPI(docs_url=None, redoc_url=None, openapi_url=None) where strangers need them not; "
        "mount a folder that has nothing else in it.",
    ),
)  # fmt: skip
