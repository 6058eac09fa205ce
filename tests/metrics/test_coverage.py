"""Limits hold the truth as often as they say, in a thousand made-up programmes."""

import pytest

from tests.coverage_of_limits import CLAIMS, FILE, PROGRAMMES, simulate, write


@pytest.mark.proof
def test_limits_hold_the_truth_at_their_stated_rate():
    results = [simulate(claim) for claim in CLAIMS]
    write(results)
    outside = {result.claim.name: result.share for result in results if not result.claim.low <= result.share <= result.claim.high}
    assert outside == {}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_every_claim_has_limits_in_any_programme_and_few_programmes_do_not_refute_it(claim):
    result = simulate(claim, programmes=5)
    assert result.intervals >= 5
    assert result.held > result.intervals / 2


def test_the_documentation_has_the_result_of_every_claim_inside_its_band():
    written = FILE.read_text(encoding="utf-8")
    assert f"{PROGRAMMES:,} programmes" in written
    rows = {cells[1].strip(): cells for cells in (line.split("|") for line in written.splitlines()) if len(cells) == 7}
    for claim in CLAIMS:
        share = float(rows[claim.name][4].strip().rstrip("%")) / 100
        assert claim.low <= share <= claim.high, claim.name
