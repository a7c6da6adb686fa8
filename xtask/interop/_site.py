"""A node with its site for programs, for the checks that speak HTTPS to it."""

import json
import os
import pathlib
import subprocess

BINARY, WORK = os.environ["DETENTE_BINARY"], pathlib.Path(os.environ["DETENTE_WORK"])
failures = 0

# What a machine is set up to believe would be believed in place of the node's own certificate.
for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(name, None)


def check(name, holds, why=""):
    global failures
    failures += not holds
    print(f"ok {name}" if holds else f"FAILED {name} {why}", flush=True)


def run(*words):
    done = subprocess.run([BINARY, "--json", *map(str, words)], cwd=WORK, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"FAILED {' '.join(map(str, words))}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else {}


class Site:
    """A party with an administrator, an analyst and their tokens; it serves until it is closed."""

    def __init__(self, name="harbour"):
        self.dir = WORK / name
        run("init", "--dir", self.dir, "--name", f"en={name}")
        (WORK / "password").write_text("correct horse battery staple\n", encoding="utf-8")
        for account, role in [("ada", "administrator"), ("lin", "analyst"), ("rea", "reader")]:
            self.own("account", "add", account, "--role", role, "--password-file", "password", "--by", "Ada", "--yes")
        self.start()

    def own(self, *words):
        return run(*words, "--dir", self.dir)

    def start(self):
        words = [BINARY, "--json", "serve", "--dir", self.dir, "--listen", "127.0.0.1:0", "--users", "127.0.0.1:0"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=open(WORK / "served", "ab"), text=True)
        facts = json.loads(self.process.stdout.readline())
        self.address = facts["users_listening"]
        self.certificate = str(self.dir / "site-ca.crt")

    def token(self, account, name, *rights):
        words = [word for right in rights for word in ("--right", right)]
        made = self.own("token", "make", account, name, *words, "--days", 7, "--by", "Ada", "--yes")
        return made["secret"]

    def url(self, path):
        return f"https://{self.address}{path}"

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def indicator(number, modified="2026-11-01T00:00:00.000Z", name="Prompt"):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012}",
        "created": "2026-11-01T00:00:00.000Z",
        "modified": modified,
        "name": f"{name} {number}",
        "indicator_types": ["malicious-activity"],
        "pattern": f"[url:value = 'https://example.org/{number}']",
        "pattern_type": "stix",
        "valid_from": "2026-11-01T00:00:00Z",
    }
