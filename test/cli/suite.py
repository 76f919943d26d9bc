"""Usage: suite.py [--all] [PART...]. Runs the parts (all by default) and ends with `N passed, N failed`."""
import sys
import tempfile
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
        return support.run_parts(tests, PARTS, asked)


sys.exit(main())
