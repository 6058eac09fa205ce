"""The pictures of "Waar ontbreekt het?": the largest gaps, the map with the best places, what each place adds, what one place would change."""

from itertools import accumulate

import polars as pl

from metrics.indicators.expansion import BRANCH, OFFER
from metrics.shapes import NO_DISTRICT
from presentation import cached
from presentation.charts import area_map, map_names, places, ranked, style
from presentation.charts.area_map import Circle
from presentation.charts.chart import Chart
from presentation.charts.map_names import Mark
from presentation.charts.places import Geometry, Point
from presentation.stories import common
from presentation.stories import expansion as story
from presentation.stories.participation_charts import branch_marks
from presentation.tables import Table
from presentation.texts import Say, plain

#: How many neighbourhoods have a bar.
DRAWN = 10
#: Height of the map: its key ends about where the bars beside it do.
MAP = 450
#: How far beside the middle of a tile other help stands, and the number of a new place on the other side.
ASIDE = 0.27


@cached.kept
def gaps_chart(figures: story.Expansion, picked: str | None, say: Say) -> Chart | None:
    """The neighbourhoods with most pupils without help nearby; None when there are none. picked: the one that the reader tries out."""
    names = common.place_names()
    homes = {code: row for code, row in figures.now.homes[figures.besides].items() if row.numerator}
    if not homes:
        return None
    order = sorted(homes, key=lambda code: (-(homes[code].numerator or 0), code))
    bars = [_bar(figures, code, style.picked(names.get(code, code), code == picked), say) for code in order[:DRAWN]]
    half = _half([homes[code].numerator or 0 for code in order])
    finding = say("expansion.gaps.finding", n=half, name=plain(names.get(order[0], order[0])))
    return Chart(
        finding=finding,
        subtitle=say(f"expansion.gaps.subtitle_{figures.besides}", n=len(bars)) + _of(figures, say),
        figure=ranked.ranked(bars, say),
        alt=say("expansion.gaps.alt", finding=finding, n=len(bars), first=names.get(order[0], order[0]), number=story.about(homes[order[0]].numerator, say)),
        table=_homes_table(figures, say),
        definitions=("beyond_reach",),
        name="uitbreiding-per-wijk",
        **_scope(figures, say),
    )


def _bar(figures: story.Expansion, code: str, name: str, say: Say) -> ranked.Bar:
    row = figures.now.homes[figures.besides][code]
    near = _other_help(figures, code)
    words = say("expansion.gaps.of", number=story.about(row.denominator, say))
    focus, number = code == story.largest(figures.now, figures.besides), story.about(row.numerator, say)
    return ranked.Bar(name, row.numerator, words, focus=focus, after=near, number=number, id=code)


def _other_help(figures: story.Expansion, code: str) -> float:
    """Pupils of a neighbourhood far from a branch, but near other free help."""
    far, without = (figures.now.homes[besides][code].numerator or 0 for besides in (BRANCH, figures.besides))
    return far - without


def _half(largest_first: list[float]) -> int:
    """How many of them together hold half of the whole."""
    sums = list(accumulate(largest_first))
    return next(place for place, total in enumerate(sums, start=1) if 2 * total >= sums[-1])


@cached.kept
def gaps_key(figures: story.Expansion, say: Say) -> str:
    """What the two parts of a bar are."""
    return say(f"expansion.gaps.key_{figures.besides}")


def _homes_table(figures: story.Expansion, say: Say) -> Table:
    """Every neighbourhood: without help, with other help only, all pupils; rounded as they are drawn."""
    names, homes = common.place_names(), figures.now.homes[figures.besides]
    order = sorted(homes, key=lambda code: (-(homes[code].numerator or 0), code))
    counts = {code: (homes[code].numerator, _other_help(figures, code), homes[code].denominator) for code in order}
    kept = (0, 1, 2) if figures.besides == OFFER else (0, 2)
    headers = [say("table.neighbourhood"), *(say(f"expansion.table.{name}") for name in _columns(figures))]
    rows = [[plain(names.get(code, code)), *(story.about(counts[code][place], say) for place in kept)] for code in order]
    parts = {name: [_rounded(counts[code][place]) for code in order] for name, place in zip(_columns(figures), kept, strict=True)}
    file = pl.DataFrame({"neighbourhood_code": order, "name": [names.get(code, code) for code in order], **parts})
    return Table(headers, rows, file)


def _columns(figures: story.Expansion) -> tuple[str, ...]:
    return ("without_help", "other_help_nearby", "pupils") if figures.besides == OFFER else ("far_from_branch", "pupils")


def _rounded(value: float | None) -> int | None:
    return None if value is None else story.rounded(value)


@cached.kept
def map_chart(figures: story.Expansion, picked: str | None, say: Say) -> Chart | None:
    """Pupils without help nearby per neighbourhood, with the places that help and the best next ones; None without neighbourhoods. picked: as above."""
    geometries = cached.geometries()
    if not geometries:
        return None
    names, homes = common.place_names(), figures.now.homes[figures.besides]
    areas = [_area(code, names.get(code, code), homes.get(code), say) for code in sorted(geometries)]
    best = [plain(names.get(place["candidate"], place["candidate"])) for place in figures.next_places]
    finding = _map_finding(figures, say)
    return Chart(
        finding=finding,
        subtitle=say(f"expansion.map.subtitle_{figures.besides}") + ("" if cached.has_outlines() else say("expansion.map.tiles")) + _of(figures, say),
        figure=area_map.area_map(
            areas,
            geometries,
            branch_marks(geometries, figures.choice),
            say,
            height=MAP,
            circles=_circles(figures) if cached.has_outlines() else [],
            others=[
                Mark(offer.name, at, "square")
                for offer in story.offers(figures)
                if (at := _at(offer.at, offer.neighbourhood_code, geometries, ASIDE)) is not None
            ],
            numbered=_best_marks(figures, geometries, names),
            hidden=say("expansion.map.unknown"),
            names=False,
            picked=picked,
        ),
        alt=say("expansion.map.alt", finding=finding, n=len(areas), best=", ".join(best) or say("show.hidden")),
        table=_homes_table(figures, say),
        definitions=("beyond_reach", "best_next"),
        name="uitbreiding-kaart",
        **_scope(figures, say),
    )


def _area(code: str, name: str, row: common.Row | None, say: Say) -> map_names.Area:
    if row is None or row.numerator is None:
        return map_names.Area(code, name, None, say("expansion.map.unknown"))
    words = say("expansion.map.value", number=story.about(row.numerator, say), of=story.about(row.denominator, say))
    return map_names.Area(code, name, row.numerator, words)


def _map_finding(figures: story.Expansion, say: Say) -> str:
    """The part of town where most of them live."""
    frame = cached.neighbourhoods().drop_nulls("district_name")
    named = dict(frame.select("district_code", "district_name").iter_rows())
    sizes = {code: size for code, size in figures.districts.items() if code in named and code != NO_DISTRICT}
    if not any(sizes.values()):
        return say("expansion.map.finding_none")
    most = max(sizes, key=lambda code: (sizes[code], code))
    return say("expansion.map.finding", district=cached.organisation_text("district", say), name=plain(named[most]), number=story.about(sizes[most], say))


def _at(at: Point | None, code: str | None, geometries: dict[str, Geometry], aside: float) -> Point | None:
    """Where a place stands on the map: its own point or that of its neighbourhood; among tiles in that of its neighbourhood, aside of the middle, where a
    branch can be."""
    points = cached.points()
    if cached.has_outlines():
        return at or points.get(code or "")
    if code is None and at is not None:
        code = min(points, key=lambda home: (points[home][0] - at[0]) ** 2 + (points[home][1] - at[1]) ** 2, default=None)
    if code not in geometries:
        return None
    west, east, south, north = places.frame({code: geometries[code]})
    return (west + east) / 2 + aside * (east - west), (south + north) / 2 - aside * (north - south)


def _best_marks(figures: story.Expansion, geometries: dict[str, Geometry], names: dict[str, str]) -> list[Mark]:
    at = [(place, _at(None, place["candidate"], geometries, -ASIDE)) for place in figures.next_places]
    return [Mark(names.get(place["candidate"], place["candidate"]), point, str(place["rank"])) for place, point in at if point is not None]


def _circles(figures: story.Expansion) -> list[Circle]:
    """How far each branch reaches."""
    km, points = {"PO": figures.assumed.PO, "VO": figures.assumed.VO}, cached.points()
    pilot = [branch for branch in cached.branches() if branch.pilot and figures.choice.sector in (None, branch.sector)]
    at = [(branch, branch.at or points.get(branch.neighbourhood_code or "")) for branch in pilot]
    return [Circle(point, km[str(branch.sector)], dashed=branch.sector == "VO") for branch, point in at if point is not None]


@cached.kept
def map_key(figures: story.Expansion, say: Say) -> str:
    """What stands on the map, and what the sum takes to be so."""
    sectors = [figures.choice.sector] if figures.choice.sector else ["PO", "VO"]
    parts = [say(f"expansion.map.mark_{sector}") for sector in sectors]
    if figures.besides == OFFER:
        parts.append(say("expansion.map.key_offers"))
    if figures.next_places:
        parts.append(say("expansion.map.key_best", n=len(figures.next_places)))
    if cached.has_outlines():
        parts += [say(f"expansion.map.key_{sector}", km=say("expansion.km", km=getattr(figures.assumed, sector))) for sector in sectors]
    return f":small[:gray[{' '.join([*parts, say('expansion.map.key_sum')])}]]"


@cached.kept
def next_chart(figures: story.Expansion, picked: str | None, say: Say) -> Chart | None:
    """What each of the best places adds to those before it; None when no place adds anything. picked: the one that the reader tries out."""
    total, found = story.whole_town(figures).numerator, figures.next_places
    if not found or not total:
        return None
    names = common.place_names()
    sums = list(accumulate(place["numerator"] for place in found))
    rows = [(place, names.get(place["candidate"], place["candidate"]), together) for place, together in zip(found, sums, strict=True)]
    bars = [
        ranked.Bar(
            style.picked(f"<b>{place['rank']}</b>  {name}", place["candidate"] == picked),
            place["numerator"],
            "" if place["rank"] == 1 else say("expansion.next.together", number=story.about(together, say)),
            focus=True,
            before=together - place["numerator"],
            number=f"+{story.about(place['numerator'], say)}",
            id=place["candidate"],
        )
        for place, name, together in rows
    ]
    finding = say("expansion.next.finding", n=len(found), share=say.percent(sums[-1] / total))
    headers = [say(f"expansion.table.{name}") for name in ("rank", "place", "adds", "together")]
    table = [[str(place["rank"]), plain(name), story.about(place["numerator"], say), story.about(together, say)] for place, name, together in rows]
    file = pl.DataFrame(
        [(place["rank"], place["candidate"], name, story.rounded(place["numerator"]), story.rounded(together)) for place, name, together in rows],
        schema=["rank", "neighbourhood_code", "name", "adds", "together"],
        orient="row",
    )
    return Chart(
        finding=finding,
        subtitle=say("expansion.next.subtitle") + _of(figures, say),
        figure=ranked.ranked(bars, say, whole=(total, say(f"expansion.next.whole_{figures.besides}", number=story.about(total, say)))),
        alt=say("expansion.next.alt", finding=finding, places=", ".join(name for _, name, _ in rows)),
        table=Table(headers, table, file),
        definitions=("best_next",),
        name="uitbreiding-beste-plekken",
        **_scope(figures, say),
    )


@cached.kept
def try_chart(figures: story.Expansion, code: str, say: Say) -> Chart | None:
    """Pupils without help nearby, now and with a place in one neighbourhood; None where that cannot be worked out."""
    total, gain = story.whole_town(figures).numerator, figures.gains.get(code)
    if total is None or gain is None or gain.value is None:
        return None
    name = common.place_names().get(code, code)
    words = say("expansion.try.fewer", number=story.about(gain.value, say))
    counts = {"now": total, "then": total - gain.value}
    bars = [
        ranked.Bar(say("expansion.try.now_bar"), total, number=story.about(total, say)),
        ranked.Bar(say("expansion.try.then_bar", name=name), counts["then"], words, focus=True, number=story.about(counts["then"], say)),
    ]
    finding = say("expansion.try.finding", name=plain(name), number=story.about(gain.value, say))
    return Chart(
        finding=finding,
        subtitle=say(f"expansion.try.subtitle_{figures.besides}", city=cached.municipality(), serves=say(f"expansion.serves.{figures.choice.sector or 'all'}")),
        figure=ranked.ranked(bars, say),
        alt=say("expansion.try.alt", finding=finding, now=story.about(total, say), then=story.about(counts["then"], say)),
        table=Table(
            [say("expansion.table.when"), say(f"expansion.table.{_columns(figures)[0]}")],
            [[bar.name, bar.number] for bar in bars],
            pl.DataFrame({"when": list(counts), "neighbourhood_code": [None, code], _columns(figures)[0]: [story.rounded(count) for count in counts.values()]}),
        ),
        definitions=("catchment",),
        name="uitbreiding-wat-als",
        **_scope(figures, say),
    )


def _of(figures: story.Expansion, say: Say) -> str:
    """Place and number of pupils, as they end a subtitle."""
    return f"; {cached.municipality()}, {story.size(figures, say)}"


def _scope(figures: story.Expansion, say: Say) -> dict[str, str]:
    """The choice and the distances that were assumed."""
    scope = common.scope(figures.choice, say)
    return {**scope, "scope": f"{scope['scope']}, {say('expansion.number.straight', distances=story.distances(figures, say))}"}
