"""Gegevens - is what is in the monitor right, and what comes in next?"""

import streamlit as st

from presentation.components import checks, delivery, filters, history, page, show
from presentation.session import current_language, require
from presentation.stories import deliveries as story

reader = require("deliveries")
say = current_language()
top = st.container()
figures = story.load(filters.choice(reader), reader)
found = delivery.two_steps(figures, say) if reader.delivers else delivery.Found()
with top:
    certainty = found.sentence or story.certainty(figures, say)
    page.title("deliveries", story.state_line(figures, say), story.headline(figures, found.checked, say), certainty, say)

show.chart(story.cells_chart(figures, say), say, otherwise="deliveries.no_rows", note=story.key(figures, say))
checks.checks(figures, say)
history.history(figures, say)

page.next_question("overview", say)
