"""The peers of `cargo xtask bench match`: the same things from the same files, one thread. Each figure is a line: name, value, unit."""

import json
import sys
import time
from pathlib import Path

PART, FOLDER = sys.argv[1], Path(sys.argv[2])


def tell(name, value, unit):
    print(f"{name} {value:.3f} {unit}", flush=True)


def skipped(reason):
    print(f"SKIPPED {reason}", flush=True)


def texts(name):
    with open(FOLDER / name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pictures():
    try:
        import faiss
        import numpy
    except ImportError as error:
        return skipped(f"FAISS: {error}")
    faiss.omp_set_num_threads(1)
    hashes = numpy.fromfile(FOLDER / "hashes", dtype=numpy.uint8).reshape(-1, 32)
    queries = numpy.fromfile(FOLDER / "queries", dtype=numpy.uint8).reshape(-1, 32)
    flat = faiss.IndexBinaryFlat(256)
    flat.add(hashes)
    few = queries[:100]
    # FAISS finds what is nearer than its radius; PDQ counts 31 itself.
    start = time.process_time()
    limits, _, _ = flat.range_search(few, 32)
    tell("FAISS flat: queries", len(few) / (time.process_time() - start), "/s")
    there = int(limits[-1])
    multi = faiss.IndexBinaryMultiHash(256, 16, 16)
    start = time.process_time()
    multi.add(hashes)
    tell("FAISS multi-index, as python-threatexchange has it: built", len(hashes) / (time.process_time() - start), "hashes/s")
    # As python-threatexchange 1.2 asks for a radius of 31: so many bits flipped in each of 16 parts.
    multi.nflip = 31 // 16
    start = time.process_time()
    limits, _, _ = multi.range_search(few, 32)
    tell("FAISS multi-index, as python-threatexchange has it: queries", len(few) / (time.process_time() - start), "/s")
    tell("FAISS multi-index, as python-threatexchange has it: recall", 100 * int(limits[-1]) / max(there, 1), "%")


def near():
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError as error:
        return skipped(f"datasketch: {error}")
    everything = texts("texts")

    def shingles(text):
        return {text[at : at + 5].encode() for at in range(max(len(text) - 4, 1))}

    def signature(text):
        made = MinHash(num_perm=128)
        made.update_batch(shingles(text))
        return made

    start = time.process_time()
    signatures = [signature(text) for text in everything]
    signing = time.process_time() - start
    index = MinHashLSH(threshold=0.7, num_perm=128)
    start = time.process_time()
    for number, one in enumerate(signatures):
        index.insert(number, one, check_duplication=False)
    indexing = time.process_time() - start
    start = time.process_time()
    found = sum(len(index.query(one)) for one in signatures)
    asking = time.process_time() - start
    count = len(everything)
    tell("datasketch: signatures", count / signing, "/s")
    tell("datasketch: put into an index", count / indexing, "/s")
    tell("datasketch: queries", count / asking, "/s")
    tell("datasketch: put into an index and asked", count / (indexing + asking), "/s")
    tell("datasketch: all of it", count / (signing + indexing + asking), "/s")
    tell("datasketch: found by one query", found / count, "texts")
    few = texts("pairs-of")
    sets, signatures = [shingles(text) for text in few], [signature(text) for text in few]
    index = MinHashLSH(threshold=0.7, num_perm=128)
    for number, one in enumerate(signatures):
        index.insert(number, one, check_duplication=False)
    there = met = 0
    for number, one in enumerate(sets):
        answer = set(index.query(signatures[number]))
        for other in range(number + 1, len(sets)):
            shared = len(one & sets[other])
            if shared >= 0.7 * (len(one) + len(sets[other]) - shared):
                there += 1
                met += other in answer
    tell(f"datasketch: recall of {there} pairs with a similarity of at least 0.7", 100 * met / max(there, 1), "%")


def rules():
    try:
        from pyatr import ATREngine, AgentEvent
    except ImportError as error:
        return skipped(f"pyatr: {error}")
    engine = ATREngine()
    engine.load_bundled_rules()
    prompts = texts("prompts")[:60]
    engine.evaluate(AgentEvent(content=prompts[0], event_type="llm_input"))
    times, met = [], 0
    for prompt in prompts:
        start = time.process_time()
        found = engine.evaluate(AgentEvent(content=prompt, event_type="llm_input"))
        times.append((time.process_time() - start) * 1e6)
        met += bool(found)
    times.sort()
    tell(f"pyatr: prompts that meet a rule, of {len(prompts)}", met, "prompts")
    tell("pyatr: one prompt, the mean", sum(times) / len(times), "us")
    tell("pyatr: one prompt, half of them within", times[len(times) // 2], "us")


{"pictures": pictures, "texts": near, "rules": rules}[PART]()
