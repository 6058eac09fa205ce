"""Python's own words on the command line, in Dutch.

argparse looks its words up by their English text, as gettext does, and ships them in English alone; here our texts answer. Words that only a programmer sees
stay as they are.
"""

import argparse

from presentation.texts import language

#: argparse's text -> ours, below [commands.words]. Texts of several Python versions stand beside each other.
_KEYS = {
    "usage: ": "usage",
    "positional arguments": "positional",
    "options": "options",
    "show this help message and exit": "help",
    "%(prog)s: error: %(message)s\n": "error",
    "argument %(argument_name)s: %(message)s": "argument",
    "the following arguments are required: %s": "required",
    "unrecognized arguments: %s": "unrecognized",
    "invalid choice: %(value)r (choose from %(choices)s)": "choice",
    "invalid %(type)s value: %(value)r": "value",
    "expected one argument": "one",
    "expected at least one argument": "at_least_one",
    "expected %s argument": "several",
    "expected %s arguments": "several",
    "ambiguous option: %(option)s could match %(matches)s": "ambiguous",
    "ignored explicit argument %r": "ignored",
}


def in_dutch() -> None:
    """From now on argparse speaks Dutch."""
    vars(argparse).update(_=_ours, ngettext=lambda one, other, n: _ours(one if n == 1 else other))


def _ours(text: str) -> str:
    key = _KEYS.get(text)
    return text if key is None else language("nl")(f"commands.words.{key}")
