"""Ids of pupils: what becomes of them, which are refused, and what a change of key does."""

import hashlib
import hmac
import stat

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from actions.make_store import make_store
from data_access.database import engine_for
from data_access.ingest import pseudonyms
from data_access.ingest.pseudonyms import KeyFault
from data_access.settings import settings
from tests.stores import content, deliver, stored

VISIT = "leerling_id|datum|vestiging\n17|18-11-2024|Noord"
IDS = some.text(alphabet=some.characters(codec="utf-8"), max_size=20)


def code(text: str) -> str | None:
    found: str | None = pseudonyms.judge(pl.Series([text]))["code"][0]
    return found


def test_a_pseudonym_is_hmac_sha_256():
    """RFC 4231, test case 2."""
    found = pseudonyms.pseudonym("what do ya want for nothing?", (b"Jefe",))
    assert found.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@given(some.lists(IDS, max_size=5), some.lists(some.binary(min_size=32, max_size=32), min_size=1, max_size=3))
def test_every_later_key_wraps_what_the_one_before_gave(ids, keys):
    expected = []
    for one in ids:
        value = one.encode()
        for key in keys:
            value = hmac.new(key, value, hashlib.sha256).digest()
        expected.append(value)
    assert pseudonyms.pseudonyms(pl.Series(ids, dtype=pl.String), tuple(keys)).to_list() == expected


@given(IDS)
def test_an_id_made_normal_stays_as_it_is(text):
    once = pseudonyms.normalised(text)
    assert pseudonyms.normalised(once) == once
    assert pseudonyms.judge(pl.Series([text]))["normal"][0] == once


@pytest.mark.parametrize(
    "bsn",
    [
        *("123456782", "111222333", "12345672", "1234.56.782", "0123 4567 2", "123456782,00", "123456782.0", "(123456782)", "1234_56_782", "12.34.56.782"),
        *("BSN-nr 123456782", "BSN 123456782", "bsn: 123456782", "123456782bsn", "123456782 (BSN)", "nr. 123456782", "burgerservicenummer 123456782"),
    ],
)
def test_a_citizen_service_number_is_found_however_it_is_written(bsn):
    assert code(bsn) == "pupil.bsn"


@pytest.mark.parametrize(
    "phone",
    ["0612345678", "06-12345678", "06 12 34 56 78", "070-3531234", "(070) 353 12 34", "+31612345678", "+31 (0)6 12345678", "0031 6 12345678"],
)
def test_a_telephone_number_is_found_however_it_is_written(phone):
    assert code(phone) == "pupil.phone"


@pytest.mark.parametrize("number", ["0012345678", "061234567", "06123456789", "31612345678", "1612345678", "100234"])
def test_a_number_of_another_length_or_beginning_is_no_telephone_number(number):
    assert code(number) is None


@given(some.integers(10**7, 10**9 - 1))
def test_nine_digits_are_a_citizen_service_number_by_the_eleven_test(number):
    """Worked the second way: the check digit follows from the other eight."""
    digits = [int(digit) for digit in str(number).zfill(9)]
    check = sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=False)) % 11
    assert (code(str(number)) == "pupil.bsn") == (check == digits[8])


@given(
    some.integers(10**7, 10**9 - 1),
    some.lists(some.sampled_from(["", "-", "_", ".", "/", " ", ","]), min_size=8, max_size=8),
    some.sampled_from(["", ".0", ",00"]),
)
def test_marks_between_the_digits_make_a_citizen_service_number_no_other_number(number, marks, behind):
    digits = str(number).zfill(9)
    written = "".join(digit + mark for digit, mark in zip(digits, [*marks, ""], strict=True)) + behind
    if code(str(number)) == "pupil.bsn":
        assert code(written) == "pupil.bsn"


@pytest.mark.parametrize(
    "name",
    [
        *("Ada", "A. de Vries", "Jan-Peter", "ada@example.org", "Zoë K.", "José", "Mo", "mo", "ab", "A. de Vries 2", "J. Bos 2", "mo.ali@x.nl 7"),
        *("Jan 7b", "jan 7b", "JAN 7B", "jan7b", "7b jan", "Mo 7b", "Jan 7", "jan 7", "Jan7", "Ali (7b)", "Zoë8", "Jan 2011", "Mo Ali 7"),
        *("jan de vries 7a", "jan.devries1", "sanne2011", "sanne_7", "Fatima B. 7a", "Kaart Sanne 7", "noor12", "sanne20110512", "sanne-120511", "Sanne 00017"),
    ],
)
def test_a_name_is_no_id(name):
    assert code(name) == ("pupil.name")


@pytest.mark.parametrize(
    "fit",
    [
        *(
            "17",
            "2024-0017",
            "NRD17",
            "NRD7",
            "000000001",
            "1234567",
            "29000000000000",
            "L0421",
            "l0421",
            "TRA-017",
            "tra-017",
            "TRA-PO-017",
            "ab12",
            "AB 7",
            "A1",
        ),
        *("kaart-0042", "Kaart 0042", "pasnr. 17", "leerling 17", "BIEB0017", "LL-VO-17", "K7P2-94", "7b", "20241118-03", "Vinkje7788991", "vinkje-0042"),
        *("KIJK001", "KIJK101", "kijk-102", "Kijk.999"),  # one count, whatever its number begins with
    ],
)
def test_numbers_and_codes_are_fit(fit):
    assert code(fit) is None


@given(some.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=3), some.sampled_from(["", "-", " ", "_"]), some.integers(10, 10**6))
def test_a_letter_code_with_a_number_is_fit_and_one_id_in_capitals_or_not(letters, mark, number):
    assert code(f"{letters}{mark}{number}") is None
    assert pseudonyms.normalised(f"{letters}{mark}{number}".lower()) == pseudonyms.normalised(f"{letters}{mark}{number}")


def test_the_name_of_a_branch_before_a_number_is_no_name_of_a_child():
    assert pseudonyms.judge(pl.Series(["Noord-17", "noord 17"]), {"noord"})["code"].to_list() == [None, None]
    assert pseudonyms.judge(pl.Series(["Noor-17"]), {"noord"})["code"].to_list() == ["pupil.name"]


def test_the_key_is_its_owner_s_alone_and_is_never_overwritten(tmp_path):
    file = tmp_path / "deep" / "key"
    pseudonyms.make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(pseudonyms.read_keys(file)[0]) == 32
    with pytest.raises(FileExistsError):
        pseudonyms.make_key(file)


@pytest.mark.parametrize(("text", "fault"), [("", "key.unreadable"), ("abc", "key.unreadable"), ("00" * 31, "key.unreadable"), (None, "key.missing")])
def test_without_a_good_key_no_pupil_is_loaded(store, text, fault):
    key_file = settings().key_file
    if text is None:
        key_file.unlink()
    else:
        key_file.write_text(text)
    with pytest.raises(KeyFault) as raised:
        deliver(store, VISIT)
    assert raised.value.code == fault
    assert stored(store, "visits") == []


def test_with_another_key_no_pupil_is_loaded(store):
    deliver(store, VISIT)
    before = content(store)
    settings().key_file.write_text("11" * 32)
    with pytest.raises(KeyFault) as raised:
        deliver(store, VISIT.replace("18-11", "19-11"))
    assert raised.value.code == "key.other"
    assert content(store) == before


def test_a_store_with_pupils_whose_key_is_gone_gets_no_new_one(store):
    deliver(store, VISIT)
    settings().key_file.unlink()
    with pytest.raises(KeyFault) as raised:
        make_store(store, "real")
    assert raised.value.code == "key.missing"
    assert not settings().key_file.exists()


def test_a_database_file_is_its_owner_s_alone(tmp_path, monkeypatch):
    file = tmp_path / "var" / "store.sqlite"
    monkeypatch.setenv("HUISWERKMONITOR_KEY_FILE", str(tmp_path / "var" / "key"))
    make_store(engine_for(f"sqlite:///{file}"), "real")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
