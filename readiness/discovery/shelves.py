"""The files of a tree in, the folders that only hold copies of other people's libraries out.

Such a folder has any name (`libs`, `ext`, `lib3`). What gives it away is what lies in it: the lists that an installer writes beside
each distribution, or several libraries that no project writes for itself. A package is none: its modules are parts of it.
"""

from __future__ import annotations

from collections.abc import Iterable

ENOUGH = 3
"""Distributions, or known libraries, that make a folder one of copies."""
LISTS = frozenset({"METADATA", "PKG-INFO"})
"""What an installer writes for a distribution (Python Packaging User Guide, recording installed projects)."""
INSTALLED = (".dist-info", ".egg-info")
LIBRARIES = frozenset(
    """
    six urllib3 certifi chardet idna charset_normalizer requests_toolbelt requests_oauthlib oauthlib bs4 soupsieve html5lib
    webencodings lxml dateutil pytz tzlocal pkg_resources setuptools markupsafe werkzeug jinja2 itsdangerous mako simplejson
    feedparser sgmllib3k cherrypy cheroot portend tempora jaraco httplib2 httpcore h11 hpack anyio sniffio rsa pyasn1 ply
    pycparser cffi typing_extensions importlib_metadata importlib_resources zipp more_itertools pyparsing cachetools
    cachecontrol lockfile filelock appdirs platformdirs distro colorama termcolor tabulate tqdm unidecode
    text_unidecode mutagen guessit rebulk babelfish subliminal enzyme knowit stevedore dogpile rarfile py7zr unrar
    hachoir hachoir_core hachoir_parser xmltodict tvdb_api tmdbsimple imdbpie musicbrainzngs plexapi deluge_client
    transmissionrpc transmission_rpc qbittorrentapi bencode bencodepy configobj apscheduler bleach tinycss2 geoip2 maxminddb
    httpagentparser user_agents ua_parser tldextract cfscrape cloudscraper js2py pyjsparser zeroconf ifaddr
    rpds pyrsistent jsonschema_specifications singledispatch backports libfuturize libpasteurize tweepy
    flask_cors flask_login flask_migrate flask_restx flask_restful flask_sqlalchemy flask_socketio flask_compress flask_babel
    wtforms engineio socketio bidict passlib pyotp qrcode pynvml
    """.split()  # noqa: SIM905 (a table of words)
)
"""Import names of libraries that others build on, without any that a project may call a module of its own: a client for
`redis`, an adapter for `flask`."""


class Shelves:
    """Notes the files of one tree, then says which folders hold copies."""

    def __init__(self) -> None:
        self._held: dict[str, set[str]] = {}

    def note(self, folder: str, name: str) -> None:
        """Take one file in."""
        if name == "__init__.py":
            above, _, package = folder.rpartition("/")
            if package in LIBRARIES:
                self._held.setdefault(above, set()).add(package)
        elif name in LISTS:
            above, _, listed = folder.rpartition("/")
            if listed.endswith(INSTALLED):
                self._held.setdefault(above, set()).add(listed)
        elif name.endswith(".py") and name[:-3] in LIBRARIES:
            self._held.setdefault(folder, set()).add(name[:-3])

    def found(self, packages: Iterable[str]) -> frozenset[str]:
        """The folders of copies; the root of the tree is none, nor is a package."""
        copied = {folder for folder, held in self._held.items() if folder and len(held) >= ENOUGH}
        return frozenset(copied.difference(packages))
