"""Counts test cases in a Meson test log: prints "PASSED FAILED SKIPPED".

A program that speaks TAP counts as its cases; any other, and one that died, as one.
"""
import json
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    cases = re.findall(r"^(not ok|ok)\b(.*)$", test.get("stdout") or "", re.MULTILINE)
    skips = sum(1 for _, rest in cases if re.search(r"# *SKIP", rest, re.IGNORECASE))
    bad = sum(1 for verdict, rest in cases if verdict == "not ok" and not re.search(r"# *TODO", rest))
    result = test["result"]
    if result in ("OK", "EXPECTEDFAIL") and cases:
        passed, skipped, failed = passed + len(cases) - skips - bad, skipped + skips, failed + bad
    elif result == "OK":
        passed += 1
    elif result == "SKIP":
        skipped += max(1, skips)
        passed += max(0, len(cases) - skips)
    else:
        failed += max(1, bad)
        passed += max(0, len(cases) - skips - bad)
        skipped += skips
print(passed, failed, skipped)
