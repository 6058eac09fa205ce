"""What was agreed, before the first pupil came, about when the pilot works."""

from datetime import date

from data_access.criteria import Criterion
from data_access.demo import truths

AGREED_ON = date(2019, 4, 15)
OWNER = "opgavemanager"


def criteria() -> list[Criterion]:
    """The criteria of the demo, in the order in which the overview shows them."""
    return [
        Criterion(
            criterion_id="1-minst-welvarend-bereikt",
            indicator="reach",
            part="wealth_fifth=1",
            rule="at_least",
            target=0.02,
            minimum_sample=1000,
            owner=OWNER,
            valid_from=truths.FIRST_DAY,
        ),
        Criterion(
            criterion_id="2-voorsprong",
            indicator="least_against_most",
            rule="at_least",
            target=0.012,
            minimum_sample=1000,
            owner=OWNER,
            valid_from=truths.FIRST_DAY,
        ),
        Criterion(
            criterion_id="3-terug-binnen-28-dagen",
            indicator="returned_within_28_days",
            rule="at_least",
            target=0.5,
            minimum_sample=100,
            owner=OWNER,
            valid_from=truths.FIRST_DAY,
        ),
        Criterion(
            criterion_id="4-leerlingen-per-vrijwilliger",
            indicator="pupils_per_volunteer",
            rule="at_most",
            target=4,
            minimum_sample=100,
            owner=OWNER,
            valid_from=truths.FIRST_DAY,
        ),
        Criterion(
            criterion_id="5-leerlingen-kunnen-verder",
            indicator="survey",
            part="audience=pupils, dimension=confidence",
            rule="at_least",
            target=0.65,
            minimum_sample=100,
            owner=OWNER,
            valid_from=truths.FIRST_DAY,
        ),
        Criterion(
            criterion_id="6-resultaten-gaan-vooruit",
            indicator="comparison",
            part="subject=rekenen, analysis=equal_start",
            rule="at_least",
            target=0,
            minimum_sample=60,
            owner=OWNER,
            valid_from=truths.FIRST_DAY,
        ),
    ]
