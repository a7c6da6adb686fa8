// Small pages, one without a fault and one for each fault that the checks must find.

import { createServer } from "node:http";

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'";

// Words of the pages, in both languages.
const WORDS = {
  en: { title: "Release queue", back: "Start", field: "Title", send: "Save", body: "Nothing waits." },
  "zh-Hans": { title: "发布队列", back: "首页", field: "标题", send: "保存", body: "没有待办事项。" },
};

const STYLE = "body { margin: 1rem; color: #111; background: #fff; font: 1rem sans-serif } a { line-height: 2 }\n";

// What is put into the page, or done to its answer, and the rule that must find it. `way` says who sees it, if
// not everybody.
export const FAULTS = {
  contrast: { rule: "axe:color-contrast", body: '<p class="faint">Faint</p>' },
  picture: { rule: "axe:image-alt", body: '<img src="/picture.svg">' },
  unnamed: { rule: "axe:label", body: '<form method="post"><input name="tlp"></form>' },
  dark: { rule: "axe:color-contrast", body: '<p class="dim">Dim</p>' },
  scrolls: { rule: "overflow", way: "plain", body: '<div class="broad">broad</div>' },
  headings: { rule: "h1", body: "<h1>Second</h1>" },
  speaks: { rule: "lang", lang: "fr" },
  alone: { rule: "language-link", hasNoLink: true },
  inline: { rule: "csp-violation", body: '<p style="margin:2rem">Moved</p>' },
  lax: { rule: "csp-header", policy: "default-src 'self' 'unsafe-inline'" },
  complains: { rule: "console", body: '<script src="/complains.js"></script>' },
  missing: { rule: "console", body: '<link rel="stylesheet" href="/nowhere.css">' },
  foreign: { rule: "foreign-request", policy: "default-src 'self'; img-src *", body: '<img alt="" src="http://localhost:1/p.svg">' },
  heavy: { rule: "weight", body: '<img alt="" src="/heavy.svg">' },
  key: { rule: "word-key", body: "<button>incident-new-save</button>" },
  argument: { rule: "word-key", body: "<p>You have {$count} alarms.</p>" },
  bare: { rule: "untranslated", way: "translated", body: "<h2>Waiting for approval</h2>" },
  mixed: { rule: "language-of-parts", body: "<p>Harbour 海港局</p>" },
  broken: { rule: "status", status: 500 },
  dead: { rule: "dead-control", way: "plain", body: '<button type="button">☰ 1</button>' },
};

// Which ways to have a page show a fault of this kind.
export const SEEN = {
  translated: ({ scripts }) => scripts,
  plain: ({ scripts, language }) => !scripts && language === "en",
  any: ({ scripts, language }) => scripts && language === "en",
};

const FILES = {
  "/style.css": ["text/css", `${STYLE}.faint { color: #bbb } .broad { width: 600px }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } a { color: #9cf } .dim { color: #333 } }\n`],
  "/picture.svg": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'],
  "/heavy.svg": ["image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><!--${"x".repeat(60_000)}--></svg>`],
  "/complains.js": ["text/javascript", 'console.error("no such thing");'],
  "/favicon.ico": ["image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'],
};

function html(language, fault, path) {
  const words = WORDS[language];
  const other = language === "en" ? "zh-Hans" : "en";
  const link = fault.hasNoLink ? "" : `<a href="${path}?lang=${other}" lang="${other}" hreflang="${other}">${WORDS[other].title}</a>`;
  return `<!doctype html><html lang="${fault.lang ?? language}"><head><meta charset="utf-8"><title>${words.title}</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head><body>
<header><nav><a href="/">${words.back}</a> ${link}</nav></header><main><h1>${words.title}</h1><p>${words.body}</p>
<p><a href="/incidents/incident--00000000-0000-4000-8000-000000000001">${words.body}</a></p>
<form method="post"><label>${words.field} <input name="title"></label> <button>${words.send}</button></form>
${fault.body ?? ""}</main></body></html>`;
}

function answer(request, response) {
  const url = new URL(request.url, "http://site.invalid");
  const [type, file] = FILES[url.pathname] ?? [];
  if (file !== undefined) return response.writeHead(200, { "content-type": type }).end(file);
  if (url.pathname === "/away") return response.writeHead(303, { location: "/sign-in" }).end();
  const fault = FAULTS[url.pathname.slice("/fault/".length)] ?? {};
  const isThere = url.pathname === "/" || url.pathname.startsWith("/incidents/") || url.pathname.startsWith("/fault/");
  const asked = url.searchParams.get("lang") ?? /lang=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "en";
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": fault.policy ?? POLICY };
  response.writeHead(isThere ? (fault.status ?? 200) : 404, { ...headers, "set-cookie": `lang=${asked}; Path=/` });
  return response.end(html(asked, fault, url.pathname));
}

export async function faulty() {
  const server = createServer(answer);
  await new Promise((begun) => server.listen(0, "127.0.0.1", begun));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
