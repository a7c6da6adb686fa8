// Each check must find its fault, and none may find one where there is none.

import { readFileSync } from "node:fs";
import { open } from "./_browser.mjs";
import { crawl, figures } from "./_crawl.mjs";
import { Desk } from "./_desk.mjs";
import { FAULTS, faulty, SEEN } from "./_faults.mjs";
import { check, run } from "./_say.mjs";
import { MODES, NAMES, tell } from "./_story.mjs";
import { patternOf, Visitor } from "./_visit.mjs";

const ADVICE = "a check that finds nothing proves nothing: mend it in xtask/pages";

function patterns() {
  const id = "incident--00000000-0000-4000-8000-000000000001";
  const same = patternOf(`/incidents/${id}/edit?b=1&a=2&lang=en`) === "/incidents/*/edit?a&b";
  check("pages of one kind have one pattern", same && patternOf("/incidents/new") === "/incidents/new", patternOf(`/incidents/${id}`), ADVICE);
}

async function goodPage(visitor) {
  const report = await visitor.visit("/");
  const faults = report.looks.flatMap((look) => look.faults.map((fault) => `${look.name}: ${fault.rule} ${fault.why}`));
  check("a page without fault has none", faults.length === 0, faults.join("; "), ADVICE);
  check("each way to have a page is looked at", report.looks.length === 4, report.looks.length, ADVICE);
  check("its links are followed", report.links.some((link) => patternOf(link) === "/incidents/*"), report.links, ADVICE);
}

async function crawled(visitor, site) {
  const heard = [];
  const say = { check: (name, holds) => heard.push([name, holds]), note: () => {} };
  const table = await crawl({ site }, visitor, ["/", "/fault/headings"], say);
  const failed = heard.filter(([, holds]) => !holds).map(([name]) => name);
  const kinds = table.map(({ pattern }) => pattern).join(" ");
  check("a crawl finds each kind of page once", kinds === "/ /fault/headings /incidents/*", kinds, ADVICE);
  check("it fails the page that is bad", failed.length === 4 && failed.every((name) => name.includes("headings")), failed, ADVICE);
  const lost = [];
  await crawl({ site }, visitor, ["/away"], { check: (name, holds) => holds || lost.push(name), note: () => {} });
  check("it notices that it was signed out", lost.some((name) => name.includes("stays signed in")), lost, ADVICE);
  check("it tells a figure of each", figures(table).length === table.length && table.every(({ octets }) => octets > 0), table, ADVICE);
}

async function seeded(visitor, name, { rule, way = "any" }) {
  const report = await visitor.visit(`/fault/${name}`, SEEN[way]);
  const found = new Set(report.looks.flatMap((look) => look.faults.map((fault) => fault.rule)));
  check(`found: ${name}`, found.has(rule), `found ${[...found].join(", ") || "nothing"} and not ${rule}`, ADVICE);
}

// The desk's files are its words and its sum.
function verify(command, files) {
  const [words, sum] = files.map(({ path }) => readFileSync(path, "utf8"));
  return command === "detente verify" && String(words.length) === sum ? "" : `${words} and ${sum} by ${command}`;
}

// How the story ends at a desk: the parts that did not go well, with why.
async function told(browser, broken, name) {
  const desk = await new Desk(broken).begin();
  const incident = { title: "测试车撞人", description: "没有停下。", kind: "near miss" };
  const words = { incident, twin: "A car struck a person", password: "word", verify };
  const failures = [];
  const hear = { check: (part, holds, why) => holds || failures.push(`${part}: ${why}`), skip: (part, why) => failures.push(`${part} skipped: ${why}`) };
  await tell({ name, mode: MODES[name], browser, harbour: desk, hills: desk, ...words }, hear);
  desk.end();
  return failures;
}

// What is broken at the desk, in which telling, and in which words it must be found.
const BROKEN = [
  ["mute", "plain", "aria-describedby"],
  ["forgetful", "plain", "what was typed is lost"],
  ["keyless", "keys", "keys do not reach"],
  ["unmarked", "keys", "without a mark while it has the focus"],
  ["lost", "scripts", "no page for it: incident candidates"],
  ["forged", "plain", "does not check"],
];

async function stories(browser) {
  for (const name of Object.keys(MODES)) {
    const failures = await told(browser, "", name);
    check(`the story is told: ${name}`, failures.length === 0, failures.join("; "), ADVICE);
  }
  for (const [broken, name, words] of BROKEN) {
    const failures = await told(browser, broken, name);
    check(`found in the story: ${broken}`, failures.some((why) => why.includes(words)), failures.join("; ") || "nothing", ADVICE);
  }
  check("the story has all its parts", NAMES.length === 11, NAMES.length, ADVICE);
}

await run("the checks' own test", async () => {
  patterns();
  const site = await faulty();
  const browser = await open();
  const visitor = await Visitor.come(browser, site.address, { who: "somebody" });
  await goodPage(visitor);
  await crawled(visitor, site.address);
  for (const [name, fault] of Object.entries(FAULTS)) await seeded(visitor, name, fault);
  await stories(browser);
  await browser.close();
  site.close();
});
