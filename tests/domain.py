"""Machine-readable domain cases (tests/fixtures/domain), shared by the tests that prove them."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "fixtures" / "domain"


def cases(name: str) -> Any:
    """The contents of one case file, e.g. `cases("uscc")["valid"]`."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
