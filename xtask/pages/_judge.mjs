// What is asked of every page. Each fault is { rule, why }; ADVICE says what to do about a rule.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hanUnmarked, untranslated, words } from "./_words.mjs";

// Of WCAG 2.2, what a program can tell, at level AA.
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

// A page with all that it needs has to come over a line of 9,600 bit/s within a minute.
export const MOST_OCTETS = 60_000;

// What a person takes for at once. Noted and not asked for: a build for tests is many times slower.
export const SERVER_MS = 100;

export const NARROW = 320;
export const WIDE = 1440;

export const ADVICE = {
  status: "the page must answer 200; follow the link that leads there",
  "csp-header": "send a Content-Security-Policy that begins with default-src 'none' or 'self' and allows nothing unsafe",
  "csp-violation": "take the inline style, script or foreign address out of the template",
  console: "mend what the browser's console complains of",
  "foreign-request": "a page asks its own site for everything that it needs",
  weight: "send less: fewer rows to a page, smaller files, compressed answers",
  h1: "each page has exactly one h1",
  lang: "html lang must say the language that was asked for",
  "language-link": "each page has a link to itself in the other language: href with lang=",
  overflow: "let it wrap, or put it in a box of its own that scrolls and can be focused",
  "word-key": "this key or argument has no word in the language files",
  untranslated: "put the word into both language files; content and names carry a lang of their own or translate=no",
  "language-of-parts": "text in another language than the page's must stand in an element with its own lang",
  "dead-control": "without scripts this button does nothing: make it a link, or the submit button of a form",
};

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Where a page may run no scripts, no timer of it ever rings: what is to be done at once is done at once instead.
function ringAtOnce() {
  const later = globalThis.setTimeout;
  globalThis.setTimeout = (work, ms = 0, ...rest) => (ms > 0 ? later(work, ms, ...rest) : void Promise.resolve().then(() => work(...rest)));
}

// The source is evaluated by the debugger, so that the page's own policy stays in force.
async function axe(page, { scripts }, only = undefined) {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    if (!scripts) await page.evaluate(ringAtOnce);
    await page.evaluate(axeSource);
  }
  const options = { preload: false, resultTypes: ["violations"] };
  options.runOnly = only ? { type: "rule", values: only } : { type: "tag", values: TAGS };
  const found = await page.evaluate((asked) => globalThis.axe.run(document, asked), options);
  return found.violations.map((broken) => {
    const [first] = broken.nodes;
    const why = `${broken.help}, ${broken.nodes.length} times, first: ${first.html.slice(0, 160)} (${first.failureSummary})`;
    return { rule: `axe:${broken.id}`, why, advice: broken.helpUrl };
  });
}

// What can be said of a load as such, before anything is done to the page.
export function ofLoad({ answer, octets }, ear) {
  const faults = [];
  const origin = new URL(answer.url()).origin;
  if (answer.status() !== 200) faults.push({ rule: "status", why: `it answers ${answer.status()}` });
  const policy = answer.headers()["content-security-policy"] ?? "";
  if (!/default-src '(none|self)'/.test(policy) || policy.includes("unsafe-")) faults.push({ rule: "csp-header", why: policy || "none" });
  if (octets > MOST_OCTETS) faults.push({ rule: "weight", why: `${octets} octets on the wire, at most ${MOST_OCTETS}` });
  const foreign = ear.asked.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("data:"));
  if (foreign.length) faults.push({ rule: "foreign-request", why: foreign.join(" ") });
  for (const text of ear.complaints) {
    faults.push({ rule: text.includes("Content Security Policy") ? "csp-violation" : "console", why: text });
  }
  return faults;
}

function inPage() {
  const facts = { headings: document.querySelectorAll("h1").length, lang: document.documentElement.lang };
  facts.wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
  const right = (element) => element.getBoundingClientRect().right;
  const beyond = [...document.querySelectorAll("body *")].find((element) => right(element) > innerWidth + 1);
  facts.beyond = beyond ? beyond.outerHTML.slice(0, 160) : "";
  facts.hasLanguageLink = document.querySelector('a[href*="lang="]') !== null;
  const isDead = (button) => !button.form || button.type !== "submit";
  const works = "[popovertarget], [commandfor], summary *";
  const buttons = [...document.querySelectorAll("button")].filter((button) => button.checkVisibility() && !button.matches(works));
  facts.dead = buttons.filter(isDead).map((button) => button.outerHTML.slice(0, 160));
  return facts;
}

// What is asked of a page as it stands at one width.
export async function ofPage(page, way) {
  const { language, width, scripts } = way;
  const facts = await page.evaluate(inPage);
  const faults = [];
  const fault = (is, rule, why) => is && faults.push({ rule, why });
  fault(facts.headings !== 1, "h1", `${facts.headings} of them`);
  fault(facts.lang !== language, "lang", `it says "${facts.lang}"`);
  fault(!facts.hasLanguageLink, "language-link", "there is none");
  fault(width === NARROW && facts.wide > 0, "overflow", `${facts.wide} px too wide: ${facts.beyond}`);
  fault(!scripts && facts.dead.length, "dead-control", facts.dead.join(" "));
  const said = await page.evaluate(words);
  fault(said.keys.length, "word-key", said.keys.join(" | "));
  const unmarked = language === "en" ? await page.evaluate(hanUnmarked) : [];
  fault(unmarked.length, "language-of-parts", unmarked.join(" | "));
  return { faults: [...faults, ...(await axe(page, way))], said };
}

// Colours change when the reader's machine is set to dark.
export async function ofDark(page, way) {
  const ground = () => getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor;
  const light = await page.evaluate(ground);
  await page.emulateMedia({ colorScheme: "dark" });
  const hasChanged = (await page.evaluate(ground)) !== light;
  const faults = hasChanged ? await axe(page, way, ["color-contrast"]) : [];
  await page.emulateMedia({ colorScheme: "light" });
  return faults.map((fault) => ({ ...fault, why: `in dark: ${fault.why}` }));
}

export const ofBoth = (english, chinese) =>
  untranslated(english, chinese).map((text) => ({ rule: "untranslated", why: `the same in both languages: "${text}"` }));
