"""A delivery of results, questionnaires or facts can be taken back like any other: the store is then as if it had never come."""

import pytest

from actions.withdraw_load import withdraw
from data_access.reader import Forbidden, Reader, Role
from tests.data_access.kinds import with_schools
from tests.stores import STEWARD, content, deliver

TWO_FILES = {
    "outcomes": (
        "leerling_id|schooljaar|vak|score_begin|score_eind|deelgenomen",
        ["17|2023|taal|6|7|ja", "18|2023|taal|6|6|nee"],
        ["17|2023|taal|6|8|ja", "19|2023|taal|5|6|nee"],
    ),
    "group_outcomes": (
        "school|schooljaar|vak|groep|moment|aantal|gemiddelde|sd",
        ["00AB00|2023|taal|deelnemers|begin|24|6|1", "00AB00|2023|taal|overige|begin|60|7|1"],
        ["00AB00|2023|taal|deelnemers|begin|25|6|1", "00AB00|2023|taal|deelnemers|eind|24|7|1"],
    ),
    "survey": (
        "vestiging|datum|ingevuld_door|uitgedeeld|nummer|geleerd|op_gemak",
        ["Noord|13-05-2024|leerling|30|1|4|5", "Noord|13-05-2024|leerling|30|2|4|"],
        ["Noord|13-05-2024|leerling|31|2|3|1", "Haven|13-05-2024|leerling|20|1|2|1"],
    ),
    "costs": ("schooljaar|vestiging|kostenpost|bedrag", ["2023|Noord|ruimte|100", "2023||ruimte|50"], ["2023|Noord|ruimte|120", "2024|Noord|ruimte|130"]),
    "events": ("datum|gebeurtenis|vestiging", ["07-10-2024|brief|", "08-10-2024|storing|Noord"], ["07-10-2024|brief|Haven", "09-10-2024|open dag|"]),
    "offers": ("aanbod|sector|wijkcode", ["Klas|PO|WK051829", "Zaal||WK051830"], ["Klas|PO|WK051831", "Huis|VO|WK051829"]),
}


@pytest.mark.parametrize("kind", TWO_FILES)
def test_either_of_two_files_can_be_taken_back(stores, kind):
    header, *files = TWO_FILES[kind]
    drawings = ["\n".join([header, *rows]) for rows in files]
    for taken, kept in ((0, 1), (1, 0)):
        alone = with_schools(stores.fresh())
        assert deliver(alone, drawings[kept]).kind == kind
        expected = content(alone)
        both = with_schools(stores.fresh())
        loads = [deliver(both, drawing).load_id or 0 for drawing in drawings]
        assert content(both) != expected
        withdraw(both, STEWARD, loads[taken])
        assert content(both) == expected


def test_a_branch_takes_its_own_questionnaires_back(stores):
    header, forms, _ = TWO_FILES["survey"]
    engine, branch = stores.fresh(), Reader(Role.BRANCH, ("NRD",))
    before = content(engine)
    load = deliver(engine, "\n".join([header, *forms]), reader=branch).load_id or 0
    with pytest.raises(Forbidden):
        withdraw(engine, Reader(Role.BRANCH, ("HVN",)), load)
    withdraw(engine, branch, load)
    assert content(engine) == before
