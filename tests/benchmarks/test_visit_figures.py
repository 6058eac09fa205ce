"""The benchmark compares like with like: on a small register, all ways of working give the same answers."""

from benchmarks.towns import Size, read, write
from benchmarks.visit_figures import assert_equal, from_prepared, from_raw, in_pandas


def test_prepared_raw_and_pandas_give_the_same_figures(tmp_path):
    write(Size(visits=4_000, pupils=150, neighbourhoods=12), tmp_path)
    prepared = from_prepared(tmp_path)
    assert_equal(prepared, from_raw(tmp_path))
    assert_equal(prepared, in_pandas(tmp_path))
    assert prepared.answers["frequent_attendance"].height > 20  # the rule has something to find


def test_the_same_seed_makes_up_the_same_register(tmp_path):
    size = Size(visits=500, pupils=40, neighbourhoods=5)
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    for folder, seed in ((first, 1), (second, 1), (other, 2)):
        folder.mkdir()
        write(size, folder, seed)
    assert read(first).visits.equals(read(second).visits)
    assert not read(first).visits.equals(read(other).visits)
