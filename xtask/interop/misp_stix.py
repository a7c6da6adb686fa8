"""Has `misp-stix`, with which a MISP takes in and gives out STIX, convert what we export: our bundle of STIX to MISP and
back, and our events of MISP to STIX and back. Nothing may be raised, and how much comes through is told."""

import json
import os
import pathlib
import subprocess
import sys
from collections import Counter

BINARY, WORK = os.environ["DETENTE_BINARY"], pathlib.Path(os.environ["DETENTE_WORK"])
failures = 0


def check(name, holds, why=""):
    global failures
    failures += not holds
    print(f"ok {name}" if holds else f"FAILED {name} {why}", flush=True)


try:
    from pymisp import MISPOrganisation
    from misp_stix_converter import ExternalSTIX2toMISPParser, InternalSTIX2toMISPParser, MISPtoSTIX21Parser
except ImportError as error:
    # Said aloud, and a failure: the package is among the pinned ones.
    check("misp-stix is there", False, repr(error))
    sys.exit(1)

TABLE = """Case,Title,Text,Day,Countries,Hurt,Model,Version,Maker,CVE
H-1,Crane,"It stood, \u201cas if asleep\u201d; \u8d77\u91cd\u673a",30.06.2026,NL;DE,2,lane-net,2,Yard,CVE-2026-12345
H-2,A gate,It opened by itself,01.07.2026,NL,,,,,
H-3,\u4e2d\u6587,\u4e8b\u4ef6,02.07.2026,CN,1,,,,
"""
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
        "Hurt": "injured",
        "Model": "model",
        "Version": "model_version",
        "Maker": "developer",
        "CVE": {"reference": "cve"},
    },
    "constants": {"event_kind": "incident", "severity": "serious incident"},
}
COUNT = 3


def run(*words):
    done = subprocess.run([BINARY, "--json", *words], cwd=WORK, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"FAILED {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else {}


def tried(name, work):
    """What a conversion gives; whatever it raises is the finding."""
    try:
        return work()
    except Exception as error:
        check(name, False, repr(error)[:300])
        return None


def events_of(parser):
    found = getattr(parser, "misp_events", None) or parser.misp_event
    return list(found) if isinstance(found, (list, tuple)) else [found]


def noted(parser):
    """What the converter itself calls errors, and warnings."""
    return [sum(len(each) for each in dict(getattr(parser, name, None) or {}).values()) for name in ("errors", "warnings")]


def to_misp(kind, path):
    parser = kind()
    parser.load_stix_bundle(_bundle(path))
    parser.parse_stix_bundle()
    return parser


def _bundle(path):
    import stix2

    # Our extension is none of the library's: it must be taken as custom content, and kept.
    return stix2.parse(path.read_text(encoding="utf-8"), allow_custom=True)


def to_stix(events):
    parser = MISPtoSTIX21Parser()
    for event in events:
        parser.parse_misp_event(event)
    return parser


(WORK / "mapping.json").write_text(json.dumps(MAPPING), encoding="utf-8")
(WORK / "register.csv").write_text(TABLE, encoding="utf-8")
run("init", "--dir", "harbour", "--name", "en=Harbour")
run("import", "register.csv", "--mapping", "mapping.json", "--dir", "harbour")
run("export", "--dir", "harbour", "--as", "stix", "--out", "stix.json", "--yes")
run("export", "--dir", "harbour", "--as", "misp", "--out", "misp.json", "--yes")

# STIX to MISP, and back. This converter has no reader for an `incident` of STIX 2.1: it says so of each, twice, and takes the rest. Should
# it learn to, the check asks to be made stricter.
objects = Counter(one["type"] for one in json.loads((WORK / "stix.json").read_text(encoding="utf-8"))["objects"])
UNREAD = {"Unable to load STIX object type: incident", "Unknown STIX object type: incident"}
taken = tried("our bundle becomes MISP", lambda: to_misp(ExternalSTIX2toMISPParser, WORK / "stix.json"))
if taken:
    events = events_of(taken)
    parts = Counter(part.name for event in events for part in event.objects)
    faults = Counter(fault for faults in dict(taken.errors).values() for fault in faults)
    said = f"{dict(objects)} became {len(events)} events with {dict(parts)}; of {objects['incident']} incidents it says that it reads none"
    holds = set(faults) == UNREAD and set(faults.values()) == {COUNT} and parts["organization"] == objects["identity"]
    check(f"our bundle becomes MISP, but for incidents: {said}", holds, str(faults)[:600])
    for event in events:
        # A bundle does not say whose event it is, and the way back asks for it.
        event.orgc = MISPOrganisation()
        event.orgc.from_dict(name="Harbour", uuid="0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f02")
    back = tried("what it became goes back to STIX", lambda: to_stix(events))
    if back:
        again = Counter(one.type for one in back.stix_objects)
        holds = again["identity"] >= objects["identity"] and noted(back)[0] == 0
        check(f"what it became goes back to STIX: {dict(again)}", holds, str(dict(back.errors))[:300])

# Our MISP to STIX, and back.
ours = json.loads((WORK / "misp.json").read_text(encoding="utf-8"))["response"]
given = tried("our events become STIX", lambda: to_stix(ours))
if given:
    bundle = given.bundle
    (WORK / "theirs.json").write_text(bundle.serialize(), encoding="utf-8")
    types = Counter(one.type for one in bundle.objects)
    holds = len(ours) == COUNT and types["report"] == COUNT and noted(given)[0] == 0
    check(f"our {len(ours)} events become STIX: {dict(types)}", holds, str(noted(given)))
    returned = tried("they come back as events", lambda: to_misp(InternalSTIX2toMISPParser, WORK / "theirs.json"))
    if returned:
        events = events_of(returned)
        values = Counter(str(one.value) for event in events for part in event.objects for one in part.attributes)
        sent = Counter(str(one["value"]) for event in ours for part in event["Event"]["Object"] for one in part["Attribute"])
        said = f"{len(events)} events with {sum(values.values())} of {sum(sent.values())} attributes"
        holds = len(events) == COUNT and values == sent and noted(returned)[0] == 0
        names = {event.info for event in events} == {event["Event"]["info"] for event in ours}
        check(f"they come back with every value: {said}", holds and names, str(sent - values)[:600])

sys.exit(1 if failures else 0)
