"""Plain text, as mail brings it, for showing on a page."""

import re

from markupsafe import Markup, escape

from portal.documents.rendering import printable

_BREAK = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> Markup:
    """Escaped, with its line breaks and empty lines kept; nothing in it is markup."""
    blocks = (block.strip("\n") for block in _BREAK.split(printable(text).replace("\r\n", "\n")))
    lines = (escape(block).replace("\n", Markup("<br>\n")) for block in blocks if block.strip())
    return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines)
