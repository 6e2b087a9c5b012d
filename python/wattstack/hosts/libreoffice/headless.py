# mypy: disable-error-code="import-not-found"
"""A headless LibreOffice of one's own, and its extensions: run by a Python that has UNO, never imported by the package.

``python headless.py PROGRAM PROFILE add FILE`` puts an extension into the profile (both as URLs), ``… remove NAME``
takes it out: for where LibreOffice's own `unopkg` will not, as for root.
"""

import contextlib
import subprocess
import sys
import time
import uuid
from typing import Any

import uno
import unohelper
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment

LONGEST = 60.0  # seconds that a first start with a new profile may take


class Running:
    """A LibreOffice started for this, ended afterwards; entered, it gives the component context.

    A class, since UNO's exceptions cannot be thrown into a generator.
    """

    def __init__(self, program: str, profile: str) -> None:
        name = f"wattstack{uuid.uuid4().hex}"
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([*command, f"--accept=pipe,name={name};urp;"], stdout=quiet, stderr=quiet)
        self._url = f"uno:pipe,name={name};urp;StarOffice.ComponentContext"

    def __enter__(self) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        end = time.monotonic() + LONGEST
        while True:
            try:
                self._context = resolver.resolve(self._url)
                return self._context
            except NoConnectException:
                if time.monotonic() > end or self._process.poll() is not None:
                    self._process.terminate()
                    raise
                time.sleep(0.1)

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(DisposedException):  # it may close the line before it answers
            manager = self._context.ServiceManager
            manager.createInstanceWithContext("com.sun.star.frame.Desktop", self._context).terminate()
        self._process.wait(LONGEST)


class Approving(unohelper.Base, XCommandEnvironment, XInteractionHandler):  # type: ignore[misc]
    """Says yes to what LibreOffice asks on the way, such as whether to install."""

    def handle(self, request: Any) -> None:
        """Approve."""
        for way in request.getContinuations():
            approve = way.queryInterface(uno.getTypeByName("com.sun.star.task.XInteractionApprove"))
            if approve:
                approve.select()

    def getInteractionHandler(self) -> Any:  # noqa: N802
        """Who is asked."""
        return self

    def getProgressHandler(self) -> None:  # noqa: N802
        """No one to tell."""


def main(program: str, profile: str, action: str, what: str) -> None:
    """Add or remove an extension of the user."""
    with Running(program, profile) as context:
        manager = context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
        abort = manager.createAbortChannel()
        if action == "add":
            manager.addExtension(what, (), "user", abort, Approving())
        else:
            manager.removeExtension(what, "", "user", abort, Approving())


if __name__ == "__main__":
    main(*sys.argv[1:])
