"""Reads a node's store and a proof by docs/store.md alone: a second reader of the format that shares no code with the first."""

import base64
import hashlib
import json
import os
import struct
import subprocess
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

BINARY, WORK = os.environ["DETENTE_BINARY"], os.environ["DETENTE_WORK"]
NODE = os.path.join(WORK, "node")
SLOTS, SLOT_BYTES, SECTOR = 16_384, 64, 512
failures = 0


def check(name, holds, why=""):
    global failures
    failures += not holds
    print(f"ok {name}" if holds else f"FAILED {name} {why}", flush=True)


def run(*words):
    return subprocess.run([BINARY, *words], cwd=WORK, check=True, capture_output=True, text=True).stdout


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Octets:
    """Big-endian numbers, texts and lists from the front."""

    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def take(self, length):
        self.at += length
        if self.at > len(self.octets):
            raise ValueError("cut off")
        return self.octets[self.at - length : self.at]

    def number(self, length, signed=False):
        return int.from_bytes(self.take(length), "big", signed=signed)

    def text(self):
        return self.take(self.number(4))

    def list(self, one):
        return [one() for _ in range(self.number(4))]

    def sealed(self):
        return {"slot": self.number(8), "nonce": self.take(12), "length": self.number(4), "digest": self.take(32)}

    def entry(self):
        found = {"log": self.number(4), "index": self.number(8), "entry": self.text()}
        found["body"] = self.sealed() if self.number(1) else None
        return found

    def erasure(self):
        log, index, has_slot, slot = self.number(4), self.number(8), self.number(1), self.number(8)
        return {"log": log, "index": index, "slot": slot if has_slot else None}

    def batch(self):
        return {
            "id": self.take(32),
            "entries": self.list(self.entry),
            "receipts": self.list(lambda: {"digest": self.take(32), "body": self.sealed()}),
            "movements": self.list(lambda: (self.text(), self.number(8, signed=True))),
            "erasures": self.list(self.erasure),
        }

    def meta(self):
        kind, time = self.number(1), self.number(8, signed=True)
        found = {"kind": kind, "time": time, "opens": [], "batches": [], "heads": []}
        if kind == 0x11:
            found["opens"] = self.list(lambda: (self.text(), self.text()))
            found["batches"] = self.list(self.batch)
            found["heads"] = self.list(lambda: (self.number(4), self.text()))
        elif kind == 0x12:
            self.list(lambda: (self.text(), self.text(), self.number(8), self.list(lambda: self.take(32)), self.text()))
            self.list(lambda: (self.text(), self.number(8, signed=True)))
            self.number(8)
        else:
            raise ValueError("unknown kind")
        return found


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha(b"\x01", root(leaves[:half]), root(leaves[half:]))


def climb(leaf, index, size, hashes):
    """RFC 9162, section 2.1.3.2."""
    at, last, found = index, size - 1, leaf
    for other in hashes:
        if last == 0:
            raise ValueError("too many hashes")
        if at & 1 or at == last:
            found = sha(b"\x01", other, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha(b"\x01", found, other)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("too few hashes")
    return found


def is_signed(note, keys):
    """Whether an Ed25519 key of C2SP signed-note, kind 0x01, signed a note."""
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        _, name, signature = line.split(" ")
        signature = base64.b64decode(signature)
        for key in keys:
            try:
                if key[0] == name and key[1] == signature[:4]:
                    Ed25519PublicKey.from_public_bytes(key[2]).verify(signature[4:], (text + "\n").encode())
                    return True
            except InvalidSignature:
                return False
    return False


def verifier_keys():
    found = json.loads(run("--json", "log", "checkpoint", "--dir", "node"))["verifier_keys"].splitlines()
    keys = []
    for key in found:
        name, short_id, octets = key.split("+", 2)
        octets = base64.b64decode(octets)
        if octets[0] == 1:
            keys.append((name, bytes.fromhex(short_id), octets[1:]))
    return keys


def blank_sectors(offset, octets):
    cuts = [0, *range(SECTOR - offset % SECTOR, len(octets), SECTOR), len(octets)]
    return sum(not any(octets[start:end]) for start, end in zip(cuts, cuts[1:]))


def read_layout():
    with open(os.path.join(NODE, "layout"), encoding="utf-8") as file:
        text = file.read()
    first, layout, store, last = text.splitlines()
    before = text[: text.rindex("check ")]
    check("layout", (first, layout) == ("detente data directory", "layout 1"))
    check("layout_check", last == "check " + base64url(sha(b"detente/layout/v1\0", before.encode())))
    return unbase64url(store.removeprefix("store "))


def read_slot(store, slot):
    path = os.path.join(NODE, "body-keys", f"{slot // SLOTS:08}.keys")
    with open(path, "rb") as file:
        header = file.read(SLOT_BYTES)
        file.seek(SLOT_BYTES * (1 + slot % SLOTS))
        octets = file.read(SLOT_BYTES)
    if header != b"detkeys\0" + struct.pack(">IQ", 1, slot // SLOTS) + store + bytes(28):
        raise ValueError("header of a key file")
    if octets == bytes(SLOT_BYTES):
        return None
    key, found = octets[:32], octets[32:]
    if found != sha(b"detente/body-key/v1\0", store, struct.pack(">Q", slot), key):
        raise ValueError("check of a slot")
    return key


def signed_frame(digest, signature, keys):
    for _, _, key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, b"detente/frame-signature/v1\0" + digest)
            return True
        except InvalidSignature:
            continue
    return False


def frames(store, octets, ordinal, keys):
    header = b"detsegmt" + struct.pack(">II", 1, ordinal) + store
    check("segment_header", octets[:64] == header + sha(b"detente/segment/v1\0", header))
    offset, due, previous = 64, 0, bytes(32)
    while offset < len(octets):
        head = Octets(octets[offset : offset + 128])
        magic, number, blank = head.take(8), head.number(8), head.number(4)
        meta_bytes, body_bytes = head.number(4), head.number(8)
        before, digest, found = head.take(32), head.take(32), head.take(32)
        end = offset + 128 + meta_bytes + body_bytes + 96
        meta, bodies = octets[offset + 128 : offset + 128 + meta_bytes], octets[end - 96 - body_bytes : end - 96]
        lengths = struct.pack(">QQ", meta_bytes, body_bytes)
        holds = (
            (magic, number, before) == (b"detframe", due, previous)
            and digest == sha(b"detente/frame/v1\0", store, struct.pack(">Q", number), lengths, before, meta)
            and found == sha(b"detente/frame-header/v1\0", store, octets[offset : offset + 96])
            and octets[end - 96 : end - 64] == digest
            and signed_frame(digest, octets[end - 64 : end], keys)
            and blank == blank_sectors(offset, octets[offset:end])
        )
        reader = Octets(meta)
        said = reader.meta()
        yield holds and reader.at == len(meta), said, Octets(bodies)
        offset, due, previous = end, due + 1, digest


def check_store(keys):
    store = read_layout()
    with open(os.path.join(NODE, "segments", "00000000.segment"), "rb") as file:
        octets = file.read()
    leaves, opened, erased, read = [], {}, set(), list(frames(store, octets, 0, keys))
    for number, (holds, meta, bodies) in enumerate(read):
        check(f"frame_{number}", holds)
        for batch in meta["batches"]:
            for entry in batch["entries"]:
                check(f"entry_{entry['index']}_in_order", entry["index"] == len(leaves))
                leaves.append(sha(b"\0", entry["entry"]))
            named = [entry["body"] for entry in batch["entries"] if entry["body"]]
            for sealed in named + [receipt["body"] for receipt in batch["receipts"]]:
                body = bodies.take(sealed["length"])
                check(f"sealed_{sealed['slot']}", sha(body) == sealed["digest"])
                key = read_slot(store, sealed["slot"])
                bound = b"detente/body/v1\0" + store + struct.pack(">Q", sealed["slot"])
                if key:
                    opened[sealed["slot"]] = ChaCha20Poly1305(key).decrypt(sealed["nonce"], body, bound)
            erased |= {erasure["slot"] for erasure in batch["erasures"]}
        check(f"frame_{number}_bodies", bodies.at == len(bodies.octets))
        for _, note in meta["heads"]:
            origin, size, found = note.decode().splitlines()[:3]
            expected = root(leaves) if leaves else sha()
            check(f"head_{number}", int(size) == len(leaves) and base64.b64decode(found) == expected)
            check(f"head_{number}_signed", origin.startswith("detente/log/") and is_signed(note.decode(), keys))
    check("one_body_erased", len(erased) == 1 and erased.isdisjoint(opened))
    check("others_open", len(opened) + len(erased) == len(leaves))
    return opened


def check_proof(keys):
    """The five steps of docs/store.md."""
    with open(os.path.join(WORK, "record.json"), encoding="utf-8") as file:
        record = json.load(file)
    with open(os.path.join(WORK, "proof"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    salt = base64.b64decode(lines[1].removeprefix("extra "))
    index = int(lines[2].removeprefix("index "))
    end = lines.index("")
    hashes = [base64.b64decode(line) for line in lines[3:end]]
    note = "\n".join(lines[end + 1 :])
    signatures = record.get("signatures") or [record]
    signed = b""
    for one in signatures:
        for part in (unbase64url(one["protected"]), unbase64url(one["signature"])):
            signed += struct.pack(">H", len(part)) + part
    digest = sha(b"detente/record/v1\0", unbase64url(record["payload"]))
    commitment = sha(b"detente/leaf/v1\0", salt, digest, sha(signed))
    size, found = note.split("\n")[1:3]
    check("proof_header", lines[0] == "c2sp.org/tlog-proof@v1", lines[0])
    check("proof_leads_to_root", climb(sha(b"\0", commitment), index, int(size), hashes) == base64.b64decode(found))
    check("proof_signed", is_signed(note, keys))
    check("another_leaf_does_not", climb(sha(b"\0", salt), index, int(size), hashes) != base64.b64decode(found))
    return salt


def main():
    run("init", "--dir", "node", "--name", "en=Reader")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "incidents")
    source = os.path.join(source, "tempe-test-vehicle.json")
    for name in ("record.json", "forgotten.json"):
        run("record", "sign", source, "--dir", "node", "--out", name)
        run("log", "append", name, "--dir", "node")
    run("log", "erase", "3", "--dir", "node", "--reason", "asked for", "--yes")
    run("log", "prove", "record.json", "--dir", "node", "--out", "proof")
    keys = verifier_keys()
    opened = check_store(keys)
    salt = check_proof(keys)
    with open(os.path.join(WORK, "record.json"), "rb") as file:
        payload = json.load(file)["payload"].encode()
    bodies = [body for body in opened.values() if body.startswith(salt)]
    check("body_is_salt_and_record", len(bodies) == 1 and payload in bodies[0])
    sys.exit(failures > 0)


main()
