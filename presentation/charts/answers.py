"""Questions with a scale of five: who disagrees to the left, who agrees to the right, and in between a line. Who is neutral is a number, not a length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from presentation import colours
from presentation.charts import style
from presentation.texts import Say

#: A question has room for two lines, and under its bar there is room for the words of a target.
QUESTION, BAR, AFTER, HEAD = 38, 22, 20, 24
#: A longer question goes on two lines, so that its words at the right still fit on a phone.
LONGEST = 30
#: Of the right side: what the left side has at least, so that its words fit on a phone.
LEFT = 0.36


@dataclass(frozen=True)
class Question:
    """A question and what was answered: shares (0-1) from strongly disagree to strongly agree, None = may not be shown; limits of the two that agree.

    words: what stands at the right above the bar, at most two lines; goal: the share that should agree, with its words.
    """

    text: str
    shares: tuple[float, float, float, float, float] | None
    lower: float | None
    upper: float | None
    words: str
    goal: float | None = None
    goal_words: str = ""


def answers(questions: Sequence[Question], left: str, right: str, say: Say) -> go.Figure:
    """Questions from top to bottom, each above its own bar. left, right: what lies on either side of the line."""
    shown = [(place, question, question.shares) for place, question in enumerate(questions) if question.shares is not None]
    ends = [question.upper or shares[3] + shares[4] for _, question, shares in shown]
    agree = max([*ends, *(question.goal for _, question, _ in shown if question.goal is not None), 0.3])
    disagree = max([shares[0] + shares[1] for _, _, shares in shown] + [LEFT * agree])
    height = HEAD + len(questions) * (QUESTION + BAR + AFTER)
    grey = {"size": style.SMALL, "color": colours.MUTED}
    return style.figure(
        [_bars(shown, step, say) for step in (1, 0, 3, 4)],
        style.layout(
            height,
            bottom=0,
            barmode="overlay",
            xaxis=style.axis(range=[-disagree * 1.1, agree * 1.05], showticklabels=False),
            yaxis=style.axis(range=[height, 0], showticklabels=False),
            shapes=[
                {"type": "line", "x0": 0, "x1": 0, "y0": HEAD, "y1": height, "line": {"color": colours.INK, "width": 1}},
                *(line for place, question, _ in shown if question.lower is not None for line in _margin(place, question)),
                *(_goal(place, question) for place, question, _ in shown if question.goal is not None),
            ],
            annotations=[
                style.text(left, 0, 0, xanchor="right", yanchor="top", xshift=-4, font=grey),
                style.text(right, 0, 0, xanchor="left", yanchor="top", xshift=4, font=grey),
                *(note for place, question in enumerate(questions) for note in _texts(place, question)),
            ],
        ),
    )


def _top(place: int) -> int:
    return HEAD + place * (QUESTION + BAR + AFTER)


def _texts(place: int, question: Question) -> list[dict[str, Any]]:
    look: dict[str, Any] = {"xref": "paper", "yanchor": "bottom", "borderpad": 0, "bgcolor": colours.BACKGROUND}
    bar = _top(place) + QUESTION - 3
    notes = [
        style.text(style.wrapped(question.text, LONGEST), 0, bar, xanchor="left", **look),
        style.text(question.words, 1, bar, xanchor="right", **look | {"align": "right"}),
    ]
    if question.goal is not None and question.shares is not None:
        grey = {"size": style.SMALL, "color": colours.MUTED}
        notes.append(style.text(question.goal_words, question.goal, bar + BAR + 5, yanchor="top", borderpad=0, font=grey))
    return notes


def _bars(shown: Sequence[tuple[int, Question, tuple[float, ...]]], step: int, say: Say) -> go.Bar:
    """One step of the scale. The mild steps lie against the line, the strong ones outside them."""
    inner = {0: 1, 4: 3}.get(step)
    side = -1 if step < 2 else 1
    return go.Bar(
        x=[side * shares[step] for _, _, shares in shown],
        base=[0 if inner is None else side * shares[inner] for _, _, shares in shown],
        y=[_top(place) + QUESTION + BAR / 2 for place, _, _ in shown],
        width=[BAR] * len(shown),
        orientation="h",
        marker={"color": colours.DIVERGING[step], "line": {"color": colours.BACKGROUND, "width": 1}},
        customdata=[[say(f"chart.answers.{step + 1}"), say.percent(shares[step])] for _, _, shares in shown],
        hovertemplate="%{customdata[0]}: <b>%{customdata[1]}</b><extra></extra>",
    )


def _margin(place: int, question: Question) -> list[dict[str, Any]]:
    """How sure the share that agrees is, on the end of its bar, with an edge that parts it from a dark bar."""
    y = _top(place) + QUESTION + BAR / 2
    edges = ((colours.BACKGROUND, 7), (colours.INK, 3))
    return [
        {"type": "line", "x0": question.lower, "x1": question.upper, "y0": y, "y1": y, "line": {"color": colour, "width": width}} for colour, width in edges
    ]


def _goal(place: int, question: Question) -> dict[str, Any]:
    """Where the share that agrees should end: a dashed line that stands out below the bar, above its words."""
    y = _top(place) + QUESTION
    line = {"color": colours.INK, "width": 1.5, "dash": "3px,3px"}
    return {"type": "line", "x0": question.goal, "x1": question.goal, "y0": y - 2, "y1": y + BAR + 5, "line": line}
