// A node of a party: its directory, its commands, and its running process with its site.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { openSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const WORK = process.env.DETENTE_WORK;
export const PASSWORD = "correct horse battery staple";
const BINARY = process.env.DETENTE_BINARY;

// So that partners hear of one another, and of what is new, while a person waits.
const HEAD_EVERY_MS = 2000;

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill()));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

// A command answers with one JSON object; one that is refused ends the story with what it said.
export function detente(...words) {
  const done = execFileSync(BINARY, ["--json", ...words.map(String)], { cwd: WORK, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return done.trim() ? JSON.parse(done) : {};
}

// What a command has against what it was given; nothing if it ends well.
export function tried(folder, words) {
  const { status, stdout, stderr } = spawnSync(BINARY, words, { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : `${status}: ${stdout}${stderr}`;
}

async function freePort() {
  const probe = createServer();
  await new Promise((begun) => probe.listen(0, "127.0.0.1", begun));
  const { port } = probe.address();
  await new Promise((ended) => probe.close(ended));
  return port;
}

export class Node {
  static async make(name, ...names) {
    const node = new Node();
    node.name = name;
    node.party = detente("init", "--dir", name, ...names.flatMap((text) => ["--name", text])).party;
    node.listen = `127.0.0.1:${await freePort()}`;
    writeFileSync(join(WORK, "password"), `${PASSWORD}\n`);
    return node;
  }

  own(...words) {
    const positional = words.indexOf("--");
    const [options, rest] = positional < 0 ? [words, []] : [words.slice(0, positional), words.slice(positional)];
    return detente(...options, "--dir", this.name, ...rest);
  }

  account(name, roles, ...more) {
    const words = roles.flatMap((role) => ["--role", role]);
    return this.own("account", "add", name, ...words, ...more, "--password-file", "password", "--by", "Ada", "--yes");
  }

  knows(other) {
    return this.own("peer", "add", `${other.name}/profile.json`, "--address", other.listen);
  }

  async serve() {
    const words = ["--json", "serve", "--dir", this.name, "--listen", this.listen, "--users", "127.0.0.1:0", "--head-every-ms", String(HEAD_EVERY_MS)];
    const child = spawn(BINARY, words, { cwd: WORK, stdio: ["ignore", "pipe", openSync(join(WORK, `${this.name}.log`), "a")] });
    running.add(child);
    const lines = createInterface({ input: child.stdout });
    const first = await new Promise((heard, lost) => {
      lines.once("line", heard);
      child.once("exit", () => lost(new Error(`${this.name} does not serve: read ${this.name}.log`)));
    });
    this.site = `https://${JSON.parse(first).users_listening}`;
    this.certificate = join(WORK, this.name, "site.crt");
    this.authority = join(WORK, this.name, "site-ca.crt");
  }
}
