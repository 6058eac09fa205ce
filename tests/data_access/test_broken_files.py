"""The whole list of broken files: each loads what is right and refuses the rest with a reason, or is refused in one sentence. Nothing is lost or guessed."""

from datetime import date, time

import pytest

from actions.load_file import check, load
from data_access.ingest.shapes import Delivery, FileRefused
from presentation import receipts, refusals
from presentation.texts import LANGUAGES, language
from tests.data_access.broken import FILES, HEADER, VISIT, Broken, lines
from tests.stores import STEWARD, content, counts, deliver, stored

#: What stands in those files about a person, or was made to do harm: no sentence may repeat it.
NOT_TO_BE_REPEATED = (
    "Ada",
    "Lovelace",
    "123456782",
    "12345678",
    "2512",
    "Kade",
    "script",
    "DROP",
    "DELETE",
    "HYPERLINK",
    "SUM(",
    "kwam",
    "\u0645",
    "1,00234",
    "100.234",
    "xxx",
    "111",
)
BOTH_STORES = ("NUL bytes", "invalid bytes in a branch", "emoji", "right-to-left text", "HTML in cells", "SQL in cells", "a workbook named .csv")


def of(broken: Broken) -> Delivery:
    return Delivery(broken.file_name, broken.content, STEWARD)


def what_becomes_of(store, broken: Broken) -> None:
    delivery = of(broken)
    if broken.stopped:
        before = content(store)
        with pytest.raises(FileRefused) as refused:
            load(store, delivery)
        assert refused.value.code == broken.stopped
        assert content(store) == before
        said = [refusals.stopped(language(name), refused.value) for name in LANGUAGES]
    else:
        expected = check(store, delivery)
        receipt = load(store, delivery)
        assert (receipt.accepted, receipt.reasons) == (broken.accepted, broken.reasons)
        counts(receipt)
        assert {**receipt.as_dict(), "load_id": None} == expected.as_dict()
        assert len(stored(store, "visits")) == broken.accepted
        rows = stored(store, "refused_rows", "row_number", "column_name", "code", "value", "detail")
        said = [line for name in LANGUAGES for line in receipts.lines(language(name), receipt, {})]
        for row in rows:
            found = dict(zip(("row", "column", "code", "value", "detail"), row, strict=True))
            said += [text for name in LANGUAGES for text in refusals.reason(language(name), receipt.kind, found).values()]
    assert all(said[:1])
    assert not [text for text in said for secret in NOT_TO_BE_REPEATED if secret in text]


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", FILES, ids=lambda broken: broken.name)
def test_a_broken_file_gives_this_receipt_or_this_sentence(store, broken):
    what_becomes_of(store, broken)


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
@pytest.mark.parametrize("broken", [broken for broken in FILES if broken.name in BOTH_STORES], ids=lambda broken: broken.name)
def test_and_on_postgresql_the_same(store, broken):
    what_becomes_of(store, broken)


def test_the_same_rows_under_another_name_or_in_another_encoding_are_known(store):
    load(store, Delivery("maandag.csv", lines(VISIT), STEWARD))
    before = content(store)
    assert load(store, Delivery("dinsdag.csv", lines(VISIT), STEWARD)).already_loaded is not None
    assert counts(load(store, Delivery("woensdag.csv", lines(VISIT).decode().encode("utf-16"), STEWARD))) == (0, 0, 1, 0, 0)
    assert content(store) == before


def test_lists_that_overlap_bring_the_visits_that_were_not_there(store):
    load(store, Delivery("een.csv", lines(VISIT, "18;18-11-2024;Noord"), STEWARD))
    assert counts(load(store, Delivery("twee.csv", lines("18;18-11-2024;Noord", "18;19-11-2024;Noord"), STEWARD))) == (1, 0, 1, 0, 0)
    assert stored(store, "visits", "visited_on") == [(date(2024, 11, 18),), (date(2024, 11, 18),), (date(2024, 11, 19),)]


def test_a_later_list_corrects_an_earlier_one(store):
    deliver(store, f"{HEADER};aankomst\n{VISIT};15:30".replace(";", "|"))
    assert counts(deliver(store, f"{HEADER};aankomst\n{VISIT};15:45".replace(";", "|"))) == (1, 1, 0, 0, 0)
    assert stored(store, "visits", "arrived_at") == [(time(15, 45),)]
