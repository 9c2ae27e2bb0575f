"""Static files: their address changes with their content, so a browser asks for each only once."""

from functools import cache
from gzip import compress
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

FOR_EVER = "public, max-age=31536000, immutable"


def version_files(app: Flask) -> None:
    """Let every address of a static file name its version."""
    app.url_defaults(_name_version)


def may_be_kept(response: Response) -> bool:
    """Whether this answers for a static file in the very version that was asked for."""
    if request.endpoint != "static" or response.status_code not in (200, 304):
        return False
    asked = request.args.get("v")
    return bool(asked) and asked == _version(_path((request.view_args or {}).get("filename", "")))


def squeeze(response: Response) -> None:
    """A kept file goes over the wire in a third of its bytes. Pages do not: they hold secrets beside what
    others wrote, and how well that squeezes would tell the secrets (BREACH)."""
    squeezable = (response.mimetype or "").startswith("text/") or "svg" in (response.mimetype or "")
    response.vary.add("Accept-Encoding")
    if squeezable and response.status_code == 200 and request.accept_encodings["gzip"]:
        response.direct_passthrough = False
        response.get_data()  # takes the file in, and closes it
        response.set_data(_squeezed(_path((request.view_args or {})["filename"])))
        response.headers["Content-Encoding"] = "gzip"


@cache
def _squeezed(path: Path) -> bytes:
    return compress(path.read_bytes(), mtime=0)


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and (version := _version(_path(values.get("filename", "")))):
        values["v"] = version


def _path(filename: str) -> Path:
    return Path(current_app.static_folder or "") / filename


@cache
def _version(path: Path) -> str:
    """Empty for a file that is not there."""
    return sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""
