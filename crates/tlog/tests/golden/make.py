#!/usr/bin/env python3
"""Makes vectors.json: trees, proofs, paths and signed notes, from the texts of RFC 6962, RFC 8032 and C2SP alone.

Shares no code with the crate and needs nothing but hashlib: `python3 make.py > vectors.json`.
`cosigned.checkpoint`, `leaf-4.tlog-proof` and `keys.txt` beside it were made with the Go library transparency-dev/formats.
"""
import base64, hashlib, json

sha = lambda b: hashlib.sha256(b).digest()
b64 = lambda b: base64.b64encode(b).decode()
leaf = lambda i: sha(b"\0" + b"entry %d" % i)


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d):
    if not d:
        return sha(b"")
    if len(d) == 1:
        return d[0]
    k = split(len(d))
    return sha(b"\1" + mth(d[:k]) + mth(d[k:]))


def path(m, d):  # RFC 6962 section 2.1.1
    if len(d) == 1:
        return []
    k = split(len(d))
    return path(m, d[:k]) + [mth(d[k:])] if m < k else path(m - k, d[k:]) + [mth(d[:k])]


def subproof(start, end, d, b):  # draft-ietf-plants-merkle-tree-certs section 4.4.1
    if (start, end) == (0, len(d)):
        return [] if b else [mth(d)]
    k = split(len(d))
    if end <= k:
        return subproof(start, end, d[:k], b) + [mth(d[k:])]
    if k <= start:
        return subproof(start - k, end - k, d[k:], b) + [mth(d[:k])]
    return subproof(0, end - k, d[k:], False) + [mth(d[:k])]


def subtrees(n):
    for start in range(n):
        for end in range(start + 1, n + 1):
            ceil = 1
            while ceil < end - start:
                ceil *= 2
            if start % ceil == 0:
                yield start, end


def tile_path(n):
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    return "/".join(groups)


# Ed25519, RFC 8032 section 6, affine and slow.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P


def mul(s, a):
    out = (0, 1)
    while s:
        if s & 1:
            out = add(out, a)
        a = add(a, a)
        s >>= 1
    return out


def base():
    y = 4 * pow(5, P - 2, P) % P
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (P - x if x & 1 else x), y


B = base()
enc = lambda a: (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")
h512 = lambda b: int.from_bytes(hashlib.sha512(b).digest(), "little")


def keypair(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return a, h[32:], enc(mul(a, B))


def sign(seed, msg):
    a, prefix, pub = keypair(seed)
    r = h512(prefix + msg) % Q
    big = enc(mul(r, B))
    return big + ((r + h512(big + pub + msg) * a) % Q).to_bytes(32, "little")


def key_id(name, kind, pub):
    return sha(name.encode() + b"\n" + bytes([kind]) + pub)[:4]


def vkey(name, kind, seed):
    pub = keypair(seed)[2]
    return f"{name}+{key_id(name, kind, pub).hex()}+{b64(bytes([kind]) + pub)}"


def line(name, kind, seed, octets):
    return f"\u2014 {name} {b64(key_id(name, kind, keypair(seed)[2]) + octets)}\n"


def main():
    d = [leaf(i) for i in range(24)]
    log, witness, at = b"\x01" * 32, b"\x02" * 32, 1700000000
    origin, name = "golden.example/log", "golden.example/witness"
    text = f"{origin}\n24\n{b64(mth(d))}\n"
    cosig = at.to_bytes(8, "big") + sign(witness, f"cosignature/v1\ntime {at}\n{text}".encode())
    note = text + "\n" + line(origin, 1, log, sign(log, text.encode())) + line(name, 4, witness, cosig)
    proofs = lambda hs: [b64(h) for h in hs]
    out = {
        "entries": "entry <index>",
        "roots": [b64(mth(d[:n])) for n in range(25)],
        "inclusion": [{"index": i, "size": n, "proof": proofs(path(i, d[:n]))} for n in (1, 2, 7, 16, 24) for i in range(n)],
        "subtrees": [
            {"start": s, "end": e, "size": n, "hash": b64(mth(d[s:e])), "proof": proofs(subproof(s, e, d[:n], True))}
            for n in (1, 6, 13, 24) for s, e in subtrees(n)
        ],
        "tile_paths": [{"index": str(n), "path": tile_path(n)} for n in (0, 5, 67, 999, 1000, 1234067, 1000000, 2**56 - 1, 2**64 - 1)],
        "keys": [vkey(origin, 1, log), vkey(name, 4, witness)],
        "seeds": [log.hex(), witness.hex()],
        "time": at,
        "checkpoint": note,
    }
    print(json.dumps(out, indent=1, ensure_ascii=False))


main()
