"""Browser, 131 to 138: what a hostile page makes of somebody's browser."""

from gatepost.attacks.advice.advice import Advice

BROWSERS = (
    Advice(
        (131, 132, 133, 134),
        "A page of somebody else's acts with the cookies of whoever has it open, or signs them in "
        "to the attacker's account.",
        "Set cookies SameSite=Lax or Strict, and refuse what changes something where Origin or "
        "Sec-Fetch-Site is not your own, sign-in included. Take JSON only with its Content-Type.",
    ),
    Advice(
        (135,),
        "Any page reads the answers that your visitors would get.",
        "CORSMiddleware(allow_origins=[…]) with your origins by name; never `*` or a pattern "
        "together with allow_credentials.",
    ),
    Advice(
        (136,),
        "A link to your site ends at the attacker's, with your name on it and perhaps with a "
        "token.",
        "Redirect only to paths of your own, or to origins on a list; compare them parsed, and "
        "refuse // and \\\\ at the beginning.",
    ),
    Advice(
        (137,),
        "A cookie can be read by scripts, or goes over plain HTTP or to other sites.",
        "response.set_cookie(…, httponly=True, secure=True, samesite='lax'), with a __Host- name.",
    ),
    Advice(
        (138,),
        "A token stays in the cache of a browser or a proxy.",
        "Send Cache-Control: no-store with every answer that has a token or sets a cookie.",
    ),
)  # fmt: skip
