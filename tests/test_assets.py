"""What is built for the browser: complete, small, readable, and made only from what is pinned."""

import gzip
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

import hatch_build
from portal.settings import PACKAGE, data_dir
from portal.tickets.rules.history import EVENTS
from portal.tickets.rules.states import STATE_LOOKS
from tests.gallery.app import create_gallery

ROOT = PACKAGE.parent
DIST = PACKAGE / "static/dist"
FIRST_VIEW_BYTES = 150_000
TONES = ("neutral", "info", "good", "warn", "bad")


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    if not (DIST / "manifest.json").is_file():
        pytest.fail("The assets are not built: run python hatch_build.py.")
    return json.loads((DIST / "manifest.json").read_text())


def pages() -> list[Path]:
    """Templates that a browser shows; letters are dressed by other rules."""
    return [path for path in sorted(data_dir("templates").rglob("*.html")) if "mail" not in path.parts]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the assets are made from."""
    for path in hatch_build.sources(ROOT):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def test_the_assets_are_built_from_the_sources_that_stand_here():
    assert hatch_build.is_fresh(ROOT), "The assets are stale: run python hatch_build.py."


def test_every_asset_that_a_template_names_is_built(built):
    named = {name for path in pages() for name in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", path.read_text())}

    assert sorted(named - built.keys()) == []
    assert [file for file in built.values() if not (DIST / file).is_file()] == []


def test_the_stylesheet_refers_only_to_files_beside_it(built):
    css = (DIST / built["portal.css"]).read_text()

    files = [url for url in re.findall(r"url\(['\"]?([^'\")]+)", css) if not url.startswith("data:")]

    assert files
    assert [url for url in files if not (DIST / url.removeprefix("./")).is_file()] == []


def test_every_icon_that_a_template_names_is_in_the_sprite(built):
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (DIST / built["icons.svg"]).read_text()))
    word = r"['\"]([a-z-]+)['\"]"
    calls = rf"\b(?:icon|icon_alone|marker)\(\s*{word}|\b(?:tag|matrix_cell)\(\s*['\"][a-z]+['\"]\s*,\s*{word}"
    named = {
        (path.name, name) for path in pages() for pair in re.findall(calls, path.read_text()) for name in pair if name
    }

    assert sprite == set(json.loads((ROOT / "frontend/icons.json").read_text()))
    assert sorted((page, name) for page, name in named if name not in sprite) == []


def test_every_icon_of_the_tables_of_words_is_in_the_sprite():
    known = json.loads((ROOT / "frontend/icons.json").read_text())
    used = {look[1] for look in STATE_LOOKS.values()} | {event.icon for event in EVENTS.values()}

    assert sorted(used - known.keys()) == []


def test_the_first_view_of_a_list_of_25_is_at_most_150_kb_compressed(built):
    client = create_gallery().test_client()
    html = len(gzip.compress(client.get("/work-list").data, 6))
    packed = [
        len(gzip.compress((DIST / built[name]).read_bytes(), 6))
        for name in ("portal.css", "portal.js", "icons.svg", "mark.svg")
    ]
    font = (DIST / built["public-sans.woff2"]).stat().st_size

    assert html + sum(packed) + font <= FIRST_VIEW_BYTES


def test_no_page_carries_inline_script_or_style():
    forbidden = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", re.IGNORECASE)

    assert [(path.name, found.group()) for path in pages() for found in forbidden.finditer(path.read_text())] == []


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_tone_reads_at_aa_on_white_on_paper_and_on_its_tint():
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (ROOT / "frontend/_tokens.scss").read_text()))
    grounds = [(tone, ground) for tone in TONES for ground in ("sheet", "paper", f"{tone}-tint")]
    words = [("ink", "paper"), ("quiet", "paper"), ("quiet", "sheet"), ("brand", "paper"), ("on-brand", "brand-deep")]

    assert [pair for pair in grounds + words if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5] == []
    assert contrast(tokens["focus"], tokens["paper"]) >= 3
    assert contrast(tokens["rule-strong"], tokens["sheet"]) >= 3


def test_the_lock_file_pins_contents_and_names_no_server():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: facts for name, facts in packages.items() if name}

    assert [name for name, facts in fetched.items() if "integrity" not in facts] == []
    assert [name for name, facts in fetched.items() if "resolved" in facts] == []


def test_a_changed_source_makes_the_assets_stale(checkout):
    (checkout / hatch_build.DIST).mkdir(parents=True)
    (checkout / hatch_build.DIST / hatch_build.STAMP).write_text(hatch_build.stamp(checkout))
    assert hatch_build.is_fresh(checkout)

    with (checkout / "frontend/portal.scss").open("a") as styles:
        styles.write("// changed\n")

    assert not hatch_build.is_fresh(checkout)


def test_node_is_asked_for_only_where_there_is_something_to_build(checkout, monkeypatch):
    hook = SimpleNamespace(root=str(checkout))
    monkeypatch.delenv("PORTAL_SKIP_ASSETS", raising=False)
    assert hatch_build.AssetHook.dependencies(hook) == [hatch_build.NODE]

    monkeypatch.setenv("PORTAL_SKIP_ASSETS", "1")
    assert hatch_build.AssetHook.dependencies(hook) == []

    monkeypatch.delenv("PORTAL_SKIP_ASSETS")
    (checkout / hatch_build.DIST).mkdir(parents=True)
    (checkout / hatch_build.DIST / hatch_build.STAMP).write_text(hatch_build.stamp(checkout))
    assert hatch_build.AssetHook.dependencies(hook) == []


def test_a_wheel_carries_templates_and_an_editable_install_does_not(checkout, monkeypatch):
    monkeypatch.setenv("PORTAL_SKIP_ASSETS", "1")
    hook = SimpleNamespace(root=str(checkout), target_name="wheel")
    for name in ("templates", "migrations"):
        (checkout / name).mkdir()
    wheel, editable = {"force_include": {}}, {"force_include": {}}

    hatch_build.AssetHook.initialize(hook, "standard", wheel)
    hatch_build.AssetHook.initialize(hook, "editable", editable)

    assert wheel == {"force_include": {"templates": "portal/templates", "migrations": "portal/migrations"}}
    assert editable == {"force_include": {}}


def test_an_unreachable_registry_is_said_in_a_sentence_and_the_old_assets_stay(checkout, monkeypatch, tmp_path):
    dist = checkout / hatch_build.DIST
    dist.mkdir(parents=True)
    (dist / "portal-old.css").write_text("body{}")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "empty-cache"))

    with pytest.raises(SystemExit, match="set PORTAL_SKIP_ASSETS=1, or install a release wheel"):
        hatch_build.build(checkout)

    assert [path.name for path in dist.iterdir()] == ["portal-old.css"]
