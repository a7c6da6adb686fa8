"""Exports incidents as events and as a feed of MISP, and lets the Python package `pymisp` read them: it must take every event with
all its attributes, and derive the same feed from them."""

import json
import os
import pathlib
import shutil
import subprocess

import jsonschema
import pymisp
from pymisp import MISPEvent
from pymisp.tools import feed_meta_generator

BINARY, WORK = os.environ["DETENTE_BINARY"], pathlib.Path(os.environ["DETENTE_WORK"])
SHARED = pathlib.Path(os.environ["DETENTE_SCRIPTS"]).parents[2] / "shared" / "data"
# The loose schema: the strict one asks for numbers that a server gives.
SCHEMA = json.loads((pathlib.Path(pymisp.__file__).parent / "data" / "schema-lax.json").read_text(encoding="utf-8"))

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
        "Model": "model",
        "Version": "model_version",
        "Maker": "developer",
        "User": "deployer",
        "CVE": {"reference": "cve"},
    },
    "constants": {"event_kind": "incident", "severity": "serious incident"},
}
TABLE = """Case,Title,Text,Day,Countries,Harms,Hurt,Model,Version,Maker,User,CVE
H-1,Crane,"It stood, \u201cas if asleep\u201d; \u8d77\u91cd\u673a",30.06.2026,NL;DE,physical;economic,2,lane-net,2,Yard,Yard,CVE-2026-12345
H-2,,Without a title,,,,,,,,,
"""
failures = 0


def check(name, holds, why=""):
    global failures
    failures += not holds
    print(f"ok {name}" if holds else f"FAILED {name} {why}", flush=True)


def run(*words):
    return subprocess.run([BINARY, "--json", *words], cwd=WORK, capture_output=True, text=True)


def attributes_of(event):
    """Type, category, relation and value of each attribute of an event's JSON."""
    event = event["Event"] if "Event" in event else event
    every = event.get("Attribute", []) + [one for part in event.get("Object", []) for one in part["Attribute"]]
    return sorted((one["type"], one["category"], one.get("object_relation") or "", str(one["value"])) for one in every)


def load(text):
    event = MISPEvent()
    event.from_dict(**json.loads(text))
    return event


def check_event(name, text):
    """One event: it fits the schema, and nothing of it is changed or dropped by reading it."""
    original = json.loads(text)
    # The schema is of an event without a sharing group of its own.
    jsonschema.validate(original, SCHEMA)
    event = load(text)
    again = json.loads(event.to_json())
    if attributes_of(original) != attributes_of(again):
        return f"{name}: attributes changed"
    for part in event.objects:
        if part.name != "detente-incident" and not part._known_template:
            return f"{name}: the object {part.name} has no template that pymisp knows"
    if [tag.name for tag in event.tags] != [tag["name"] for tag in original["Event"]["Tag"]]:
        return f"{name}: tags changed"
    return ""


def export(name, rows):
    """Imports rows into a node of their own, exports them, and has them read."""
    run("init", "--dir", name, "--name", "en=Harbour", "--name", "zh-Hans=\u6d77\u6e2f\u5c40")
    taken = run("import", *rows, "--dir", name)
    check(f"{name}: taken in", taken.returncode == 0, taken.stderr[:300])
    made = json.loads(taken.stdout)["made"]
    for form, out in [("misp", f"{name}.json"), ("misp-feed", f"{name}-feed")]:
        written = run("export", "--dir", name, "--as", form, "--out", out, "--yes")
        check(f"{name}: exported as {form}", written.returncode == 0, written.stderr[:300])
    events = json.loads((WORK / f"{name}.json").read_text(encoding="utf-8"))["response"]
    check(f"{name}: {made} events in one file", len(events) == made)
    faults = [fault for fault in (tried(f"{name} {slot}", json.dumps(event)) for slot, event in enumerate(events)) if fault]
    check(f"{name}: pymisp takes every event as it is", not faults, "; ".join(faults[:3]))
    feed(name, made)
    back = run("import", f"{name}-feed", "--from", "misp", "--keep-html", "--check")
    check(f"{name}: the feed is read back", back.returncode == 0, back.stderr[:300])


def tried(name, text):
    try:
        return check_event(name, text)
    except Exception as error:  # Whatever it raises is the finding.
        return f"{name}: {error!r}"[:300]


def derived(folder):
    """What pymisp makes of the events of a feed: its list, and its digests."""
    copy = WORK / f"{folder.name}-derived"
    shutil.copytree(folder, copy)
    (copy / "manifest.json").unlink()
    (copy / "hashes.csv").unlink()
    feed_meta_generator(copy)
    lines = (copy / "hashes.csv").read_text(encoding="utf-8").split()
    return json.loads((copy / "manifest.json").read_text(encoding="utf-8")), sorted(lines)


def feed(name, made):
    folder = WORK / f"{name}-feed"
    files = [path for path in folder.glob("*.json") if path.name != "manifest.json"]
    faults = [fault for fault in (tried(path.name, path.read_text(encoding="utf-8")) for path in files) if fault]
    check(f"{name}: pymisp takes every event of the feed", len(files) == made and not faults, "; ".join(faults[:3]))
    manifest, hashes = derived(folder)
    ours = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    check(f"{name}: pymisp derives the same list of {len(manifest)} events", manifest == ours)
    lines = sorted((folder / "hashes.csv").read_text(encoding="utf-8").split())
    check(f"{name}: pymisp derives the same {len(hashes)} digests", hashes == lines)


(WORK / "mapping.json").write_text(json.dumps(MAPPING), encoding="utf-8")
(WORK / "register.csv").write_text(TABLE, encoding="utf-8")
export("register", ["register.csv", "--mapping", "mapping.json"])

# The derivation must be able to find fault, or its silence says nothing.
sample = next(path for path in sorted((WORK / "register-feed").glob("*.json")) if path.name != "manifest.json")
broken = json.loads(sample.read_text(encoding="utf-8"))
broken["Event"]["Object"][-1]["Attribute"][0]["type"] = "no-such-type"
check("pymisp refuses a type that it does not know", bool(tried("broken", json.dumps(broken))))
broken["Event"]["Object"][-1]["Attribute"][0].update(type="vulnerability", category="Person")
check("pymisp changes a category that does not fit", bool(tried("broken", json.dumps(broken))))

for name, kind, path in [
    ("misp", "misp", "sharing/misp-feed"),
    ("aiid", "aiid", "incidents/aiid"),
    ("avid-vulnerabilities", "avid", "incidents/avid/avid_vulnerabilities.jsonl"),
    ("atlas", "atlas", "incidents/atlas/ATLAS-5.6.1.yaml"),
]:
    if not (SHARED / path).exists():
        print(f"{path} is not here, so it was not tried")
    elif kind == "misp":
        # Made by pymisp, which hashes times in a spelling of its own; that alone is told, and the events are taken.
        run("init", "--dir", name, "--name", "en=Harbour")
        taken = run("import", str(SHARED / path), "--from", kind, "--dir", name, "--keep-html")
        told = json.loads(taken.stdout)
        faults = [fault["path"] for fault in told["faults"]]
        check(f"{name}: a feed by pymisp is taken in", told["made"] == 10 and faults == ["hashes.csv"], taken.stderr[:300])
    else:
        export(name, [str(SHARED / path), "--from", kind, "--keep-html"])

raise SystemExit(1 if failures else 0)
