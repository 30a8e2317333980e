"""Objects and functions, 105 to 130: whose rows are whose, and who may do what."""

from gatepost.attacks.advice.advice import Advice, to

_FILTER = (
    "Put the owner into the query itself, select(Note).where(Note.id == note_id, Note.owner_id == "
    "me.id), and answer 404 for nothing; or let a session that belongs to the caller do it for "
    "every query, as gatepost.rows does."
)

ROWS = (
    Advice(
        (105, 106, 107),
        "Whoever is signed in reads, changes or deletes another person's rows by their ids, which "
        "are counted through in minutes.",
        _FILTER,
    ),
    Advice(
        (*to(108, 113), 120),
        "Another person's rows come out by a side door: in a list, a count, a filter, a search, an "
        "export, a cursor or a comparison of entity tags.",
        f"Begin every query with the caller's own rows, and filter, sort and count within those. "
        f"{_FILTER}",
    ),
    Advice(
        (114, 117, 118),
        "An id in the body or in a longer path is not checked as the one in the path is, so that "
        "somebody's row is tied to another's, read through it or changed in bulk.",
        "Load each id that a request names through the same query by owner, and refuse the whole "
        "request where one is not the caller's.",
    ),
    Advice(
        (115, 116, 127),
        "The body sets what only the server should: whose row it is, its role, its price, its "
        "state.",
        'Write a model for what comes in with only the fields that may be set, extra="forbid", and '
        "take the owner from the caller; never Model(**body) or setattr in a loop.",
    ),
    Advice(
        (119, 121),
        "A name or an idempotency key of one person answers another: it tells that it is taken, or "
        "gives away the answer.",
        "Make it unique for each owner, UniqueConstraint('owner_id', 'name'), and keep idempotency "
        "keys by caller.",
    ),
    Advice(
        (122,),
        "A proxy or a browser keeps a person's answer and gives it to the next one.",
        "Send Cache-Control: private, no-store with every answer to a signed-in person.",
    ),
    Advice(
        (123, 124),
        "A link or a job acts for whoever holds it and not for whom it was made.",
        "Sign links for one object, one person and a few minutes; give a job its person's id and "
        "let it ask again what they may.",
    ),
    Advice(
        (125, 126),
        "A person without the role does what is the administrators'.",
        "Declare the role where the router is, APIRouter(dependencies=[Depends(require_admin)]), "
        "from the database, never from the request; declare every method.",
    ),
    Advice(
        (128,),
        "Answers carry what nobody needs to see: password hashes, tokens, internal fields.",
        "Give each route a response model with only what is shown, and never return the ORM "
        "object.",
    ),
    Advice(
        (129, 130),
        "What belongs to one request is kept where another finds it, so that two people at once "
        "see each other's data.",
        "Keep nothing of a request in a global, a class or a cached dependency; make the session "
        "of the database in a dependency with yield.",
    ),
)  # fmt: skip
