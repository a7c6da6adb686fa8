"""Has `schemathesis` try every operation of `/api/v1` by the checked-in description: no answer may be a fault of ours (5xx), none may
differ from what the description says, and nothing that the description refuses may be taken.

`DETENTE_SECONDS` says for how long it tries: 20 in every run, and ten minutes in the long one (`api-contract`)."""

import os
import pathlib
import re
import subprocess
import sys

import _site
from _site import WORK, Site, check

SECONDS = int(os.environ.get("DETENTE_SECONDS", "20"))
DOCUMENT = pathlib.Path(os.environ["DETENTE_SCRIPTS"]).parents[1] / "docs" / "openapi.json"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection"

# Too long a body is refused before it is read as anything else, with 413: the tool has no such status among refusals.
STATUSES = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429]
(WORK / "schemathesis.toml").write_text(f"[checks]\nnegative_data_rejection.expected-statuses = {STATUSES}\n", encoding="utf-8")

site = Site()
for account in ["lin", "ada"]:
    rights = {
        "lin": ["read", "read-feeds", "write", "label", "propose", "post", "reports"],
        "ada": ["read", "alarms", "operate", "read-access-log"],
    }[account]
    token = site.token(account, "contract", *rights)
    words = [
        sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT),
        "--url", site.url(""),
        "--header", f"Authorization: Bearer {token}",
        "--tls-verify", site.certificate,
        "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing",
        "--max-time", str(SECONDS // 2),
        "--exclude-path-regex", "/api/v1/(events|session)$",
        "--seed", "20261130",
        "--workers", "2",
        # The site takes 200 connections a second from one address, and the tool opens many.
        "--rate-limit", "100/s",
        "--no-color",
    ]
    done = subprocess.run(words, cwd=WORK, capture_output=True, text=True)
    found = re.findall(r"^=+ (?:FAILURES|ERRORS) =+$", done.stdout, re.MULTILINE)
    (WORK / f"contract-{account}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    # What went wrong stands under the first such heading, and in numbers at the end.
    summary = " ".join(line.strip() for line in done.stdout.splitlines()[-12:])
    told = done.stdout[done.stdout.find(found[0]) :][:1500] if found else ""
    check(f"as {account}: no fault and no breach of the contract", done.returncode == 0 and not found, told + summary[-1500:])
site.close()
sys.exit(1 if _site.failures else 0)
