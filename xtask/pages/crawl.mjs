// Every page that links lead to, from the start page, for each kind of reader, in all the ways in which pages are had.

import { ask } from "./_ask.mjs";
import { open } from "./_browser.mjs";
import { hasPages, session, SIGN_IN } from "./_enter.mjs";
import { ADVICE, SERVER_MS } from "./_judge.mjs";
import { check, note, run, skip } from "./_say.mjs";
import { scene } from "./_scene.mjs";
import { patternOf, Visitor } from "./_visit.mjs";

// More patterns than the site has; whoever reaches it is told what was left out.
const MOST_PAGES = 120;

// Faults that are told of one look; the rest are counted.
const MOST_FAULTS = 6;

// What is no page: programs read it, and other scripts check it.
const NO_PAGE = /^\/(api|taxii2|misp|log|feed|peer|metrics|healthz|readyz|assets|static)(\/|$)/;

const table = [];

function tell(who, report) {
  const pattern = patternOf(report.path);
  for (const { name, faults } of report.looks) {
    const shown = faults.slice(0, MOST_FAULTS).map(({ rule, why }) => `${rule}: ${why}`);
    const more = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
    const advice = [...new Set(faults.map(({ rule, advice }) => advice ?? ADVICE[rule]))].join("; ");
    check(`${who} ${pattern} ${name}`, faults.length === 0, [report.path, ...shown, ...more].join("\n    "), advice);
  }
  table.push({ who, pattern, octets: report.octets, serverMs: report.serverMs });
}

// A file to keep is no page: it must be there, and that is all.
async function isPage(node, visitor, path) {
  const { status, headers } = await ask(node, path, visitor.ways[0].context);
  const isFile = status === 200 && !(headers["content-type"] ?? "").startsWith("text/html");
  return !isFile && !(status >= 300 && status < 400);
}

async function crawl(node, visitor, starts) {
  const seen = new Set(starts.map(patternOf));
  const waiting = [...starts];
  while (waiting.length) {
    const path = waiting.shift();
    if (table.length >= MOST_PAGES) return note(`left out: ${[path, ...waiting].join(" ")}`);
    if (!(await isPage(node, visitor, path))) continue;
    const report = await visitor.visit(path);
    tell(visitor.who, report);
    for (const link of report.links.map((link) => link.split("#")[0])) {
      const pattern = patternOf(link);
      if (seen.has(pattern) || NO_PAGE.test(pattern)) continue;
      seen.add(pattern);
      waiting.push(link);
    }
  }
}

async function readers(browser, harbour, out) {
  const site = harbour.site;
  const as = async (who) => ({ session: await session(browser, site, who), out, who });
  for (const [who, starts] of [["nobody", ["/", SIGN_IN]], ["eve", ["/"]], ["hao", ["/"]], ["ada", ["/"]]]) {
    const visitor = await Visitor.come(browser, site, who === "nobody" ? { out, who } : await as(who));
    await crawl(harbour, visitor, starts);
    await visitor.leave();
  }
}

function figures() {
  const width = Math.max(...table.map(({ pattern }) => pattern.length));
  for (const { who, pattern, octets, serverMs } of table) {
    const slow = serverMs > SERVER_MS ? `  over ${SERVER_MS} ms` : "";
    note(`${who.padEnd(6)} ${pattern.padEnd(width)} ${String(octets).padStart(7)} octets ${String(serverMs).padStart(5)} ms${slow}`);
  }
}

await run("the crawl", async () => {
  const { harbour } = await scene();
  const browser = await open([harbour.certificate]);
  if (await hasPages(harbour)) {
    await readers(browser, harbour, process.env.DETENTE_OUT);
    figures();
  } else {
    skip("pages", `${SIGN_IN} is not there yet`);
  }
  await browser.close();
});
