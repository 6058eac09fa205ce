"""What the store already knows and a delivery is read against: branches, areas, postcodes, schools. Fetched when first asked for."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl
from sqlalchemy import Connection, Table, func, select

from data_access import tables
from data_access.frames import read_frame, schema_of
from data_access.ingest.headers import fold
from data_access.ingest.shapes import FileRefused
from data_access.reader import Forbidden, Reader, Role
from metrics.shapes import Period


@dataclass(frozen=True)
class Known:
    """The store as it is before this delivery, for this reader; today: no visit can lie after it; municipality: its code ("GM0518").

    named_branch: the branch that the deliverer names, by id or name; covers: the days that the deliverer names.
    """

    connection: Connection
    reader: Reader
    today: date
    started_on: date
    municipality: str
    named_branch: str | None = None
    covers: Period | None = None

    def _all(self, table: Table) -> pl.DataFrame:
        columns = [column for column in table.columns if column.name != "load_id"]
        return read_frame(self.connection, select(*columns), schema_of(table, [column.name for column in columns]))

    @cached_property
    def branches(self) -> pl.DataFrame:
        """As `tables.branches`."""
        return self._all(tables.branches)

    @cached_property
    def branch(self) -> str | None:
        """The id of the branch whose list this is, for a list that names none: the one that was named, or else the only one of the deliverer.

        Raises FileRefused("file.branch_unknown"), Forbidden("forbidden.list_of_other_branch") for another branch than the deliverer's own.
        """
        own = self.reader.branch_ids if self.reader.role is Role.BRANCH else None
        if self.named_branch is None:
            return own[0] if own and len(own) == 1 else None
        found = self.branch_ids.get(fold(self.named_branch))
        if found is None:
            raise FileRefused("file.branch_unknown", branches=tuple(self.branches["name"].sort()))
        if own is not None and found not in own:
            raise Forbidden("forbidden.list_of_other_branch")
        return found

    @cached_property
    def branch_ids(self) -> dict[str, str]:
        """Folded id or name of a branch -> its id."""
        names = {fold(name): branch_id for branch_id, name in self.branches.select("branch_id", "name").iter_rows()}
        return names | {fold(branch_id): branch_id for branch_id in self.branches["branch_id"]}

    @cached_property
    def branch_words(self) -> frozenset[str]:
        """The folded words in the codes and names of branches: before the number of a pass they are no name."""
        named = (word for name in [*self.branches["branch_id"], *self.branches["name"]] for word in re.findall(r"[^\W\d_]+", name))
        return frozenset(map(fold, named))

    @cached_property
    def neighbourhoods(self) -> pl.DataFrame:
        """As `tables.neighbourhoods`, every year and level."""
        return self._all(tables.neighbourhoods)

    @cached_property
    def postcodes(self) -> pl.DataFrame:
        """As `tables.postcodes`, every year."""
        return self._all(tables.postcodes)

    @cached_property
    def schools(self) -> pl.DataFrame:
        """As `tables.schools`."""
        return self._all(tables.schools)

    def named_visits(self, branches: pl.Series, days: pl.Series) -> pl.DataFrame:
        """branch_id, held_on, named: visits by name on these days at these branches."""
        visits = tables.visits.c
        query = (
            select(visits.branch_id, visits.visited_on, func.count())
            .where(visits.branch_id.in_(branches.unique().to_list()), visits.visited_on.between(days.min(), days.max()))
            .group_by(visits.branch_id, visits.visited_on)
        )
        return read_frame(self.connection, query, {"branch_id": pl.String(), "held_on": pl.Date(), "named": pl.Int64()})

    def answers(self, surveys: pl.Series) -> pl.DataFrame:
        """survey_id, respondent, dimension, score, not_applicable that are known of these surveys."""
        answers = tables.survey_answers.c
        kept = [answers.survey_id, answers.respondent, answers.dimension, answers.score, answers.not_applicable]
        query = select(*kept).where(answers.survey_id.in_(surveys.unique().to_list()))
        return read_frame(self.connection, query, schema_of(tables.survey_answers, [column.name for column in kept]))
