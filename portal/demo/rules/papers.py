"""Files of the demo: lists as CSV, and scans as one-page PDFs."""

import csv
import io
from collections.abc import Iterable, Sequence


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Lines end as RFC 4180 says."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def scan(lines: Sequence[str]) -> bytes:
    """A page of US Letter with these lines, as small as PDF 1.4 allows."""
    shown = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    drawn = f"BT /F1 14 Tf 20 TL 72 700 Td {shown} ET"
    objects = (
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>\nstream\n{drawn}\nendstream",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    )
    body, places = "%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{held}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{len(body)}\n"
    return f"{body}{end}%%EOF\n".encode("latin-1")


def _escaped(line: str) -> str:
    plain = line.encode("latin-1", "replace").decode("latin-1")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
