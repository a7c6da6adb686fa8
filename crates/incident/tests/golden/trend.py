# Scan statistics and Benjamini-Hochberg values for invented rows, computed apart from the Rust code.
# Run: python3 trend.py > trend.json. The replications use SplitMix64 from the same seed, so p is the same number; `p_other` is
# a second opinion by Python's own generator with 20,000 draws, and is only near it.
import json, math, random

MASK = (1 << 64) - 1

def splitmix(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)

def llr(c, e, n):
    if c <= e: return 0.0
    return c * math.log(c / e) + ((n - c) * math.log((n - c) / (n - e)) if n > c else 0.0)

def best(counts, weights):
    n, total, t = sum(counts), sum(weights), len(counts)
    longest = max(1, min(t // 2, 120))
    found = (0.0, 0, 0, 0, 0.0)
    for a in range(t):
        for b in range(a, min(a + longest, t)):
            c = sum(counts[a:b + 1]); e = n * sum(weights[a:b + 1]) / total
            r = llr(c, e, n)
            if r > found[0] + 1e-9: found = (r, a, b, c, e)
    return found

def p_value(counts, weights, pick, replications):
    n, observed = sum(counts), best(counts, weights)[0]
    hits = 0
    for _ in range(replications):
        drawn = [0] * len(counts)
        for _ in range(n): drawn[pick()] += 1
        hits += best(drawn, weights)[0] + 1e-9 >= observed
    return (hits + 1) / (replications + 1)

def picker(weights):
    g, total = splitmix(0x64657465_6E746531), sum(weights)
    def pick():
        at, s = (next(g) * total) >> 64, 0
        for i, w in enumerate(weights):
            s += w
            if at < s: return i
    return pick

def bh(ps):
    m = len(ps)
    return [min(1.0, min(p * m / sum(x <= p for x in ps) for p in ps if p >= q)) for q in ps]

MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
ROWS = {
    "a burst in two months": ([1, 0, 2, 1, 0, 1, 7, 8, 1, 0, 1, 2], MONTHS),
    "even": ([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], MONTHS),
    "rising": ([0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7], MONTHS),
    "all in one month": ([0, 0, 0, 6, 0, 0, 0, 0], [30] * 8),
    "against all incidents": ([1, 2, 9, 2, 1, 0], [10, 20, 90, 20, 10, 5]),
    "against all incidents, faster than they": ([1, 2, 9, 2, 1, 0], [10, 20, 30, 20, 10, 5]),
}
out = {"rows": [], "corrections": []}
rng = random.Random(1997)
for name, (counts, weights) in ROWS.items():
    r, a, b, c, e = best(counts, weights)
    other = p_value(counts, weights, lambda: rng.choices(range(len(weights)), weights)[0], 20000)
    out["rows"].append({"name": name, "counts": counts, "weights": weights, "first": a, "last": b, "observed": c,
        "expected": "%.12f" % e, "ratio": "%.12f" % r, "p": "%.6f" % p_value(counts, weights, picker(weights), 999), "p_other": "%.4f" % other})
# The second list has the 15 p values of the worked example in Benjamini and Hochberg (1995), section 3.2, as far as remembered.
for ps in ([0.01, 0.04, 0.03, 0.5], [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0], [0.2]):
    out["corrections"].append({"p": ["%.4f" % p for p in ps], "q": ["%.12f" % q for q in bh(ps)]})
print(json.dumps(out, indent=1))
