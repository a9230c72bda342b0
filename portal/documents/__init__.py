"""Documents: Markdown to safe HTML and to plain text, templates with variables, and HTML from mail made safe."""

from portal.documents.filling import UnknownVariable, fill, variables_in
from portal.documents.mail import mail_html
from portal.documents.paragraphs import paragraphs
from portal.documents.plain import text
from portal.documents.rendering import html

__all__ = ["UnknownVariable", "fill", "html", "mail_html", "paragraphs", "text", "variables_in"]
