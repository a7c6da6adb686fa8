// Every page that links lead to, from the start page, for each kind of reader, in the ways in which pages are had.

import { askPacked } from "./_ask.mjs";
import { open } from "./_browser.mjs";
import { crawl, figures } from "./_crawl.mjs";
import { hasPages, session, SIGN_IN } from "./_enter.mjs";
import { check, note, run } from "./_say.mjs";
import { ask, scene } from "./_scene.mjs";
import { Visitor } from "./_visit.mjs";

// Who comes, and where they begin: a stranger, all roles in one, a partner's account. Of pages of one kind the first is visited, so
// that whoever sees duties begins where a clock runs and a report was frozen.
const readers = ({ running, filed }) => [
  ["nobody", ["/", SIGN_IN, "/published", "/report"]],
  ["eve", ["/", `/incidents/${running}/duties`, `/incidents/${filed}/duties/filings`]],
  ["hao", ["/"]],
];

// Pages that people need over a line of 9,600 bit/s, as plain text: each has to be there within some seven seconds.
const NEEDED = ["/", "/duties", "/incidents/*", "/incidents/*/duties", "/questions/*"];
const MOST_PACKED_OCTETS = 8192;

// Pages that the scene must lead to: a page that nothing links to would pass unseen.
const REACHED = [
  "/duties/packs",
  "/duties/preview",
  "/incidents/*/duties/filings",
  "/incidents/*/duties/filings/*",
  "/scan",
  "/signals",
  "/signals/*/*",
  "/signals/decided",
  "/signals/new",
];

function reached(table) {
  for (const pattern of REACHED) {
    const isThere = table.some((row) => row.who === "eve" && row.pattern === pattern);
    check(`eve is led to ${pattern}`, isThere, "no link leads there", "the scene in xtask/pages/_scene.mjs must lead to one");
  }
  const isForm = (row) => row.who === "eve" && row.pattern.startsWith("/incidents/*/duties/file/");
  check("eve is led to the form of a stage", table.some(isForm), "no link leads there", "a clock in the scene must run");
}

async function come(browser, { site }, who) {
  const kept = who === "nobody" ? undefined : await session(browser, site, who);
  return Visitor.come(browser, site, { session: kept, out: process.env.DETENTE_OUT, who });
}

async function plain(node, { ways: [way] }, table) {
  for (const pattern of NEEDED) {
    const name = `eve ${pattern} as plain text`;
    const row = table.find((row) => row.who === "eve" && row.pattern === pattern);
    if (!row) {
      check(name, false, "the crawl found no such page", "the scene in xtask/pages/_scene.mjs must lead to one");
      continue;
    }
    const { status, headers, body } = await askPacked(node, row.path.split("?")[0], way.context);
    const is = { status, type: headers["content-type"] ?? "", packed: headers["content-encoding"], octets: body.length };
    const isText = status === 200 && is.type.startsWith("text/plain") && is.packed === "deflate";
    const why = `${row.path}: ${JSON.stringify(is)}, at most ${MOST_PACKED_OCTETS} octets`;
    check(name, isText && body.length <= MOST_PACKED_OCTETS, why, "show less of it: fewer rows, shorter cells");
  }
}

await run("the crawl", async () => {
  const found = await scene();
  const { harbour } = found;
  if (!(await hasPages(harbour))) return check("the site has pages", false, `${SIGN_IN} is not there`, "look at what serves them");
  await ask(found);
  const browser = await open([harbour.certificate]);
  const table = [];
  for (const [who, starts] of readers(found.clocks)) {
    const visitor = await come(browser, harbour, who);
    table.push(...(await crawl(harbour, visitor, starts, { check, note })));
    if (who === "eve") await plain(harbour, visitor, table);
    if (who === "eve") reached(table);
    await visitor.leave();
  }
  figures(table).forEach(note);
  return browser.close();
});
