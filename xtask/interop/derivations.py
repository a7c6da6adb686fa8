"""Every name and digest that docs/record-format.md defines, derived again in Python from what our binary wrote."""

import contextlib
import hashlib
import json
import uuid

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

import _party
from _party import check, decode, digest, disclosures_of, encode, equal, expect, fails

PRIVATE_KEYS = {"Ed25519": Ed25519PrivateKey.from_private_bytes}
with contextlib.suppress(UnsupportedAlgorithm):
    MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    PRIVATE_KEYS["ML-DSA-44"] = MLDSA44PrivateKey.from_seed_bytes

party = _party.Party("harbour-office")
envelope = party.profile["key_records"][0]
key_record = json.loads(party.key_record_octets)
signatures = {json.loads(decode(one["protected"]))["alg"]: one for one in envelope.get("signatures", [envelope])}


def canonical(value):
    """JCS (RFC 8785), for texts in ASCII and integers, which is all that a header or a key record holds."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def public_of(suite, seed):
    return PRIVATE_KEYS[suite](seed).public_key().public_bytes_raw()


def signature_of(name):
    """One signature of the key record, as a flattened JWS that jwcrypto reads."""
    one = signatures[name]
    jws = JWS()
    parts = {part: one[part] for part in ("protected", "signature")}
    jws.deserialize(json.dumps({**parts, "payload": envelope["payload"]}))
    return jws


with check("key-record-is-canonical-json"):
    equal(canonical(key_record), party.key_record_octets, "key record")

with check("first-key-record-names-no-party"):
    expect(not {"party", "previous"} & set(key_record), "it does")
    equal(key_record["index"], 0, "index")

with check("party-id-is-the-digest-of-key-record-0"):
    equal(digest("detente/key/v1", party.key_record_octets), party.begun["party"], "party id")
    equal(len(party.begun["party"]), 43, "length of the party id")

with check("identity-is-a-uuid-over-the-party-id"):
    octets = bytearray(decode(party.id)[:16])
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    equal(f"identity--{uuid.UUID(bytes=bytes(octets))}", party.begun["identity"], "identity")

with check("record-names-party-key-record-and-key-by-these-digests"):
    signed = party.sign(_party.INCIDENT)
    payload = _party.payload_of(signed["record"])
    equal((payload["iss"], payload["key_record"]), (party.id, party.key_record), "iss and key_record")
    header = decode(signed["record"].split(".")[0])
    equal(header, canonical({"alg": "Ed25519", "kid": party.kid, "typ": _party.TYP}), "protected header")

with check("private-seeds-give-the-listed-public-keys"):
    for (purpose, suite), seed in party.seeds.items():
        if suite in PRIVATE_KEYS:
            equal(encode(public_of(suite, decode(seed))), party.public[purpose, suite], f"{purpose} {suite}")

with check("every-purpose-has-a-key-of-its-own"):
    listed = [row["public_key"] for row in key_record["keys"]]
    equal(len(set(listed)), len(listed), "different keys")
    purposes = [(row["purpose"], row["suite"]) for row in key_record["keys"]]
    equal(len(set(purposes)), len(purposes), "different purposes")
    equal({"cosign", "log", "record", "transport"} - {purpose for purpose, _ in purposes}, set(), "missing purposes")

with check("key-record-is-signed-by-the-keys-it-requires"):
    equal(sorted(signatures), sorted(key_record["required"]["key_record"]), "suites")
    for name, one in signatures.items():
        header = {"alg": name, "kid": party.key_id("record", name), "typ": "detente-key+jws"}
        equal(decode(one["protected"]), canonical(header), "protected header")

with check("ed25519-signature-of-key-record-0-verifies"):
    signature_of("Ed25519").verify(party.public_key, alg="Ed25519")
    fails(lambda: signature_of("Ed25519").verify(party.jwk("log"), alg="Ed25519"), "InvalidJWSSignature")

if "ML-DSA-44" in PRIVATE_KEYS:
    with check("ml-dsa-44-signature-of-key-record-0-verifies"):
        listed = {name: party.public[name, "ML-DSA-44"] for name in ("record", "log")}
        keys = {name: JWK(kty="AKP", alg="ML-DSA-44", pub=public) for name, public in listed.items()}
        signature_of("ML-DSA-44").verify(keys["record"], alg="ML-DSA-44")
        fails(lambda: signature_of("ML-DSA-44").verify(keys["log"], alg="ML-DSA-44"), "InvalidJWSSignature")
else:
    _party.note("nothing of ML-DSA-44 was checked: this build of cryptography lacks it")

with check("recovery-key-is-the-one-that-key-record-0-commits-to"):
    letters = party.begun["recovery_key"].replace("-", "")
    bits = "".join(f"{'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.index(letter):05b}" for letter in letters[:52])
    secret = int(bits[:256], 2).to_bytes(32, "big")
    for suite in PRIVATE_KEYS:
        seed = hashlib.sha256(b"detente/recovery/v1\0" + suite.encode("ascii") + b"\0" + secret).digest()
        key_id = digest("detente/kid/v1", suite.encode("ascii"), b"\0", public_of(suite, seed))
        equal(key_id, key_record["recovery"][suite], f"recovery key of {suite}")

with check("profile-is-a-record-that-python-verifies"):
    profile = party.profile["profile"]
    jws = ".".join(profile[part] for part in ("protected", "payload", "signature"))
    token = "~".join([jws, *profile["header"]["disclosures"], ""])
    described = party.seen_by_library(token)["object"]
    equal(described["id"], party.identity, "id")
    (extension,) = described["extensions"].values()
    equal((extension["party"], extension["names"]), (party.id, {"en": "harbour-office"}), "party and names")

with check("record-digest-covers-the-payload-octets"):
    octets = decode(signed["record"].split(".")[1])
    equal(digest("detente/record/v1", octets), signed["record_digest"], "record digest")

with check("record-digest-is-the-same-in-every-form-and-release"):
    forms = [signed["record"], party.present(signed["record"], "--sealed"), party.present(signed["record"], "--core")]
    forms.append(json.dumps(party.present(signed["record"], form="json")))
    for form in forms:
        equal(party.verify(form).done()["record_digest"], signed["record_digest"], "record digest")

with check("payload-is-canonical-json"):
    equal(canonical(payload), octets, "payload")


def digests_in(value):
    """Every digest of a value, with those of each `_sd` sorted and padded as a record wants them."""
    if isinstance(value, list):
        slots = [element["..."] for element in value if isinstance(element, dict) and "..." in element]
        expect(not slots or len(slots) in _party.STEPS, f"{len(slots)} slots")
        return slots + [found for element in value for found in digests_in(element)]
    if not isinstance(value, dict):
        return []
    own = value.get("_sd", [])
    expect(own == sorted(own), "an `_sd` is not sorted")
    expect(not own or len(own) in _party.STEPS, f"{len(own)} digests")
    return own + [found for name, inside in value.items() if name not in ("_sd", "...") for found in digests_in(inside)]


def all_digests(token):
    opened = [json.loads(decode(text))[-1] for text in disclosures_of(token)]
    return digests_in(_party.payload_of(token)) + [found for value in opened for found in digests_in(value)]


with check("every-disclosure-is-the-sha-256-of-its-text"):
    found = all_digests(signed["record"])
    equal(len(set(found)), len(found), "different digests")
    for text in disclosures_of(signed["record"]):
        equal(found.count(encode(hashlib.sha256(text.encode("ascii")).digest())), 1, "digests of a disclosure")

with check("two-signings-of-one-object-share-no-salt-and-no-digest"):
    again = party.sign(_party.INCIDENT)["record"]
    salts = [{json.loads(decode(text))[0] for text in disclosures_of(token)} for token in (signed["record"], again)]
    equal(salts[0] & salts[1], set(), "common salts")
    equal({len(decode(salt)) for salt in salts[0] | salts[1]}, {16}, "octets of a salt")
    equal(set(all_digests(signed["record"])) & set(all_digests(again)), set(), "common digests")

_party.finish()
