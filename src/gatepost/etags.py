"""Entity tags: change what you have seen, and not what somebody has made of it since.

RFC 9110, sections 8.8.3 and 13. A tag is made of the whole of what is shown and of who it is shown
to, so it says nothing to anybody else.
"""

import base64
import hashlib
import re
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from gatepost.dependencies import CurrentUser
from gatepost.errors import PreconditionFailed
from gatepost.gate import responses
from gatepost.gate.error_answers import Answered
from gatepost.principal import UserId

Shown = TypeVar("Shown", bound=BaseModel)

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t]*(?:{_TAG})?)*[ \t]*")
_TAG_LENGTH_BYTES = 18
_SAFE = ("GET", "HEAD")


class EntityTags:
    """The tags of one request and its answer; a handler asks for it as `ETags`."""

    def __init__(
        self, response: Response, user_id: UserId, if_match: str | None, if_none_match: str | None
    ) -> None:
        self._response = response
        self._user_id = user_id
        self._if_match = if_match
        self._if_none_match = if_none_match

    def expect(self, current: BaseModel) -> None:
        """Go on only where the caller has seen what is there now, if they say what they have seen.

        To be asked of a row from `rows.get_locked`, which nobody changes before the commit.

        Args:
            current: what the caller would be shown.

        Raises:
            PreconditionFailed: `If-Match` names other tags, or cannot be read.
        """
        if self._if_match is None or self._if_match == "*":
            return
        # A weak tag is never equal to a strong one here (section 13.1.1).
        if self._tag(current) not in _tags(self._if_match):
            raise PreconditionFailed(
                "This has changed since you saw it; look at it again", code="PRECONDITION_FAILED"
            )

    def answer(self, shown: Shown) -> Shown:
        """Tag the answer; to a reader who has it already, answer that it has not changed.

        Args:
            shown: what the handler returns.

        Raises:
            Answered: `If-None-Match` of a GET or HEAD names the tag.
        """
        tag = self._tag(shown)
        if self._if_none_match is not None:
            seen = [each.removeprefix("W/") for each in _tags(self._if_none_match)]
            if self._if_none_match == "*" or tag in seen:
                raise Answered(responses.not_modified(tag))
        self._response.headers["ETag"] = tag
        return shown

    def _tag(self, shown: BaseModel) -> str:
        # The length in front: no id and text can be taken for another pair.
        whole = f"{len(self._user_id)}:{self._user_id}{shown.model_dump_json()}"
        digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).digest()
        return f'"{base64.urlsafe_b64encode(digest[:_TAG_LENGTH_BYTES]).decode()}"'


def _tags(header: str) -> list[str]:
    """Return the tags of a list; none where it is not a list of tags."""
    return re.findall(_TAG, header) if _TAGS.fullmatch(header) else []


_SAW = Header(description="The ETag, or several, of what you have seen; change nothing else")
_HAS = Header(description="The ETag, or several, of what you have; then 304 says that it is that")


async def _entity_tags(
    request: Request,
    response: Response,
    user: CurrentUser,
    if_match: Annotated[list[str] | None, _SAW] = None,
    if_none_match: Annotated[list[str] | None, _HAS] = None,
) -> EntityTags:
    reads = request.method in _SAFE
    return EntityTags(
        response, user.user_id, _one(if_match), _one(if_none_match) if reads else None
    )


def _one(lines: list[str] | None) -> str | None:
    # Several lines of one header are one list (section 5.2).
    return None if lines is None else ", ".join(line.strip() for line in lines)


ETags = Annotated[EntityTags, Depends(_entity_tags)]
"""The entity tags of the request at hand: `etags.expect(…)` before a change, `etags.answer(…)`
with what is returned."""
