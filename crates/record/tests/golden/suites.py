"""Makes suites.json with the Python package `cryptography` (OpenSSL), which shares no code with the crates in use here.

Run: python3 suites.py > suites.json
ML-DSA signatures are randomised by OpenSSL, so that a new run gives other signatures that are as good.
"""
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

ORDER = 2**252 + 27742317777372353535851937790883648493
MESSAGES = [b"", b"x", "事件 · incident".encode(), bytes(range(256)) * 4]


def seed(number):
    return hashlib.sha256(f"detente test seed {number}".encode()).digest()


def flip(octets, place):
    return octets[:place] + bytes([octets[place] ^ 1]) + octets[place + 1 :]


def vector(suite, key_seed, public, message, signature, why=None):
    return {"suite": suite, "seed": key_seed and key_seed.hex(), "public_key": public.hex(), "message": message.hex(),
            "signature": signature.hex(), "valid": why is None, "why": why}


def ed25519():
    for number, message in enumerate(MESSAGES):
        key = Ed25519PrivateKey.from_private_bytes(seed(number))
        public, good = key.public_key().public_bytes_raw(), key.sign(message)
        yield vector("Ed25519", seed(number), public, message, good)
    raised = (int.from_bytes(good[32:], "little") + ORDER).to_bytes(32, "little")
    yield vector("Ed25519", None, public, message, good[:32] + raised, "s is not below the group's order")
    yield vector("Ed25519", None, public, message, flip(good, 0), "R was changed")
    yield vector("Ed25519", None, public, message, good[:-1], "truncated")
    yield vector("Ed25519", None, public, message, good + b"\0", "an octet follows")
    yield vector("Ed25519", None, public, message + b"!", good, "another message")
    identity = b"\x01" + bytes(31)
    yield vector("Ed25519", None, identity, message, identity + bytes(32), "a key of small order signs everything")
    yield vector("Ed25519", None, b"\xee" + b"\xff" * 30 + b"\x7f", message, good, "a key that is not reduced")


def mldsa():
    for number, message in enumerate(MESSAGES):
        key = MLDSA44PrivateKey.from_seed_bytes(seed(number))
        public, good = key.public_key().public_bytes_raw(), key.sign(message)
        yield vector("ML-DSA-44", seed(number), public, message, good)
    with_context = key.sign(message, context=b"detente")
    yield vector("ML-DSA-44", None, public, message, with_context, "a context, which RFC 9964 does not use")
    yield vector("ML-DSA-44", None, public, message, flip(good, 100), "z was changed")
    yield vector("ML-DSA-44", None, public, message, flip(good, len(good) - 1), "the hint was changed")
    yield vector("ML-DSA-44", None, public, message, good[:-1], "truncated")
    yield vector("ML-DSA-44", None, public, message + b"!", good, "another message")
    yield vector("ML-DSA-44", None, public[:-1], message, good, "a truncated key")


vectors = [*ed25519(), *mldsa()]
print("[\n" + ",\n".join(json.dumps(one) for one in vectors) + "\n]")
