"""A place to choose a file, in the language of the page.

Streamlit writes a few English words in it and offers no way to change them (streamlit issue 13500). The rules below hide those words, for the eye and for a
screen reader alike, and put ours in their place. They change words, never the look, and lean on Streamlit's test ids: a test in a real browser reads them.
"""

import json

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from presentation.texts import Say

_HERE = '[data-testid="stFileUploaderDropzone"]'
_BUTTON = f'{_HERE} > span button [data-testid="stMarkdownContainer"]'
_HINT = f'{_HERE} [data-testid="stFileUploaderDropzoneInstructions"]'
_DRAGGED = f"{_HERE} > input + div:not(:last-child)"
_TOO_LARGE = f"{_HERE}:has([aria-invalid=true])"

#: The size in which Streamlit writes the words that ours stand for.
_SIZE = "0.875rem"

#: What is hidden: English words, the way in for scripts that a reader would stumble over, and a second button to choose a file.
_HIDDEN = (f"{_BUTTON} p", f"{_HINT} span", f"{_DRAGGED} span", f'{_HERE} button:has([data-testid="stIconMaterial"]):not(span button)')
_SILENT = (f"{_HERE} > input", f'{_HERE} [role="alert"]')


def choose(label: str, key: str, say: Say) -> UploadedFile | None:
    """The file that was chosen, or None. label: what a screen reader calls the place."""
    limit = st.get_option("server.maxUploadSize")
    st.html(f"<style>{_rules(say, int(limit))}</style>")
    return st.file_uploader(label, key=key, label_visibility="collapsed")


def drop(upload: UploadedFile) -> None:
    """Take the bytes of a file that was chosen from the memory of the server."""
    context = get_script_run_ctx()
    remove = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and remove:
        remove(session_id=context.session_id, file_id=upload.file_id)


def _rules(say: Say, limit: int) -> str:
    written = {
        f"{_BUTTON}::after": say("uploader.choose"),
        f"{_HINT}::after": say("uploader.hint", limit=limit),
        f"{_DRAGGED}::after": say("uploader.drop"),
        f"{_TOO_LARGE}::after": say("uploader.too_large", limit=limit),
    }
    return "\n".join(
        [
            f"{', '.join(_HIDDEN)} {{ display: none }}",
            f"{', '.join(_SILENT)} {{ visibility: hidden }}",
            *(f"{place} {{ content: {json.dumps(words, ensure_ascii=False)}; font-size: {_SIZE} }}" for place, words in written.items()),
        ]
    )
