"""Who looks, and what each role may see: the role matrix, written down once."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The four roles of the monitor."""

    PROGRAMME = "programme"
    BRANCH = "branch"
    COUNCIL = "council"
    STEWARD = "steward"


class Scope(StrEnum):
    """How much of a page a role sees."""

    ALL = "all"
    READS = "reads"
    OWN_AND_CITY = "own_and_city"
    BRANCH_TOTALS = "branch_totals"
    OWN = "own"
    COUNTS = "counts"
    PUBLICATION = "publication"


_P, _B, _C, _S = Role.PROGRAMME, Role.BRANCH, Role.COUNCIL, Role.STEWARD
_ABOUT_THE_PILOT = {_P: Scope.ALL, _B: Scope.OWN_AND_CITY, _C: Scope.PUBLICATION}

#: Page -> role -> scope. A role that is not named has no access: deny by default.
MATRIX: dict[str, dict[Role, Scope]] = {
    "overview": _ABOUT_THE_PILOT,
    "participation": _ABOUT_THE_PILOT,
    "repeat_attendance": _ABOUT_THE_PILOT,
    "equal_opportunity": _ABOUT_THE_PILOT,
    "outcomes": _ABOUT_THE_PILOT,
    "comparison": {_P: Scope.ALL, _B: Scope.BRANCH_TOTALS, _C: Scope.PUBLICATION},
    "this_week": {_P: Scope.BRANCH_TOTALS, _B: Scope.OWN},
    "signals": {_P: Scope.COUNTS, _B: Scope.OWN},
    "expansion": {_P: Scope.ALL, _C: Scope.PUBLICATION},
    "council": {_P: Scope.PUBLICATION, _C: Scope.PUBLICATION},
    "deliveries": {_P: Scope.READS, _B: Scope.OWN, _S: Scope.ALL},
    "definitions": {_P: Scope.ALL, _B: Scope.ALL, _C: Scope.ALL, _S: Scope.ALL},
}


@dataclass(frozen=True)
class Reader:
    """Somebody at the screen: a role and, for role branch, the branches that are theirs."""

    role: Role
    branch_ids: tuple[str, ...] = ()

    def scope(self, page: str) -> Scope | None:
        """What this reader may see of a page; None = nothing, also for a page that does not exist."""
        return MATRIX.get(page, {}).get(self.role)

    @property
    def delivers(self) -> bool:
        """Whether this reader brings files; the programme only reads what is in."""
        return self.scope("deliveries") in (Scope.ALL, Scope.OWN)


class Forbidden(PermissionError):
    """Something that the reader's role may not see or do: a code with values."""

    def __init__(self, code: str, **values: object) -> None:
        """Keep the code (`forbidden.figures`) and the values that its sentence needs."""
        super().__init__(code, values)
        self.code = code
        self.values = values
