"""What the server keeps in the user's folder, for the user alone: its token, and its certificate for localhost."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import secrets
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ...errors import InputError
from ...files import folder

DAYS = 397  # the longest that browsers let a certificate live
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


def kept_in() -> Path:
    """The folder, which only the user can read."""
    path = folder(Path.home() / ".wattstack" / "web")
    path.chmod(0o700)
    return path


def token(given: str | None) -> str:
    """The token given, or the one kept from the first start on, so that Excel is told only once.

    Raises
    ------
    InputError
        If the one given is too short to be secret or does not fit a header of HTTP.
    """
    if given is None:
        path = kept_in() / "token"
        if not path.is_file():
            _write(path, secrets.token_urlsafe(24).encode())
        given = path.read_text(encoding="ascii").strip()
    if not TOKEN.fullmatch(given):
        raise InputError("token must be 16 or more letters, digits, - and _")
    return given


def certificate(given: Path | None, key: Path | None) -> tuple[Path, Path]:
    """The certificate and key given, or the self-signed pair for localhost, made anew when it expires.

    Raises
    ------
    InputError
        If one is given without the other, or the two cannot serve.
    """
    if (given is None) != (key is None):
        raise InputError("certificate and key must be given together")
    if given is not None and key is not None:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(given, key)
        except OSError as error:  # an SSLError too
            raise InputError(f"certificate ({given}) and key ({key}) cannot serve: {error}") from None
        return given, key
    path, key = kept_in() / "localhost.pem", kept_in() / "localhost.key"
    if not _lives(path, key):
        _make(path, key)
    return path, key


def _lives(path: Path, key: Path) -> bool:
    try:
        until = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(path, key)
    except (OSError, ValueError):
        return False
    return until > _now() + datetime.timedelta(days=1)


def _make(path: Path, key: Path) -> None:
    """A certificate that can vouch for localhost and for nothing else: no authority, whoever gets hold of its key."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost (wattstack)")])
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(ip)) for ip in ("127.0.0.1", "::1"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_now() - datetime.timedelta(hours=1))  # clocks differ
        .not_valid_after(_now() + datetime.timedelta(days=DAYS))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    _write(key, private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    _write(path, made.public_bytes(serialization.Encoding.PEM))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _write(path: Path, content: bytes) -> None:
    """Write a file that was never readable by others, not even while it was written."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
