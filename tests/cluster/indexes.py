"""How a RUN of an image build reaches the package indexes this host reaches: certificates, pip, uv.

All of it is mounted for the build and is in no image; proxies in the environment are passed on by buildah.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

#: Where Debian's programs look for certificates.
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

UV = (Path.home() / ".config" / "uv" / "uv.toml", Path("/etc/uv/uv.toml"))


def mounts(folder: Path) -> list[str]:
    """buildah's `--volume` flags; what has to be written for them goes into the folder."""
    pip = _pip()
    (folder / "pip.conf").write_text("".join(["[global]\n", *(f"{k} = {v}\n" for k, v in pip.items())]))
    (folder / "uv.toml").write_text(_uv())
    mounted = {folder / "pip.conf": "/etc/pip.conf", folder / "uv.toml": "/etc/uv/uv.toml"}
    bundle = Path(os.environ.get("SSL_CERT_FILE", BUNDLE))
    if bundle.exists():
        mounted[bundle] = BUNDLE
    wheels = [Path(word) for word in pip.get("find-links", "").split()]
    mounted |= {path: str(path) for path in wheels if path.is_dir()}
    return [f"--volume={ours}:{theirs}:ro" for ours, theirs in mounted.items()]


def _pip() -> dict[str, str]:
    """What pip goes by here, from files and environment, the stronger last; it prints Python literals."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pairs = (line.partition("=") for line in sorted(listed.splitlines(), key=_strength))
    found = {key.rpartition(".")[2]: str(ast.literal_eval(value)) for key, _, value in pairs}
    return {key: " ".join(value.split()) for key, value in found.items()} | {"cert": BUNDLE}


def _strength(line: str) -> bool:
    return line.startswith(":env:")


def _uv() -> str:
    text = next((file.read_text() for file in UV if file.exists()), "")
    return text if "system-certs" in text or "native-tls" in text else f"system-certs = true\n{text}"
