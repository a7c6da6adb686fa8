"""What the Python checks share: our binary, a party, the library set up to write records, and the list of checks."""

import base64
import contextlib
import copy
import hashlib
import json
import os
import pathlib
import secrets
import statistics
import subprocess
import sys
import time

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

WORK = pathlib.Path(os.environ["DETENTE_WORK"])

TYP = "detente-record+sd-jwt"
STEPS = (8, 16, 32, 64, 128, 256)
INCIDENT_EXTENSION = "extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd"
FOREIGN_EXTENSION = "extension-definition--71736db5-10e7-4d9e-8d1c-0f4c6bb9d001"
BY_ELEMENT = ("external_references", "object_refs", "countries", "harm_types", "affected_parties")

# What a round trip loses first: letters beyond ASCII and beyond the first plane, fractions, properties that no table
# knows.
INCIDENT = {
    "type": "incident",
    "spec_version": "2.1",
    "id": "incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f12",
    "created": "2026-07-01T03:10:00.000Z",
    "modified": "2026-07-01T03:10:00.000Z",
    "lang": "en",
    "confidence": 80,
    "name": "A delivery robot blocked the way of an ambulance",
    "description": "It stood across the gate, \"as if asleep\"; 救护车等了四分钟 \U0001f691.\n",
    "labels": ["robot", "street"],
    "external_references": [
        {"source_name": "first paper", "url": "https://example.org/1"},
        {"source_name": "second paper", "url": "https://example.org/2"},
        {"source_name": "third paper", "url": "https://example.org/3"},
    ],
    "x_weather": {"rain": 0.25, "sky": ["low", "grey"], "warnings": False},
    "extensions": {
        INCIDENT_EXTENSION: {
            "extension_type": "property-extension",
            "occurred": "2026-06-30T21:04:00Z",
            "place": {"country": "NL", "locality": "Utrecht", "latitude": 52.0907},
            "countries": ["NL", "BE", "DE"],
            "harm_types": ["health", "rights"],
            "people_affected": 3,
            "model": "way-finder 7, build 2026.3",
            "severity": "serious incident",
        },
        FOREIGN_EXTENSION: {"extension_type": "property-extension", "scale": 4, "notes": {"by": "another office"}},
    },
}
TWINS = {"occurred_year": "2026", "place_country": "NL", "people_affected_band": "1-9"}

_failed = []


@contextlib.contextmanager
def check(name):
    """One check: a line on standard output, and an exit that agrees with it."""
    try:
        yield
    except Exception as error:
        _failed.append(name)
        print(f"FAILED {name} {type(error).__name__}: {' '.join(str(error).split())}", flush=True)
    else:
        print(f"ok {name}", flush=True)


def note(text):
    print(f"note {text}", flush=True)


def finish():
    sys.exit(1 if _failed else 0)


def expect(holds, what):
    if not holds:
        raise AssertionError(what)


def equal(found, expected, what):
    expect(found == expected, f"{what}: found {found!r}, expected {expected!r}")


def fails(action, *words):
    """That the foreign library refuses, and for the reason meant: any other failure would prove nothing."""
    try:
        action()
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        expect(all(word in said for word in words), f"refused for another reason: {said}")
    else:
        raise AssertionError("accepted by the library")


class Answer:
    """How our binary answered."""

    def __init__(self, done):
        self.exit = done.returncode
        self.facts = json.loads(done.stdout) if done.stdout.strip() else {}
        self.error = json.loads(done.stderr)["error"]["message"] if done.stderr.strip() else ""

    def done(self):
        expect(self.exit == 0, f"exit {self.exit}: {self.error}")
        return self.facts

    def refused(self, exit_code, *words):
        equal(self.exit, exit_code, f"exit, with the message `{self.error}`")
        for word in words:
            expect(word in self.error, f"`{word}` is not in the message `{self.error}`")


def detente(*arguments, stdin=""):
    command = [os.environ["DETENTE_BINARY"], *map(str, arguments), "--json"]
    return Answer(subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8"))


def encode(octets):
    return base64.urlsafe_b64encode(octets).decode("ascii").rstrip("=")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def digest(domain, *parts):
    return encode(hashlib.sha256(b"".join([domain.encode("ascii"), b"\0", *parts])).digest())


class Party:
    """A party that our binary began, and its record key as foreign software holds it."""

    def __init__(self, name):
        self.home = WORK / name
        self.begun = detente("init", "--dir", self.home, "--name", f"en={name}").done()
        self.id = self.begun["party"]
        self.identity = self.begun["identity"]
        self.profile_path = self.home / "profile.json"
        self.profile = json.loads(self.profile_path.read_text(encoding="utf-8"))
        self.key_record_octets = decode(self.profile["key_records"][0]["payload"])
        self.key_record = digest("detente/key/v1", self.key_record_octets)
        self.seeds = {
            (row["purpose"], row["suite"]): row["seed"]
            for row in json.loads((self.home / "keys.json").read_text(encoding="utf-8"))["keys"]
        }
        self.public = {
            (row["purpose"], row["suite"]): row["public_key"] for row in json.loads(self.key_record_octets)["keys"]
        }
        self.kid = self.key_id("record")
        self.private_key = self.jwk("record", private=True)
        self.public_key = self.jwk("record")

    def key_id(self, purpose, suite="Ed25519"):
        return digest("detente/kid/v1", suite.encode("ascii"), b"\0", decode(self.public[purpose, suite]))

    def jwk(self, purpose, private=False):
        parts = {"kty": "OKP", "crv": "Ed25519", "x": self.public[purpose, "Ed25519"]}
        if private:
            parts["d"] = self.seeds[purpose, "Ed25519"]
        return JWK(**parts)

    def sign(self, obj, *members, form="compact"):
        arguments = ["record", "sign", "-", "--dir", self.home, "--format", form]
        for member in members:
            path = WORK / f"{member['id']}.json"
            path.write_text(json.dumps(member), encoding="utf-8")
            arguments += ["--member", path]
        return detente(*arguments, stdin=json.dumps(obj)).done()

    def present(self, token, *choice, form="compact"):
        arguments = ["record", "present", "-", "--dir", self.home, "--format", form, *(choice or ["--all"])]
        return detente(*arguments, stdin=token).done()["record"]

    def verify(self, token):
        return detente("record", "verify", "-", "--keys", self.profile_path, stdin=token)

    def show(self, token):
        return detente("record", "show", "-", "--keys", self.profile_path, stdin=token).done()

    def key_for(self, issuer, header):
        """What a relying party's key look-up does: by issuer and key id, and by nothing in the header beside."""
        equal((issuer, header.get("kid")), (self.id, self.kid), "issuer and key id")
        return self.public_key

    def seen_by_library(self, token):
        return SDJWTVerifier(token, self.key_for).get_verified_payload()

    def incident(self):
        """The incident as a record of this party shows it."""
        return {**copy.deepcopy(INCIDENT), "created_by_ref": self.identity}


def without(obj, *places):
    """A copy without the properties or elements at these places, each a sequence of names and indexes."""
    left = copy.deepcopy(obj)
    for place in sorted(places, key=lambda place: [str(step) for step in place], reverse=True):
        inner = left
        for step in place[:-1]:
            inner = inner[step]
        del inner[place[-1]]
    return left


def jws_of(token):
    return token.split("~")[0]


def payload_of(token):
    return json.loads(decode(token.split(".")[1]))


def disclosures_of(token):
    return token.split("~")[1:-1]


def with_disclosures(token, disclosures):
    return "~".join([jws_of(token), *disclosures, ""])


def disclosure(*parts):
    """A disclosure with a fresh salt."""
    return encode(json.dumps([encode(secrets.token_bytes(16)), *parts]).encode("utf-8"))


def named(token, name):
    """The disclosure of the property with this name."""
    found = [text for text in disclosures_of(token) if json.loads(decode(text))[1:2] == [name]]
    equal(len(found), 1, f"disclosures named {name}")
    return found[0]


def flipped(text, place):
    """The text with one letter changed to another one of base64url."""
    letter = "A" if text[place] != "A" else "B"
    return text[:place] + letter + text[place + 1 :]


class RecordIssuer(SDJWTIssuer):
    """The library's issuer, with what a record asks for beyond RFC 9901: padding, and one spelling of the header."""

    def missing(self, count):
        return next(step for step in STEPS if count <= step) - count

    def arranged(self, digests):
        return sorted(digests)

    def _create_sd_claims_object(self, user_claims):
        out = super()._create_sd_claims_object(user_claims)
        if "_sd" in out:
            decoys = [self._create_decoy_claim_entry() for _ in range(self.missing(len(out["_sd"])))]
            out["_sd"] = self.arranged(out["_sd"] + decoys)
        return out

    def _create_sd_claims_list(self, user_claims):
        out = super()._create_sd_claims_list(user_claims)
        if any(isinstance(claim, SDObj) for claim in user_claims):
            out += [{"...": self._create_decoy_claim_entry()} for _ in range(self.missing(len(out)))]
        return out

    def _create_signed_jws(self):
        # The library writes the header with spaces and in its own order; jwcrypto sorts a header given as a mapping.
        self.sd_jwt = JWS(payload=json.dumps(self.sd_jwt_payload))
        header = {"alg": self._sign_alg, **self._extra_header_parameters}
        self.sd_jwt.add_signature(self._issuer_key, alg=self._sign_alg, protected=header)
        self.serialized_sd_jwt = self.sd_jwt.serialize(compact=True)


def committed(obj, by_element=BY_ELEMENT):
    """An object as the library's issuer takes it: every property and, for some, every element disclosable."""

    def value(name, content):
        if name == "extensions":
            return {extension: committed(inside) for extension, inside in content.items()}
        if name in by_element:
            return [SDObj(element) for element in content]
        return content

    return {SDObj(name): value(name, content) for name, content in obj.items()}


def claims_of(party, obj, aside):
    return {
        "iss": party.id,
        "key_record": party.key_record,
        "object": committed(obj),
        "aside": {SDObj(name): value for name, value in aside.items()},
    }


def issue(party, claims, issuer=RecordIssuer, alg="Ed25519", key=None, **header):
    header = {"typ": TYP, "kid": party.kid, **header}
    made = issuer(claims, key or party.private_key, sign_alg=alg, extra_header_parameters=header)
    return made.sd_jwt_issuance


def presented(token, claims):
    holder = SDJWTHolder(token)
    holder.create_presentation(claims)
    return holder.sd_jwt_presentation


def median_micros(action, rounds):
    for _ in range(rounds // 5):
        action()
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        action()
        times.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(times)
