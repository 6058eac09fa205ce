"""A benchmark says plainly which goal was missed, and its end says so too."""

import pytest

from benchmarks.goals import Goal, told


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        (Goal("seconds", 1.0, 1.0), True),
        (Goal("seconds", 1.01, 1.0), False),
        (Goal("times faster", 12, 12, at_least=True), True),
        (Goal("times faster", 11.9, 12, at_least=True), False),
    ],
)
def test_a_missed_goal_is_named_and_is_the_end_of_the_benchmark(capsys, goal, reached):
    assert told([Goal("another", 0, 1), goal], "full") is reached
    assert ("MISSED" in capsys.readouterr().out) is not reached


def test_a_small_run_is_held_against_no_goal(capsys):
    assert told([Goal("seconds", 9, 1)], "small")
    assert capsys.readouterr().out == "seconds: 9.00 (the goal is for size full)\n"
