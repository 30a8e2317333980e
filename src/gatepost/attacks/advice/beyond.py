"""What goes beyond the fact sheet, from 139: what developers get wrong in practice."""

from gatepost.attacks.advice.advice import Advice

_FROM_THE_CALLER = (
    "Take who calls, and as whom, from the verified credential alone; a name in the path, the "
    "query, a header or the body is at most compared with it."
)

BEYOND = (
    Advice(
        (139, 142),
        "Something that is no credential is taken for one: any text, a part of one, another case, "
        "a wildcard, or the next in a row. It is found by trying.",
        "Make credentials of 32 random bytes, secrets.token_urlsafe(32), keep their hash, and look "
        "them up by exact equality, with a bound parameter and not with LIKE.",
    ),
    Advice(
        (140,),
        "A token works for ever or for years: once stolen it stays stolen.",
        "Give access tokens an exp some minutes ahead, and renew them by a session that can be "
        "ended.",
    ),
    Advice(
        (141, 151),
        "Whoever is signed in, or nobody at all, is somebody else by writing their name into the "
        "request.",
        _FROM_THE_CALLER,
    ),
    Advice(
        (143,),
        "A password is changed by whoever has the session for a moment, or the old one works on: "
        "the thief stays, and the owner is locked out.",
        "Ask for the old password, verify it as sign-in does, and end every other session.",
    ),
    Advice(
        (144,),
        "People sign in with what is not their password: it is compared in part, in another case, "
        "by the database, or not at all.",
        "Take the password as str in a model, find the account by a bound parameter, and verify "
        "with the library that made the hash, argon2-cffi or bcrypt; never in SQL.",
    ),
    Advice(
        (145, 148),
        "A credential stands where others read it: in a URL, and so in logs and histories, or in "
        "the answer to whoever asked for somebody else's reset.",
        "Send credentials in bodies and headers; mail the link to reset a password, and answer "
        "alike whether the address is known or not.",
    ),
    Advice(
        (146,),
        "Passwords can be guessed as fast as the app answers; a list of common ones opens some "
        "account within the hour.",
        "Count failures by account and by address, and slow down or refuse after ten; limit how "
        "often people sign up.",
    ),
    Advice(
        (147,),
        "Signing up takes over an account that is there, by its address in the same or another "
        "spelling.",
        "A unique constraint on the address in lower case, and an insert that fails where it is "
        "taken; never an upsert.",
    ),
    Advice(
        (149,),
        "The app refuses and is laxer than it should be: what it takes although nobody should send "
        "it, or what its refusals tell, is where the next attack begins.",
        "Answer every bad credential alike: 401 with WWW-Authenticate: Bearer, one body, one log "
        "line with the reason.",
    ),
    Advice(
        (150, 152),
        "People's addresses and other private members come out to everybody, as a profile, in a "
        "list or by a switch in the query.",
        "Give what others see a response model of its own, with a name and an id and no more; no "
        "parameter may choose members by name.",
    ),
    Advice(
        (153,),
        "What happens to one person's rows is told to everybody who listens.",
        "Keep connections by person, and send an event to those who may read its row; end the "
        "connection with the session.",
    ),
    Advice(
        (154, 155),
        "The app's own cache gives one person's answer to another.",
        "Put the caller's id into the key of whatever is cached: lru_cache, fastapi-cache, Redis.",
    ),
    Advice(
        (160, 169, 176),
        "Something is made in the place of another's row, or taken over, because its id is chosen "
        "by whoever asks.",
        "Let the server choose ids; where people choose names, make them unique for each owner, "
        "and answer an upsert of another's as a missing one.",
    ),
    Advice(
        (161,),
        "A route that nobody thinks of any more, or that OpenAPI hides, is there and is not looked "
        "after: debugging, old versions, administration.",
        "Remove it; include_in_schema=False hides a route and closes nothing.",
    ),
    Advice(
        (162, 163),
        "People give themselves a role, a price or an amount that nobody meant them to.",
        'Leave role, price and balance out of what comes in (extra="forbid"), read prices from the '
        "database, and bound amounts with Field(gt=0, le=…).",
    ),
    Advice(
        (164,),
        "Whoever is a guest in something shared goes further than they were let: in without an "
        "invitation, up in rank, or still there after they were put out.",
        "Ask for the membership and its rank in the query at each request, and let only an owner "
        "change either.",
    ),
    Advice(
        (165,),
        "What may happen once happens twice where two requests come at the same time: a coupon, a "
        "payout, a vote.",
        "Let the database decide: a unique constraint, SELECT … FOR UPDATE, or UPDATE … WHERE used "
        "= false and a look at the number of rows.",
    ),
    Advice(
        (166, 172),
        "The app fails where it should refuse: what it did until then stays done, and sent often "
        "enough it keeps the app from serving others.",
        "Let a model with bounds check what comes in (max_length, ge, le, a pattern), catch what "
        "the libraries raise for it, and answer 4xx.",
    ),
    Advice(
        (167,),
        "What people write is run: as SQL, as a template, as an operator of a query, or as a path.",
        "Bind parameters, text('… WHERE name = :name'), never an f-string; take texts as str and "
        "never as dict; resolve a path and compare it with its folder.",
    ),
    Advice(
        (168, 180),
        "Errors show what is inside: files, statements, versions, which make every other attack "
        "shorter.",
        "FastAPI(debug=False), and an exception handler that logs the error and answers with a "
        "number to find it by.",
    ),
    Advice(
        (170, 171),
        "A hostile page changes something as whoever has it open: a CSRF token is not checked, or "
        "a GET changes something, which a link or a picture can send.",
        "Change nothing in a GET; compare Origin or Sec-Fetch-Site, and a CSRF token that belongs "
        "to the session by secrets.compare_digest.",
    ),
    Advice(
        (173, 181, 184),
        "A script of the attacker's runs in the pages of your origin, and does what its visitor "
        "may.",
        "Serve uploads with Content-Disposition: attachment, nosniff and a type from a list, "
        "better from another origin; escape in templates; send a Content-Security-Policy.",
    ),
    Advice(
        (174, 175, 177),
        "A name leaves its folder: files of the server are read or written over.",
        "Name stored files yourself, uuid4().hex, and keep the name that people gave in the "
        "database; otherwise (folder / name).resolve() has to be relative to the folder.",
    ),
    Advice(
        (178, 179),
        "The server calls what the attacker names: its own metadata service, the neighbours in its "
        "network, its files.",
        "Call only hosts on a list, over https, without following redirects, and refuse private "
        "addresses after the name was looked up.",
    ),
    Advice(
        (182, 183, 185),
        "A text of the attacker's leaves its place: as a header, as a formula in somebody's "
        "spreadsheet, as the host in a mailed link.",
        "Strip line breaks from what goes into headers, put ' before cells that begin with = + - "
        "@, and take your own host from the settings and never from the Host header.",
    ),
)  # fmt: skip
