"""The language of the page as the browser and a screen reader know it.

The server writes it in the page that it sends; when somebody chooses another language without loading the page again, this one line does. The content policy
shuts out every script that is not a file of ours, except a line whose hash it names: this one.
"""

import base64
import hashlib
import json

from presentation.texts import LANGUAGES, Language, language


def script(code: Language) -> str:
    """The line that tells the browser."""
    return f"document.documentElement.lang='{code}'"


def hashes() -> list[str]:
    """The lines that may run, as the content policy writes them."""
    return [f"'sha256-{base64.b64encode(hashlib.sha256(script(code).encode()).digest()).decode()}'" for code in LANGUAGES]


def words() -> str:
    """What Streamlit calls its own parts, in each language, for static/words.js: [{"en": "Close", "nl": "Sluiten"}, ...]."""
    pairs = [{code: language(code)(key, label="{label}") for code in LANGUAGES} for key in language("en").below("streamlit")]
    return json.dumps(pairs, ensure_ascii=False).replace("<", "\\u003c")
