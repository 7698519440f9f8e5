"""Reports feedback with a paper, for the developers of a department's own system. Standard library only.

usage: PORTAL=https://… CLIENT_ID=… CLIENT_SECRET=… python feedback.py TS20261120-0002 "地址不符" 笔录.pdf
The client needs the scope pushes:write. Safe to run again: the same feedback carries the same Idempotency-Key.
"""

import base64
import hashlib
import json
import os
import sys
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

BOUNDARY = "shenguan-feedback-7d1f0c5e"


def form_of(fields: dict[str, str], name: str, content: bytes) -> bytes:
    """A multipart body of the fields and one file; the portal knows a file by its content."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return b"".join([*parts, head, content, f"\r\n--{BOUNDARY}--\r\n".encode()])


def headers_of(number: str, body: bytes) -> dict[str, str]:
    """The kind of body, and a key that is the same for the same feedback."""
    key = hashlib.sha256(number.encode() + body).hexdigest()
    return {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Idempotency-Key": key}


def main(number: str, text: str, path: str, proposal: str = "") -> None:
    """Sends it and prints the state the push is in then; an answer that is no 2xx is raised with what it says."""
    basic = base64.b64encode(f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}".encode()).decode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {basic}"}
    token = _post("/oauth2/token/", b"grant_type=client_credentials", kind)["access_token"]
    paper = Path(path)
    body = form_of({"text": text, "proposal": proposal}, paper.name, paper.read_bytes())
    headers = headers_of(number, body) | {"Authorization": f"Bearer {token}"}
    push = _post(f"/api/v1/pushes/{quote(number)}/feedback/", body, headers)
    sys.stdout.write(f"{number} {push['status']}\n")


def _post(path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    parts = urlsplit(os.environ["PORTAL"])
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(kind(parts.netloc, timeout=60)) as connection:
        connection.request("POST", parts.path + path, body, headers)
        answer = connection.getresponse()
        said = answer.read().decode()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{path}: {answer.status} {said[:500]}")
        return dict(json.loads(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
