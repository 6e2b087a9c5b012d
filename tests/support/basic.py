"""LibreOffice's Basic as a second reader of our macros: it compiles them and runs a function of theirs."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.office import missing

PYTHON = "/usr/bin/python3"  # the system's, which has UNO
SCRIPT = """
import json, sys, time, uno
from com.sun.star.beans import PropertyValue
pipe, address, calls = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
here = uno.getComponentContext()
resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
for _ in range(300):
    try:
        there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.2)
desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
options = []
for name, value in (("Hidden", True), ("MacroExecutionMode", 4)):
    options.append(PropertyValue())
    options[-1].Name, options[-1].Value = name, value
book = desktop.loadComponentFromURL(address, "_blank", 0, tuple(options))
provider = book.getScriptProvider()
found = []
for name, *given in calls:
    macro = f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document"
    found.append(provider.getScript(macro).invoke(tuple(given), (), ())[0])
print(json.dumps(found))
book.close(True)
desktop.terminate()
"""


def called(book: Path, calls: Sequence[Sequence[Any]]) -> list[Any]:
    """What functions of a workbook's macros return, each call a list of ``module.name`` and arguments.

    A module that does not compile makes every function return None, and so does an error.
    """
    office = shutil.which("soffice")
    if not office or subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        missing("LibreOffice with UNO for Python")
    profile = book.parent / "profile of Basic"
    pipe = f"wattstack{abs(hash(str(book)))}"
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
               f"--accept=pipe,name={pipe};urp;"]  # fmt: skip
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, start_new_session=True, **quiet) as started:  # type: ignore[call-overload]
        try:
            asked = subprocess.run([PYTHON, "-c", SCRIPT, pipe, book.as_uri(), json.dumps(calls)],
                                   capture_output=True, text=True, check=True, timeout=120)  # fmt: skip
            started.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)  # the office is a child of what was started
    return json.loads(asked.stdout)  # type: ignore[no-any-return]
