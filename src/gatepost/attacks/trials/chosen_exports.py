"""Exports of a chosen form, 183.1: a text that begins like a formula, in a file that is asked for.

Where 183 reads what a row is shown by, this asks for the form in which a spreadsheet opens it: by a
parameter that has it among its choices or is named for it, and by the `Accept` header.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.nouns import names_a_row
from gatepost.attacks.outcomes import REFUSED, Verdict, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Parameter
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import own, send, with_query
from gatepost.attacks.trials.markup import is_an_export, shared_steps
from gatepost.attacks.trials.member_lies import Slot, send_with, text_slots
from gatepost.attacks.trials.parameters import choices_of, declared_like, is_text
from gatepost.attacks.wire import RawRequest, with_fields

_FORMS = re.compile(r"csv|tsv|tab|excel|xls|spreadsheet|calc", re.IGNORECASE)
_NAMED = re.compile(
    r"^(file_?|export_?|output_?)?(format|type|fmt|ext(ension)?|as|output|media_?type)$"
)
_EXPORTS = re.compile(r"export|download|report|dump|csv", re.IGNORECASE)
_STARTS = "=+-@"
"""By which a spreadsheet takes a cell for a formula (OWASP, CSV injection)."""
_MAKERS = 3


def chosen_exports(surface: Surface) -> Iterator[Trial]:
    """Plan attack 183.1 for each operation that answers in a form which may be chosen."""
    for operation in surface:
        if operation.method == "GET" and surface.of_people(operation) and not operation.folder:
            forms = list(_forms(operation))
            if forms or _EXPORTS.search(operation.path):
                yield Trial(find("183.1"), operation, partial(_formulas, operation, forms))


def _forms(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield members of the query by which a spreadsheet's form is asked for."""
    for taken in operation.taken("query"):
        for choice in choices_of(taken.schema):
            if _FORMS.search(choice):
                yield taken.name, choice
    for taken in declared_like(operation, _NAMED):
        if _takes_csv(taken):
            yield taken.name, "csv"


def _takes_csv(taken: Parameter) -> bool:
    pattern = str(taken.schema.get("pattern", ""))
    return is_text(taken) or bool(_FORMS.search(pattern))


def _formulas(operation: Operation, forms: list[tuple[str, str]], stage: Stage) -> Verdict:
    plain = own(stage, operation, stage.alice)
    requests = [with_query(plain, form) for form in forms]
    requests.append(with_fields(plain, ("Accept", "text/csv")))
    exporting = [each for each in requests if _exports(stage, each) is not None]
    if not exporting:
        return not_applicable("it answers in no form of a spreadsheet")
    mark = f"gp{secrets.token_hex(6)}"
    _write(operation, stage, mark)
    exports = [each for request in exporting if (each := _exports(stage, request)) is not None]
    shown = [each for each in exports if mark.encode() in each.answered.body]
    for each in shown:
        if found := re.search(_cell_with(mark, each), each.answered.body, re.MULTILINE):
            start = found["start"].decode()
            return remark(f"a text that begins with {start} is a formula in an export", each)
    return REFUSED if shown else not_applicable("no text of a row's is in the export")


def _exports(stage: Stage, request: RawRequest) -> Exchange | None:
    exchange = send(stage, request, stage.alice)
    return exchange if exchange.succeeded and is_an_export(exchange) else None


def _cell_with(mark: str, export: Exchange) -> bytes:
    # A tab ends a cell in one of these formats, and takes a formula's meaning in the other.
    tab = r"\t" if "tab-separated" in ", ".join(export.answered.every("Content-Type")) else ""
    return rf'(?:^|[,;{tab}])"?(?P<start>[{re.escape(_STARTS)}]){mark}'.encode()


def _write(operation: Operation, stage: Stage, mark: str) -> None:
    """Let Alice make rows whose texts begin like formulas, of what is near to the export."""
    near = sorted(
        (each for each in makers(stage.surface) if each.method == "POST" and _texts(each)),
        key=lambda each: -shared_steps(each.path, operation.path),
    )
    for maker in near[:_MAKERS]:
        for start in _STARTS:
            with suppress(Inconclusive):
                # A text may be one in the whole app, and those of one row are.
                text = f"{start}{mark}{secrets.token_hex(3)}"
                made = send_with(stage, maker, dict.fromkeys(_texts(maker), text), stage.alice)
                if not made.succeeded:
                    break


def _texts(maker: Operation) -> list[Slot]:
    return [
        each
        for each in text_slots(maker)
        if each.where == "body"
        and not {"format", "pattern", "const"} & set(each.schema)
        and not names_a_row(each.last)
    ]
