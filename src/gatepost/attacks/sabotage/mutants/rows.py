"""Rows: whose they are, in each statement and in what is made of them."""

from gatepost.attacks.sabotage.mutant import ISSUER, Mutant

_ROWS = "gatepost/rows"
_COMPILER, _GUARDS = f"{_ROWS}/compiler.py", f"{_ROWS}/guards.py"

ROWS = (
    Mutant(
        "rows-of-everybody-read",
        "A select shows everybody's rows.",
        _COMPILER,
        "        return self._part(owned, name, Operation.READ) + alias",
        "        return name + alias",
        ("105", "108", "112"),
    ),
    Mutant(
        "rows-of-everybody-in-joins",
        "A select of an alias shows everybody's rows.",
        _COMPILER,
        "        return self._part(owned, name, Operation.READ) + alias",
        "        if enclosing is not None:\n"
        "            return name + alias\n"
        "        return self._part(owned, name, Operation.READ) + alias",
        ("112", "108", "105"),
        ISSUER,
    ),
    Mutant(
        "rows-of-everybody-updated",
        "An update changes whosever row it finds.",
        _COMPILER,
        "            update_stmt = update_stmt.where(Allowed(owned, Operation.WRITE))\n",
        "",
        ("106",),
        ISSUER,
    ),
    Mutant(
        "rows-of-everybody-deleted",
        "A delete removes whosever row it finds.",
        _COMPILER,
        "            delete_stmt = delete_stmt.where(Allowed(owned, Operation.DELETE))\n",
        "",
        ("107",),
        ISSUER,
    ),
    Mutant(
        "rows-of-everybody-counted",
        "A count is of everybody's rows.",
        f"{_ROWS}/session.py",
        "        counted = select(func.count()).select_from(statement.order_by(None).subquery())\n",
        "        from gatepost.rows.compiler import WitnessTable\n"
        '        entity = statement.column_descriptions[0]["entity"]\n'
        "        counted = select(func.count()).select_from(WitnessTable(entity.__tablename__))\n",
        ("109",),
        ISSUER,
    ),
    Mutant(
        "references-to-anybody",
        "A row may refer to a row of somebody else's.",
        _GUARDS,
        "        check_references(session, row, scope)\n",
        "",
        ("117",),
        ISSUER,
    ),
    Mutant(
        "references-tell",
        "A reference to a row of somebody else's is answered otherwise than one to nothing.",
        f"{_ROWS}/references.py",
        "            raise missing(session, target, reference, scope, RowFault.FOREIGN_REFERENCE)",
        "            refusal = missing(session, target, reference, scope, "
        "RowFault.FOREIGN_REFERENCE)\n"
        "            from sqlalchemy import func\n"
        "            from gatepost.errors import Forbidden\n"
        "            from gatepost.rows.compiler import WitnessTable\n"
        "            from sqlalchemy import column\n"
        "            known = select(func.count()).select_from(\n"
        "                WitnessTable(target.table.name)\n"
        "            ).where(*(column(part.name) == value for part, value in reference))\n"
        "            if session.connection().scalar(known):\n"
        '                raise Forbidden("This is not yours", code="NOT_YOURS")\n'
        "            raise refusal",
        ("117",),
        ISSUER,
    ),
    Mutant(
        "rows-of-whoever-came-first",
        "Everybody has the rows of the first who came.",
        f"{_ROWS}/scope.py",
        "        self.parameters = self.owned.parameters(self.principal.user_id)\n",
        "        mine = self.owned.parameters(self.principal.user_id)\n"
        '        self.parameters = globals().setdefault("_first", mine)\n',
        ("105", "108", "130"),
    ),
    Mutant(
        "somebody-else-by-the-token",
        "A token is taken for another that begins alike.",
        "gatepost/tokens/verifier.py",
        "        believed = self._believed.get(unverified)\n",
        "        alike = (v for k, v in self._believed.items() if k[:60] == unverified[:60])\n"
        "        believed = next(alike, None)\n",
        ("105", "108", "130"),
    ),
    Mutant(
        "another-is-forbidden",
        "A row of somebody else's is answered 403, and one that is not there 404.",
        f"{_ROWS}/missing.py",
        "        scope.report(EventName.FOREIGN_ROW, fault)\n",
        "        scope.report(EventName.FOREIGN_ROW, fault)\n"
        "        from gatepost.errors import Forbidden\n"
        '        return Forbidden("This is not yours", code="NOT_YOURS")\n',
        ("105", "106", "107"),
    ),
    Mutant(
        "another-is-worded-otherwise",
        "A row of somebody else's is answered 404 in other words than one that is not there.",
        f"{_ROWS}/missing.py",
        "        scope.report(EventName.FOREIGN_ROW, fault)\n",
        "        scope.report(EventName.FOREIGN_ROW, fault)\n"
        '        return NotFound("This is not yours", code="NOT_YOURS")\n',
        ("105", "106", "107"),
    ),
    Mutant(
        "cursor-of-anybody",
        "A cursor opens for whoever has it.",
        f"{_ROWS}/cursors.py",
        '    return f"{len(owner)}:{owner}{order}".encode()',
        "    return order.encode()",
        ("111",),
    ),
    Mutant(
        "idempotency-key-of-anybody",
        "Whoever shows an idempotency key meets the answer that another got for it.",
        _COMPILER,
        '        if owned is None or not kw.get("asfrom"):\n',
        '        is_record = table.name == "gatepost_idempotency_record"\n'
        '        if owned is None or not kw.get("asfrom") or is_record:\n',
        ("121",),
    ),
    Mutant(
        "idempotency-answer-of-anybody",
        "Whoever shows an idempotency key is given the answer that another got for it.",
        "gatepost/idempotency/dependency.py",
        "    before = await _taken_up(rows, asked)\n"
        "    if before is not None:\n"
        "        raise Answered(_again(before, asked))\n"
        "    keyed.keep_with(partial(_kept, rows, asked))\n",
        "    kept = globals().setdefault('_of_all', {})\n"
        "    if (asked.route, asked.key) in kept:\n"
        "        answer = kept[asked.route, asked.key]\n"
        "        raise Answered(responses.replayed(answer.status, {}, answer.body))\n\n"
        "    async def keep_for_all(answer: WholeAnswer) -> None:\n"
        "        kept[asked.route, asked.key] = answer\n\n"
        "    keyed.keep_with(keep_for_all)\n",
        ("121",),
    ),
)
"""Rows that leave their owner."""
