"""Kinds of education: how people write them, how they are kept, and the sector of each."""

from data_access.ingest.headers import fold

#: Kind of education as kept -> sector.
SECTOR_OF = {
    "po": "PO",
    "sbo": "PO",
    "vmbo": "VO",
    "vmbo-b": "VO",
    "vmbo-k": "VO",
    "vmbo-g": "VO",
    "vmbo-t": "VO",
    "vmbo-t/havo": "VO",
    "havo": "VO",
    "havo/vwo": "VO",
    "vwo": "VO",
    "pro": "VO",
    "isk": "VO",
    "vso": "VO",
    "vo": "VO",
}

_ALSO = {
    "po": ("basisonderwijs", "basisschool", "bao", "primair onderwijs", "primary"),
    "sbo": ("speciaal basisonderwijs",),
    "vmbo-b": ("vmbo bb", "vmbo bbl", "vmbo bl", "vmbo basis", "vmbo basisberoepsgericht"),
    "vmbo-k": ("vmbo kb", "vmbo kbl", "vmbo kl", "vmbo kader", "vmbo kaderberoepsgericht"),
    "vmbo-g": ("vmbo gl", "vmbo gemengd", "vmbo gt"),
    "vmbo-t": ("vmbo tl", "mavo", "vmbo theoretisch"),
    "vmbo-t/havo": ("vmbo tl/havo", "mavo/havo", "vmbo havo"),
    "vwo": ("gymnasium", "atheneum", "vwo+"),
    "pro": ("praktijkonderwijs",),
    "isk": ("internationale schakelklas", "schakelklas"),
    "vso": ("voortgezet speciaal onderwijs",),
    "vo": ("voortgezet onderwijs", "secondary", "brugklas"),
}
_LEVELS = {fold(name): level for level in SECTOR_OF for name in (level, *_ALSO.get(level, ()))}


def level_of(text: str) -> str | None:
    """The kind of education as kept, None when it is none we know: "VMBO-TL" and "mavo" are both vmbo-t."""
    return _LEVELS.get(fold(text))


def level_names() -> tuple[str, ...]:
    """Every name of a kind of education that we know."""
    return tuple(_LEVELS)
