// A small desk that keeps the contract of the story, and breaks it where it is told to: for the scripts' own test.

import { createServer } from "node:http";

const PURPOSES = ["advertising", "incident-response", "safety-research"];

const options = (words) => words.map((word) => `<option value="${word}">${word}</option>`).join("");

const command = (words) => `<input type="hidden" name="do" value="${words}">`;

const quote = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export class Desk {
  // What is broken: mute, keyless, unmarked, forgetful, lost or forged.
  constructor(broken = "") {
    Object.assign(this, { broken, incidents: [], sessions: new Map() });
    this.incidents.push({ title: "A car struck a person", description: "It did not stop.", tlp: "", state: "" });
  }

  async begin() {
    this.server = createServer((request, response) => this.#hear(request, response));
    await new Promise((begun) => this.server.listen(0, "127.0.0.1", begun));
    this.site = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  end() {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #hear(request, response) {
    const url = new URL(request.url, this.site);
    let body = "";
    for await (const part of request) body += part;
    const form = request.method === "POST" ? new URLSearchParams(body) : undefined;
    const account = /who=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    const said = url.pathname === "/sign-in" ? this.#signIn(form) : this.#page(url, form, account);
    const { to, cookie, file, status = 200, main = "" } = said ?? { status: 404 };
    if (file) return response.writeHead(200, { "content-type": "text/plain", "content-disposition": "attachment" }).end(file);
    const headers = { "content-type": "text/html; charset=utf-8", ...(cookie ? { "set-cookie": cookie } : {}) };
    if (to) return response.writeHead(303, { ...headers, location: to }).end();
    return response.writeHead(status, headers).end(this.#html(main));
  }

  #html(main) {
    const style = this.broken === "unmarked" ? "<style>:focus { outline: none }</style>" : "";
    const links = '<a href="/">Start</a> <a href="/incidents/new">New</a> <a href="/releases">Releases</a> <a href="/received">Received</a>';
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title>${style}</head><body>
<nav><details><summary>Menu</summary>${links}</details></nav><main>${main}</main></body></html>`;
  }

  #signIn(form) {
    if (form) return { to: "/", cookie: `who=${form.get("account")}; Path=/` };
    const fields = '<input name="account" autocomplete="username"><input name="password" type="password">';
    return { main: `<form method="post">${fields}<button type="submit">Enter</button></form>` };
  }

  #page({ pathname, search }, form, account) {
    const [kind, id, word] = pathname.split("/").slice(1);
    if (!account) return { to: "/sign-in" };
    const incident = this.incidents[Number(id)];
    if (kind === "") return { main: "<h1>Desk</h1>" };
    if (kind === "incidents" && id === "new") return this.#new(form);
    if (kind === "received") return { main: this.#list((one) => one.state === "published", (at) => `/incidents/${at}`) };
    if (kind === "releases" && !id) return { main: this.#list((one) => one.state, (at) => `/releases/${at}`) };
    if (!incident) return undefined;
    if (kind === "releases") return this.#release(incident, `/releases/${id}`, search, form);
    if (kind === "records") return this.#record(incident, `/records/${id}`, word);
    return kind === "incidents" ? this.#incident(incident, id, word, form) : undefined;
  }

  #list(isWanted, link) {
    const rows = this.incidents.map((one, at) => (isWanted(one) ? `<li><a href="${link(at)}">${quote(one.title)}</a>` : ""));
    return `<ul>${rows.join("")}</ul>`;
  }

  #new(form) {
    const typed = (name) => quote((this.broken === "forgetful" ? "" : form?.get(name)) ?? "");
    if (form && !/^(\d{4}(-\d\d){0,2})?$/.test(form.get("occurred"))) form.fault = "No such time.";
    if (form && form.get("occurred").includes("-13")) form.fault = "No such month.";
    if (form?.has("confirm")) {
      this.incidents.push({ title: form.get("title"), description: form.get("description"), tlp: "", state: "" });
      return { to: `/incidents/${this.incidents.length - 1}` };
    }
    const hidden = ["do", "title", "description", "occurred"].map((name) => `<input type="hidden" name="${name}" value="${typed(name)}">`);
    if (form && !form.fault) return { main: `<form method="post">${hidden.join("")}<button type="submit" name="confirm" value="1">Yes</button></form>` };
    const marks = form?.fault ? `aria-invalid="true" ${this.broken === "mute" ? "" : 'aria-describedby="why"'}` : "";
    const alarm = form?.fault ? `<p role="alert" id="why">${form.fault}</p>` : "";
    return {
      main: `${alarm}<form method="post">${command("incident new")}<input name="title" value="${typed("title")}"><textarea name="description">${typed("description")}</textarea>
<select name="kind">${options(["incident", "near miss"])}</select><input name="occurred" value="${typed("occurred")}" ${marks}><button type="submit">Save</button></form>`,
    };
  }

  // What can be done with an incident is folded, but for its release.
  #incident(incident, id, word, form) {
    const at = `/incidents/${id}`;
    if (word === "candidates") return { main: this.#list((one) => this.broken !== "lost" && one !== incident, (other) => `/incidents/${other}`) };
    if (word === "propose" && form) incident.state = form.get("purpose") === "safety-research" ? "proposed" : "";
    else if (form) incident.tlp = form.get("tlp");
    if (form) return { to: at };
    const fields = `${command("release propose")}<select name="purpose">${options(PURPOSES)}</select>`;
    if (word) return { main: `<form method="post">${fields}<button type="submit">Do</button></form>` };
    const keyless = this.broken === "keyless" ? 'tabindex="-1"' : "";
    const label = `${command("label put")}<select name="tlp">${options(["red", "green"])}</select><button type="submit" ${keyless}>Do</button>`;
    return {
      main: `<h1>${quote(incident.title)}</h1><a href="${at}/candidates">Same?</a> <a href="${at}/propose">Release</a>
<a href="/records/${id}">Proof</a><details><summary>Label</summary><form method="post">${label}</form></details>`,
    };
  }

  // Approving is looked at first; publishing stands only where somebody asked for it.
  #release(incident, at, search, form) {
    if (form?.get("do") === "release approve" && form.has("confirm")) incident.state = "approved";
    if (form?.get("do") === "release publish") incident.state = "published";
    if (form && !["", "proposed"].includes(incident.state)) return { to: at };
    const confirm = form ? '<button type="submit" name="confirm" value="yes">Yes</button>' : "";
    const word = { proposed: "release approve", approved: "release publish" }[incident.state];
    const isAsked = word === "release approve" || search.includes("publish=yes");
    const link = word ? `<a href="${at}?publish=yes#publish">Look once more</a>` : "";
    const fields = `${command(word)}<button type="submit">Do</button>${confirm}`;
    const record = `<a href="/records/${this.incidents.indexOf(incident)}">Record</a>`;
    return { main: `<h1>${quote(incident.title)}</h1>${record}${word && isAsked ? `<form method="post">${fields}</form>` : link}` };
  }

  #record(incident, at, word) {
    if (word === "words") return { file: incident.title };
    if (word === "sum") return { file: String(incident.title.length + (this.broken === "forged" ? 1 : 0)) };
    const files = `<ul><li><a href="${at}/words">Words</a><li><a href="${at}/sum">Sum</a></ul><pre>detente verify</pre>`;
    return { main: `<h1>${quote(incident.title)}</h1><span class="tag">proved</span><section id="check">${files}</section>` };
  }
}
