"""Rules of Tornado, one spelling at a time."""

from textwrap import dedent

import pytest

from readiness.libraries.tornado import library
from readiness.libraries.tornado.patterns import shown
from readiness.model import Resolution, Route
from tests.libraries.conftest import recognise

HEAD = """
from tornado.web import Application, HTTPError, RequestHandler, url

class One(RequestHandler):
    def get(self, *given):
        self.write({})

class Two(RequestHandler):
    def post(self, *given):
        self.write({})
"""


def routes(code: str, **files: str) -> list[Route]:
    sources = {"app.py": HEAD + dedent(code), **{f"{name}.py": text for name, text in files.items()}}
    return list(recognise(sources, [library]).each(Route))


def table(code: str, **files: str) -> list[str]:
    return sorted(f"{each.method} {each.path}" for each in routes(code, **files))


@pytest.mark.parametrize(
    ("regex", "path"),
    [
        (r"/ships", "/ships"),
        (r"/ships/(?P<ship>[^/]+)$", "/ships/{ship}"),
        (r"/ships/(\d{2,4})/(.*)", "/ships/{1}/{2}"),
        (r"/a\.json", "/a.json"),
        (r"/a(?:/b)?", "/a/b"),
        (r"(.*)", "/{1}"),
        ("{?}/ships/(.*)", "{?}/ships/{1}"),
    ],
)
def test_patterns_are_shown_as_paths(regex: str, path: str) -> None:
    assert shown(regex)[0] == path


@pytest.mark.parametrize(
    "rules",
    [
        '[("/a", One), ("/b", Two)]',
        '[url("/a", One, name="a")] + [("/b", Two)]',
        '[*[("/a", One)], ("/b", Two, {})]',
        '[(path, kind) for path, kind in (("/a", One), ("/b", Two))]',
        '[("/%s" % "a", One), ("/{}".format("b"), Two)]',
        'list({"/a": One, "/b": Two}.items())',
        '[("/a", "app.One"), ("/b", "app.Two")]',
    ],
)
def test_a_list_of_rules_is_read_however_it_is_written(rules: str) -> None:
    assert table(f"app = Application({rules})") == ["GET /a", "POST /b"]


def test_a_list_that_a_function_fills_and_gives_back() -> None:
    code = """
    def rules(prefix):
        found = []
        for name, kind in (("a", One), ("b", Two)):
            found.append((f"{prefix}/{name}", kind))
        return found

    def make():
        handlers = rules("/x")
        handlers += [("/c", One)]
        return Application(handlers)
    """
    assert table(code) == ["GET /c", "GET /x/a", "POST /x/b"]


def test_rules_that_are_put_under_a_prefix_of_settings() -> None:
    code = """
    from jupyter_server.utils import url_path_join

    def load(server):
        base = server.web_app.settings["base_url"]
        rules = [(url_path_join(base, "a"), One), (url_path_join(base, "/b/"), Two)]
        server.web_app.add_handlers(".*$", rules)
    """
    assert table(code) == ["GET {?}/a", "POST {?}/b/"]
    assert {each.resolution for each in routes(code)} == {Resolution.INFERRED}


def test_the_same_rules_under_an_unknown_prefix_are_not_said_twice() -> None:
    code = """
    RULES = [("/a", One), url("/b", Two)]

    def moved(rule, prefix):
        if isinstance(rule, url):
            return url(prefix + rule.regex.pattern, rule.handler_class)
        return (prefix + rule[0], rule[1])

    class Own(Application):
        def __init__(self, options):
            rules = RULES
            if options.prefix:
                rules = [moved(rule, str(options.prefix)) for rule in rules]
            super().__init__(rules)
    """
    assert "GET /a" in table(code)
    assert "POST /b" in table(code)
    assert "ANY {?}" not in table(code)


def test_a_list_that_is_never_handed_in_is_unresolved() -> None:
    (found,) = routes('default_handlers = [("/plugin", One)]')
    assert (found.path, found.resolution) == ("/plugin", Resolution.UNRESOLVED)


def test_a_handler_that_is_a_parameter_is_one_unresolved_route() -> None:
    (found,) = routes("def make(handler):\n    return Application([('/a', handler)])")
    assert (found.method, found.path, found.resolution) == ("ANY", "/a", Resolution.UNRESOLVED)


def test_handlers_of_other_packages_are_left_out() -> None:
    assert (
        table("from other import Kit\nimport tornado.web\napp = Application([('/a', tornado.web.ErrorHandler)])") == []
    )


def test_a_tuple_of_a_path_and_a_class_is_no_rule_by_itself() -> None:
    code = """
    class Tool:
        def get(self):
            pass

    TOOLS = [("/hammer", Tool)]
    """
    assert table(code) == []


def test_methods_that_a_handler_restricts() -> None:
    code = """
    class Three(One, Two):
        SUPPORTED_METHODS = ("POST",)

    app = Application([("/a", Three)])
    """
    assert table(code) == ["POST /a"]


def test_what_only_tests_register_is_no_route() -> None:
    sources = {
        "app.py": HEAD + "app = Application([('/a', One)])\n",
        "tests/test_app.py": "from tornado.web import Application\nfrom app import Two\napp = Application([('/b', Two)])\n",
    }
    assert [each.path for each in recognise(sources, [library]).each(Route)] == ["/a"]


@pytest.mark.parametrize(
    "code",
    [
        "app = Application(app)",
        "rules = [rules]\nrules.append(rules)\napp = Application(rules)",
        "app = Application([(), ('/a',), 3, None, url()])",
        "class App(App): ...\napp = App([('/a', One)])",
        "def f(x):\n    return f(x)\napp = Application(f([('/a', One)]))",
        "app = Application([('(' * 5000, One)])",
    ],
)
def test_hostile_lists_end(code: str) -> None:
    assert isinstance(table(code), list)
