"""Expressions in a URL configuration in, the text they come to out: settings, translations and all."""

from __future__ import annotations

from readiness.libraries.django.settings import Settings
from readiness.libraries.django.vocabulary import SETTINGS, TRANSLATIONS
from readiness.libraries.evaluation.reader import UNRESOLVED
from readiness.libraries.evaluation.texts import Texts as PlainTexts
from readiness.libraries.evaluation.things import Answer, Bound, Made, Outside

DEPTH = 20


class Texts(PlainTexts):
    """Computes the text of patterns."""

    settings: Settings | None = None
    """Those of the Django project that is being walked."""

    def _of_thing(self, thing: Answer, depth: int) -> tuple[str, bool]:
        if isinstance(thing, Outside) and thing.name.startswith(SETTINGS):
            return self._of_setting(thing.name.removeprefix(SETTINGS))
        if isinstance(thing, Made) and isinstance(thing.maker, Outside) and thing.maker.last in TRANSLATIONS:
            call = self.reader.call(thing.path, thing.index)
            place = Bound(call.callee, thing.path, call.scope, call.line, thing.frame)
            return (
                self.of(self.reader.at(place, call.arguments[-1]), depth + 1) if call.arguments else (UNRESOLVED, False)
            )
        return super()._of_thing(thing, depth)

    def _of_setting(self, name: str) -> tuple[str, bool]:
        setting = self.settings.get(name) if self.settings is not None else None
        if setting is None:
            return UNRESOLVED, False
        if isinstance(setting.constant, str):
            return setting.constant, True
        if isinstance(setting.default, str):
            return setting.default, False
        # `BASE_PATH = cleaned(environ.get("BASE_PATH", ""))`: nothing goes in, so nothing comes out.
        return ("", False) if setting.unset == "" else (UNRESOLVED, False)
