"""Real Chromium: found by CHROMIUM, then by its names on PATH, then where macOS keeps it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
APPS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = ("--disable-dev-shm-usage", "--force-color-profile=srgb", "--font-render-hinting=none")
MISSING = "These tests need Chromium: make test installs it, or set CHROMIUM to a browser's program."


def chromium_path() -> str:
    asked = os.environ.get("CHROMIUM")
    if asked:
        return asked if os.access(asked, os.X_OK) else pytest.fail(f"CHROMIUM={asked} is no program. {MISSING}")
    on_path = (shutil.which(name) for name in NAMES)
    in_apps = (str(path) for app in APPS if os.access(path := Path("/Applications") / app, os.X_OK))
    return next((path for path in (*on_path, *in_apps) if path), None) or pytest.fail(MISSING)


@contextmanager
def chromium() -> Iterator[Browser]:
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser
        browser.close()
