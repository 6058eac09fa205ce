"""A hundred people at once: how long each waits, and how much memory one more of them takes. `python -m benchmarks.sessions`.

A real server on the demo, and clients that speak to it as a browser does: a socket each, one click in five seconds on average, on all pages of the programme
and all choices of school year and sector. What they wait is measured from the click to the last message of that run. They share the two cores with the server.
Memory is that of the server with everybody there, less that before they came and after all views were made once.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.goals import Goal, percentile_95, told
from benchmarks.towns import SIZES
from data_access.reader import MATRIX, Role
from presentation.navigation import PAGES
from tests.serving import Site, serving_demo

THINKS = 5.0
MEGABYTE = 1_000_000
PATHS = [entry.address for entry in PAGES if Role.PROGRAMME in MATRIX[entry.id]]
CHOICES = [f"rol=programma&periode={year}&sector={sector}" for year in ("2024-2025", "2023-2024", "2022-2023") for sector in ("alle", "PO", "VO")]


class Size(NamedTuple):
    """How many people, for how many seconds."""

    sessions: int
    seconds: float


SESSIONS = {"small": Size(10, 10), "full": Size(100, 60)}


def main(size: str) -> bool:
    """Make a demo, serve it and let everybody in; False when a goal was missed."""
    with tempfile.TemporaryDirectory() as name, serving_demo(Path(name)) as site:
        waits, memory = asyncio.run(everybody(site, SESSIONS[size]))
    p95 = percentile_95(waits)
    print(f"{len(waits)} clicks of {SESSIONS[size].sessions} sessions, seconds: median {median(waits):.3f}, p95 {p95:.3f}, most {max(waits):.3f}")
    return told([Goal("rerun with a hundred sessions, p95 s", p95, 1), Goal("memory of a session, MB", memory, 2)], size)


async def everybody(site: Site, size: Size) -> tuple[list[float], float]:
    """Seconds of each click, and megabytes of a session."""
    async with joined(site) as first:
        for choice in CHOICES:
            for path in PATHS:
                await click(first, site, path, choice)
    server = psutil.Process(site.process_id)
    before = server.memory_info().rss
    until = perf_counter() + THINKS + size.seconds
    people = [asyncio.create_task(somebody(site, number, until)) for number in range(size.sessions)]
    await asyncio.sleep(THINKS + size.seconds - 1)
    after = server.memory_info().rss
    waits = [wait for person in people for wait in await person]
    return waits, (after - before) / size.sessions / MEGABYTE


def joined(site: Site) -> connect:
    """A socket as the browser opens it."""
    return connect(f"ws://{site.host}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None)


async def somebody(site: Site, number: int, until: float) -> list[float]:
    """One person: comes within the time of a thought, then clicks and thinks until it is time. Gives the seconds of each click but the first."""
    dice, waits = random.Random(number), []
    await asyncio.sleep(dice.uniform(0, THINKS))
    async with joined(site) as socket:
        choice = dice.choice(CHOICES)
        while perf_counter() < until:
            waits.append(await click(socket, site, dice.choice(PATHS), choice))
            await asyncio.sleep(dice.expovariate(1 / THINKS))
    return waits[1:]


async def click(socket: ClientConnection, site: Site, path: str, choice: str) -> float:
    """Open a page, wait for the end of its run, and give the seconds. Ends the benchmark when the page broke."""
    seen = ContextInfo(url=f"{site.address}/{path}?{choice}", locale="nl-NL", timezone="Europe/Amsterdam")
    asked = BackMsg(rerun_script=ClientState(query_string=choice, page_name=path, context_info=seen))
    started, drawn = perf_counter(), 0
    await socket.send(asked.SerializeToString())
    async for message in socket:
        sent = ForwardMsg.FromString(message)
        drawn += sent.delta.new_element.HasField("heading")
        if sent.WhichOneof("type") == "script_finished" and sent.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            break
    if not drawn:
        sys.exit(f"{path} did not say what it is about")
    return perf_counter() - started


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=SIZES, default="small")
    sys.exit(not main(options.parse_args().size))
