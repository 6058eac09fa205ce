"""Days, times and numbers as people type them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from data_access.ingest import values
from data_access.ingest.kinds import Type
from data_access.ingest.shapes import FileRefused

MONTHS = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"]
DAYS = some.dates(date(2000, 1, 1), date(2099, 12, 31))
EXCEL_1900 = date(1899, 12, 30)


def one(kind: Type, text: str, epoch: date | None = None) -> Any:
    """The value of a text, or its code."""
    read = values.read(kind, pl.Series([text]), epoch)
    return read.codes[0] if read.values[0] is None else read.values[0]


@given(DAYS, some.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT15:30"]))
def test_a_date_with_the_year_first_is_iso(day, form):
    assert one("day", day.strftime(form)) == day


@given(DAYS, some.sampled_from("-/. "), some.booleans())
def test_a_date_with_the_year_last_is_day_month_year(day, mark, short):
    text = f"{day.day}{mark}{day.month}{mark}{day.year}" if short else day.strftime(f"%d{mark}%m{mark}%Y")
    assert one("day", text) == day


@given(DAYS, some.sampled_from(["{} {} {}", "{}-{}-{}"]), some.sampled_from([None, 3]))
def test_a_month_may_be_a_word(day, form, letters):
    name = MONTHS[day.month - 1] if letters is None or day.month == 3 else MONTHS[day.month - 1][:letters]
    assert one("day", form.format(day.day, name, day.year)) == day
    assert one("day", form.format(day.day, name.upper(), day.year)) == day
    assert one("day", form.format(day.day, name + ".", day.year)) == day


@given(
    DAYS,
    some.integers(0, 6),
    some.sampled_from(["ma di wo do vr za zo", "Mon Tue Wed Thu Fri Sat Sun", "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"]),
)
def test_the_day_of_the_week_may_stand_before_a_date_if_it_is_the_right_one(day, weekday, words):
    for form in ("{} {:%d-%m-%Y}", "{}. {:%Y-%m-%d}", "{}, {:%d/%m/%Y}"):
        assert one("day", form.format(words.split()[weekday], day)) == (day if weekday == day.weekday() else "date.other_weekday")


@given(some.text(alphabet="0123456789-/. jan:", max_size=12))
def test_whatever_is_typed_becomes_the_day_that_python_reads_or_a_reason(text):
    """Worked the second way: Python's own calendar over the three numbers in the text."""
    try:
        found = one("day", text)
    except FileRefused:
        first, second, _ = map(int, re.split(r"[-/. ]", text.strip()))
        assert first <= 12 < second
        return
    if isinstance(found, str):
        assert found in ("date.unreadable", "date.impossible", "date.short_year")
        return
    numbers = [int(part) for part in re.findall(r"\d+", text.partition(":")[0] if ":" in text else text)]
    if len(numbers) == 1:
        assert found == datetime.strptime(text.strip(), "%Y%m%d").date()
    elif "jan" in text:
        assert (found.day, found.month, found.year) == (numbers[0], 1, numbers[1])
    else:
        assert (found.year, found.month, found.day) in (tuple(numbers[:3]), tuple(numbers[:3])[::-1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31-02-2024", "date.impossible"),
        ("29-02-2023", "date.impossible"),
        ("2024-13-01", "date.impossible"),
        ("32-01-2024", "date.impossible"),
        ("00-01-2024", "date.impossible"),
        ("18-11-24", "date.short_year"),
        ("di 18-11-2024", "date.other_weekday"),
        ("ma 31-11-2024", "date.impossible"),
        ("ma", "date.unreadable"),
        ("gisteren", "date.unreadable"),
        ("18-11", "date.unreadable"),
        ("45614", "date.unreadable"),
    ],
)
def test_what_is_no_day_says_why(text, code):
    assert one("day", text) == code


def test_the_29th_of_february_exists_in_a_leap_year():
    assert one("day", "29-02-2024") == date(2024, 2, 29)


def test_a_file_with_the_month_first_is_refused_whole():
    with pytest.raises(FileRefused) as refused:
        values.days(pl.Series(["01-02-2024", "05-25-2024"]))
    assert (refused.value.code, refused.value.values) == ("file.month_first", {"value": "05-25-2024"})


@given(DAYS, some.booleans())
def test_a_serial_number_is_a_day_by_the_workbook_s_own_count(day, starts_in_1904):
    epoch = date(1904, 1, 1) if starts_in_1904 else EXCEL_1900
    assert one("day", str((day - epoch).days), epoch) == day


def test_excel_s_own_example_of_a_serial_number():
    """Microsoft, "Date systems in Excel": 5 July 2011 is 40729 when counted from 1900 and 39267 when counted from 1904."""
    assert one("day", "40729", EXCEL_1900) == one("day", "39267", date(1904, 1, 1)) == date(2011, 7, 5)


@given(some.times(), some.sampled_from(["%H:%M", "%H.%M", "%Hu%M", "%H%M", "%H:%M:%S", "%H.%M uur", "%H:%M uur", "%Hh%M"]))
def test_a_time_is_read_to_the_minute(moment, form):
    assert one("time", moment.strftime(form)) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize("text", ["3 uur", "3", "3u", "03 uur", "7", "3:30", "3.30 uur", "3u30"])
def test_an_hour_that_may_be_in_the_night_or_in_the_afternoon_is_not_guessed(text):
    assert one("time", text) == "time.either_half"


def test_an_hour_that_is_written_out_or_can_be_one_alone_is_read():
    assert one("time", "3:30 pm") == "time.unreadable"
    assert [one("time", text) for text in ("03:30", "0330", "15 uur", "9", "8:45")] == [time(3, 30), time(3, 30), time(15), time(9), time(8, 45)]


@given(some.integers(0, 1439))
def test_a_part_of_a_day_is_a_time_in_a_workbook_and_nowhere_else(minute):
    moment = (datetime(2000, 1, 1) + timedelta(minutes=minute)).time()
    text = f"{minute / 1440:.6f}"
    assert one("time", text, EXCEL_1900) == moment
    assert one("time", text) in ("time.unreadable", "time.impossible")


@pytest.mark.parametrize(
    ("text", "found"),
    [("15 uur", time(15)), ("9:05", time(9, 5)), ("24:00", "time.impossible"), ("15:60", "time.impossible"), ("half vier", "time.unreadable")],
)
def test_times_as_they_are_said(text, found):
    assert one("time", text) == found


@given(some.integers(-(10**9), 10**9))
def test_a_whole_number_may_have_points_between_its_thousands(number):
    assert one("whole", str(number)) == one("whole", f"{number:,}".replace(",", ".")) == one("whole", f"{number},0") == number


@given(some.decimals(-(10**6), 10**6, places=3))
def test_a_decimal_number_may_have_a_comma_or_a_point(number):
    dutch = f"{number:,}".translate(str.maketrans(",.", ".,"))
    assert one("decimal", str(number)) == one("decimal", str(number).replace(".", ",")) == one("decimal", dutch) == float(number)


@pytest.mark.parametrize("text", ["", "-", "1-2", "1e5", "twaalf", "12,5,", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_what_is_no_number_is_not_read_as_one(text):
    assert one("decimal", text) == "number.unreadable"


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("yes_no", "Ja", True),
        ("yes_no", "nee", False),
        ("yes_no", "misschien", "yes_no.unreadable"),
        ("sector", "Voortgezet onderwijs", "VO"),
        ("sector", "po", "PO"),
        ("sector", "mbo", "sector.unknown"),
    ],
)
def test_words_for_yes_no_and_sector(kind, text, found):
    assert one(kind, text) == found


def test_many_texts_are_read_in_their_order():
    read = values.days(pl.Series(["18-11-2024", "onzin", "2024-11-19", "31-02-2024"]))
    assert read.values.to_list() == [date(2024, 11, 18), None, date(2024, 11, 19), None]
    assert read.codes.to_list() == [None, "date.unreadable", None, "date.impossible"]
