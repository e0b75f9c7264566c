"""Where text comes from: tables of request objects, settings and environment, and the questions asked of them."""

from __future__ import annotations

from readiness.model import FROM_DATABASE, Code, Symbol, SymbolKind
from readiness.model.summary import CallRef, Class, Function

REQUEST_TYPES = (
    "starlette.requests.Request", "starlette.requests.HTTPConnection", "starlette.websockets.WebSocket",
    "fastapi.Request", "fastapi.requests.Request", "fastapi.WebSocket", "fastapi.requests.HTTPConnection",
    "flask.Request", "flask.wrappers.Request", "werkzeug.wrappers.Request", "werkzeug.Request", "quart.Request",
    "quart.wrappers.Request", "django.http.HttpRequest", "django.http.request.HttpRequest",
    "django.core.handlers.wsgi.WSGIRequest", "django.core.handlers.asgi.ASGIRequest",
    "rest_framework.request.Request", "sanic.Request", "sanic.request.Request", "aiohttp.web.Request",
    "aiohttp.web_request.Request", "falcon.Request", "falcon.asgi.Request", "pyramid.request.Request",
    "bottle.Request", "litestar.Request", "litestar.connection.Request", "webob.Request",
    "tornado.httputil.HTTPServerRequest", "connexion.request",
)  # fmt: skip
REQUEST_OBJECTS = (
    "flask.request", "flask.globals.request", "quart.request", "bottle.request", "connexion.request",
    "aiohttp.web.View.request", "aiohttp.web_urldispatcher.View.request", "tornado.web.RequestHandler.request",
)  # fmt: skip
"""Names that are a request by themselves."""
REQUEST_DATA = ("frappe.form_dict", "frappe.local.form_dict")
"""Names of mappings that hold what a client sent."""
DJANGO_VIEWS = (
    "django.views.View", "django.views.generic.View", "django.views.generic.base.View", "django.views.generic.base.ContextMixin",
    "django.views.generic.TemplateView", "django.views.generic.ListView", "django.views.generic.DetailView",
    "django.views.generic.FormView", "django.views.generic.CreateView", "django.views.generic.UpdateView",
    "django.views.generic.DeleteView", "django.views.generic.RedirectView", "rest_framework.views.APIView",
    "rest_framework.generics.GenericAPIView", "rest_framework.generics.ListAPIView",
    "rest_framework.generics.CreateAPIView", "rest_framework.generics.RetrieveAPIView",
    "rest_framework.generics.UpdateAPIView", "rest_framework.generics.DestroyAPIView",
    "rest_framework.generics.ListCreateAPIView", "rest_framework.generics.RetrieveUpdateAPIView",
    "rest_framework.generics.RetrieveDestroyAPIView", "rest_framework.generics.RetrieveUpdateDestroyAPIView",
    "rest_framework.viewsets.ViewSet", "rest_framework.viewsets.GenericViewSet",
    "rest_framework.viewsets.ModelViewSet", "rest_framework.viewsets.ReadOnlyModelViewSet",
)  # fmt: skip
"""Django's classes whose objects answer a request; `self.kwargs` holds what stood in its address."""
DJANGO_DECORATORS = ("django.views.decorators.", "django.contrib.auth.decorators.", "rest_framework.decorators.")
"""Modules whose decorators stand on functions that answer a request."""
DJANGO_DATA = frozenset({"GET", "POST", "META", "COOKIES", "FILES", "query_params"})
"""Attributes that only a request of Django, or of Django REST framework, has."""
CLIENT_DATA = frozenset(
    {
        "query_params", "path_params", "headers", "cookies", "body", "json", "form", "stream", "url", "args",
        "values", "files", "data", "get_json", "get_data", "GET", "POST", "META", "COOKIES", "FILES", "path",
        "path_info", "full_path", "query_string", "view_args", "match_info", "rel_url", "query", "query_arguments",
        "text", "post", "read", "media", "get_media", "params", "param", "json_body", "content_type", "mimetype",
        "referrer", "user_agent", "remote_user", "host", "get_full_path", "build_absolute_uri", "base_url",
        "get_param", "get_header", "arguments", "body_arguments", "receive_text", "receive_json", "receive_bytes",
        "iter_text", "iter_json", "origin", "authorization", "environ", "raw_args", "raw_path", "query_args",
        "get_args", "matchdict", "json_object",
    }
)  # fmt: skip
"""Attributes and methods of requests that hold what a client sent."""
CLIENT_NUMBERS = frozenset({"content_length", "is_json", "is_secure", "port"})
"""Attributes of requests that are numbers."""
REQUEST_CALLS = frozenset(
    {
        *(
            f"tornado.web.RequestHandler.{name}"
            for name in (
                "get_argument", "get_arguments", "get_query_argument", "get_query_arguments", "get_body_argument",
                "get_body_arguments", "get_cookie", "decode_argument",
            )
        ),
        *(f"web.{name}" for name in ("input", "rawinput", "data", "cookies")),
        *(f"web.webapi.{name}" for name in ("input", "rawinput", "data", "cookies")),
        *(
            f"streamlit{place}.{name}"
            for place in ("", ".sidebar")
            for name in ("text_input", "text_area", "chat_input", "experimental_get_query_params")
        ),
    }
)  # fmt: skip
"""Methods and functions that give what a client sent (Tornado 6.5, web.py 0.62, Streamlit 1.45)."""
VERB_FRAMEWORKS = frozenset({"web", "cherrypy"})
"""Packages that call the methods `GET` and `POST` of a class with parts of the address (web.py 0.62, CherryPy 18)."""
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
ASKED_OF_REQUESTS = {
    "aiohttp.web": frozenset(
        {"match_info", "rel_url", "query", "query_string", "post", "json", "text", "headers", "cookies"}
    ),
    "twisted.web": frozenset({"args", "content", "getHeader", "getCookie", "uri", "path"}),
    "klein": frozenset({"args", "content", "getHeader", "getCookie", "uri", "path"}),
}
"""What functions ask a request for that a framework hands them without a declaration (aiohttp 3.12, Twisted 25.5, Klein 24)."""
GATEWAY_DATA = frozenset(
    {
        "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "headers", "multiValueHeaders",
        "body", "rawQueryString", "rawPath", "cookies",
    }
)  # fmt: skip
"""Keys of the event that API Gateway hands to a function of AWS Lambda."""
SETTINGS_TYPES = (
    "pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.env_settings.BaseSettings",
    "pydantic_settings.main.BaseSettings", "starlette.config.Config", "starlette.config.Environ", "environ.Env",
    "environs.Env", "decouple.AutoConfig", "decouple.Config", "dynaconf.Dynaconf", "dynaconf.LazySettings",
    "configparser.ConfigParser", "configparser.SafeConfigParser", "configparser.RawConfigParser",
    "alembic.config.Config", "flask.Config", "flask.config.Config",
)  # fmt: skip
CONFIGURED_NAMES = frozenset(
    {
        "os.environ", "os.getenv", "os.environb", "django.conf.settings", "decouple.config",
        "starlette.config.environ", "flask.current_app.config", "getpass.getuser", "socket.gethostname",
        "os.getcwd", "pathlib.Path.cwd", "pathlib.Path.home",
    }
)  # fmt: skip
"""Set by whoever runs the program."""


SERVICE = "another service"
STORE = "a store"
PROGRAM = "another program"
MODEL = "a language model"
INPUT = "the standard input"
COMMAND_LINE = "the command line"
MESSAGE = "a message"
OUTSIDE_CALLS = (
    ("requests.", SERVICE), ("httpx.", SERVICE), ("urllib.request.urlopen", SERVICE), ("urllib3.", SERVICE),
    ("aiohttp.ClientSession", SERVICE), ("aiohttp.client.ClientSession", SERVICE), ("aiohttp.request", SERVICE),
    ("http.client.HTTP", SERVICE), ("boto3.", SERVICE), ("feedparser.parse", SERVICE), ("redis.", STORE),
    ("pymongo.", STORE), ("motor.", STORE), ("django.core.cache.cache.get", STORE), ("memcache.", STORE), ("pymemcache.", STORE),
    ("subprocess.check_output", PROGRAM), ("subprocess.run", PROGRAM), ("subprocess.getoutput", PROGRAM),
    ("os.popen", PROGRAM), ("openai.", MODEL), ("anthropic.", MODEL), ("litellm.", MODEL), ("langchain", MODEL),
    ("ollama.", MODEL), ("mistralai.", MODEL), ("cohere.", MODEL), ("groq.", MODEL), ("google.generativeai.", MODEL),
    ("google.genai.", MODEL), ("vertexai.", MODEL), ("transformers.pipeline", MODEL), ("llama_index.", MODEL),
    ("defog.llm.", MODEL), ("instructor.", MODEL), ("together.", MODEL), ("huggingface_hub.InferenceClient", MODEL),
    ("semantic_kernel.", MODEL), ("pydantic_ai.Agent", MODEL), ("dspy.", MODEL),
    ("input", INPUT), ("sys.stdin", INPUT), ("fileinput.input", INPUT), ("click.prompt", INPUT), ("typer.prompt", INPUT),
    ("sys.argv", COMMAND_LINE), ("kafka.KafkaConsumer", MESSAGE), ("kafka.consumer.", MESSAGE), ("aiokafka.", MESSAGE),
    ("confluent_kafka.Consumer", MESSAGE), ("confluent_kafka.DeserializingConsumer", MESSAGE), ("pika.", MESSAGE),
    ("aio_pika.", MESSAGE), ("kombu.", MESSAGE), ("google.cloud.pubsub", MESSAGE), ("azure.servicebus.", MESSAGE),
    ("azure.eventhub.", MESSAGE), ("pulsar.", MESSAGE), ("nats.", MESSAGE), ("stomp.", MESSAGE),
    *((f"frappe.{name}", FROM_DATABASE) for name in (
        "get_all", "get_list", "get_value", "get_cached_value", "get_doc", "get_cached_doc", "get_last_doc", "get_single",
        "get_single_value", "db.get_value", "db.get_values", "db.get_all", "db.get_list", "db.get_single_value",
        "db.get_singles_value", "db.get_tables",
    )),
)  # fmt: skip
"""Calls, and names, by the beginning of their canonical name, with who decides what they give."""
ANSWER_NUMBERS = frozenset({"status_code", "ok", "returncode", "elapsed"})
"""Attributes of what a service or a program answers that are numbers."""
COMMAND_DECORATORS = ("click.", "asyncclick.", "rich_click.", "typer.")
ASKED_DECORATORS = frozenset(
    {
        "frappe.whitelist", "cherrypy.expose", "tg.expose", "tg.decorators.expose", "turbogears.expose", "odoo.http.route",
        "openerp.http.route", "spyne.rpc", "spyne.srpc", "spyne.decorator.rpc", "spyne.decorator.srpc", "jsonrpcserver.method",
        "flask_jsonrpc.JSONRPC.method", "flask_socketio.SocketIO.on", "socketio.Server.on", "socketio.AsyncServer.on",
        "chalice.Chalice.route", "modal.web_endpoint", "modal.fastapi_endpoint",
        *(f"hug.{verb}" for verb in ("get", "post", "put", "patch", "delete", "call")),
        *(f"bottle.{verb}" for verb in ("route", "get", "post", "put", "patch", "delete")),
        *(f"bottle.Bottle.{verb}" for verb in ("route", "get", "post", "put", "patch", "delete")),
    }
)  # fmt: skip
"""Decorators of functions that a framework calls with what a client sent, path, query or body, by the name of the parameter
(Frappe 15, CherryPy 18, TurboGears 2, Odoo 18, Spyne 2, Bottle 0.13, hug 2, Chalice 1, python-socketio 5)."""
SERVED = frozenset({"self", "cls", "sid", "ctx", "context"})
"""Parameters of such functions that the framework fills itself."""
TOOL_DECORATORS = frozenset(
    {
        "langchain.tools.tool", "langchain.agents.tool", "langchain_core.tools.tool", "langchain.tools.base.tool",
        "langchain_core.tools.convert.tool", "crewai.tools.tool", "crewai_tools.tool", "smolagents.tool", "agents.function_tool",
        "pydantic_ai.Agent.tool", "pydantic_ai.Agent.tool_plain", "mcp.server.fastmcp.FastMCP.tool", "fastmcp.FastMCP.tool",
        "mcp.server.FastMCP.tool", "semantic_kernel.functions.kernel_function",
        *(
            f"mcp.server.{module}Server.{asked}"
            for module in ("", "lowlevel.", "lowlevel.server.")
            for asked in ("call_tool", "get_prompt", "read_resource")
        ),
    }
)  # fmt: skip
"""Decorators of functions that a language model calls, with arguments that it writes."""
TOOL_TYPES = (
    "langchain.tools.BaseTool", "langchain.tools.base.BaseTool", "langchain_core.tools.BaseTool",
    "langchain_core.tools.base.BaseTool",
    "langchain.agents.BaseTool", "crewai.tools.BaseTool", "crewai_tools.BaseTool", "smolagents.Tool",
)  # fmt: skip
TOOL_METHODS = frozenset({"_run", "_arun", "forward"})
PYRAMID_DECORATORS = ("pyramid.view.", "cornice.", "pyramid_openapi3.")
"""Modules whose decorators stand on functions and classes that answer a request of Pyramid."""


def outside_of(name: str) -> str:
    """Who decides what a call or a name gives, empty where that is not known."""
    return next((words for prefix, words in OUTSIDE_CALLS if name == prefix or _begins(name, prefix)), "")


def _begins(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and (prefix.endswith(".") or "." in prefix or prefix == "langchain")


def holds_address(name: str) -> bool:
    """The name is `self.kwargs` of one of Django's views: the parts of the address that the client chose."""
    owner, _, attribute = name.rpartition(".")
    return attribute == "kwargs" and owner in DJANGO_VIEWS


def asks_request(code: Code, owner: str, parameter: str, attribute: str) -> bool:
    """The attribute of a function's parameter `request` is what a client sent."""
    return parameter == "request" and (
        asks_django(code, owner, parameter, attribute) or _asks_by_import(code, owner, attribute)
    )


def _asks_by_import(code: Code, owner: str, attribute: str) -> bool:
    """The file is written for a framework that hands requests to functions, and the function takes one first."""
    modules = [name for name, asked in ASKED_OF_REQUESTS.items() if attribute in asked]
    found = code.find(owner) if modules else None
    summary = code.summary(found[0]) if found is not None else None
    function = summary.definitions[found[1]] if summary is not None and found is not None and found[1] >= 0 else None
    if summary is None or not isinstance(function, Function):
        return False
    first = next((each for each in function.parameters if each.name not in ("self", "cls")), None)
    if first is None or first.name != "request" or first.annotation is not None:
        return False
    imported = {f"{each.module}.{each.name}" for each in summary.imports}
    return any(f"{each}.".startswith(f"{module}.") for module in modules for each in imported)


def asks_django(code: Code, owner: str, parameter: str, attribute: str) -> bool:
    """The attribute of a function's parameter `request` is what a client sent: the function is a view of Django, by the class it is
    in, its decorator, or by what it asks the request for."""
    if parameter != "request" or attribute not in CLIENT_DATA:
        return False
    found = code.find(owner)
    summary = code.summary(found[0]) if found is not None else None
    function = summary.definitions[found[1]] if summary is not None and found is not None and found[1] >= 0 else None
    if summary is None or not isinstance(function, Function):
        return False
    if "request" not in [each.name for each in function.parameters[:2]]:
        return False
    around = summary.definitions[function.scope] if function.scope >= 0 else None
    if isinstance(around, Class) and found is not None:
        if _answers_pyramid(code, found[0], function.scope):
            return True
        name = code.symbol(found[0], function.scope)
        if code.is_a(Symbol(SymbolKind.CLASS, name, found[0], function.scope), DJANGO_VIEWS):
            return True
        # A class that views hand their request on to: what it asks for, nothing else has.
        return attribute in DJANGO_DATA and bool(code.imports("django", "rest_framework"))
    if found is not None and _decorated_by(code, found[0], function, DJANGO_DECORATORS + PYRAMID_DECORATORS):
        return True
    imported = any(each.module.partition(".")[0] in ("django", "rest_framework") for each in summary.imports)
    return imported and attribute in DJANGO_DATA | {"body"}


def _decorated_by(code: Code, path: str, definition: Class | Function, modules: tuple[str, ...]) -> bool:
    """A decorator of these modules stands on a definition."""
    summary = code.summary(path)
    for decorator in definition.decorators if summary is not None else ():
        value = summary.calls[decorator.index].callee if isinstance(decorator, CallRef) and summary else decorator
        if code.resolve_value(path, value).name.startswith(modules):
            return True
    return False


def _answers_pyramid(code: Code, path: str, number: int) -> bool:
    """A class whose objects are made for a request of Pyramid: it, or one of its methods, is declared as a view."""
    summary = code.summary(path)
    if summary is None or not any(each.module.partition(".")[0] in ("pyramid", "cornice") for each in summary.imports):
        return False
    return any(
        _decorated_by(code, path, each, PYRAMID_DECORATORS)
        for index, each in enumerate(summary.definitions)
        if index == number or (each.scope == number and isinstance(each, Function))
    )


def is_request_type(code: Code, symbol: Symbol) -> bool:
    """A class is a request of some web framework."""
    if symbol.kind is SymbolKind.EXTERNAL and symbol.name in REQUEST_TYPES:
        return True
    return symbol.kind is SymbolKind.CLASS and code.is_a(symbol, REQUEST_TYPES)
