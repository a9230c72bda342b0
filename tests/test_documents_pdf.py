"""PDFs: accessible by the standard, the same bytes every time, and nothing that a person typed is ever code."""

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import documents
from portal.documents.characters import _covered
from portal.documents.tree import tree
from portal.errors import Refused

pytestmark = pytest.mark.once

PDF_UA_1 = page.ValidationProfile.PDF_UA_1
MADE_AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PAYLOADS = (Path(__file__).parent / "documents_corpus" / "payloads.txt").read_text().splitlines()
DRAWN = documents.Drawn((((0, 0.5), (0.2, 0.1), (0.4, 0.9)), ((0.6, 0.5), (0.9, 0.5))), "Drawn signature of Ana Li")
AGREEMENT = """# Participation Agreement

Between **the HMIS Lead** and *Harbor House*, see [the policy](https://example.org/policy).

## Duties

1. Train every end user.
2. Report
    - within one day
    - in writing

> Data belong to the client.

| Fee | Amount |
|-----|-------:|
| Year | $1,200 |

#### Fees of later years

`HH-3`
"""


def made(*pieces: documents.Piece, title: str = "Participation Agreement", **more: Any) -> bytes:
    return documents.pdf(pieces, title=title, made_at=MADE_AT, **more)


def words(pdf: bytes) -> str:
    """What a reader can select and copy, page by page."""
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def breaches(pdf: bytes, profile: page.ValidationProfile) -> list[str]:
    return [str(failure) for failure in page.validate_pdf_bytes(pdf, profile=profile).failures]


def structure(pdf: bytes) -> list[str]:
    """Kinds of the elements that assistive technology walks, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return list(_kinds(opened.Root.StructTreeRoot.K))


def _kinds(node: Any) -> list[str]:
    if isinstance(node, pikepdf.Array):
        return [kind for one in node for kind in _kinds(one)]
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return []
    return [str(node.S).removeprefix("/"), *_kinds(node.get("/K", pikepdf.Array()))]


# ── For every reader ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pdf_conforms_to_pdf_ua_1_and_pdf_a_2a():
    pdf = made(
        AGREEMENT, documents.Signatures((documents.Signature(DRAWN, ("Ana Li",)),)), header="Sample", footer="v3"
    )

    assert breaches(pdf, page.ValidationProfile.PDF_UA_1) == []
    assert breaches(pdf, page.ValidationProfile.PDF_A_2A) == []


def test_headings_lists_tables_links_and_quotes_are_told_to_a_screen_reader():
    kinds = structure(made(AGREEMENT))

    told = [kind for kind in kinds if kind in ("H1", "H2", "H3", "L", "LI", "BlockQuote", "Table", "TH", "TD", "Link")]
    assert told == [
        *("H1", "Link", "H2", "L", "LI", "LI", "L", "LI", "LI", "BlockQuote"),
        *("Table", "TH", "TH", "TD", "TD", "H3"),
    ]


def test_a_pdf_says_its_title_its_language_and_when_it_was_made():
    with pikepdf.open(io.BytesIO(made(AGREEMENT, title="Agreement of “Harbor House”", author="HMIS Desk"))) as pdf:
        facts = pdf.docinfo
        shown = (
            str(pdf.Root.Lang),
            bool(pdf.Root.ViewerPreferences.DisplayDocTitle),
            bool(pdf.Root.MarkInfo.Marked),
            str(facts.Title),
            str(facts.Author),
            str(facts.CreationDate),
        )

    assert shown == ("en-US", True, True, "Agreement of “Harbor House”", "HMIS Desk", "D:20260302150000Z")


def test_a_drawn_signature_is_a_figure_with_words_in_its_place():
    pdf = made(documents.Signatures((documents.Signature(DRAWN, ("Ana Li", "HMIS Lead")),)))

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        figures = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert [str(figure.Alt) for figure in figures] == ["Drawn signature of Ana Li"]


def test_every_page_carries_the_header_the_footer_and_its_number():
    text = words(made("one", documents.NewPage(), "two", header="Sample", footer="Version 3"))

    pages = [" ".join(page_text.split()) for page_text in text.split("\f") if page_text]
    assert pages == ["Sample one Version 3 Page 1 of 2", "Sample two Version 3 Page 2 of 2"]


def test_a_heading_without_words_is_left_out_and_the_next_moves_up():
    pdf = made("# \u200b\n\n### Duties\n\n##### Reports\n\n## Fees")

    assert [kind for kind in structure(pdf) if kind.startswith("H")] == ["H1", "H2", "H1"]


def test_headings_of_all_pieces_keep_their_order_without_a_gap():
    pdf = made("text", documents.Heading("Signatures", 3), "# Certificate", documents.Heading("Ana *Li*", 3))

    assert [kind for kind in structure(pdf) if kind.startswith("H")] == ["H1", "H1", "H2"]
    assert "Ana *Li*" in words(pdf)


def test_files_travel_inside_the_pdf():
    pdf = made(
        "text", attachments=[documents.Attachment("evidence.json", bytes(range(256)), "application/json", "Evidence")]
    )

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        held = {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}
    assert held == {"evidence.json": bytes(range(256))}
    assert breaches(pdf, page.ValidationProfile.PDF_A_3A) == breaches(pdf, page.ValidationProfile.PDF_UA_1) == []


def test_the_same_words_give_the_same_bytes_and_another_moment_gives_others():
    later = documents.pdf([AGREEMENT], title="Participation Agreement", made_at=MADE_AT.replace(hour=16))

    assert made(AGREEMENT) == made(AGREEMENT)
    assert made(AGREEMENT) != later


@pytest.mark.parametrize("wrong", [{"language": "English"}, {"language": "en"}, {"title": " \u200b"}])
def test_a_pdf_without_title_or_with_an_unknown_language_is_a_mistake(wrong: dict[str, str]):
    with pytest.raises(ValueError, match="A PDF needs a title"):
        made("text", **wrong)


# ── What was typed stays text ─────────────────────────────────────────────────────────────────────────────────────

ATTACKS = [
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0"',
    '#eval("1 + 1")',
    "#let text(x) = none",
    "$ sum_(i=0)^n $",
    "@reference <label>",
    '"); #panic("out of the string',
    '\\"#panic()\\"',
    "*/ #panic() /*",
    "#sys.inputs.document",
    "#set page(width: 1pt)",
    "= Heading // comment",
    '#json("/etc/hosts") #pdf.attach("x")',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_typesetter_code_that_a_person_typed_is_shown_as_they_typed_it(attack: str):
    typed = documents.fill("{{ name }}", {"name": attack})
    signature = documents.Signature(attack, (attack,))
    pdf = made(
        f"{typed}\n\n## {typed}\n\n- {typed}",
        documents.Rows(("What",), ((attack,),), (1,)),
        documents.Signatures((signature,)),
        title=attack,
        author=attack,
        header=attack,
        footer=attack,
    )

    shown = " ".join(words(pdf).split())
    assert shown.count(" ".join(attack.split())) == 8
    assert breaches(pdf, page.ValidationProfile.PDF_UA_1) == []


def test_verbatim_code_is_neither_colored_nor_run():
    assert "#read(1)" in words(made("```typst\n#read(1)\n```\n\nand `#panic()`"))


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "../x"])
def test_links_lead_to_the_web_and_to_mailboxes_only(target: str):
    pdf = made(f"[open]({target}) [desk](mailto:help@desk.example.org) <https://example.org/a>")

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        links = [str(note.A.URI) for note in opened.pages[0].get("/Annots", [])]
    assert links == ["mailto:help@desk.example.org", "https://example.org/a"]


def test_a_shipped_payload_of_hostile_markdown_makes_an_accessible_pdf():
    pdf = made("\n\n".join(PAYLOADS))

    assert breaches(pdf, page.ValidationProfile.PDF_UA_1) == []


@settings(max_examples=80, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab #*_`[]()>|-\n1.~!<&\\\"'é王😀\u202e\u200b\u0301אس"), max_size=150), st.text()
)
def test_whatever_is_typed_makes_an_accessible_pdf(markdown_text: str, plain: str):
    pdf = made(markdown_text, documents.Rows(("What",), ((plain,),), (1,)), title=f"T {plain}", footer=plain)

    assert breaches(pdf, page.ValidationProfile.PDF_UA_1) == []


@pytest.mark.parametrize(
    "strokes",
    [
        (),
        ((),),
        (((0.5, 0.5),), ()),
        (((0.5, -0.01),),),
        (((0.5, 1.01),),),
        (((-30.0, 0.5), (30.0, 0.5)),),
        (((float("nan"), 0.5),),),
        (((float("inf"), 0.5),),),
        (tuple((0.5, 0.5) for _ in range(5_001)),),
    ],
)
def test_a_drawn_signature_cannot_reach_over_other_words(strokes: tuple[Any, ...]):
    with pytest.raises(Refused, match="The drawn signature cannot be read"):
        documents.Drawn(strokes, "Drawn signature")


def test_a_single_point_is_a_signature_that_can_be_drawn():
    dot = documents.Drawn((((0.5, 0.5),),), "Drawn signature of Ana Li")

    assert breaches(made(documents.Signatures((documents.Signature(dot, ("Ana Li",)),))), PDF_UA_1) == []


# ── Limits ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_characters_that_no_font_has_are_shown_by_number_and_named_beforehand():
    assert documents.unprintable("Zoë Łukasz Ελένη Жанна 王王 😀") == ("王", "😀")
    assert " ".join(words(made("Zoë Łukasz Ελένη Жанна 王")).split()).startswith("Zoë Łukasz Ελένη Жанна [U+738B]")


def test_marks_that_turn_or_hide_text_are_left_out():
    text = words(made("pay \u202e000,1$\u202c n\u200bow"))

    assert text.split("\n")[0].strip() == "pay 000,1$ now"


@pytest.mark.parametrize("dress", ["{}", "**{}**", "*{}*", "***{}***", "`{}`"])
def test_the_list_of_characters_is_true_for_every_dress(dress: str):
    """The typesetter refuses a PDF/UA file as soon as one character has no shape in any font."""
    shown = [chr(code) for code in sorted(_covered())]
    letters = " ".join(one for one in shown if one.isalnum())

    assert made(dress.format(letters), documents.Rows(("All",), ((" ".join(shown),),), (1,))).startswith(b"%PDF-1.7")


def test_deep_nesting_is_kept_readable_instead_of_refused():
    nested = "\n".join(f"{'    ' * depth}- item {depth}" for depth in range(18))

    text = " ".join(words(made(nested)).split())
    assert [f"item {depth}" in text for depth in range(18)] == [True] * 18


@pytest.mark.parametrize("text", ["x" * 200_001, "\n" * 6_001])
def test_a_text_that_would_keep_the_typesetter_busy_for_long_is_refused(text: str):
    with pytest.raises(Refused, match="holds 200,000 characters and 6,000 lines"):
        made(text)


def test_a_tree_holds_only_strings_and_the_kinds_it_names():
    nodes = tree("a **b `c`**\n\n1. d\n\n| e |\n|--:|\n| f |")

    assert nodes == [
        {"is": "p", "of": ["a ", {"is": "strong", "of": ["b ", {"is": "code", "of": "c"}]}]},
        {"is": "ol", "start": 1, "of": [{"is": "li", "of": ["d"]}]},
        {
            "is": "table",
            "of": [],
            "heads": [{"is": "cell", "align": "right", "of": ["e"]}],
            "rows": [[{"is": "cell", "align": "right", "of": ["f"]}]],
        },
    ]
