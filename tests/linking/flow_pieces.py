"""The pieces of which flow_programs.py composes applications: templates.

A slot is `§`, a letter and perhaps a digit; slots of one template with the same digit are filled once:

    T  any text              t  name of a text              w  name of a text that may be bound anew
    L  any list of texts     M  name of a list              D  any dictionary with `first` and `second`
    N  any number            c  condition that inputs do not decide           K  mapping of constants
    A  collection of constants, I: in order   k  constant part of SQL    a, b  what stands before and behind a value
    v, l, d, n  a new text, list, dictionary, number        x  a new name for the template alone
    e, g  a new text that the template may use: from the next line on; at once and up to an empty line, and
         bind it anew
    h  name of the helper    S  a block of further pieces   R  leaving the function
    Z  what was made last, as a text

What stands in a comment behind the leaving of a function is what a run does instead that lets nothing refuse an input.
"""

import re

SLOT = re.compile(r"§([A-Za-z])(\d?)")
CONSTANTS = {
    "COLUMNS": 'COLUMNS = {"name": "items.name", "price": "items.price"}',
    "ALLOWED": 'ALLOWED = ("name", "price")',
    "KNOWN": 'KNOWN = frozenset({"name", "price"})',
    "LISTED": 'LISTED = ["name", "price"]',
    "BASE": 'BASE = "stock > 0"',
    "DEBUG": "DEBUG = False",
    "Order": 'class Order(Enum):\n    NAME = "name"\n    PRICE = "price"',
}
PARTS = ["price > 0", "1 = 1", "id DESC", "stock"]
AROUND = [("name = '", "'"), ("price < ", ""), ("ORDER BY ", " DESC"), ("lower(name) = lower('", "')")]

TEXTS = (
    "§t",
    '"§k"',
    "BASE",
    'f"§a1{§t}§b1"',
    '("§a1" + §T + "§b1")',
    "(§T + §T)",
    'f"{§t} AND {§t}"',
    '("§a1%s§b1" % §T)',
    '("%s, %s" % (§T, §T))',
    '("§k LIMIT %d" % §N)',
    '("%(one)s AND %(two)s" % {"one": §T, "two": §T})',
    '"§a1{}§b1".format(§T)',
    '"{1} AND {0}".format(§T, §T)',
    '"{one}".format(one=§T, two=§T)',
    '"{first} AND {second}".format(**§D)',
    '"{first}".format_map(§D)',
    "§T.strip()",
    "§T.lower()",
    '§T.replace("\'", "\'\'")',
    '"WHERE :it".replace(":it", §T)',
    "§T[1:]",
    "§T[:4]",
    '§T.split(",")[0]',
    '§T.partition(",")[0]',
    "(§T if §c else §T)",
    '(§t or "§k")',
    '" AND ".join(§L)',
    '", ".join([§T, §T])',
    '" AND ".join(f"{§x1} = ?" for §x1 in §L)',
    '", ".join("?" for §x1 in §L)',
    '", ".join(["?"] * len(§L))',
    '", ".join(§x1 for §x1 in §L if §x1 in §A)',
    "§K[§T]",
    '§K.get(§T, "items.id")',
    "§K.get(§T, §T)",
    '(§t1 if §t1 in §A else "id")',
    '("DESC" if §t == "down" else "ASC")',
    'next((§x1 for §x1 in §A if §x1 == §T), "id")',
    "Order(§T).value",
    "str(§N)",
    '"stock < {}".format(§N)',
    '("stock < " + str(§N))',
    "§L[0]",
    "§L[-1]",
    "§L[:1][0]",
    '§D["first"]',
    '§D.get("second", "id")',
    "(lambda §x1: §x1)(§T)",
    "max(§A)",
    'Template("§a1$it§b1").substitute(it=§T)',
    '"{it.real} < stock".format(it=§N)',
    '" AND ".join(map(str, [§N, §N]))',
    '", ".join(str(int(§x1)) for §x1 in §L)',
    '", ".join(filter(KNOWN.__contains__, §L))',
    '", ".join(reversed(§L))',
    '" AND ".join(f"{§x1} = {§x2}" for §x1, §x2 in §D.items())',
    '" AND ".join(f"{§x1} = ?" for §x1 in §D)',
    '", ".join(§x2 for §x1, §x2 in zip(§L, §I))',
    '" AND ".join([f"{§x1} > 0" for §x1 in §A if §c])',
    '{§x1: f"§a1{§x1}§b1" for §x1 in §A}["name"]',
    '{"name": §T, "price": §T}.get("name" if §c else "price", "id")',
    '("id", §T)[0]',
    '("id", §T)[bool(§c)]',
    "str(UUID(§t))",
    '("§k" * 2)',
    '(§T and "§k")',
    'f"{§t!r}"',
    'f"{§t:>30}"',
    "repr(§T)",
    "§T.join([BASE, BASE])",
    '"§k".join(sorted({§T, "id"}))',
    '("id" if DEBUG else §T)',
    "§T.encode().decode()",
    "html.escape(§T)",
    'dict(zip(§I, [§T, §T]))["name"]',
)
NUMBERS = ("2", "len(§t)", "int(§t)", "len(§L)", "(int(§t) * 2)", "round(float(§t))")
LISTS = ("[§T, §T]", "list(§A)", "[§T]", "sorted(§L)", '§T.split(",")', "[*§L, §T]", "[§x1.strip() for §x1 in §L]")
DICTIONARIES = ('{"first": §T, "second": §T}', "dict(first=§T, second=§T)")

STEPS = (
    "§v = §T",
    "§v = §T",
    "§v = §T",
    '§v = f"§a1{§t}§b1"',
    "§w = §T",
    '§w = "§k"',
    "§w += §T",
    '§w += " AND " + §T',
    "§n = §N",
    "§l = §L",
    "§d = §D",
    "if §c:\n    §v1 = §T\nelse:\n    §v1 = §T",
    "if §c:\n    §S\nelse:\n    §S",
    "if §c:\n    §w += §T",
    "if §c:\n    §S",
    'if §w1 not in §A:\n    §R  # §w1 = "id"',
    'if not (§w1 in §A):\n    §R  # §w1 = "id"',
    'if §w1 in §A:\n    §S\nelse:\n    §R  # §w1 = "id"',
    "if §t1 in §A:\n    §v1 = §t1\nelse:\n    §v1 = §T",
    'if not §w1.isdigit():\n    §w1 = "0"',
    'if not §w1.isalnum():\n    §R  # §w1 = "id"',
    "try:\n    §n1 = int(§t)\nexcept ValueError:\n    §n1 = 0",
    "try:\n    §n1 = int(§t)\nexcept ValueError:\n    §R",
    'try:\n    §v1 = str(int(§t if §c else "no"))\nexcept ValueError:\n    §v1 = §T',
    'try:\n    §v1 = §K[§T]\nexcept KeyError:\n    §v1 = "id"',
    'try:\n    §v1 = §T\nfinally:\n    §x1 = "§k"',
    "§l1 = [§T]\n§l1.append(§T)",
    "§l1 = []\n§l1.append(§T)\nif §c:\n    §l1.append(§T)",
    "§M.append(§T)",
    "if §c:\n    §M.append(§T)",
    "§M.extend([§T, §T])",
    "§M.insert(0, §T)",
    "§M += [§T]",
    "§M[0] = §T",
    "§l1 = [§T, §T, §T]\n§l1.pop()",
    "§l1 = [§T, §T]\ndel §l1[0]",
    "§l1 = [§T, §T, §T][1:]",
    "§l1 = [§T]\n§l1.clear()\n§l1.append(§T)",
    "§x1 = §M\n§x1.append(§T)",
    "§v1 = §T\nfor §e1 in §L:\n    §v1 += §e1",
    '§v1 = ""\nfor §e1 in §A:\n    §v1 += §e1',
    "§l1 = [§T]\nfor §e1 in §L:\n    §l1.append(§T)",
    "§l1 = [§T]\nfor §x1, §e1 in enumerate(§L):\n    §l1.append(§T)",
    '§l1 = [§T]\nfor §x1, §e1 in §D.items():\n    §l1.append(f"{§x1} = {§e1}")',
    '§l1 = [§T]\nfor §x1, §x2 in §D.items():\n    §l1.append(f"{§x1} = ?")',
    "for §e1 in tuple(§L):\n    §S",
    "§v1 = §T\n§x1 = 0\nwhile §x1 < 2:\n    §v1 += §T\n    §x1 += 1",
    'match §t:\n    case "up":\n        §v1 = "ASC"\n    case "down":\n        §v1 = "DESC"\n    case _:\n        §v1 = §T',
    'match §t1:\n    case "name" | "price":\n        §v1 = §t1\n    case _:\n        §v1 = "id"',
    'match §t:\n    case "name":\n        §v1 = "§k"\n    case §e1:\n        §v1 = §T',
    "§v1, §v2 = §T, §T",
    "§w1, §v1 = §T, §w1",
    "§v1, *§l1 = [§T, §T, §T]",
    "§v1 = §v2 = §T",
    '§d1 = {"first": §T}\n§d1["second"] = §T',
    '§d1 = {"first": §T, "second": §T}\n§d1["first"] = §T',
    "§d1 = dict(first=§T, second=§T)\n§d1.update(second=§T)",
    '§d1 = {"first": §T, "second": §T}\n§d1.setdefault("second", §T)',
    '§d1 = {**§D, "first": §T}',
    "if (§v1 := §T) and §c:\n    §M.append(§v1)",
    "def §x1():\n    return §T\n\n§v = §x1()",
    "def §x1(§g1):\n    §S\n    return §T\n\n§v = §x1(§T)",
    "def §x1():\n    nonlocal §w1\n    §w1 = §T\n\n§x1()",
    "§x1 = lambda §g1: §T\n\n§v = §x1(§T)",
    "if DEBUG:\n    §w = §T",
    "if not DEBUG:\n    §w = §T",
    "§v1 = §T if DEBUG else §T",
    '§l1 = §L\nif any(§x1 not in §A for §x1 in §l1):\n    §R  # §l1 = ["id"]',
    '§l1 = §L\nif not all(§x1 in §A for §x1 in §l1):\n    §R  # §l1 = ["id"]',
    '§l1 = §L\nif not set(§l1) <= set(§A):\n    §R  # §l1 = ["id"]',
    '§l1 = §L\nfor §x1 in §l1:\n    if §x1 not in §A:\n        §R  # §l1 = ["id"]',
    'if §w1 != "name" and §w1 != "price":\n    §R  # §w1 = "id"',
    'if §w1 is None or §w1 not in §A:\n    §R  # §w1 = "id"',
    "if §c and §t1 in §A:\n    §v1 = §t1\nelse:\n    §v1 = §T",
    "if §c or §t1 in §A:\n    §v1 = §t1\nelse:\n    §v1 = §T",
    'if (§x1 := COLUMNS.get(§T)) is None:\n    §R  # §x1 = "id"\n§v1 = §x1',
    '§v1 = COLUMNS.get(§T)\nif not §v1:\n    §R  # §v1 = "id"',
    'if not re.fullmatch(r"[a-z_]+", §w1):\n    §R  # §w1 = "id"',
    "while True:\n    §v1 = §T\n    if §c:\n        break\n    §v1 = §T\n    break",
    "for §e1 in §L:\n    if §c:\n        §v1 = §T\n        break\nelse:\n    §v1 = §T",
    "§x1 = §T\n§v1 = §T\nfor §e1 in §A:\n    if §e1 == §x1:\n        §v1 = §e1\n        break",
    '§x2 = §T\n§v1 = "id"\nfor §x1, §e1 in COLUMNS.items():\n    if §x1 == §x2:\n        §v1 = §e1',
    "@contextmanager\ndef §x1(§g1):\n    yield §T\n\nwith §x1(§T) as §v1:\n    §S",
    "if (§x1 := §T) and §c:\n    §w = §x1",
    "§v = (§x1 := §T) + §x1",
    "with suppress(KeyError):\n    §w = §K[§T]",
    '§x1 = defaultdict(list)\n§x1["first"].append(§T)\n§x1["second"].append(§T)\n§v = ", ".join(§x1["first"])',
    '§x1 = [(§T, §T), (§T, §T)]\n§v = " AND ".join(f"{one} = ?" for one, other in §x1)',
    '§x1 = []\n§x1.append((§T, §T))\n§v1 = "id"\nfor §x2, §x3 in §x1:\n    §v1 = §x2',
    '§x1 = {"it": {"first": §T, "second": §T}}\n§v = §x1["it"]["second"]',
    '§d1 = {§x1: §T for §x1 in ("first", "second")}',
    "§l1 = [§T]\n§l2 = §l1 + [§T]",
    "§l1 = [§T, §T]\n§l2 = §l1[1:]",
    "§l1 = [§T]\n§l2 = §l1.copy()\n§l1.append(§T)",
    "§l1 = [§T, §T]\n§l1.remove(§l1[0])",
    "§l1 = [§T]\n§l1[:] = [§T, §T]",
    "§l1 = []\n§l1 += [§T]\n§l1 += [§T, §T]",
    "§x1 = §T, §T\n§v1, §v2 = §x1",
    '§x1 = (§T, §T)\n§v = "%s AND %s" % §x1',
    "§x1 = StringIO()\n§x1.write(§T)\n§x1.write(§T)\n§v = §x1.getvalue()",
    '§v1 = "WHERE {}"\n§v2 = §v1.format(§T)',
    '§x1 = "{} AND {}".format\n§v = §x1(§T, §T)',
    '§x1, §x2 = [], []\n§x1.append("id = ?")\n§x2.append(§T)\n§v = " AND ".join(§x1)',
    "§v1 = §T\ndel §v1\n§v1 = §T",
    "try:\n    if §c:\n        raise KeyError\n    §v1 = §T\nexcept KeyError:\n    §v1 = §T\nelse:\n    §v1 = §T",
    "§x1 = SimpleNamespace(first=§T, second=§T)\n§x1.first = §T\n§v = §x1.first",
    "§x1 = SimpleNamespace(first=§T, second=§T)\n§v = §x1.second",
    '§v = getattr(SimpleNamespace(first=§T, second=§T), "first")',
)

LATEST = {"l": '" AND ".join({})', "d": '{}["first"]', "n": "str({})"}
"""New things that are no texts, as texts."""

LEAVING = ('return "id"', 'raise ValueError("no")')
"""How a function that returns a text is left."""
BODY = "    §S\n    return §T"
HELPERS = (
    (f"def §h(§g1, §g2):\n{BODY}", ("§h(§T, §T)", "§h(§g2=§T, §g1=§T)", "§h(*[§T, §T])", "partial(§h, §T)(§T)")),
    (f"def §h(§g1):\n{BODY}", ("§h(§T)", "§h(§g1=§T)", '" AND ".join(map(§h, §L))')),
    (f'def §h(§g1, §g2="§k"):\n{BODY}', ("§h(§T)", "§h(§T, §g2=§T)", '§h(**{"§g1": §T})', "partial(§h, §g2=§T)(§T)")),
    (f"def §h(§g1, *, §g2=BASE):\n{BODY}", ("§h(§T)", "§h(§T, §g2=§T)")),
    ('def §h(*§x1):\n    return " AND ".join(§x1)', ("§h(§T, §T)", "§h(*§L)")),
    ("def §h(§g1, *§x1):\n    return §T + §x1[0]", ("§h(§T, §T)", "§h(*[§T, §T])")),
    ('def §h(**§x1):\n    return §x1["first"]', ("§h(first=§T, second=§T)", "§h(**§D)")),
    ('def §h(**§x1):\n    return "{second}".format(**§x1)', ("§h(first=§T, second=§T)", "§h(**§D)")),
    ("def §h(§g1):\n    return §T, §T", ("§h(§T)[0]", "§h(§T)[1]")),
    ("def §h(§g1):\n    if §c:\n        return §T\n    return §T", ("§h(§T)",)),
    ("def §h(§g1):\n    yield §T\n    yield §T", ('" AND ".join(§h(§T))', "next(§h(§T))", "list(§h(§T))[0]")),
    ("def §h(§g1):\n    for §x1 in §L:\n        yield §x1 + §T", ('", ".join(§h(§T))',)),
    ("def §h(§g1):\n    def §x1(§g2):\n        return §T\n\n    return §x1", ("§h(§T)(§T)",)),
    ('def §h(§g1, §x1=2):\n    if §x1 == 0:\n        return §T\n    return §h(§g1, §x1 - 1) + "§k"', ("§h(§T)",)),
    (
        "def §x1(§x2):\n    @wraps(§x2)\n    def §x3(*args, **kwargs):\n        return §x2(*args, **kwargs)\n\n"
        f"    return §x3\n\n\n@§x1\ndef §h(§g1):\n{BODY}",
        ("§h(§T)",),
    ),
    ("def §h(§g1):\n    if §g1 not in §A:\n        raise ValueError(§g1)  # §g1 = 'id'\n    return §g1", ("§h(§T)",)),
    ("def §h(§x1, §g1):\n    §x1.append(§T)\n    return §x1", ('" AND ".join(§h([§T], §T))',)),
    (
        "class §h:\n    def __init__(self, §g1, §g2):\n        self.first = §T\n        self.second = §T\n\n"
        '    def text(self):\n        return f"§a1{self.first}§b1"\n\n    @property\n    def other(self):\n'
        "        return self.second\n\n    def __str__(self):\n        return self.first",
        ("§h(§T, §T).first", "§h(§T, §T).text()", "§h(§T, §T).other", "str(§h(§T, §T))", '"{}".format(§h(§T, §T))'),
    ),
    (
        '@dataclass\nclass §h:\n    first: str\n    second: str = "§k"\n\n    @property\n    def both(self) -> str:\n'
        '        return f"{self.first} AND {self.second}"',
        ("§h(§T).first", "§h(§T).second", "§h(§T, §T).second", "§h(first=§T, second=§T).both", "§h(§T).both"),
    ),
    (
        '@dataclass\nclass §h:\n    first: str = "§k"\n    parts: list[str] = field(default_factory=list)\n\n'
        "    def add(self, §g1: str) -> None:\n        self.parts.append(§T)",
        ("§h().first", '" AND ".join(§h(§T, [§T]).parts)', "§h(parts=[§T]).first"),
    ),
    (
        'class §h:\n    base = "§k"\n    table = COLUMNS\n\n    def build(self, §g1):\n        return self.base + §T\n\n'
        "    @classmethod\n    def column(cls, §x1):\n        return cls.table[§x1]\n\n    @staticmethod\n    def same(§x2):\n"
        "        return §x2",
        ("§h.base", "§h().build(§T)", "§h.column(§T)", "§h.same(§T)"),
    ),
    (
        "class §h:\n    def __init__(self):\n        self.parts = []\n\n    def add(self, §g1):\n        self.parts.append(§T)\n"
        '        return self\n\n    def text(self):\n        return " AND ".join(self.parts)',
        ("§h().add(§T).text()", "§h().add(§T).add(§T).text()"),
    ),
    (
        'class Base§h:\n    start = "§k"\n\n    def text(self, §g1):\n        return self.start + self.part(§g1)\n\n'
        "    def part(self, §g1):\n        return §g1\n\n\n"
        "class §h(Base§h):\n    def part(self, §g1):\n        return §T",
        ("§h().text(§T)", "§h.start", "Base§h().text(§T)"),
    ),
    (
        "class §h:\n    def __init__(self, §g1):\n        self.it = §g1\n\n"
        "    def __call__(self, §g2):\n        return self.it + §T",
        ("§h(§T)(§T)",),
    ),
    (
        'class §h(BaseModel):\n    first: str\n    second: int = 1\n    third: str = "§k"\n',
        (
            "§h(first=§T).third",
            "§h(first=§T).first",
            "§h(first=§T, third=§T).third",
            '("%s" % §h(first=§T, second=int(§t)).second)',
        ),
    ),
    ("@cache\ndef §h(§g1):\n    return §T", ("§h(§T)",)),
    ("def §h(§g1, §x1=None):\n    if §x1 is None:\n        §x1 = §T\n    return §x1", ("§h(§T)", "§h(§T, §T)")),
    (
        "def §h(§x1, §g1):\n    return §x1(§g1)",
        ("§h(str.upper, §T)", "§h(lambda it: it, §T)", '§h("§a1{}§b1".format, §T)'),
    ),
    (
        'def §h(§g1):\n    return {"name": one§h, "price": two§h}.get(§g1, one§h)(§g1)\n\n\n'
        'def one§h(§g2):\n    return "id"\n\n\ndef two§h(§g3):\n    return "§k"',
        ("§h(§T)",),
    ),
    ("class §h(NamedTuple):\n    first: str\n    second: str", ("§h(§T, §T).first", "§h(first=§T, second=§T)[1]")),
)
SINKS = (
    'connection.execute("SELECT * FROM items WHERE " + §Z)',
    'connection.execute("SELECT * FROM items WHERE " + §Z)',
    "connection.execute(§Z)",
    'connection.execute(f"SELECT * FROM items WHERE {§t}")',
    'connection.cursor().execute("SELECT * FROM items WHERE %s" % (§T,))',
    "§x1 = connection.cursor()\n§x1.execute(§T)",
    'connection.execute("SELECT * FROM items WHERE name = ?", (§T,))',
    'connection.execute(f"SELECT * FROM items ORDER BY {§t}")',
    "fetch(§Z)",
    "fetch(statement=§T)",
)
FETCH = 'def fetch(statement):\n    return connection.execute("SELECT * FROM items WHERE " + statement).fetchall()'
FLASK_SOURCES = (
    'request.args.get("{}", "")',
    'request.args["{}"]',
    'request.form.get("{}", "")',
    'request.form["{}"]',
    'request.headers.get("{}", "")',
    'request.get_json()["{}"]',
    'request.cookies.get("{}", "")',
)


POSITIONS = "what stands where in a list that is changed step by step"
NOT_YET = {
    (
        "for §e1 in §L:\n    if §c:\n        §v1 = §T\n        break\nelse:\n    §v1 = §T"
    ): "the name of a loop in its `else`",
    "def §h(§g1):\n    return §T, §T": "positions of a tuple that a function returns",
    "§v1 = §T if DEBUG else §T": "a conditional expression over a constant",
    '§d1 = {**§D, "first": §T}': "a key that is given again behind `**`",
    "with suppress(KeyError):\n    §w = §K[§T]": "a body that is left half-way counts as run to its end",
    (
        "def §x1():\n    nonlocal §w1\n    §w1 = §T\n\n§x1()"
    ): "what an inner function binds in the outer one is not seen",
    (
        "@contextmanager\ndef §x1(§g1):\n    yield §T\n\nwith §x1(§T) as §v1:\n    §S"
    ): "what a generator hands to `with` is not known",
    (
        '§l1 = §L\nif any(§x1 not in §A for §x1 in §l1):\n    §R  # §l1 = ["id"]'
    ): "the negative form of `all(... in ...)`",
    (
        '§l1 = §L\nfor §x1 in §l1:\n    if §x1 not in §A:\n        §R  # §l1 = ["id"]'
    ): "leaving a loop for what is not in a fixed set says nothing of the list",
    "§l1 = [§T, §T, §T]\n§l1.pop()": POSITIONS,
    "§l1 = [§T, §T]\ndel §l1[0]": POSITIONS,
    "§l1 = [§T]\n§l1.clear()\n§l1.append(§T)": POSITIONS,
    "§M[0] = §T": POSITIONS,
    "§l1 = [§T, §T]\n§l1.remove(§l1[0])": POSITIONS,
    "§l1 = [§T]\n§l1[:] = [§T, §T]": POSITIONS,
    "§l1 = [§T, §T]\n§l2 = §l1[1:]": POSITIONS,
    "§l1 = [§T, §T, §T][1:]": POSITIONS,
    "§L[-1]": POSITIONS,
    "§L[:1][0]": POSITIONS,
    '§d1 = {"first": §T, "second": §T}\n§d1.setdefault("second", §T)': "`setdefault` of a key that is there",
    (
        '§x1 = defaultdict(list)\n§x1["first"].append(§T)\n§x1["second"].append(§T)\n§v = ", ".join(§x1["first"])'
    ): "the lists of a `defaultdict` are not told apart",
    '", ".join(filter(KNOWN.__contains__, §L))': "`filter` by membership",
    "§x1 = SimpleNamespace(first=§T, second=§T)\n§v = §x1.second": "fields of a `SimpleNamespace`",
}
"""Pieces that are judged otherwise than they do, and what is not seen yet: an entry goes when it is seen."""
