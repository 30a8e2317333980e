"""Lifecycle, 91 to 104: what a credential is worth after its end."""

from gatepost.attacks.advice.advice import Advice

SESSIONS = (
    Advice(
        (91, 92, 95, 96, 97),
        "The credential works on after sign-out, a new password or the deletion of the account: "
        "whoever has stolen it stays, and the owner cannot do anything about it.",
        "Keep sessions in a table, put the session's id into the token, and ask for it at each "
        "request; or keep a list of what was taken back until it would have expired.",
    ),
    Advice(
        (93, 94),
        "A refresh token that was used already works again, so that the thief of an old one gets "
        "new ones without end.",
        "Replace the refresh token at each use; where an old one comes back, end all of its "
        "family.",
    ),
    Advice(
        (98, 101, 102),
        "Rights that somebody has not, or not any more, still work: by an old token, by naming "
        "them in the request, or by a sign-in of long ago.",
        "Ask for the role or scope where the route is declared, from the database or a token that "
        "was taken back with it; for what is sensitive, compare auth_time.",
    ),
    Advice(
        (99, 100),
        "Sessions of two people mix: one that the attacker has prepared becomes the victim's, or "
        "two credentials in one request act as the wrong one.",
        "Make a new session at each sign-in, and let one credential of a request decide "
        "everything.",
    ),
    Advice(
        (103,),
        "Answers, or the time that they take, tell whether an address has an account here, which "
        "is private in itself and the first step of guessing passwords.",
        "Answer sign-in, sign-up and reset alike for known and unknown addresses, and hash a "
        "password in both cases.",
    ),
    Advice(
        (104,),
        "Where the keys cannot be fetched, tokens are believed unverified.",
        "Without keys answer 503; never fall back to reading a token without verifying it.",
    ),
)  # fmt: skip
