"""Documents: Markdown as it is meant, hostile Markdown and mail made harmless, templates that stay text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from portal import documents

PAYLOADS = (Path(__file__).parent / "documents_corpus" / "payloads.txt").read_text().splitlines()
REL = "nofollow noopener noreferrer"
INLINE = {"a", "br", "code", "em", "strong"}
BLOCKS = {"blockquote", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul"}
MARKDOWN_TAGS = {*INLINE, *BLOCKS, "h3", "h4", "h5", "h6"}
MAIL_TAGS = {*INLINE, *BLOCKS, "b", "div", "i", "s", "sub", "sup", "tfoot", "u"}
ATTRIBUTES = {
    ("a", "href"): r"(?i)(https?://|mailto:).*",
    ("a", "rel"): REL,
    ("ol", "start"): r"\d+",
    ("th", "scope"): "col",
    ("th", "class"): "align-(center|right)",
    ("td", "class"): "align-(center|right)",
}


class Seen(HTMLParser):
    """Whatever a browser could take for more than text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.others, self.text = set(), [], [], ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_harmless(html, tags):
    seen = Seen(html)
    assert isinstance(html, Markup)
    assert seen.tags - tags == set()
    assert seen.others == []
    assert [a for a in seen.attributes if not re.fullmatch(ATTRIBUTES.get(a[:2], "(?!)"), a[2] or "")] == []


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_gets_through_markdown_or_mail(payload):
    surroundings = (payload, f"Hello {payload} there", f"- {payload}\n\n> {payload}", f"a\n\n```\n{payload}\n```")
    for text in surroundings:
        assert_harmless(documents.html(text), MARKDOWN_TAGS)
        assert_harmless(documents.mail_html(text), MAIL_TAGS)
        assert_harmless(documents.mail_html(documents.html(text)), MAIL_TAGS)
    assert_harmless(documents.html(documents.fill("Hello {{ x }}, [x]({{ x }})", {"x": payload})), MARKDOWN_TAGS)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([*PAYLOADS, "<", ">", '"', "'", "`", "[", "](", ")", "\n", "\n\n", "    ", "|"])))
def test_no_mixture_of_payloads_gets_through(pieces):
    assert_harmless(documents.html("".join(pieces)), MARKDOWN_TAGS)
    assert_harmless(documents.mail_html("".join(pieces)), MAIL_TAGS)


def link(target, words=None):
    return f'<a href="{target}" rel="{REL}">{words or target}</a>'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Hi <b>you</b> & me", "<p>Hi &lt;b&gt;you&lt;/b&gt; &amp; me</p>"),
        ("<div>\n\n**x**\n\n</div>", "<p>&lt;div&gt;</p>\n<p><strong>x</strong></p>\n<p>&lt;/div&gt;</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("**HMIS ID** _x_ of snake_case_name", "<p><strong>HMIS ID</strong> <em>x</em> of snake_case_name</p>"),
        ("Steps:\n- a\n- b", "<p>Steps:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("in 2025\n2026. not a list", "<p>in 2025<br>\n2026. not a list</p>"),
        ("```sql\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](/tickets/1) ![i](x.png)", "<p>[x](/tickets/1) ![i](x.png)</p>"),
        ("[x](<https://example.org/a b>)", "<p>[x](&lt;" + link("https://example.org/a") + " b&gt;)</p>"),
        ('[x](https://example.org "title")', "<p>" + link("https://example.org", "x") + "</p>"),
        ("[a@example.org](https://example.org)", "<p>" + link("https://example.org", "a@example.org") + "</p>"),
        ("(see HTTPS://example.org/a_(b)).", "<p>(see " + link("HTTPS://example.org/a_(b)") + ").</p>"),
        ("https://example.org/?a=1&copy=2!", "<p>" + link("https://example.org/?a=1&amp;copy=2") + "!</p>"),
        ("`https://example.org`", "<p><code>https://example.org</code></p>"),
        ("<https://example.org>", "<p>" + link("https://example.org") + "</p>"),
        ("ask a.b@example.org.", "<p>ask " + link("mailto:a.b@example.org", "a.b@example.org") + ".</p>"),
        ("<a@example.org>", "<p>" + link("mailto:a@example.org", "a@example.org") + "</p>"),
        ("bell\x07 \x02wzxhzdk:0\x03 \ud800", "<p>bell wzxhzdk:0 ?</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_the_html_that_its_writer_means(markdown, html):
    assert documents.html(markdown) == html


def test_a_table_gets_scopes_and_classes_instead_of_styles():
    assert documents.html("|a|b|\n|-|-:|\n|1|2|").replace("\n", "") == (
        '<table><thead><tr><th scope="col">a</th><th class="align-right" scope="col">b</th></tr></thead>'
        '<tbody><tr><td>1</td><td class="align-right">2</td></tr></tbody></table>'
    )


@pytest.mark.parametrize(
    ("top", "levels"), [(3, ["h3", "h4", "h4", "h3", "h4", "h5"]), (1, ["h1", "h2", "h2", "h1", "h2", "h3"])]
)
def test_headings_begin_at_the_top_and_skip_no_level(top, levels):
    html = documents.html("## a\n\n#### b\n\n### c\n\n# d\n\n## e\n\n### f", top)

    assert re.findall(r"<(h\d)>", html) == levels


def test_headings_end_at_the_sixth_level():
    assert documents.html("# a\n\n## b\n\n### c", 5) == "<h5>a</h5>\n<h6>b</h6>\n<h6>c</h6>"


HOSTILE = {
    "brackets": "[" * 200_000,
    "links cut short": "[a](" * 50_000,
    "fences": "```a\nb\n" * 28_000,
    "a table of few marks and many cells": "|a" * 90 + "\n" + "|-" * 90 + "\n" + "|\n" * 9_000,
    "emphasis": "*_" * 100_000,
    "length": "word " * 60_001,
}
WILD = {
    "stars": "*" * 20_000,
    "quotes": ">" * 2_000,
    "list in list": "- " * 2_000,
    "numbers": "1. " * 2_000 + "x",
    "columns": "|".join("`" * 5_000),
    "headings": "# a\n" * 5_000,
    "underlines": "a\n===\n" * 5_000,
    "rules": "---\n" * 5_000,
    "a long block": "word\n" * 10_001,
    "deep": " " * 200 + "- a",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_that_would_take_too_long_is_shown_as_typed(name):
    html = documents.html(HOSTILE[name])

    assert Seen(html).tags <= {"p", "br"}
    assert Seen(html).text.split() == HOSTILE[name].split()


@pytest.mark.parametrize("name", [name for name in WILD if name != "stars"])
def test_a_block_that_would_take_too_long_is_shown_as_typed_among_the_others(name):
    html = documents.html(f"**before**\n\n{WILD[name]}\n\n**after**")

    assert html.startswith("<p><strong>before</strong></p>")
    assert html.endswith("<p><strong>after</strong></p>")
    assert Seen(html).tags <= {"p", "br", "strong"}
    assert Seen(html).text.split() == ["before", *WILD[name].split(), "after"]


@pytest.mark.parametrize("name", [*HOSTILE, *WILD])
def test_hostile_markdown_is_read_as_text_and_as_mail_too(name):
    hostile = {**HOSTILE, **WILD}[name]

    assert isinstance(documents.text(hostile), str)
    assert_harmless(documents.mail_html(hostile), MAIL_TAGS)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Sign by Dec 1\n\nDear *Sam*,\nwelcome.", "Sign by Dec 1\n\nDear Sam,\nwelcome."),
        ("Steps:\n- a\n- b\n    1. c\n    2. d\n\nEnd", "Steps:\n\n- a\n- b\n  1. c\n  2. d\n\nEnd"),
        ("- a\n\n    more\n\n- b", "- a\n\n  more\n\n- b"),
        ("> quoted\n>\n> > deeper\n\nanswer", "> quoted\n>\n> > deeper\n\nanswer"),
        ("- > q\n- b", "- > q\n\n- b"),
        ("[Open](https://example.org/1) or https://example.org", "Open (https://example.org/1) or https://example.org"),
        ("[write](mailto:a@example.org), a@example.org", "write (a@example.org), a@example.org"),
        ("|a|b|\n|-|-|\n||**2**|", "a | b\n| 2"),
        ("x\n\n    code  here\n\n      deep\n\ny", "x\n\ncode  here\n\n  deep\n\ny"),
        ("a\n\n* * *\n\nb", "a\n\n--------\n\nb"),
        ("fish &amp; <chips>", "fish & <chips>"),
        ("9" * 5_000 + ". a", "999999999. a"),
        ("", ""),
    ],
)
def test_plain_text_keeps_lists_quotes_and_targets(markdown, text):
    assert documents.text(markdown) == text


def test_a_template_is_filled_with_what_is_known():
    template = "Dear {{ requester.first_name }}, {{ticket.number}} is **done**. {{ requester.first_name }} { } {x}"

    filled = documents.fill(template, {"requester.first_name": "Sam", "ticket.number": "HD-12", "more": "x"})

    assert documents.variables_in(template) == ("requester.first_name", "ticket.number")
    assert filled == "Dear Sam, HD-12 is **done**. Sam { } {x}"


def test_every_variable_that_nobody_knows_is_named():
    with pytest.raises(documents.UnknownVariable, match=re.escape("Nothing is known for a.b, 7*7.")) as refused:
        documents.fill("{{ a.b }} {{ known }} {{ 7*7 }} {{a.b}}", {"known": "x"})

    assert refused.value.names == ("a.b", "7*7")


def test_a_value_is_not_filled_again():
    assert Seen(documents.html(documents.fill("{{ a }}", {"a": "{{ b }}"}))).text == "{{ b }}"


@pytest.mark.parametrize(
    "value", ["Smith & Sons, Inc.", "O'Brien-Lee", "https://example.org/t/12-a_b", "$5 (five) + 1!"]
)
def test_an_ordinary_value_stays_as_it_is_so_that_the_reply_is_easy_to_edit(value):
    assert documents.fill("{{ x }}", {"x": value}) == value


@settings(max_examples=3_000, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([*PAYLOADS, *"\\`*_{}[]()#+-.!|~=<>&:;'\"1aé \n\t", "1. ", "---", "&lt;", "    ", "a_b"])),
    st.sampled_from(["{{ x }}", "Dear {{ x }}, bye", "a\n{{ x }}\nb", "- {{ x }}", "> a {{ x }}", "# {{ x }}"]),
)
def test_a_value_is_text_whatever_it_says(pieces, template):
    value = "".join(pieces)

    seen = Seen(documents.html(documents.fill(template, {"x": value})))
    plain = Seen(documents.html(template.replace("{{ x }}", "VALUE")))

    assert "".join(seen.text.split()) == "".join(plain.text.split()).replace("VALUE", "".join(value.split()))
    assert seen.tags - plain.tags <= {"br", "a", "p"}  # a second line below a heading is a paragraph


@pytest.mark.parametrize(
    ("mail", "html"),
    [
        ("<p>a<p>b<ul><li>c<li>d</ul>", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>"),
        ("<div style='x'>a &amp; b &lt;c&gt;<br/>d</div></div>", "<div>a &amp; b &lt;c&gt;<br>d</div>"),
        ("<h1 class=x>T</h1><font>x</font><o:p></o:p>", "<p>T</p>x"),
        ("<title>t</title><style>p{}</style><!-- c --><![if !mso]>x<img src=https://example.org/p.gif>", "x"),
        ('<a title="a>b" href="https://example.org/?a=1&amp;b=2">x</a>', link("https://example.org/?a=1&amp;b=2", "x")),
        ("<a href=https://example.org>x <a href=https://example.com>y</a>", link("https://example.org", "x y")),
        ("<a href='/relative'>x</a>", f'<a rel="{REL}">x</a>'),
        ("1 < 2 > 0 <3", "1 &lt; 2 &gt; 0 &lt;3"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("\ud800\x00<p>x</p>", "?<p>x</p>"),
        ("x<script>y", "x"),
    ],
)
def test_mail_is_shown_without_what_only_decorates_spies_or_harms(mail, html):
    assert documents.mail_html(mail) == html


@pytest.mark.parametrize(
    "tag", ["<b id={}><p>", "<div>", "<ul><li>", "<p><i class={}>", "<a href={}>", "<table><tr><td>"]
)
def test_mail_that_never_closes_its_tags_grows_no_further(tag):
    hostile = "".join(tag.format(number) + "x" for number in range(20_000))

    html = documents.mail_html(hostile)

    assert Seen(html).text == "x" * 20_000
    assert len(html) < 4 * len(hostile)


def test_mail_that_is_too_long_is_cut_and_says_so():
    html = documents.mail_html("<p>" + "x" * 600_000)

    assert html.startswith("<p>xxx")
    assert html.endswith("<p>This message is too long to show here in full. The rest is in the original message.</p>")
    assert html.count("x") == 500_000 - len("<p>")
