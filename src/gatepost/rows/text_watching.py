"""Which parts of a statement an application wrote as text.

A text is rendered as it is, so nobody can say what it touches. The compiler notes that there was
one, and the engine's guard decides.
"""

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    _Compiler = SQLCompiler
else:
    # Mixed in before the compiler of whichever dialect the engine has.
    _Compiler = object

# What SQLAlchemy itself writes as literals: `*`, the `1` of EXISTS (SELECT 1 …), LIKE's `'%'`.
_HARMLESS_LITERAL = re.compile(r"\*|\d+|'%'")
# Signs, or words that are known. Anything longer could be a piece of a statement.
_OPERATOR = re.compile(
    r"[^\w\s()'\";]{1,8}|AT TIME ZONE|GLOB|I?LIKE|MATCH|OVERLAPS|REGEXP|SIMILAR TO", re.IGNORECASE
)
_FIELD = re.compile(r"[A-Za-z_]+")


class TextWatching(_Compiler):
    """The part of a compiler that notices text.

    Attributes:
        contains_text: whether the statement has a part that the application wrote as text.
    """

    contains_text = False

    def visit_textclause(self, textclause: Any, *args: Any, **kw: Any) -> str:
        """Render a text, and remember that there was one."""
        self.contains_text = True
        return self._as_before("visit_textclause", textclause, *args, **kw)

    def visit_tstring(self, tstring: Any, *args: Any, **kw: Any) -> str:
        """Render a template string, and remember that there was one."""
        self.contains_text = True
        return self._as_before("visit_tstring", tstring, *args, **kw)

    def visit_column(self, column: Any, *args: Any, **kw: Any) -> str:
        """Render a column, and remember a literal one, which is text."""
        if column.is_literal and not _HARMLESS_LITERAL.fullmatch(column.name):
            self.contains_text = True
        return self._as_before("visit_column", column, *args, **kw)

    def visit_custom_op_binary(self, element: Any, operator: Any, **kw: Any) -> str:
        """Render an operator of the application's own, and remember one that is more than that."""
        if not _OPERATOR.fullmatch(operator.opstring):
            self.contains_text = True
        return self._as_before("visit_custom_op_binary", element, operator, **kw)

    def visit_custom_op_unary_operator(self, element: Any, operator: Any, **kw: Any) -> str:
        """As above, before an operand."""
        self.contains_text = True
        return self._as_before("visit_custom_op_unary_operator", element, operator, **kw)

    def visit_custom_op_unary_modifier(self, element: Any, operator: Any, **kw: Any) -> str:
        """As above, behind an operand."""
        self.contains_text = True
        return self._as_before("visit_custom_op_unary_modifier", element, operator, **kw)

    def visit_extract(self, extract: Any, **kw: Any) -> str:
        """Render EXTRACT, and remember a field that is more than a word."""
        if not _FIELD.fullmatch(extract.field):
            self.contains_text = True
        return self._as_before("visit_extract", extract, **kw)

    def get_statement_hint_text(self, hint_texts: Any) -> str:
        """Render hints, which are text."""
        self.contains_text = True
        return self._as_before("get_statement_hint_text", hint_texts)

    def _as_before(self, method: str, *args: Any, **kw: Any) -> str:
        # SQLAlchemy's compilers are not typed.
        rendered: str = getattr(super(), method)(*args, **kw)
        return rendered
