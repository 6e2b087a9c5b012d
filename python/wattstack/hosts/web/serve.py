"""`wattstack serve`: start the server and say how Excel gets to it."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import uvicorn

from ... import __version__
from ...errors import InputError
from ...registry import registry
from . import keys
from .server import application

OF_THIS_MACHINE = ("localhost", "127.0.0.1")
LAST_PORT = 65_535
KEYCHAIN = "~/Library/Keychains/login.keychain-db"


def serve(host: str, port: int, token: str | None, certificate: Path | None, key: Path | None) -> None:
    """Serve until interrupted.

    Raises
    ------
    InputError
        If the options do not fit each other, or the address cannot be listened on.
    """
    if host not in OF_THIS_MACHINE and certificate is None:
        raise InputError(f"host ({host}) is not of this machine alone: give --certificate and --key for its name")
    pair = keys.certificate(certificate, key)
    secret = keys.token(token)
    with contextlib.suppress(KeyboardInterrupt), _listening(host, port) as listening:
        print(_told(host, listening.getsockname()[1], secret, pair[0] if certificate is None else None), flush=True)
        config = uvicorn.Config(
            application(secret),
            ssl_certfile=pair[0],
            ssl_keyfile=str(pair[1]),
            log_level="warning",
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    if not 0 <= port <= LAST_PORT:
        raise InputError(f"port ({port}) must be 0 to {LAST_PORT}")
    try:
        found = socket.create_server((host, port))
        # an answer goes out in two pieces: the second would wait 40 ms for the first to be acknowledged
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found
    except OSError as error:
        raise InputError(f"{host}:{port} cannot be listened on: {error}") from None


def _told(host: str, port: int, token: str, own: Path | None) -> str:
    base = f"https://{'localhost' if host in OF_THIS_MACHINE else host}:{port}"
    lines = [
        f"wattstack {__version__} serves {len(registry())} functions at {base}/",
        f"To see and try them:    {base}/#token={token}",
        f"Manifest for Excel:     {base}/manifest.xml",
        f"Token, for the pane:    {token}",
    ]
    if own is not None:
        lines += [
            f"Certificate:            {own} (self-signed: trust it once)",
            f'  on Windows:           certutil -user -addstore Root "{own}"',
            f'  on a Mac:             security add-trusted-cert -p ssl -k {KEYCHAIN} "{own}"',
        ]
    return "\n".join([*lines, "Ctrl+C stops it."])
