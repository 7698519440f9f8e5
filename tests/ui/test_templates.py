"""Conventions of all templates, script and style: content policy, size, icons, vendored bytes."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from tools.lint_html import problems

FOLDER = settings.BASE_DIR / "templates"
VENDOR = settings.BASE_DIR / "static" / "vendor"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
ICON_NAMES = re.compile(r"""\{%\s*(?:icon|tag\s+"\w+")\s+"([\w-]+)"|(?:icon_name|icon)="([\w-]+)\"""")
LONGEST = 200


def short(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_it_breaks_no_rule_of_the_content_policy(path: Path) -> None:
    assert list(problems(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_it_is_not_longer_than_two_hundred_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_it_compiles(path: Path) -> None:
    get_template(str(path.relative_to(FOLDER)))


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_it_uses_vendored_icons(path: Path) -> None:
    names = {name for pair in ICON_NAMES.findall(path.read_text(encoding="utf-8")) for name in pair if name}
    assert {name for name in names if not (settings.BASE_DIR / f"static/icons/{name}.svg").exists()} == set()


@pytest.mark.parametrize("line", (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
def test_it_ships_the_bytes_it_names(line: str) -> None:
    digest, name = line.split()
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_it_vendors_nothing_without_a_sum() -> None:
    named = {line.split()[1] for line in (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found - {"SHA256SUMS"} == named


@pytest.mark.parametrize("word", [":has(", "color-mix(", "@container", "@layer", "aspect-ratio", "@import", "http"])
def test_it_styles_for_old_browsers_and_closed_networks(word: str) -> None:
    css = (settings.BASE_DIR / "static/css/shenguan.css").read_text(encoding="utf-8")
    assert word not in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


@pytest.mark.parametrize("word", ["eval(", "new Function", "document.write", "http://", "https://"])
def test_it_scripts_within_the_content_policy(word: str) -> None:
    assert word not in (settings.BASE_DIR / "static/js/shenguan.js").read_text(encoding="utf-8")


def test_it_finds_a_broken_rule() -> None:
    assert list(problems('<p>\n<b style="x">')) == [(2, "inline style attribute")]
