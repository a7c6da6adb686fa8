"""Exports incidents and lets the Python packages `stix2` and `stix2-validator` read them: both must take every object."""

import json
import os
import pathlib
import subprocess

import stix2
from stix2validator import ValidationOptions, validate_string

BINARY, WORK = os.environ["DETENTE_BINARY"], pathlib.Path(os.environ["DETENTE_WORK"])
SHARED = pathlib.Path(os.environ["DETENTE_SCRIPTS"]).parents[2] / "shared" / "data" / "incidents"

MAPPING = {
    "detente_mapping": 1,
    "source": "Harbour register",
    "format": "csv",
    "id": "Case",
    "link": "https://example.org/case/{id}",
    "columns": {
        "Title": "name",
        "Text": "description",
        "Day": {"to": "occurred", "date": "DD.MM.YYYY"},
        "Countries": {"to": "countries", "separator": ";"},
        "Harms": {"to": "harms", "separator": ";"},
        "Hurt": "injured",
        "CVE": {"reference": "cve"},
    },
    "constants": {"event_kind": "incident", "severity": "serious incident"},
}
TABLE = """Case,Title,Text,Day,Countries,Harms,Hurt,CVE
H-1,Crane,"It stood, \u201cas if asleep\u201d; \u8d77\u91cd\u673a",30.06.2026,NL;DE,physical;economic,2,CVE-2026-12345
H-2,,Without a title,,,,,
"""
failures = 0


def check(name, holds, why=""):
    global failures
    failures += not holds
    print(f"ok {name}" if holds else f"FAILED {name} {why}", flush=True)


def run(*words):
    return subprocess.run([BINARY, "--json", *words], cwd=WORK, capture_output=True, text=True)


def errors_of(text):
    results = validate_string(text, ValidationOptions(version="2.1"))
    results = results if isinstance(results, list) else [results]
    found = []
    for result in results:
        parts = getattr(result, "object_results", None) or [result]
        found += [str(error) for part in [result, *parts] for error in (getattr(part, "errors", None) or [])]
        if not result.is_valid and not found:
            found.append("not valid, and no reason is given")
    return found


def export(name, rows):
    """Imports rows into a node of their own, exports them, and has them read."""
    run("init", "--dir", name, "--name", "en=Harbour")
    taken = run("import", *rows, "--dir", name)
    check(f"{name}: taken in", taken.returncode == 0, taken.stderr[:300])
    written = run("export", "--dir", name, "--as", "stix", "--out", f"{name}.json", "--yes")
    check(f"{name}: exported", written.returncode == 0, written.stderr[:300])
    text = (WORK / f"{name}.json").read_text(encoding="utf-8")
    errors = errors_of(text)
    check(f"{name}: stix2-validator finds no error", not errors, "; ".join(errors[:3]))
    try:
        parsed = stix2.parse(text)
        incidents = [item for item in parsed.objects if item["type"] == "incident"]
        check(f"{name}: stix2 parses {len(incidents)} incidents", len(incidents) == json.loads(taken.stdout)["made"])
    except Exception as error:  # Whatever it raises is the finding.
        check(f"{name}: stix2 parses it", False, repr(error)[:300])


(WORK / "mapping.json").write_text(json.dumps(MAPPING), encoding="utf-8")
(WORK / "register.csv").write_text(TABLE, encoding="utf-8")
export("register", ["register.csv", "--mapping", "mapping.json"])

# The validator must be able to find fault, or its silence says nothing.
broken = json.loads((WORK / "register.json").read_text(encoding="utf-8"))
next(item for item in broken["objects"] if item["type"] == "incident").pop("name")
check("the validator finds a missing name", bool(errors_of(json.dumps(broken))))

for name, kind, path in [
    ("aiid", "aiid", "aiid"),
    ("avid-reports", "avid", "avid/avid_reports.jsonl"),
    ("avid-vulnerabilities", "avid", "avid/avid_vulnerabilities.jsonl"),
    ("atlas", "atlas", "atlas/ATLAS-5.6.1.yaml"),
]:
    if (SHARED / path).exists():
        export(name, [str(SHARED / path), "--from", kind, "--keep-html"])
    else:
        print(f"{path} is not here, so it was not tried")

raise SystemExit(1 if failures else 0)
