"""Checks the golden records with the Python standard library alone, which shares no code with the crate.

Run: python3 records.py
Signatures are checked too if the package `cryptography` is there (Ed25519, and ML-DSA-44 from its version 48 on).
Everything printed was worked out here from the envelopes; the files `*.facts.json` are only compared with.
"""
import base64
import hashlib
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent
STEPS = [8, 16, 32, 64, 128, 256]


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def encode(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text):
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert encode(octets) == text, "base64url has one spelling"
    return octets


def take_apart(text):
    """The parts of any of the three forms: payload, [(protected, signature)], disclosures."""
    text = text.rstrip()
    if not text.startswith("{"):
        jws, *disclosures, last = text.split("~")
        assert last == "", "a compact record ends in a tilde"
        protected, payload, signature = jws.split(".")
        return payload, [(protected, signature)], disclosures
    envelope = json.loads(text)
    signatures = envelope.get("signatures", [envelope])
    return (envelope["payload"], [(one["protected"], one["signature"]) for one in signatures],
            signatures[0]["header"]["disclosures"])


class Resolver:
    """Puts disclosures back where their digests stand, in the order of the disclosures."""

    def __init__(self, disclosures):
        self.order = {encode(sha256(text.encode("ascii"))): place for place, text in enumerate(disclosures)}
        self.claims = [json.loads(decode(text)) for text in disclosures]
        self.places = [None] * len(disclosures)
        self.sets = []

    def open(self, digest, at, parts):
        index = self.order[digest]
        claim = self.claims[index]
        assert len(claim) == parts and len(decode(claim[0])) == 16, "a disclosure has a salt of 128 bits"
        at = at if parts == 2 else f"{at}/{claim[1].replace('~', '~0').replace('/', '~1')}"
        assert self.places[index] is None, "a disclosure opens one digest"
        self.places[index] = at
        return claim[1:-1], self.value(claim[-1], at)

    def value(self, value, at):
        if isinstance(value, dict):
            return self.object(value, at)
        if isinstance(value, list) and any(isinstance(one, dict) and "..." in one for one in value):
            return self.elements([one["..."] for one in value], at)
        if isinstance(value, list):
            return [self.value(one, f"{at}/{slot}") for slot, one in enumerate(value)]
        return value

    def object(self, members, at):
        out = {name: self.value(one, f"{at}/{name}") for name, one in members.items() if name != "_sd"}
        digests = members.get("_sd", [])
        if "_sd" in members:
            assert digests == sorted(digests), "digests are sorted"
            self.sets.append(digests)
        for digest in sorted((one for one in digests if one in self.order), key=self.order.get):
            (name,), value = self.open(digest, at, 3)
            assert name not in out
            out[name] = value
        return out

    def elements(self, digests, at):
        self.sets.append(digests)
        shown = [(slot, one) for slot, one in enumerate(digests) if one in self.order]
        return [self.open(one, f"{at}/{slot}", 2)[1] for slot, one in shown]


def signature_set(signatures):
    headers = [(decode(protected), decode(signature)) for protected, signature in signatures]
    headers.sort(key=lambda pair: decode(json.loads(pair[0])["kid"]))
    return b"".join(len(part).to_bytes(2, "big") + part for pair in headers for part in pair)


def check_header(protected):
    octets = decode(protected)
    header = json.loads(octets)
    assert sorted(header) == ["alg", "kid", "typ"] and header["typ"] == "detente-record+sd-jwt"
    canonical = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical.encode() == octets, "a protected header is canonical"
    return header


def verify(suite, public, message, signature):
    """True or False, or None if nothing here can tell."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ed25519
        if suite == "Ed25519":
            key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        else:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
            key = MLDSA44PublicKey.from_public_bytes(public)
    except ImportError:
        return None
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def check_signatures(payload, signatures, keys):
    results = []
    assert len(signatures) == len(keys), "one signature for each required key"
    for protected, signature in signatures:
        header = check_header(protected)
        key = next(one for one in keys if one["kid"] == header["kid"])
        public = decode(key["public_key"])
        kid = sha256(b"detente/kid/v1\0", key["suite"].encode(), b"\0", public)
        assert (encode(kid), key["suite"]) == (header["kid"], header["alg"])
        results.append(verify(key["suite"], public, f"{protected}.{payload}".encode(), decode(signature)))
    return results


def facts(text, known):
    payload, signatures, disclosures = take_apart(text)
    octets = decode(payload)
    claims = json.loads(octets)
    assert list(claims) == ["_sd_alg", "aside", "iss", "key_record", "object"] and claims["_sd_alg"] == "sha-256"
    resolver = Resolver(disclosures)
    resolved = resolver.value({"aside": claims["aside"], "object": claims["object"]}, "")
    assert None not in resolver.places, "every disclosure belongs to a digest"
    assert all(len(digests) in STEPS for digests in resolver.sets), "digests are padded to a step"
    seen = [digest for digests in resolver.sets for digest in digests]
    assert len(seen) == len(set(seen)) and all(len(decode(digest)) == 32 for digest in seen)
    record = sha256(b"detente/record/v1\0", octets)
    signed = sha256(signature_set(signatures))
    commitment = sha256(b"detente/leaf/v1\0", bytes.fromhex(known["salt"]), record, signed)
    found = {"party": claims["iss"], "key_record": claims["key_record"], "record_digest": encode(record),
             "signature_set_sha256": signed.hex(), "commitment": encode(commitment), "places": resolver.places,
             "object": resolved["object"], "aside": resolved["aside"]}
    return found, check_signatures(payload, signatures, known["keys"])


def main():
    checked = 0
    for path in sorted((FOLDER / "records").glob("*.facts.json")):
        name = path.name.removesuffix(".facts.json")
        known = json.loads(path.read_text("utf-8"))
        envelope = next(one for one in (path.with_name(name + ".json"), path.with_name(name + ".txt")) if one.exists())
        found, signatures = facts(envelope.read_text("utf-8"), known)
        for member, value in found.items():
            if value != known[member]:
                sys.exit(f"{name}: {member} is {value} here and {known[member]} in its facts")
        assert False not in signatures, f"{name}: a signature does not verify"
        print(f"{name}: {found['record_digest']}, {len(found['places'])} disclosures, signatures {signatures}")
        checked += 1
    first = json.loads((FOLDER / "key-record-0.json").read_text("utf-8"))
    party = encode(sha256(b"detente/key/v1\0", decode(first["payload"])))
    assert party == json.loads((FOLDER / "records" / "full.facts.json").read_text("utf-8"))["party"]
    print(f"COUNT: golden records worked out again: {checked}, and their author's party id")


main()
