"""The frame around every page: set-up, language, role and navigation. Started by `manage.py serve`; `streamlit run app.py` works too."""

from pathlib import Path

import streamlit as st

from presentation.components import frame, state
from presentation.session import arrive, current_language

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Huiswerkmonitor", page_icon=str(STATIC / "favicon.png"), layout="wide", initial_sidebar_state=232)
st.logo(str(STATIC / "logo.svg"), size="medium")

with state.faults():
    arrive()
    say = current_language()
    page, entry = frame.navigation(say)
    frame.side_bar(entry, say)
    page.run()
