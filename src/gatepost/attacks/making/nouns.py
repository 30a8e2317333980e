"""Names as people write them: the words in them, and the noun that they are about."""

import re

_IDS = ("id", "uuid", "uid", "key", "slug", "name", "token", "code", "filename", "number", "ref")
_SUFFIX = re.compile(
    r"(?:(?:^|_)(?:id|uuid|uid|pk|key|slug|name|code|ref)s?|(?<=file|user)name|Ids?|Uuid)$"
)
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-\s.]+")
_NAMING = re.compile(r"(?:_ids?|_uuids?|_uid|_pk|_ref|Ids?|Uuids?|-id)$")
_IN_IE = frozenset({"movies", "cookies", "calories", "selfies", "zombies"})
_LEADING = frozenset(
    {"from", "to", "source", "target", "destination", "dest", "new", "old", "parent", "default",
     "primary", "main", "other", "related", "linked", "the", "my", "current", "billing", "shipping",
     "first", "second", "next", "previous", "sender", "receiver"}
)  # fmt: skip


def words_of(name: str) -> list[str]:
    """Return the words of a name, in lower case: `fromAccount_id` is `from`, `account`, `id`."""
    return [part.lower() for part in _BOUNDARY.split(name) if part]


def singular(word: str) -> str:
    """Return a noun in the singular, as English mostly has it."""
    if word.endswith("ies") and len(word) > len("ties") and word not in _IN_IE:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def noun_of(text: str) -> str:
    """Return the noun of a parameter or a segment, in the singular: `note_ids` is `note`."""
    return singular("_".join(words_of(_SUFFIX.sub("", text))))


def nouns_of(name: str, *, loosely: bool = True) -> list[str]:
    """Return what a member may be about, the likeliest first: `from_account_id` is an account.

    Args:
        name: of the member.
        loosely: whether any one word of it may be what it is about.
    """
    words = noun_of(name).split("_")
    found = ["_".join(words)]
    while len(words) > 1 and words[0] in _LEADING:
        words = words[1:]
        found.append("_".join(words))
    while len(words) > 1 and words[-1] in _LEADING:
        words = words[:-1]
        found.append("_".join(words))
    if loosely and len(words) > 1:
        found += [words[-1], words[0]]
    return [singular(each) for each in dict.fromkeys(found) if each]


def names_a_row(name: str) -> bool:
    """Whether a member is called as the id of a row is: `project_id`, `taskIds`, `ids`."""
    return _NAMING.search(name) is not None or name in {"ids", "uuids"}


def camel(name: str) -> str:
    """Return a name as JavaScript has it: `owner_id` is `ownerId`."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def names_of(parameter: str) -> tuple[str, ...]:
    """Return what an answer may call what a path calls `note_id`: `note_id`, `noteId`, `id`."""
    noun = noun_of(parameter)
    own = (parameter, camel(parameter))
    return (*own, f"{noun}_id", f"{noun}Id", f"{noun}_uuid", *_IDS, "_id", noun)
