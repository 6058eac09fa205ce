"""Every word on screen comes from presentation/texts/{nl,en}.toml through `Say`; numbers and dates are written as the language writes them."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")
FOLDER = Path(__file__).parent / "texts"
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_CLOCKS = {"nl": "H.mm 'uur'", "en": "H:mm"}
_HERE = ZoneInfo("Europe/Amsterdam")


class Say:
    """The texts of one language. `say("participation.title")`; `say("state.weeks", n=3)` picks the form for one or other."""

    def __init__(self, language: Language, texts: Mapping[str, Any]) -> None:
        """Keep the texts, a tree of tables as in the file."""
        self.language = language
        self._locale = _LOCALES[language]
        self._texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """The text at `key` (dots walk the tables) with the values filled in; `n` chooses between `none`, where there is one, `one` and `other`.

        Raises KeyError for an unknown key.
        """
        text = self._find(key)
        if isinstance(text, Mapping):
            form = "one" if values["n"] == 1 else "none" if values["n"] == 0 and "none" in text else "other"
            text = text[form]
        return str(text).format_map({name: self._plain(value) for name, value in values.items()})

    def __contains__(self, key: str) -> bool:
        """Whether there is a text at `key`."""
        try:
            self._find(key)
        except KeyError:
            return False
        return True

    def below(self, table: str) -> list[str]:
        """The keys of the texts in a table, such as "streamlit.close"."""
        return [f"{table}.{name}" for name in self._find(table)]

    def _find(self, key: str) -> Any:  # noqa: ANN401 - a text or a table of forms
        found: Any = self._texts
        for part in key.split("."):
            if not isinstance(found, Mapping) or part not in found:
                raise KeyError(key)
            found = found[part]
        return found

    def _plain(self, value: object) -> str:
        if isinstance(value, bool) or value is None:
            return str(value)
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, float):
            return self.number(value, 1)
        if isinstance(value, date):
            return self.moment(value) if isinstance(value, datetime) else self.date(value)
        if isinstance(value, list | tuple):
            return ", ".join(self._plain(part) for part in value)
        return str(value)

    def number(self, value: float, decimals: int = 0) -> str:
        """1234.5 -> "1.235", or with one decimal "1.234,5"; a true minus sign."""
        return _number(value + 0.0, decimals, self._locale)  # a nought has no sign

    def signed(self, value: float, decimals: int = 0) -> str:
        """A difference with its sign: "+0,4"; what rounds to nothing has none: "0,0"."""
        rounded = round(value, decimals)
        return ("+" if rounded > 0 else "") + self.number(rounded or 0.0, decimals)

    def apart(self, value: float, other: float, decimals: int = 0) -> str:
        """How far two numbers lie apart as they are written, so that a reader who subtracts them finds the same: 14,1 and 12,4 are 1,7 apart."""
        a, b = (Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) for number in (value, other))
        return self.number(float(abs(a - b)), decimals)

    def percent(self, share: float, decimals: int = 0) -> str:
        """0.019 -> "1,9%" with one decimal."""
        return self.number(100 * share, decimals) + "%"

    def between(self, lower: float, upper: float, decimals: int = 0) -> str:
        """Two limits with an en dash: "1,8–2,0"."""
        return f"{self.number(lower, decimals)}\N{EN DASH}{self.number(upper, decimals)}"

    def date(self, day: date, form: str = "d MMMM y") -> str:
        """13 mei 2019; other forms in CLDR letters ("d MMM", "EEEE d MMMM")."""
        return _date(day, form, self._locale)

    def moment(self, at: datetime, form: str = "d MMMM y") -> str:
        """A moment in UTC as the clock in the Netherlands showed it: "29 juni 2020, 9.12 uur"."""
        here = at.replace(tzinfo=UTC).astimezone(_HERE)
        return f"{self.date(here.date(), form)}, {format_time(here, format=_CLOCKS[self.language], tzinfo=_HERE, locale=self._locale)}"


@lru_cache(maxsize=20_000)  # a page writes a thousand numbers, mostly the same ones as the run before
def _number(value: float, decimals: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=locale).replace("-", "\N{MINUS SIGN}")


@lru_cache(maxsize=5_000)
def _date(day: date, form: str, locale: str) -> str:
    return format_date(day, format=form, locale=locale)


@cache
def language(code: Language) -> Say:
    """The texts of `code`, read once."""
    return Say(code, tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8")))


#: Letters that markdown reads as mark-up.
_MARK_UP = "\\|*_`[]<>$:#~"
#: What markdown turns into a link by itself: the start of a web address, and the @ of a mail address.
_LINKS_ITSELF = re.compile(r"(?i)\b(?:https?|ftp|www|mailto)(?=[:.])|(?<=\w)(?=@)")


def plain(words: str) -> str:
    """Delivered words as they are, whatever letters are in them: a name is text, never mark-up and never a link."""
    apart = _LINKS_ITSELF.sub(lambda found: found[0] + "\N{WORD JOINER}", words)
    return "".join("\\" + letter if letter in _MARK_UP else letter for letter in apart)
