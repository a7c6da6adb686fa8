// A small desk that keeps the contract of the story, and breaks it where it is told to: for the scripts' own test.

import { createServer } from "node:http";

const AGREEMENTS = `<option value="">-</option><option value="other">Other</option><option value="text-1">Text</option>`;

const quote = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export class Desk {
  // What is broken: mute, keyless, unmarked, forgetful or lost.
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
    const said = url.pathname === "/sign-in" ? this.#signIn(form) : this.#page(url.pathname.split("/").slice(1), form, account);
    const { to, cookie, status = 200, main = "" } = said ?? { status: 404 };
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

  #page([kind, id, word], form, account) {
    if (!account) return { to: "/sign-in" };
    const incident = this.incidents[Number(id)];
    if (kind === "") return { main: "<h1>Desk</h1>" };
    if (kind === "incidents" && id === "new") return this.#new(form);
    if (kind === "releases") return { main: this.#list((one) => one.state, (at) => `/incidents/${at}`) };
    if (kind === "received") return { main: this.#list((one) => one.state === "publish", (at) => `/incidents/${at}`) };
    return incident && kind === "incidents" ? this.#incident(incident, id, word, form) : undefined;
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
    const hidden = ["title", "description", "occurred"].map((name) => `<input type="hidden" name="${name}" value="${typed(name)}">`);
    if (form && !form.fault) return { main: `<form method="post">${hidden.join("")}<button type="submit" name="confirm" value="1">Yes</button></form>` };
    const marks = form?.fault ? `aria-invalid="true" ${this.broken === "mute" ? "" : 'aria-describedby="why"'}` : "";
    const alarm = form?.fault ? `<p role="alert" id="why">${form.fault}</p>` : "";
    const kinds = ["incident", "near miss"].map((kind) => `<label><input type="radio" name="kind" value="${kind}">${kind}</label>`);
    return {
      main: `${alarm}<form method="post"><input name="title" value="${typed("title")}"><textarea name="description">${typed("description")}</textarea>
${kinds.join("")}<input name="occurred" value="${typed("occurred")}" ${marks}><button type="submit">Save</button></form>`,
    };
  }

  #incident(incident, id, word, form) {
    const at = `/incidents/${id}`;
    const button = `<form method="post"><button type="submit" ${this.broken === "keyless" && word === "label" ? 'tabindex="-1"' : ""}>Do</button>`;
    if (word === "candidates") return { main: this.#list((one) => this.broken !== "lost" && one !== incident, (other) => `/incidents/${other}`) };
    if (form && word === "label") incident.tlp = form.get("tlp");
    if (form && word === "propose") incident.state = form.get("agreement") === "text-1" ? "propose" : "";
    if (form && ["approve", "publish"].includes(word)) incident.state = word;
    if (form) return { to: at };
    const title = `<p>${quote(incident.title)}</p>`;
    if (word === "label") return { main: `${button.replace("<button", '<select name="tlp"><option>red<option>green</select><button')}</form>` };
    if (word === "propose") return { main: `<form method="post"><select name="agreement">${AGREEMENTS}</select><input name="purpose"><button type="submit">Do</button></form>` };
    if (word === "proof") return { main: `${title}<p>Proved.</p>` };
    if (word) return { main: `${title}${button}</form>` };
    const words = ["candidates", "label", "propose", "approve", "publish", "proof"];
    return { main: `<h1>${quote(incident.title)}</h1>${words.map((one) => `<a href="${at}/${one}">${one}</a>`).join(" ")}` };
  }
}
