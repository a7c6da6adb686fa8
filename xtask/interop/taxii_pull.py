"""Runs `medallion`, the reference server of TAXII 2.1 by OASIS, on loopback, and lets our client pull it to its end."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

BINARY, WORK = os.environ["DETENTE_BINARY"], pathlib.Path(os.environ["DETENTE_WORK"])
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
CLOSED = "52892447-4d7e-4f70-b94d-d7f22742ff63"
COUNT = 57
PAGE = 10
failures = 0


def check(name, holds, why=""):
    global failures
    failures += not holds
    print(f"ok {name}" if holds else f"FAILED {name} {' '.join(str(why).split())}", flush=True)


def run(*words):
    done = subprocess.run([BINARY, "--json", *map(str, words)], cwd=WORK, capture_output=True, text=True)
    facts = json.loads(done.stdout) if done.stdout.strip() else {}
    return done.returncode, facts, done.stderr


def tool(number, version=1):
    return {
        "type": "tool",
        "spec_version": "2.1",
        "id": f"tool--5d0092c5-5f74-4287-9642-{number:012x}",
        "created_by_ref": "identity--b38dfe21-7477-40d1-aa90-5c8671ce51ca",
        "created": "2026-07-01T00:00:00.000Z",
        "modified": f"2026-07-{version:02}T00:00:00.000Z",
        "name": f"crane {number}",
    }


def data():
    def collection(id, title, can_read):
        return {
            "id": id,
            "title": title,
            "description": title,
            "can_read": can_read,
            "can_write": can_read,
            "media_types": ["application/stix+json;version=2.1"],
            "objects": [],
            "manifest": [],
        }

    root = {
        "information": {
            "title": "Coast",
            "description": "What the coast saw",
            "versions": ["application/taxii+json;version=2.1"],
            "max_content_length": 9765625,
        },
        "status": [],
        "collections": [collection(COLLECTION, "Cranes", True), collection(CLOSED, "Closed", False)],
    }
    discovery = {"title": "Coast", "description": "", "contact": "", "default": "", "api_roots": []}
    return {"/discovery": discovery, "trustgroup1": root}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port):
    seed = data()
    address = f"http://127.0.0.1:{port}/trustgroup1/"
    seed["/discovery"].update(default=address, api_roots=[address])
    (WORK / "data.json").write_text(json.dumps(seed), encoding="utf-8")
    backend = {
        "module": "medallion.backends.memory_backend",
        "module_class": "MemoryBackend",
        "filename": str(WORK / "data.json"),
    }
    config = {"backend": backend, "users": {"ada": "Password0"}, "taxii": {"max_page_size": PAGE}}
    (WORK / "conf.json").write_text(json.dumps(config), encoding="utf-8")
    command = pathlib.Path(sys.executable).parent / "medallion"
    words = [str(command), "--host", "127.0.0.1", "--port", str(port), str(WORK / "conf.json")]
    log = open(WORK / "medallion.log", "wb")
    return subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)


def post(port, objects):
    media = "application/taxii+json;version=2.1"
    url = f"http://127.0.0.1:{port}/trustgroup1/collections/{COLLECTION}/objects/"
    body = json.dumps({"objects": objects}).encode("utf-8")
    headers = {"Content-Type": media, "Accept": media, "Authorization": "Basic YWRhOlBhc3N3b3JkMA=="}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
        return answer.status


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("medallion did not begin")


def pulled(name="coast"):
    code, facts, error = run("taxii", "pull", name, "--dir", "harbour")
    return code, (facts.get("sources") or [{}])[0], error


def story(port):
    run("init", "--dir", "harbour", "--name", "en=Harbour")
    (WORK / "password").write_text("Password0\n", encoding="utf-8")
    (WORK / "wrong").write_text("Password1\n", encoding="utf-8")
    url = f"http://127.0.0.1:{port}/taxii2/"
    add = ["taxii", "add", "coast", url, "--user", "ada", "--password-file", "password", "--dir", "harbour"]
    check("a server is named", run(*add)[0] == 0, run(*add))
    post(port, [tool(number) for number in range(COUNT)])
    _, offered, error = run("taxii", "collections", "coast", "--dir", "harbour")
    titles = [(one["title"], one["is_read"]) for one in offered.get("collections", [])]
    check("its collections are seen", sorted(titles) == [("Closed", False), ("Cranes", True)], (titles, error))
    code, told, error = pulled()
    check("it is pulled to its end", (code, told.get("new"), told.get("sound")) == (0, COUNT, COUNT), (told, error))
    check("page by page", told.get("pages", 0) >= COUNT // PAGE, told)
    code, told, error = pulled()
    check("a second pull keeps nothing twice", (code, told.get("new")) == (0, 0), (told, error))
    post(port, [tool(3, version=2), tool(100)])
    code, told, error = pulled()
    check("what is new is taken", (code, told.get("new")) == (0, 2), (told, error))
    _, shown, _ = run("taxii", "show", "coast", "--limit", 1000, "--dir", "harbour")
    ids = [one["id"] for one in shown.get("objects", [])]
    wanted = {tool(number)["id"] for number in [*range(COUNT), 100]}
    check("everything lies there once", set(ids) == wanted and len(ids) == COUNT + 2, len(ids))
    _, taken, error = run("taxii", "take", "coast", "--all-sound", "--yes", "--dir", "harbour")
    check("it can be taken", (taken.get("made"), taken.get("changed")) == (COUNT + 1, 1), (taken, error))
    run("taxii", "add", "wrong", url, "--user", "ada", "--password-file", "wrong", "--dir", "harbour")
    code, _, error = pulled("wrong")
    check("a wrong password is told", code == 4 and "(401)" in error and "Password1" not in error, error)


port = free_port()
server = serve(port)
try:
    wait_for(port)
    story(port)
finally:
    server.kill()
    server.wait()
if failures:
    print((WORK / "medallion.log").read_text(encoding="utf-8", errors="replace")[-2000:], file=sys.stderr)
sys.exit(1 if failures else 0)
