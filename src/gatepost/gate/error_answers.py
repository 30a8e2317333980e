"""Who answers what a handler raises: the gate's answers, but where the app has its own."""

from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gatepost.errors import Refusal
from gatepost.gate import responses


class Answered(Exception):
    """Raised by a dependency of the house in place of its handler: this is the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def _give_answer(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Answered):
        raise error
    return error.response


def answer_errors(app: Starlette) -> None:
    """Give refusals their answers, and replace FastAPI's own handlers, but never the app's."""
    app.add_exception_handler(Refusal, responses.answer_refusal)
    app.add_exception_handler(Answered, _give_answer)
    handlers = app.exception_handlers
    if handlers.get(HTTPException) is http_exception_handler:
        app.add_exception_handler(HTTPException, responses.answer_http_exception)
    if handlers.get(RequestValidationError) is request_validation_exception_handler:
        app.add_exception_handler(RequestValidationError, responses.answer_validation_error)


def answer_as_the_app_around(mounted: Starlette) -> None:
    """Let a mounted app refuse and fail as the app that it is mounted in."""
    mounted.debug = False  # its traceback would pass for an answer
    answer_errors(mounted)
    if not {500, Exception} & mounted.exception_handlers.keys():
        mounted.add_exception_handler(Exception, responses.answer_exception)
