"""Usage: suite.py [--all] [PART...]. Runs the parts (all by default) and ends with `N passed, N failed`."""
import sys
import tempfile
import time
from pathlib import Path

import commands
import data
import demo
import documents
import packs
import properties
import sheets
import sql
import support

PARTS = {"commands": commands.run, "packs": packs.run, "data": data.run, "documents": documents.run, "demo": demo.run,
         "sql": sql.run, "sheets": sheets.run, "properties": properties.run}


def main():
    asked = [word for word in sys.argv[1:] if word != "--all"]
    with tempfile.TemporaryDirectory(prefix="leye-cli-") as folder:
        tests = support.Tests(Path(folder))
        for name in asked or PARTS:
            start = time.monotonic()
            try:
                PARTS[name](tests)
            except Exception as error:  # a part that breaks off is a failure, not the end of the others
                tests.check(f"{name} runs to its end", False, f"{type(error).__name__}: {error}")
            print(f"{name}: {time.monotonic() - start:.1f} s")
    print(f"{tests.passed} passed, {tests.failed} failed")
    return 1 if tests.failed else 0


sys.exit(main())
