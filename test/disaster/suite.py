"""Usage: suite.py [--all] [PART...]. Runs the parts (all by default); --all kills each writer 20 times, --all with
parts 50 times (imports and period closes: test/records, test/insight). Ends with `N passed, N failed`."""
import sys
import tempfile
import time
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
        for name in asked or PARTS:
            start = time.monotonic()
            try:
                PARTS[name](tests)
            except Exception as error:  # a part that breaks off is a failure, not the end of the others
                tests.check(f"{name} runs to its end", False, f"{type(error).__name__}: {error}")
            print(f"# {name}: {time.monotonic() - start:.1f} s")
    print(f"{tests.passed} passed, {tests.failed} failed")
    return 1 if tests.failed else 0


sys.exit(main())
