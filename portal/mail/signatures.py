"""Signatures at the end of what somebody wrote, and the lines that phones and mail programs add."""

import re
from collections.abc import Sequence

SIGNATURE_LINES = 20
LOOSE_SIGNATURE_LINES = 10
LOOSE_SIGNATURE_WIDTH = 80

_DEVICE = (
    r"(?:iPhone|iPad|iPod|iOS|Android\w*|Samsung|Galaxy|Pixel|BlackBerry|Windows(?: Phone| 1\d)?|Huawei|Xiaomi|OnePlus"
    r"|Motorola|Nokia|Sony|Outlook|Yahoo|Gmail|AOL|Proton ?Mail|Mail|mobile|phone|smartphone|cell ?phone|tablet|device"
    r"|T-Mobile|Verizon|AT&T|móvil|celular|tel[eé]fono|dispositivo|téléphone|portable|Handy|Mobiltelefon|telefone"
    r"|telem[óo]vel|telefoon|mobiel|cellulare|telefono)"
)
_MORE = r"(?:[ ,]{1,2}[\w+&'’-]{1,20}){0,8}"
_EXCUSE = r"(?:[ ,.;–-]{1,3}(?:please )?(?:excuse|pardon|forgive) [^\n]{1,80})?"
_LINK = r"(?:\s{0,2}[<(\[]?https?://\S{1,200})?"
_PHRASES = (
    rf"Sent (?:from|via|with|using) (?:my |the |a )?(?:[\w&-]{{1,20}},? ){{0,3}}{_DEVICE}",
    r"Get (?:the )?Outlook (?:app )?for",
    rf"Enviado (?:desde|de) (?:mi |mis |el |la )?(?:[\w&-]{{1,20}} ){{0,3}}{_DEVICE}",
    rf"Enviado (?:do|da|pelo) (?:meu |minha )?(?:[\w&-]{{1,20}} ){{0,3}}{_DEVICE}",
    rf"Envoyé (?:de|depuis|à partir de) (?:mon |ma |l['’])?(?:[\w&-]{{1,20}} ){{0,3}}{_DEVICE}",
    rf"(?:Von meinem|Gesendet (?:von|mit)(?: meinem| der| dem)?) (?:[\w&-]{{1,20}} ){{0,3}}{_DEVICE}",
    rf"(?:Verstuurd|Verzonden) (?:vanaf|vanuit|met)(?: mijn| de)? (?:[\w&-]{{1,20}} ){{0,3}}{_DEVICE}",
    rf"Inviato (?:da|dal|con)(?: mio| il mio)? (?:[\w&-]{{1,20}} ){{0,3}}{_DEVICE}",
    (
        r"(?:Obtener|Obtenha|Obter o?|Obtenez|Télécharge[rz]|Scarica|Ottieni|Holen Sie sich|Download) ?"
        r"Outlook (?:para|pour|per|für|voor)"
    ),
    r"Outlook (?:für|voor) (?:iOS|Android) (?:beziehen|downloaden)",
)
# Some such lines are also what a person may write ("Sent from my iPhone the report looks empty"): verbs end the match.
_ADDED = re.compile(
    rf"[ \t*_>]{{0,4}}(?:{'|'.join(_PHRASES)}){_MORE}{_EXCUSE}{_LINK}[ \t.*_\])>]{{0,4}}$", re.IGNORECASE
)
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|does|did|not|the|i|we|it|but|because|and)\b", re.IGNORECASE
)
_AFTER_DEVICE = re.compile(rf"{_DEVICE}\b(?P<rest>.*)", re.IGNORECASE)


def is_added_by_program(line: str) -> bool:
    """Whether a line is one like "Sent from my iPhone" and nothing that a person wrote."""
    if len(line) > 300 or _ADDED.match(line) is None:
        return False
    found = _AFTER_DEVICE.search(line)
    rest = re.sub(rf"{_EXCUSE}{_LINK}[ \t.*_\])>]{{0,4}}$", "", found["rest"], flags=re.IGNORECASE) if found else ""
    return _SENTENCE.search(rest) is None


def without_signature(lines: Sequence[str]) -> list[str]:
    """The lines of one piece of text without the signature that ends it; [] when it is nothing else."""
    kept = _without_added(lines)
    for index, line in enumerate(kept):
        if line.rstrip() == "--" and _is_signature(kept[index + 1 :], strict=line == "-- "):
            return _without_added(kept[:index])
    return kept


def _is_signature(lines: Sequence[str], *, strict: bool) -> bool:
    said = [line for line in lines if line.strip()]
    if strict:
        return len(said) <= SIGNATURE_LINES
    return len(said) <= LOOSE_SIGNATURE_LINES and all(len(line) <= LOOSE_SIGNATURE_WIDTH for line in said)


def _without_added(lines: Sequence[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or is_added_by_program(lines[end - 1])):
        end -= 1
    return list(lines[:end])
