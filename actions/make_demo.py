"""Making a demo store: every delivery of the made-up programme goes through the door that real ones take."""

from pathlib import Path

from sqlalchemy import Connection, Engine

from actions.load_file import load_within
from actions.make_store import Made, make_store
from actions.raise_signals import raise_within
from data_access import criteria, decisions, signals
from data_access.database import engine_for
from data_access.demo import agreed, following
from data_access.demo.facts import municipality
from data_access.demo.programme import programme
from data_access.ingest import read_files
from data_access.ingest.shapes import Delivery, FileRefused
from data_access.organisation import organisation
from data_access.reader import Reader, Role

STEWARD = Reader(Role.STEWARD)


def make_demo(engine: Engine) -> Made:
    """Make a demo store, whole or not at all. A store that is there is brought up to date and keeps what it has.

    A new SQLite file is filled beside its place and moved there when it is whole, so that one that was stopped halfway is never taken for a store. Raises as
    `make_store`; FileRefused("demo.other_municipality") where organisation.toml is of another municipality, whose areas the demo does not know.
    """
    made_for, name = municipality()
    if organisation().code != made_for:
        raise FileRefused("demo.other_municipality", ours=organisation().code, made_for=made_for, name=name)
    place = engine.url.database
    if engine.dialect.name != "sqlite" or not place or Path(place).exists():
        return make_store(engine, "demo", fill)
    beside = Path(f"{place}.new")
    for left_over in beside.parent.glob(f"{beside.name}*"):
        left_over.unlink()
    elsewhere = engine_for(engine.url.set(database=str(beside)).render_as_string(hide_password=False))
    made = make_store(elsewhere, "demo", fill)
    elsewhere.dispose()
    beside.replace(place)
    return made


def fill(connection: Connection) -> None:
    """Load the made-up programme, with what was agreed and decided and its followed signals, inside the transaction that makes the store.

    Raises KeyFault, StoreFault.
    """
    for file in programme().deliveries:
        delivery = Delivery(file.file_name, file.content, STEWARD, kind=file.kind, covers=file.covers)
        load_within(connection, delivery, read_files.read(delivery.file_name, delivery.content), lambda _step: None)
    for criterion in agreed.criteria():
        criteria.add(connection, criterion, agreed.AGREED_ON)
    for decision in agreed.decisions():
        decisions.add(connection, decision, decision.decided_on)
    raise_within(connection, None)
    signals.add_steps(connection, following.steps(signals.states(connection)))
