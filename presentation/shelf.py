"""Where things are kept that were made once and are looked at again, by whoever may."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class Shelf:
    """So many things, each under the key that says what it was made from; who is not asked for longest makes room.

    What stands here is never changed: all sessions look at the same thing. Two who ask for a new thing at one moment both make it, and the first one stays, so
    that nobody waits for somebody else.
    """

    def __init__(self, most: int) -> None:
        """Room for so many."""
        self._most, self._lock = most, Lock()
        self._things: OrderedDict[Hashable, Any] = OrderedDict()
        self._keys: dict[int, Hashable] = {}

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever was made
        """What stands under the key, made now if nothing does."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        with self._lock:
            thing = self._things.setdefault(key, made)
            self._keys.setdefault(id(thing), key)
            while len(self._things) > self._most:
                _, gone = self._things.popitem(last=False)
                self._keys.pop(id(gone), None)
        return thing

    def key_of(self, thing: object) -> Hashable:
        """The key under which this very thing stands. Raises KeyError where it does not."""
        return self._keys[id(thing)]
