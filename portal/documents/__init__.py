"""Documents: Markdown to safe HTML, plain text and accessible PDF; templates with variables; mail's HTML made safe."""

from portal.documents.characters import unprintable
from portal.documents.filling import UnknownVariable, fill, variables_in
from portal.documents.mail import mail_html
from portal.documents.paragraphs import paragraphs
from portal.documents.pieces import Attachment, Drawn, Heading, NewPage, Piece, Rows, Signature, Signatures
from portal.documents.plain import text
from portal.documents.rendering import html
from portal.documents.typesetting import pdf

__all__ = [
    "Attachment",
    "Drawn",
    "Heading",
    "NewPage",
    "Piece",
    "Rows",
    "Signature",
    "Signatures",
    "UnknownVariable",
    "fill",
    "html",
    "mail_html",
    "paragraphs",
    "pdf",
    "text",
    "unprintable",
    "variables_in",
]
