"""What the Python package sd-jwt signs with a party's record key, read by our binary: accepted when it is a record,
refused by name when it is not. Where the library accepts what we refuse, a check says so."""

import json

import _party
from _party import (
    INCIDENT_EXTENSION,
    TWINS,
    SDObj,
    check,
    claims_of,
    disclosure,
    disclosures_of,
    equal,
    fails,
    issue,
    jws_of,
    presented,
    with_disclosures,
    without,
)

party = _party.Party("harbour-office")
incident = party.incident()
aside = {"version": 1, **TWINS}
claims = claims_of(party, incident, aside)
full = issue(party, claims)


def shown(token, expected_object, expected_aside):
    """That we accept the token, show this and nothing else, and that the library agrees."""
    equal(party.verify(token).done()["shown"], len(disclosures_of(token)), "disclosures")
    facts = party.show(token)
    equal(facts["verdict"], "signed, unlogged", "verdict")
    equal(facts["object"], expected_object, "object")
    equal(facts["aside"], expected_aside, "aside")
    payload = party.seen_by_library(token)
    equal((payload["object"], payload["aside"]), (expected_object, expected_aside), "what the library sees")


with check("record-by-python-is-shown-whole"):
    shown(full, incident, aside)

with check("record-by-python-has-the-same-digest-in-every-release"):
    octets = _party.decode(full.split(".")[1])
    expected = _party.digest("detente/record/v1", octets)
    for token in (full, with_disclosures(full, [])):
        equal(party.verify(token).done()["record_digest"], expected, "record digest")

with check("record-by-python-is-shown-in-part"):
    inside = {INCIDENT_EXTENSION: {"severity": True, "countries": [False, True]}}
    token = presented(full, {"object": {"description": True, "extensions": inside}, "aside": {"version": True}})
    expected = {INCIDENT_EXTENSION: {"severity": "serious incident", "countries": ["BE"]}, _party.FOREIGN_EXTENSION: {}}
    shown(token, {"description": incident["description"], "extensions": expected}, {"version": 1})

with check("record-by-python-is-sealed"):
    sealed = presented(full, {})
    equal(sealed, jws_of(full) + "~", "a sealed record")
    shown(sealed, {}, {})

with check("record-by-python-is-revealed-later"):
    revealed = with_disclosures(sealed, disclosures_of(full))
    equal(jws_of(revealed), jws_of(sealed), "the signed part")
    shown(revealed, incident, aside)

with check("we-present-a-record-by-python"):
    place = [place for place in party.show(full)["places"] if place.startswith("/object/external_references/")][2]
    token = party.present(full, "--hide", "description", "--hide", "model", "--hide", place)
    hidden = [["description"], ["extensions", INCIDENT_EXTENSION, "model"], ["external_references", 2]]
    shown(token, without(incident, *hidden), aside)

with check("we-seal-a-record-by-python"):
    shown(party.present(full, "--sealed"), {}, {})

with check("record-by-python-survives-our-json-form"):
    envelope = party.present(full, form="json")
    equal(party.show(json.dumps(envelope))["object"], incident, "object")
    equal(envelope["payload"], full.split(".")[1], "payload")

with check("batch-by-python-is-shown-with-its-members"):
    members = [
        {"type": "url", "id": f"url--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f{end}", "value": f"https://example.org/{end}"}
        for end in range(20, 31)
    ]
    batch = claims_of(party, {**incident, "type": "grouping", "id": incident["id"].replace("incident", "grouping")}, {})
    batch["aside"] = {SDObj("version"): 1, SDObj("members"): [SDObj(member) for member in members]}
    token = issue(party, batch)
    equal(party.verify(token).done()["shown"], len(disclosures_of(token)), "disclosures")
    equal(party.show(token)["members"], members, "members")

with check("decoys-do-not-differ-from-digests"):
    ours = party.sign(_party.INCIDENT)["record"]
    sets = [{one["at"]: (one["shown"], one["total"]) for one in party.show(token)["digests"]} for token in (full, ours)]
    equal(sets[0], sets[1], "digests and decoys of their record and ours")


# What the library issues or accepts, and a record is not.


class Unpadded(_party.RecordIssuer):
    def missing(self, count):
        return 0


class Unsorted(_party.RecordIssuer):
    def arranged(self, digests):
        return sorted(digests, reverse=True)


class Doubled(_party.RecordIssuer):
    """One digest twice in one object."""

    def arranged(self, digests):
        return sorted([digests[0], *digests[:-1]])


class OwnHeader(_party.RecordIssuer):
    """The header as the library writes it: with spaces, in its own order."""

    _create_signed_jws = _party.SDJWTIssuer._create_signed_jws


class OtherName(SDObj):
    """Unequal to an `SDObj` of the same text, so that one mapping holds a name twice."""


def with_key_binding(token):
    holder = _party.SDJWTHolder(token)
    chosen = {"object": {"name": True}}
    holder.create_presentation(chosen, "nonce", "https://example.org", party.private_key, "Ed25519")
    return holder.sd_jwt_presentation


def with_appended(token, *more):
    return with_disclosures(token, [*disclosures_of(token), *more])


other = issue(party, claims_of(party, {**incident, "name": "Another incident"}, aside))

accepted_there = {
    "unreferenced-disclosure": (with_appended(full, disclosure("note", "unsigned")), 1, "belongs to no digest"),
    "unreferenced-element": (with_appended(full, disclosure("unsigned")), 1, "belongs to no digest"),
    "disclosure-of-another-record": (
        with_disclosures(full, [*disclosures_of(full)[:-1], _party.named(other, "name")]),
        1,
        "comes from another record",
    ),
    "disclosure-whose-parent-is-withheld": (
        with_disclosures(full, [text for text in disclosures_of(full) if text != _party.named(full, "extensions")]),
        1,
        "its parent is withheld",
    ),
    "type-of-the-library": (
        issue(party, claims, typ="example+sd-jwt"),
        3,
        "`typ` is `example+sd-jwt` where `detente-record+sd-jwt` should be",
    ),
    "older-algorithm-name": (issue(party, claims, alg="EdDSA"), 3, "unknown signature suite `EdDSA`"),
    "unsigned-member-in-the-header": (issue(party, claims, cty="json"), 3, "exactly `alg`, `kid` and `typ`"),
    "header-with-spaces": (
        issue(party, claims, issuer=OwnHeader),
        3,
        "the canonical JSON of exactly `alg`, `kid` and `typ`",
    ),
    "no-padding": (issue(party, claims, issuer=Unpadded), 1, "there must be 8, 16, 32, 64, 128 or 256"),
    "digests-out-of-order": (issue(party, claims, issuer=Unsorted), 1, "sorted if they stand for properties"),
    "clear-claim": (issue(party, {**claims, "note": "in clear"}), 1, "`note` is unknown"),
    "clear-time-of-issue": (issue(party, {**claims, "iat": 1782875400}), 1, "`iat` is unknown"),
    "clear-property": (
        issue(party, {**claims, "object": {**claims["object"], "name_in_clear": "x"}}),
        1,
        "`object` is not an object of exactly `_sd`",
    ),
    "clear-aside": (issue(party, {**claims, "aside": {"version": 1}}), 1, "`aside` is not an object of exactly `_sd`"),
    "missing-aside": (
        issue(party, {name: value for name, value in claims.items() if name != "aside"}),
        1,
        "`aside` is not an object",
    ),
    "clear-extension": (
        issue(party, claims | {"object": {SDObj("extensions"): {INCIDENT_EXTENSION: {"severity": "incident"}}}}),
        1,
        "holds properties that are not digests",
    ),
    "digests-deep-inside-a-property": (
        issue(party, claims | {"object": {SDObj("x_weather"): {SDObj("rain"): 0.25}}}),
        1,
        "digests stand at `/object/x_weather`, where a record has none",
    ),
    "partly-clear-list": (
        issue(party, claims | {"object": {SDObj("labels"): [SDObj("a"), "b"]}}),
        1,
        "digests stand at `/object/labels`",
    ),
    "name-of-251-octets": (issue(party, claims | {"object": {SDObj("a" * 251): 1}}), 1, "longer than 250 octets"),
    "property-named-dots": (issue(party, claims | {"object": {SDObj("..."): "x"}}), 1, "the reserved property `...`"),
    "property-named-sd": (issue(party, claims | {"object": {SDObj("_sd"): ["x"]}}), 1, "the reserved property `_sd`"),
    "property-named-sd-alg": (issue(party, claims | {"object": {SDObj("_sd_alg"): "x"}}), 1, "property `_sd_alg`"),
    "id-that-is-not-of-stix": (issue(party, claims_of(party, {**incident, "id": "tool--x"}, aside)), 1, "`/object/id`"),
    "twin-that-disagrees": (
        issue(party, claims_of(party, incident, {**aside, "occurred_year": "2025"})),
        1,
        'the twin `occurred_year` says "2025", but the shown `occurred` gives "2026"',
    ),
    "key-binding": (with_key_binding(full), 3, "key binding is not used here"),
}


for name, (token, exit_code, words) in accepted_there.items():
    with check(f"{name}-is-accepted-by-python-and-refused-by-us"):
        equal(party.seen_by_library(token)["iss"], party.id, "what the library sees")
        party.verify(token).refused(exit_code, words)

with check("repeated-disclosure-is-refused-by-both"):
    token = with_appended(full, disclosures_of(full)[0])
    fails(lambda: party.seen_by_library(token), "Duplicate disclosure hash")
    party.verify(token).refused(1, "stands twice")

with check("repeated-digest-is-refused-by-both"):
    token = issue(party, claims, issuer=Doubled)
    fails(lambda: party.seen_by_library(token), "Duplicate hash found")
    party.verify(token).refused(1, "stands twice")

with check("property-that-stands-there-already-is-refused-by-both"):
    twice = {SDObj("name"): "in a disclosure", OtherName("name"): "in another"}
    token = issue(party, {**claims, "object": twice})
    fails(lambda: party.seen_by_library(token), "Duplicate key found")
    party.verify(token).refused(1, "`/object/name` is disclosed although it stands there already")

with check("key-of-another-purpose-is-refused"):
    token = issue(party, claims, key=party.jwk("log", private=True), kid=party.key_id("log"))
    party.verify(token).refused(1, f"key {party.key_id('log')} is a log key and cannot sign where a record key must")

with check("key-that-no-key-record-lists-is-refused"):
    stranger = _party.Party("stranger")
    token = issue(party, claims, key=stranger.private_key, kid=stranger.kid)
    party.verify(token).refused(1, stranger.kid, "is not one that the author's key record requires")

with check("name-of-a-key-that-did-not-sign-is-refused-by-both"):
    token = issue(party, claims, key=stranger.private_key)
    fails(lambda: party.seen_by_library(token), "InvalidJWSSignature")
    party.verify(token).refused(1, f"signature by key {party.kid} does not verify")

with check("key-record-of-another-party-is-refused"):
    token = issue(party, {**claims, "key_record": stranger.key_record})
    party.verify(token).refused(1, f"key record {stranger.key_record} is not in this history")

with check("suite-that-the-key-is-not-of-is-refused"):
    header = json.dumps({"alg": "ML-DSA-44", "kid": party.kid, "typ": _party.TYP}, separators=(",", ":"))
    signed = _party.encode(header.encode("ascii")) + "." + full.split(".")[1]
    # By hand, because the library would not sign under a name that the key does not have.
    signature = party.private_key.get_op_key("sign").sign(signed.encode("ascii"))
    token = with_disclosures(f"{signed}.{_party.encode(signature)}", disclosures_of(full))
    party.verify(token).refused(1, f"the header says ML-DSA-44 for key {party.kid}, which is an Ed25519 key")


# The size that docs/benchmarks.md compares: eleven properties of the core, fourteen of an extension, three twins, a
# version.

measured = {
    **without(incident, ["labels"], ["external_references"], ["x_weather"]),
    "name": "A delivery robot blocked the way of an ambulance for four minutes",
    "description": "It stood across the gate. " * 18,
    "extensions": {
        INCIDENT_EXTENSION: {
            "extension_type": "property-extension",
            "occurred": "2026-06-30T21:04:00Z",
            "discovered": "2026-06-30T21:09:00Z",
            "aware": "2026-07-01T01:00:00Z",
            "place": {"country": "NL", "locality": "Utrecht"},
            "system": "pavement delivery robot",
            "model": "way-finder 7, build 2026.3",
            "developer": "Example Robotics",
            "deployer": "Example Deliveries",
            "autonomy": "drives alone, called back by a person",
            "severity": "serious incident",
            "people_affected": 3,
            "ai_involvement": "the planner treated the flashing lights as glare and stood still",
            "actions_taken": "robots stay off that street at night; the planner was trained again",
        }
    },
}
measured_claims = claims_of(party, measured, aside)
token = issue(party, measured_claims)

with check("measured-record-has-29-disclosures"):
    equal(len(disclosures_of(token)), 29, "disclosures")
    shown(token, measured, aside)

issued = _party.median_micros(lambda: issue(party, measured_claims), 200)
verified = _party.median_micros(lambda: party.seen_by_library(token), 200)
_party.note(f"python sd-jwt 0.10.4, 29 disclosures: issue {issued:.0f} us, verify {verified:.0f} us (median of 200)")

_party.finish()
