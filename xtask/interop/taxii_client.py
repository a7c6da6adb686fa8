"""Reads and writes a node's collections with the reference client of TAXII 2.1 (`taxii2-client`) and with `stix2` over it, and has
`stix2-validator` judge all that it is shown."""

import sys
import threading
import time
import uuid

import _site
import requests
from _site import Site, check, indicator
from stix2 import Filter, TAXIICollectionSink, TAXIICollectionSource, TAXIICollectionStore
from stix2validator import ValidationOptions, validate_instance
from taxii2client.common import TokenAuth
from taxii2client.exceptions import AccessError
from taxii2client.v21 import Collection, Server, as_pages

WRITTEN = 300

site = Site()
token = site.token("lin", "laptop", "post", "read-feeds", "read")
reading = site.token("rea", "phone", "read-feeds")


def server(password, user="lin"):
    return Server(site.url("/taxii2/"), user=user, password=password, verify=site.certificate)


def collection(title, connected):
    (root,) = connected.api_roots
    (found,) = [one for one in root.collections if one.title.startswith(title)]
    return found


def envelope(*objects):
    return {"objects": list(objects)}


connected = server(token)
check("discovery names one root, by its whole URL", connected.default.url == site.url("/taxii2/api/"), connected.default.url)
own = collection("Our own", connected)
check("the collection can be read and written", own.can_read and own.can_write)
by_token = Server(site.url("/taxii2/"), auth=TokenAuth(token), verify=site.certificate)
check("a token alone is enough", collection("Our own", by_token).id == own.id)

status = own.add_objects(envelope(indicator(0)), wait_for_completion=True)
check("a POST is told of by its status", (status.status, status.success_count) == ("complete", 1), status.status)
status.refresh()
check("the status is there afterwards", status.success_count == 1)

refused = collection("Our own", server(reading, user="rea"))
try:
    refused.add_objects(envelope(indicator(1)))
    check("who may only read writes nothing", False)
except AccessError:
    check("who may only read writes nothing", True)


def write():
    """Another client writes, one object after another."""
    other = collection("Our own", server(token))
    for number in range(1, WRITTEN):
        other.add_objects(envelope(indicator(number)))


def indicators(page):
    return [one["id"] for one in page.get("objects", []) if one["type"] == "indicator"]


def by_date():
    """Pages by `added_after` and the header alone."""
    head = {"Accept": "application/taxii+json;version=2.1"}
    seen, last = [], None
    while len(set(seen)) < WRITTEN and time.monotonic() < end:
        params = {"limit": 11, **({"added_after": last} if last else {})}
        answer = requests.get(own.objects_url, params=params, headers=head, auth=("lin", token), verify=site.certificate)
        seen += indicators(answer.json())
        last = answer.headers.get("X-TAXII-Date-Added-Last", last)
    return seen


end = time.monotonic() + 120
results = {}
threads = [threading.Thread(target=write)]
threads.append(threading.Thread(target=lambda: results.update(by_date=by_date())))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seen = results.get("by_date", [])
check("by date, while another writes: every object exactly once", sorted(seen) == sorted(set(seen)) and len(seen) == WRITTEN, len(seen))

# By `next` in one sweep, while another writes more.
writer = threading.Thread(target=lambda: [own.add_objects(envelope(indicator(WRITTEN + number))) for number in range(50)])
writer.start()
seen = [one for page in as_pages(own.get_objects, per_request=7) for one in indicators(page)]
writer.join()
check("by `next`, while another writes: nothing twice", len(seen) == len(set(seen)))
check("by `next`: all that was there", {indicator(number)["id"] for number in range(WRITTEN)} <= set(seen))
rest = [one for page in as_pages(own.get_objects, per_request=9) for one in indicators(page)]
check("by `next`: all in the end, each once", len(rest) == len(set(rest)) == WRITTEN + 50, len(rest))
manifest = [one for page in as_pages(own.get_manifest, per_request=50) for one in page["objects"]]
check("the manifest has a line for each", len(manifest) == WRITTEN + 50 + 1, len(manifest))

later = indicator(0, modified="2026-11-02T00:00:00.000Z", name="Mended")
own.add_objects(envelope(later))
newest = own.get_object(later["id"])["objects"]
check("the newest version is shown", [one["name"] for one in newest] == ["Mended 0"], newest)
versions = own.object_versions(later["id"])["versions"]
check("both versions are there", len(versions) == 2, versions)
for name, filters, expected in [
    ("by type", {"type": "indicator"}, WRITTEN + 50),
    ("by id", {"id": later["id"]}, 1),
    ("by a type that is not there", {"type": "malware"}, 0),
]:
    found = [one for page in as_pages(own.get_objects, per_request=500, **filters) for one in page.get("objects", [])]
    check(f"filtered {name}", len(found) == expected, len(found))

store = TAXIICollectionStore(Collection(own.url, user="lin", password=token, verify=site.certificate))
check("`stix2` gets an object", store.get(later["id"]).name == "Mended 0")
check("`stix2` queries", len(store.query([Filter("type", "=", "indicator"), Filter("name", "=", "Prompt 5")])) == 1)
sink = TAXIICollectionSink(own)
new = indicator(9000)
sink.add(new)
check("`stix2` adds", TAXIICollectionSource(own).get(new["id"]).name == new["name"])
check("`stix2` asks for all versions", len(store.all_versions(later["id"])) == 2)

options = ValidationOptions(version="2.1")
shown = [one for page in as_pages(own.get_objects, per_request=500) for one in page["objects"]]
errors = [error for one in shown for error in validate_instance(one, options).errors]
check(f"`stix2-validator` finds no error in {len(shown)} objects", not errors, errors[:3])

try:
    Collection(site.url(f"/taxii2/api/collections/{uuid.uuid4()}/"), user="lin", password=token, verify=site.certificate).title
    check("a collection that is not there is a 404", False)
except requests.HTTPError as error:
    check("a collection that is not there is a 404", error.response.status_code == 404)

site.close()
site.start()
again = collection("Our own", server(token))
check("after a restart all is there", len(list(as_pages(again.get_manifest, per_request=1000))) == 1)
site.close()
sys.exit(1 if _site.failures else 0)
