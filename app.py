"""The frame around every page: set-up, sign-in, language and navigation. Started by `manage.py serve`; `streamlit run app.py` works too."""

from pathlib import Path

import streamlit as st

from presentation.texts import language

st.set_page_config(page_title="Huiswerkmonitor", page_icon=str(Path(__file__).parent / "static" / "favicon.png"), layout="wide", initial_sidebar_state=232)
st.title(language("nl")("app.name"))
