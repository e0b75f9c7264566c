"""Settings of Django projects: which module the service runs with, and what its settings are."""

from collections.abc import Callable

import pytest

from readiness.libraries.django.settings import Setting, Settings, settings_for, settings_of
from readiness.linking import LinkedProject
from readiness.model import UNKNOWN

Recognised = Callable[..., LinkedProject]
MANAGE = """
    import os
    from django.core.management import execute_from_command_line
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{name}")
"""
WSGI = """
    import os
    from django.core.wsgi import get_wsgi_application
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{name}")
    application = get_wsgi_application()
"""


@pytest.fixture
def settings(recognised: Recognised) -> Callable[..., Settings]:
    """The one project's settings."""

    def made(sources: dict[str, str]) -> Settings:
        (found,) = settings_of(recognised(sources, []))
        return found

    return made


@pytest.fixture
def setting(settings: Callable[..., Settings]) -> Callable[..., Setting]:
    """One setting of a module of its own."""

    def made(source: str, name: str = "DEBUG", **files: str) -> Setting:
        others = {path.replace("__", "/") + ".py": text for path, text in files.items()}
        found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": source, **others}).get(name)
        assert found is not None
        return found

    return made


class TestWhichModule:
    """The module that the service runs with."""

    def test_what_the_server_starts_goes_before_what_a_developer_runs(self, settings: Callable[..., Settings]) -> None:
        found = settings(
            {
                "manage.py": MANAGE.format(name="config.settings.local"),
                "config/wsgi.py": WSGI.format(name="config.settings.production"),
                "config/settings/base.py": "ROOT_URLCONF = 'config.urls'\n",
                "config/settings/local.py": "from .base import *\nDEBUG = True\n",
                "config/settings/production.py": "from .base import *\nDEBUG = False\n",
            }
        )
        assert found.module.path == "config/settings/production.py"
        assert found.constant("DEBUG") is False
        assert found.constant("ROOT_URLCONF") == "config.urls"
        assert {each.path for each in found.others} == {"config/settings/base.py", "config/settings/local.py"}

    def test_a_container_names_it(self, settings: Callable[..., Settings]) -> None:
        found = settings(
            {
                "manage.py": MANAGE.format(name="app.settings_dev"),
                "Dockerfile": "FROM python\nENV DJANGO_SETTINGS_MODULE=app.settings_live\n",
                "app/settings_dev.py": "ROOT_URLCONF = 'app.urls'\n",
                "app/settings_live.py": "ROOT_URLCONF = 'app.urls'\n",
            }
        )
        assert found.module.path == "app/settings_live.py"

    def test_without_an_entry_point_the_module_that_assigns_settings(self, recognised: Recognised) -> None:
        project = recognised(
            {"site/settings.py": "import django\nINSTALLED_APPS = []\nROOT_URLCONF = 'site.urls'\n"}, []
        )
        assert [each.module.path for each in settings_of(project)] == ["site/settings.py"]

    def test_settings_of_tests_are_none_of_a_service(self, recognised: Recognised) -> None:
        project = recognised(
            {
                "shop/views.py": "from django.views import View\n",
                "tests/settings.py": "INSTALLED_APPS = ['shop']\n",
                "tests/test_shop.py": "import django\ndef test_a(): pass\n",
            },
            [],
        )
        assert settings_of(project) == ()

    def test_the_demonstration_project_of_a_library_counts_where_there_is_no_other(
        self, recognised: Recognised
    ) -> None:
        project = recognised(
            {
                "shop/views.py": "from django.views import View\n",
                "tests/demo/manage.py": MANAGE.format(name="demo.settings"),
                "tests/demo/demo/settings.py": "ROOT_URLCONF = 'demo.urls'\n",
                "tests/test_shop.py": "import django\ndef test_a(): pass\n",
            },
            [],
        )
        assert [each.module.path for each in settings_of(project)] == ["tests/demo/demo/settings.py"]

    def test_two_projects_have_settings_of_their_own(self, recognised: Recognised) -> None:
        project = recognised(
            {
                "one/manage.py": MANAGE.format(name="config.settings"),
                "one/config/settings.py": "ROOT_URLCONF = 'one.urls'\n",
                "two/manage.py": MANAGE.format(name="config.settings"),
                "two/config/settings.py": "ROOT_URLCONF = 'two.urls'\n",
                "two/shop/views.py": "import django\n",
            },
            [],
        )
        assert [each.constant("ROOT_URLCONF") for each in settings_of(project)] == ["one.urls", "two.urls"]
        found = settings_for(project, "two/shop/views.py")
        assert found is not None
        assert found.constant("ROOT_URLCONF") == "two.urls"
        assert settings_for(project, "three/views.py") is None

    def test_a_template_of_a_project_is_no_project(self, recognised: Recognised) -> None:
        project = recognised({"template/settings.py": "import django\nROOT_URLCONF = '{{ name }}.urls'\n"}, [])
        assert settings_of(project) == ()

    def test_a_class_of_settings(self, settings: Callable[..., Settings]) -> None:
        found = settings(
            {
                "manage.py": MANAGE.format(name="settings")
                + '    os.environ.setdefault("DJANGO_CONFIGURATION", "Production")\n',
                "settings.py": """
                    from configurations import Configuration, values

                    class Base(Configuration):
                        DEBUG = values.BooleanValue(True)
                        INSTALLED_APPS = ["a"]
                        ROOT_URLCONF = "urls"

                    class Production(Base):
                        DEBUG = False

                        @property
                        def INSTALLED_APPS(self):
                            return Base.INSTALLED_APPS + ["b"]
                """,
            }
        )
        assert found.constant("DEBUG") is False
        assert found.constant("ROOT_URLCONF") == "urls"
        assert found.texts("INSTALLED_APPS") == (["a", "b"], True)

    def test_settings_that_a_single_file_configures(self, settings: Callable[..., Settings]) -> None:
        found = settings(
            {"app.py": "from django.conf import settings\nsettings.configure(DEBUG=False, ROOT_URLCONF=__name__)\n"}
        )
        assert found.constant("DEBUG") is False


class TestConstants:
    """What one setting is."""

    def test_a_constant_is_known(self, setting: Callable[..., Setting]) -> None:
        found = setting("DEBUG = False\n")
        assert (found.known, found.constant, found.default, found.span.line) == (True, False, False, 1)

    def test_a_setting_that_is_not_there_is_left_to_django(self, settings: Callable[..., Settings]) -> None:
        found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": "DEBUG = True\n"})
        assert found.get("APPEND_SLASH") is None
        assert found.constant("APPEND_SLASH", default=True) is True

    @pytest.mark.parametrize(
        ("source", "variable", "default"),
        [
            ("import os\nDEBUG = os.environ.get('DEBUG', '0')", "DEBUG", "0"),
            ("import os\nDEBUG = os.environ.get('DEBUG', '0') == '1'", "DEBUG", False),
            ("import os\nDEBUG = os.getenv('D')", "D", UNKNOWN),
            ("import os\nDEBUG = os.environ['D']", "D", UNKNOWN),
            ("import environ\nenv = environ.Env()\nDEBUG = env.bool('D', default=False)", "D", False),
            ("import environ\nenv = environ.Env(D=(bool, True))\nDEBUG = env('D')", "D", True),
            ("from environs import Env\nenv = Env()\nDEBUG = env.bool('D', False)", "D", False),
            ("from decouple import config\nDEBUG = config('D', default=False, cast=bool)", "D", False),
            ("import conf\nDEBUG = getattr(conf, 'DEBUG', False)", "DEBUG", False),
            ("import os\nraw = os.getenv('D', 'no')\nDEBUG = raw", "D", "no"),
            ("from reading import flag\nDEBUG = flag('D', False)", "D", False),
            ("from reading import setting\nDEBUG = setting('D', default=True)", "D", True),
        ],
    )
    def test_the_deployment_decides(
        self, setting: Callable[..., Setting], source: str, variable: str, default: object
    ) -> None:
        reading = """
            import os

            def flag(name, default):
                value = os.environ.get(name)
                return default if value is None else value == "1"

            def setting(name, default=None):
                if name in os.environ:
                    return os.environ[name]
                return default
        """
        found = setting(source, reading=reading)
        assert (found.deployed, found.known, found.variable) == (True, False, variable)
        assert found.constant is UNKNOWN
        assert found.default == default or found.default is default

    def test_under_a_condition_it_may_be_another(self, setting: Callable[..., Setting]) -> None:
        found = setting("import sys\nDEBUG = False\nif 'x' in sys.argv:\n    DEBUG = True\n")
        assert (found.known, found.constant, found.default) == (False, UNKNOWN, False)
        assert [each.conditional for each in found.given] == [False, True]

    def test_the_last_assignment_counts(self, setting: Callable[..., Setting]) -> None:
        found = setting("DEBUG = True\nDEBUG = False\n")
        assert (found.constant, found.span.line) == (False, 2)

    def test_what_comes_after_the_star_import_counts(self, setting: Callable[..., Setting]) -> None:
        assert setting("DEBUG = True\nfrom base import *\n", base="DEBUG = False\n").constant is False
        assert setting("from base import *\nDEBUG = True\n", base="DEBUG = False\n").constant is True

    def test_a_module_that_is_not_in_the_scan_may_change_everything(self, setting: Callable[..., Setting]) -> None:
        found = setting("DEBUG = False\ntry:\n    from .local_settings import *\nexcept ImportError:\n    pass\n")
        assert (found.constant, found.complete, found.known) == (False, False, False)

    def test_an_import_under_a_condition_is_an_alternative(self, setting: Callable[..., Setting]) -> None:
        found = setting("import os\nDEBUG = False\nif os.getenv('DEV'):\n    from dev import *\n", dev="DEBUG = True\n")
        assert [each.conditional for each in found.given] == [False, True]

    def test_star_imports_in_a_circle_end(self, setting: Callable[..., Setting]) -> None:
        found = setting("from other import *\nDEBUG = False\n", other="from settings import *\nDEBUG = True\n")
        assert found.constant is False


class TestLists:
    """Settings that are lists."""

    @pytest.mark.parametrize(
        "source",
        [
            "LIST = ['a', 'b']",
            "LIST = ('a',) + ('b',)",
            "LIST = ['a']\nLIST += ['b']",
            "LIST = ['a']\nLIST.append('b')",
            "LIST = ['b']\nLIST = ['a'] + LIST",
            "LIST = ['b']\nLIST = ['a', *LIST]",
            "ONE = ['a']\nTWO = ['b']\nLIST = ONE + TWO",
            "ONE = ['a']\nLIST = [*ONE, 'b']",
            "LIST = list(('a', 'b'))",
            "NAME = 'b'\nLIST = ['a', NAME]",
            "LIST = ['a', 'c', 'b']\nLIST.remove('c')",
            "from base import *\nLIST += ['b']",
            "from base import LIST as BASE\nLIST = BASE + ['b']",
        ],
    )
    def test_the_elements_are_put_together(self, settings: Callable[..., Settings], source: str) -> None:
        found = settings(
            {"manage.py": MANAGE.format(name="settings"), "settings.py": source + "\n", "base.py": "LIST = ['a']\n"}
        )
        texts, complete = found.texts("LIST")
        assert (sorted(texts), complete) == (["a", "b"], True)

    def test_what_cannot_be_read_leaves_the_list_open(self, settings: Callable[..., Settings]) -> None:
        found = settings(
            {"manage.py": MANAGE.format(name="settings"), "settings.py": "import x\nLIST = ['a'] + x.more()\n"}
        )
        assert found.texts("LIST") == (["a"], False)

    def test_a_list_that_is_not_set_is_empty(self, settings: Callable[..., Settings]) -> None:
        found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": "DEBUG = True\n"})
        assert found.texts("MIDDLEWARE") == ([], True)


class TestEntries:
    """Settings that are dicts."""

    @pytest.mark.parametrize(
        "source",
        [
            "REST = {'SIZE': 20}",
            "REST = dict(SIZE=20)",
            "REST = {}\nREST['SIZE'] = 20",
            "REST = {'SIZE': 10}\nREST['SIZE'] = 20",
            "REST = {'SIZE': 10}\nREST.update({'SIZE': 20})",
            "REST = {'SIZE': 10}\nREST.update(SIZE=20)",
            "BASE = {'SIZE': 20}\nREST = {**BASE, 'OTHER': 1}",
            "BASE = {'SIZE': 20}\nREST = BASE | {'OTHER': 1}",
            "N = 20\nREST = {'SIZE': N}",
        ],
    )
    def test_an_entry_is_found(self, settings: Callable[..., Settings], source: str) -> None:
        found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": source + "\n"})
        rest = found.get("REST")
        assert rest is not None
        entry = found.entry(rest, "SIZE")
        assert entry is not None
        assert (entry.name, entry.constant) == ("REST.SIZE", 20)

    def test_entries_and_whether_these_are_all(self, settings: Callable[..., Settings]) -> None:
        source = "import x\nA = {'ONE': 1, 'TWO': 2}\nA['THREE'] = 3\nB = {'ONE': 1, **x.more()}\n"
        found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": source})
        one, two = found.get("A"), found.get("B")
        assert one is not None
        assert two is not None
        assert found.keys(one) == (["ONE", "TWO", "THREE"], True)
        assert found.entry(one, "FOUR") is None
        assert found.keys(two) == (["ONE"], False)

    def test_an_entry_of_an_entry(self, settings: Callable[..., Settings]) -> None:
        source = "LOGGING = {'root': {'level': 'INFO'}}\n"
        found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": source})
        logging = found.get("LOGGING")
        assert logging is not None
        root = found.entry(logging, "root")
        assert root is not None
        level = found.entry(root, "level")
        assert level is not None
        assert (level.name, level.constant) == ("LOGGING.root.level", "INFO")


def test_names_that_double_with_every_line_come_to_an_end(settings: Callable[..., Settings]) -> None:
    lines = ["V0 = ['a']", *(f"V{n} = V{n - 1} + V{n - 1} + V{n - 1}" for n in range(1, 40)), "LIST = V39"]
    found = settings({"manage.py": MANAGE.format(name="settings"), "settings.py": "\n".join(lines) + "\n"})
    assert found.texts("LIST")[1] is False
