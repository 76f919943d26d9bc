"""Usage: suite.py [--all] [PART...]. Runs the parts (all by default); --all kills each writer 20 times, --all with
parts 50 times (imports and period closes: test/records, test/insight). Ends with `N passed, N failed`."""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

import support  # noqa: E402

import full  # noqa: E402
import damage  # noqa: E402
import drill  # noqa: E402
import kills  # noqa: E402
import serving  # noqa: E402


PARTS = {"kills": kills.run, "serving": serving.run, "full": full.run, "damage": damage.run, "drill": drill.run}


def main():
    asked = [word for word in sys.argv[1:] if word != "--all"]
    with tempfile.TemporaryDirectory(prefix="leye-disaster-") as folder:
        tests = support.Tests(Path(folder))
        Path(folder).chmod(0o711)
        tests.rounds = 6 if "--all" not in sys.argv else 50 if asked else 20
        return support.run_parts(tests, PARTS, asked)


sys.exit(main())
