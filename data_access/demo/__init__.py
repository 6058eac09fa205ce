"""A made-up programme on real ground: areas, branches and holidays are facts; every pupil, school, answer and euro is invented."""
