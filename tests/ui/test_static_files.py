"""What `collectstatic` builds for production: every file under a name that changes with its content."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]
STATIC_TAG = re.compile(r"""\{% static ['"]([^'"]+)['"]""")


@pytest.fixture
def built(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """File name -> published name."""
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    paths: dict[str, str] = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    return paths


def test_it_knows_every_file_the_templates_name(built: dict[str, str]) -> None:
    named = {
        name for page in (ROOT / "templates").rglob("*.html") for name in STATIC_TAG.findall(page.read_text("utf-8"))
    }
    assert named
    assert named <= built.keys()
