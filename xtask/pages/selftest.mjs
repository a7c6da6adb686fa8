// Each check must find its fault, and none may find one where there is none.

import { open } from "./_browser.mjs";
import { FAULTS, faulty } from "./_faults.mjs";
import { check, run } from "./_say.mjs";
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
  check("each way to have a page is looked at", report.looks.length === 8, report.looks.length, ADVICE);
  check("its links are followed", report.links.some((link) => patternOf(link) === "/incidents/*"), report.links, ADVICE);
}

async function seeded(visitor, name, rule) {
  const report = await visitor.visit(`/fault/${name}`);
  const found = new Set(report.looks.flatMap((look) => look.faults.map((fault) => fault.rule)));
  check(`found: ${name}`, found.has(rule), `found ${[...found].join(", ") || "nothing"} and not ${rule}`, ADVICE);
}

await run("the checks' own test", async () => {
  patterns();
  const site = await faulty();
  const browser = await open();
  const visitor = await Visitor.come(browser, site.address, {});
  await goodPage(visitor);
  for (const [name, { rule }] of Object.entries(FAULTS)) await seeded(visitor, name, rule);
  await browser.close();
  site.close();
});
