"""What our binary signs, read and presented by the Python package sd-jwt, compact form."""

import json

import _party
from _party import INCIDENT_EXTENSION, TWINS, check, disclosures_of, equal, expect, fails, jws_of, presented, without

party = _party.Party("harbour-office")
incident = party.incident()
signed = party.sign(_party.INCIDENT)
full = signed["record"]
places = party.show(full)["places"]
second_reference = [place for place in places if place.startswith("/object/external_references/")][1]
second_slot = int(second_reference.rsplit("/", 1)[1])


def seen(token, expected_object, expected_aside):
    """That the library verifies the token and sees this and nothing else."""
    payload = party.seen_by_library(token)
    equal(payload.pop("iss"), party.id, "iss")
    equal(payload.pop("key_record"), party.key_record, "key_record")
    equal(payload.pop("object"), expected_object, "object")
    equal(payload.pop("aside"), expected_aside, "aside")
    equal(payload, {}, "other claims")


def shown_by_us(token, expected_object, expected_aside):
    """That our binary accepts the token and shows this and nothing else."""
    facts = party.verify(token).done()
    equal(facts["record_digest"], signed["record_digest"], "record digest")
    equal(facts["shown"], len(disclosures_of(token)), "disclosures")
    shown = party.show(token)
    equal(shown["verdict"], "signed, unlogged", "verdict")
    equal(shown["object"], expected_object, "object")
    equal(shown["aside"], expected_aside, "aside")


def both(token, expected_object, expected_aside):
    seen(token, expected_object, expected_aside)
    shown_by_us(token, expected_object, expected_aside)


with check("full-record-is-seen-whole"):
    both(full, incident, {"version": 1, **TWINS})

with check("partial-record-shows-what-we-left"):
    hidden = ["description", f"/object/extensions/{INCIDENT_EXTENSION}/model", second_reference]
    partial = party.present(full, *[part for place in hidden for part in ("--hide", place)])
    expected = without(
        incident, ["description"], ["extensions", INCIDENT_EXTENSION, "model"], ["external_references", 1]
    )
    equal(jws_of(partial), jws_of(full), "the signed part")
    both(partial, expected, {"version": 1, **TWINS})

with check("only-chosen-places-are-seen"):
    chosen = party.present(full, "--show", "severity", "--show", "id", "--show", "occurred_year")
    inside = {INCIDENT_EXTENSION: {"severity": "serious incident"}, _party.FOREIGN_EXTENSION: {}}
    both(chosen, {"id": incident["id"], "extensions": inside}, {"occurred_year": "2026"})

with check("twin-stands-for-its-hidden-original"):
    coarse = party.present(full, "--hide", "occurred", "--hide", "place", "--hide", "people_affected")
    originals = [["extensions", INCIDENT_EXTENSION, name] for name in ("occurred", "place", "people_affected")]
    both(coarse, without(incident, *originals), {"version": 1, **TWINS})

with check("core-release-shows-the-stix-core"):
    core = party.present(full, "--core")
    names = ("type", "spec_version", "id", "created", "modified", "created_by_ref", "lang")
    both(core, {name: incident[name] for name in names}, {})

with check("sealed-record-shows-nothing"):
    sealed = party.present(full, "--sealed")
    equal(sealed, jws_of(full) + "~", "a sealed record")
    both(sealed, {}, {})

with check("revealed-record-has-the-sealed-signature"):
    revealed = _party.with_disclosures(sealed, disclosures_of(full))
    equal(jws_of(revealed), jws_of(sealed), "the signed part")
    both(revealed, incident, {"version": 1, **TWINS})

with check("later-version-names-the-one-before"):
    before = party.home / "first.json"
    before.write_text(full, encoding="utf-8")
    later = {**incident, "modified": "2026-07-02T00:00:00.000Z", "name": "The robot also blocked a tram"}
    made = _party.detente(
        "record", "sign", "-", "--dir", party.home, "--after", before, "--format", "compact", stdin=json.dumps(later)
    ).done()
    seen(made["record"], later, {"version": 2, "previous": signed["record_digest"], **TWINS})


def member(number):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{number}",
        "created": "2026-07-01T03:10:00.000Z",
        "modified": "2026-07-01T03:10:00.000Z",
        "pattern": f"[url:value = 'https://example.org/{number}']",
        "pattern_type": "stix",
        "valid_from": "2026-07-01T03:10:00Z",
    }


members = [member(number) for number in range(20, 33)]
grouping = {
    "type": "grouping",
    "spec_version": "2.1",
    "id": "grouping--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f13",
    "created": "2026-07-01T03:10:00.000Z",
    "modified": "2026-07-01T03:10:00.000Z",
    "context": "suspicious-activity",
    "object_refs": [member["id"] for member in members],
}
batch = party.sign(grouping, *members)["record"]
whole_grouping = {**grouping, "created_by_ref": party.identity}

with check("batch-is-seen-with-its-members"):
    seen(batch, whole_grouping, {"version": 1, "members": members})
    equal(party.show(batch)["members"], members, "members")

with check("one-member-of-a-batch-is-seen-alone"):
    slots = [place for place in party.show(batch)["places"] if place.startswith("/aside/members/")]
    equal(len(slots), len(members), "places of members")
    one = party.present(batch, "--show", slots[4])
    seen(one, {}, {"members": [members[4]]})
    equal(party.show(one)["members"], [members[4]], "members")

with check("holder-presents-everything"):
    chosen = {
        "object": {name: True for name in incident},
        "aside": {name: True for name in ("version", *TWINS)},
    }
    chosen["object"]["external_references"] = [True] * 8
    chosen["object"]["extensions"] = {
        extension: {name: [True] * 8 if name in _party.BY_ELEMENT else True for name in properties}
        for extension, properties in incident["extensions"].items()
    }
    token = presented(full, chosen)
    equal(sorted(disclosures_of(token)), sorted(disclosures_of(full)), "disclosures")
    both(token, incident, {"version": 1, **TWINS})

with check("holder-presents-properties"):
    token = presented(full, {"object": {"id": True, "description": True, "x_weather": True}, "aside": {}})
    both(token, {name: incident[name] for name in ("id", "description", "x_weather")}, {})

with check("holder-presents-inside-an-extension"):
    inside = {INCIDENT_EXTENSION: {"severity": True, "place": True}}
    token = presented(full, {"object": {"extensions": inside}, "aside": {"place_country": True}})
    shown = {name: incident["extensions"][INCIDENT_EXTENSION][name] for name in ("severity", "place")}
    expected = {"extensions": {INCIDENT_EXTENSION: shown, _party.FOREIGN_EXTENSION: {}}}
    both(token, expected, {"place_country": "NL"})

with check("holder-presents-one-element"):
    token = presented(full, {"object": {"external_references": [False] * second_slot + [True]}})
    both(token, {"external_references": [incident["external_references"][1]]}, {})

with check("holder-presents-nothing"):
    token = presented(full, {})
    equal(token, sealed, "a sealed record")
    both(token, {}, {})

with check("holder-presents-less-of-our-part"):
    token = presented(partial, {"object": {"name": True, "external_references": [True] * 8}})
    kept = without(incident["external_references"], [1])
    both(token, {"name": incident["name"], "external_references": kept}, {})

with check("changed-signature-is-refused-by-both"):
    header, payload, signature = jws_of(full).split(".")
    for place in (0, 40, 80):
        token = _party.with_disclosures(
            ".".join([header, payload, _party.flipped(signature, place)]), disclosures_of(full)
        )
        fails(lambda: party.seen_by_library(token), "InvalidJWSSignature")
        party.verify(token).refused(1, "does not verify")

with check("changed-payload-is-refused-by-both"):
    other = json.dumps({**_party.payload_of(full), "key_record": party.key_record[::-1]}).encode("utf-8")
    token = _party.with_disclosures(".".join([header, _party.encode(other), signature]), disclosures_of(full))
    fails(lambda: party.seen_by_library(token), "InvalidJWSSignature")
    expect(party.verify(token).exit == 1, "accepted by us")

with check("changed-header-is-refused-by-both"):
    other = _party.encode(_party.decode(header).replace(b"detente-record+sd-jwt", b"detente-record+sd-jwT"))
    token = _party.with_disclosures(".".join([other, payload, signature]), disclosures_of(full))
    fails(lambda: party.seen_by_library(token), "InvalidJWSSignature")
    party.verify(token).refused(3, "`typ` is `detente-record+sd-jwT`")

with check("changed-disclosure-is-not-seen-and-we-refuse-it"):
    description = _party.named(full, "description")
    # In the letters of the value, so that it stays JSON and only its digest gives it away.
    salt, name, value = json.loads(_party.decode(description))
    other = _party.encode(json.dumps([salt, name, value.replace("gate", "road")]).encode("utf-8"))
    token = full.replace(description, other)
    payload = party.seen_by_library(token)
    equal(payload["object"], without(incident, ["description"]), "what the library sees")
    party.verify(token).refused(1, "belongs to no digest of this record")

with check("record-of-another-party-is-refused-by-both"):
    stranger = _party.Party("stranger")
    token = stranger.sign(_party.INCIDENT)["record"]
    fails(lambda: party.seen_by_library(token), "issuer and key id")
    party.verify(token).refused(1, f"claims to be from party {stranger.id}")

_party.finish()
