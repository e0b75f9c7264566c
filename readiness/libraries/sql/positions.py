"""A skeleton of SQL text, with marks where pieces are put in, in; where each mark stands out.

A skeleton is read by sqlglot; where that cannot read it, by the words around the mark.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

LONGEST = 6_000
"""Characters of a skeleton that is still parsed."""
MARK = "rdns_hole_"
BEFORE_IDENTIFIER = re.compile(
    r"(?:\b(?:FROM|JOIN|INTO|UPDATE|TABLE|EXISTS|SCHEMA|DATABASE|INDEX|COLUMN|SEQUENCE|VIEW|TYPE|FUNCTION|TRIGGER|ROLE|USER|EXTENSION|ON|BY|SELECT|"
    r"DISTINCT|RETURNING|ONLY|TRUNCATE|CONSTRAINT|POLICY|USE|ANALYZE|VACUUM|AS|REFERENCES|TO|SAVEPOINT|LISTEN|NOTIFY|UNLISTEN|CHANNEL)\s+|\.|[\"`\[])\Z",
    re.IGNORECASE,
)
BEFORE_VALUE = re.compile(
    r"(?:[=<>+*/|]|\b(?:LIMIT|OFFSET|VALUES|IN|BETWEEN|AND|ANY|ALL|THEN|ELSE|INTERVAL|LIKE|ILIKE|SET|KILL)|[(,])\s*\Z",
    re.IGNORECASE,
)
BEFORE_STATEMENT = re.compile(r"\b(?:FROM|JOIN|AS|EXISTS|UNION|UNION\s+ALL|EXCEPT|INTERSECT)\s*\(\s*\Z", re.IGNORECASE)
"""A whole statement stands in brackets: `FROM ({query}) AS counted`."""
BEFORE_CONDITION = re.compile(r"\b(?:WHERE|AND|OR|HAVING|NOT|WHEN|FILTER\s*\(\s*WHERE)\s*\(*\s*\Z", re.IGNORECASE)
BETWEEN = re.compile(r"\bBETWEEN\s+\S+\s+AND\s*\Z", re.IGNORECASE)
COMPARED = re.compile(
    r"\s*(?:=|<|>|!=|\|\||[-+*/](?!\*)|::|\.|,|(?:NOT\s+)?(?:IS|IN|LIKE|ILIKE|BETWEEN)\b)", re.IGNORECASE
)
BEFORE_LIKE = re.compile(r"\b(?:LIKE|ILIKE|RLIKE|GLOB|SIMILAR\s+TO)\s*(?:E|N)?['(]?[^']*\Z", re.IGNORECASE)
LIKE_DOUBLE = re.compile(r"\b(?:LIKE|ILIKE|RLIKE|GLOB)\s*\(?\s*\"[^\"]*\Z", re.IGNORECASE)
COMPARED_DOUBLE = re.compile(r"(?:[=<>]|\bIN\s*\(|\bVALUES\s*\()\s*\"[^\"]*\Z", re.IGNORECASE)
BEFORE_PART = re.compile(r"[^\"]*\"\s*\.")
"""The end of a name in double quotes that has another one behind it: `"schema"."table"`."""
REPLACING = re.compile(r"\A(\s*)(?:REPLACE|UPSERT)\s+INTO\b", re.IGNORECASE)
"""Statements that sqlglot reads as one word and a rest, written as one that it knows."""
NAME_AHEAD = re.compile(r"(?<![\w:@$])[A-Za-z_]\w*\Z")
WHOLE_MARK = re.compile(rf"(?:{MARK}\d+_)+")
IN_MARK = re.compile(r"%\(\w*\Z")
MARK_ENDS = re.compile(r"\w*\)s")
"""The name of a parameter is put in, `%({name})s`: its value stands beside the text."""
BEFORE_BRACKETS = re.compile(r",\s*\(\s*\Z")
NAMED_BRACKETS = re.compile(r"\s*\)\s*AS\b", re.IGNORECASE)
"""An expression or a statement in brackets that is given a name: `, ({query}) AS counted`."""
OF_COLUMN = re.compile(
    r"\b(?:COALESCE|IFNULL|LOWER|UPPER|L?TRIM|RTRIM|(?:CHAR_)?LENGTH|COUNT|SUM|AVG|MIN|MAX|UNNEST|JSONB?_\w+|PARSE_JSON|"
    r"JSON_?(?:EXTRACT|VALUE)\w*|EMPTY|NOTEMPTY)\s*\(\s*(?:DISTINCT\s+)?\Z",
    re.IGNORECASE,
)
"""Functions whose first argument is a column where it stands without quotes."""
COLUMNS_OF_INSERT = re.compile(r"\bINTO\s+[^\s()]+\s*\((?:[^()]*,)?\s*\Z", re.IGNORECASE)
TEXT_IN_DOUBLE = frozenset({"mysql", "mariadb", "bigquery", "spark", "databricks", "hive"})
"""Dialects in which double quotes hold text."""


@lru_cache(maxsize=2048)
def positions_in(skeleton: str, dialect: str) -> dict[int, str]:
    """Where each mark of a skeleton stands."""
    found: dict[int, str] = {}
    unquoted: list[tuple[int, str, str]] = []
    quote = ""
    before = 0
    for mark in re.finditer(rf"{MARK}(\d+)_", skeleton):
        quote = _quote_state(skeleton[before : mark.start()], quote)
        before = mark.end()
        number = int(mark[1])
        ahead = skeleton[max(0, mark.start() - 200) : mark.start()]
        if quote == "'":
            found[number] = "LIKE pattern" if BEFORE_LIKE.search(ahead) else "quoted value"
        elif quote == '"' and (text_in := _in_double_quotes(ahead, skeleton[mark.end() : mark.end() + 200], dialect)):
            found[number] = text_in
        elif quote in ('"', "`"):
            found[number] = "identifier"
        elif IN_MARK.search(ahead) and MARK_ENDS.match(skeleton[mark.end() : mark.end() + 200]):
            found[number] = "clause"
        else:
            unquoted.append((number, ahead, skeleton[mark.end() : mark.end() + 40]))
    if not unquoted:
        return found
    tree = parsed(skeleton, dialect) if len(skeleton) <= LONGEST else None
    for number, ahead, behind in unquoted:
        if BEFORE_STATEMENT.search(ahead) or (BEFORE_BRACKETS.search(ahead) and NAMED_BRACKETS.match(behind)):
            found[number] = "clause"
            continue
        position = _in_tree(tree, f"{MARK}{number}_") if tree is not None else ""
        if not position and _in_name(ahead, behind):
            position = "identifier"
        found[number] = position or _by_words(ahead, behind)
    return found


def _in_name(before: str, behind: str) -> bool:
    """A mark is a part of a longer name: `stock_{region}`; not of that of a parameter, `:stock_{region}`."""
    ahead = NAME_AHEAD.search(before)
    if ahead is not None:
        return not WHOLE_MARK.fullmatch(ahead[0])
    return (
        re.match(r"[A-Za-z_]", behind) is not None and not behind.startswith(MARK) and before[-1:] not in tuple(":@$%(")
    )


def _in_double_quotes(before: str, behind: str, dialect: str) -> str:
    """Where a mark between double quotes stands that hold a text; empty where they hold a name. No name stands behind `LIKE`; MySQL
    and its like take them for text everywhere, SQLite where no column has that name."""
    if LIKE_DOUBLE.search(before):
        return "LIKE pattern"
    if dialect in TEXT_IN_DOUBLE:
        return "quoted value"
    compared = dialect == "sqlite" and COMPARED_DOUBLE.search(before) and not BEFORE_PART.match(behind)
    return "quoted value" if compared else ""


def _quote_state(text: str, quote: str) -> str:
    """The quote that is open behind a text, `'`, `"` or a back-tick, when `quote` was open before it."""
    position = 0
    while position < len(text):
        character = text[position]
        if quote:
            if character == quote:
                quote = ""
        elif character in "'\"`":
            quote = character
        elif character == "-" and text.startswith("--", position):
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        position += 1
    return quote


def _by_words(before: str, behind: str) -> str:
    if BEFORE_IDENTIFIER.search(before):
        return "identifier"
    if BEFORE_CONDITION.search(before) and not BETWEEN.search(before):
        # What is compared is a name; else it is a whole condition.
        return "identifier" if COMPARED.match(behind) else "clause"
    if re.search(r"\bSET\s+\Z", before, re.IGNORECASE) and re.match(r"\s*(?:\Z|WHERE\b)", behind, re.IGNORECASE):
        # The whole list of what is set; `SET {name} = ` is found below.
        return "clause"
    if OF_COLUMN.search(before) or COLUMNS_OF_INSERT.search(before):
        return "identifier"
    if before.rstrip().endswith(",") and _in_list_of_names(before):
        return "identifier"
    if BEFORE_VALUE.search(before):
        # `(column, ...)` and `column = ...` put a name in the place where a value could stand.
        return (
            "identifier"
            if re.match(r"\s*(?:=|<>|!=|<|>|\bIS\b|\bIN\b|\bLIKE\b|\.)", behind, re.IGNORECASE)
            else "value"
        )
    if re.search(r"\b(?:WHERE|HAVING|SET)\s+\Z", before, re.IGNORECASE) and re.match(
        r"\s*(?:=|<|>|!=|\bIN\b|\bIS\b|\bLIKE\b)", behind, re.IGNORECASE
    ):
        return "identifier"
    return "clause"


def _in_list_of_names(before: str) -> bool:
    """The comma before a mark stands between columns: in no brackets, or in those of a `SELECT`."""
    depth = 0
    for position in range(len(before) - 1, -1, -1):
        depth += (before[position] == ")") - (before[position] == "(")
        if depth < 0:
            return re.match(r"\(\s*SELECT\b", before[position:], re.IGNORECASE) is not None
    return re.search(r"\bVALUES\b", before, re.IGNORECASE) is None


@lru_cache(maxsize=1024)
def parsed(skeleton: str, dialect: str) -> "Expr | None":
    """The statement that a skeleton is, None where it cannot be read as one."""
    import logging

    import sqlglot
    from sqlglot import exp

    # It warns on its own logger about statements that it keeps as plain text.
    logging.getLogger("sqlglot").disabled = True
    text = re.sub(r"%\((\w+)\)s", r":\1", skeleton).replace("%%", "%")
    text = re.sub(r"%s|\$\d+", "?", text)
    text = REPLACING.sub(r"\1INSERT INTO", text)
    try:
        trees = sqlglot.parse(text, read=dialect or None)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return None
    tree = trees[0] if trees else None
    if tree is None or isinstance(tree, exp.Command | exp.Column | exp.Alias | exp.Literal | exp.Identifier):
        return tree if isinstance(tree, exp.Command) and len(tree.this or "") > 1 else None
    return tree


def _in_tree(tree: "Expr", name: str) -> str:
    """Where an identifier stands in a statement; empty where the tree does not tell."""
    from sqlglot import exp

    node = next((each for each in tree.find_all(exp.Identifier, exp.Var) if str(each.this).lower() == name), None)
    if node is None:
        return ""
    inner: exp.Expr = node
    parent = node.parent
    if isinstance(parent, exp.TableAlias | exp.Alias) or (
        isinstance(parent, exp.Table) and parent.find_ancestor(exp.Table) is not None
    ):
        # `FROM orders {where}` reads as an alias.
        return "clause"
    if isinstance(
        parent, exp.Table | exp.Dot | exp.ColumnDef | exp.Schema | exp.UserDefinedFunction | exp.Anonymous | exp.Index
    ):
        return "identifier"
    if isinstance(node, exp.Var):
        return ""
    while isinstance(
        parent,
        exp.Column
        | exp.Paren
        | exp.Neg
        | exp.Cast
        | exp.Concat
        | exp.DPipe
        | exp.Add
        | exp.Sub
        | exp.Mul
        | exp.Div
        | exp.Tuple,
    ):
        if isinstance(parent, exp.Column) and len(parent.parts) > 1:
            return "identifier"
        inner, parent = parent, parent.parent
    if isinstance(parent, exp.Values | exp.Limit | exp.Offset | exp.Fetch | exp.In | exp.Between | exp.Interval):
        return "identifier" if isinstance(parent, exp.In | exp.Between) and parent.this is inner else "value"
    if isinstance(parent, exp.Like | exp.ILike):
        return "identifier" if parent.this is inner else "LIKE pattern"
    if isinstance(parent, exp.Binary) and not isinstance(parent, exp.Connector):
        return "identifier" if parent.this is inner else "value"
    if isinstance(parent, exp.Ordered | exp.Order | exp.Group | exp.Select | exp.Distinct | exp.Returning):
        return "identifier"
    if isinstance(parent, exp.AggFunc):
        return "identifier"
    if isinstance(parent, exp.If | exp.Case):
        return "clause" if parent.this is inner else "value"
    if isinstance(parent, exp.Func) and not isinstance(parent, exp.Connector):
        unknown = isinstance(parent, exp.Anonymous)
        name, first = (
            (parent.name, next(iter(parent.expressions), None)) if unknown else (parent.sql_name(), parent.this)
        )
        return "identifier" if first is inner and OF_COLUMN.search(f"{name}(") else "value"
    if isinstance(parent, exp.Where | exp.Having | exp.Connector | exp.Join):
        return "clause"
    return ""
