"""What was agreed, before the first pupil came, about when the pilot works, and what was decided since."""

from datetime import date

from data_access.criteria import Criterion, Rule
from data_access.decisions import Decision
from data_access.demo import truths

AGREED_ON = date(2019, 4, 15)
OWNER = "opgavemanager"


def criteria() -> list[Criterion]:
    """The criteria of the demo, in the order in which the overview shows them."""
    return [
        _agreed("1-minst-welvarend-bereikt", "reach", "at_least", 0.02, on=1000, part="wealth_fifth=1"),
        _agreed("2-voorsprong", "least_against_most", "at_least", 0.012, on=1000),
        _agreed("3-terug-binnen-28-dagen", "returned_within_28_days", "at_least", 0.5, on=100),
        _agreed("4-leerlingen-per-vrijwilliger", "pupils_per_volunteer", "at_most", 4, on=100),
        _agreed("5-leerlingen-kunnen-verder", "survey", "at_least", 0.65, on=100, part="audience=pupils, dimension=confidence"),
        _agreed("6-resultaten-gaan-vooruit", "comparison", "at_least", 0, on=60, part="subject=rekenen, analysis=equal_start"),
    ]


def decisions() -> list[Decision]:
    """The decisions of the demo: one that was concluded on, one that has come back."""
    return [
        Decision(
            decided_on=date(2022, 9, 12),
            what="Elk jaar in september een brief aan alle scholen",
            reason="Scholen in de wijk kenden de hulp niet",
            owner=OWNER,
            check_on=date(2023, 3, 13),
            indicator="visits_per_session",
            concluded_on=date(2023, 3, 20),
            conclusion="We gaan ermee door",
        ),
        Decision(
            decided_on=date(2024, 9, 30),
            what="Op ouderavonden van basisscholen over de hulp vertellen",
            reason="Ouders horen er vooral van andere ouders over",
            owner=OWNER,
            check_on=date(2025, 3, 31),
            indicator="visits_per_session",
        ),
    ]


def _agreed(criterion_id: str, indicator: str, rule: Rule, target: float, *, on: float, part: str = "") -> Criterion:
    """on: the smallest number that there can be a verdict on."""
    first = truths.FIRST_DAY
    return Criterion(criterion_id=criterion_id, indicator=indicator, part=part, rule=rule, target=target, minimum_sample=on, owner=OWNER, valid_from=first)
