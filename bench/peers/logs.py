"""pymerkle with its SQLite storage: a commit for each entry, and many entries in one commit.

    logs.py FOLDER

Prints lines `NAME<tab>ENTRIES A SECOND`.
"""

import pathlib
import sys
import time

from pymerkle import SqliteTree

ENTRY = bytes(200)


def entry(number):
    return number.to_bytes(8, "big") + ENTRY[8:]


def measure(path, count, append):
    tree = SqliteTree(str(path), algorithm="sha256")
    start = time.perf_counter()
    append(tree, [entry(number) for number in range(count)])
    seconds = time.perf_counter() - start
    assert tree.get_size() == count
    return count / seconds


def one_by_one(tree, entries):
    for one in entries:
        tree.append_entry(one)


def main():
    folder = pathlib.Path(sys.argv[1])
    figure = measure(folder / "one.db", 200, one_by_one)
    print(f"pymerkle 7.0.0, a durable commit for each entry\t{figure:.1f}")
    for group in (16, 256):
        def grouped(tree, entries, group=group):
            for first in range(0, len(entries), group):
                tree.append_entries(entries[first:first + group], chunksize=group)
        figure = measure(folder / f"{group}.db", group * 100, grouped)
        print(f"pymerkle 7.0.0, a durable commit for {group} entries\t{figure:.1f}")


main()
