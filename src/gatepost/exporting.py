"""A person's rows as a file to take away, streamed: memory does not grow with their number."""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel
from starlette.responses import StreamingResponse

Item = TypeVar("Item", bound=BaseModel)

# A spreadsheet takes a cell that starts with one of these for a formula (OWASP: CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ExportFile(StreamingResponse):
    """A file of items, one a line; JSON is one array.

    Args:
        items: what to export, for instance `rows.each(rows.own(Task))`, each as the model.
        model: names the columns of CSV, in order.
        file_format: `csv` or `json`.
        name: of the file, without its ending: letters, digits, `-` and `_`.

    Raises:
        ValueError: another name.
    """

    def __init__(
        self,
        items: AsyncIterator[Item],
        model: type[Item],
        file_format: Literal["csv", "json"],
        name: str,
    ) -> None:
        if not _FILE_NAME.fullmatch(name):
            raise ValueError(f"not the name of an export: {name!r}")
        lines = (
            _as_csv(items, tuple(model.model_fields)) if file_format == "csv" else _as_json(items)
        )
        disposition = f'attachment; filename="{name}.{file_format}"'
        super().__init__(
            lines,
            media_type=_MEDIA_TYPES[file_format],
            headers={"Content-Disposition": disposition},
        )


async def _as_json(items: AsyncIterator[Item]) -> AsyncIterator[str]:
    separator = "["
    async for item in items:
        yield f"{separator}{item.model_dump_json()}"
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


async def _as_csv(items: AsyncIterator[Item], fields: Sequence[str]) -> AsyncIterator[str]:
    yield _csv_line(fields)
    async for item in items:
        values = item.model_dump(mode="json")
        yield _csv_line([_cell(values[name]) for name in fields])


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
