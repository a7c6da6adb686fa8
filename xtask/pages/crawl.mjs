// Every page that links lead to, from the start page, for each kind of reader, in all the ways in which pages are had.

import { open } from "./_browser.mjs";
import { crawl, figures } from "./_crawl.mjs";
import { hasPages, session, SIGN_IN } from "./_enter.mjs";
import { check, note, run } from "./_say.mjs";
import { scene } from "./_scene.mjs";
import { Visitor } from "./_visit.mjs";

// Who comes, and where they begin: a stranger, all roles in one, a partner's account.
const READERS = [
  ["nobody", ["/", SIGN_IN]],
  ["eve", ["/"]],
  ["hao", ["/"]],
];

async function come(browser, { site }, who) {
  const kept = who === "nobody" ? undefined : await session(browser, site, who);
  return Visitor.come(browser, site, { session: kept, out: process.env.DETENTE_OUT, who });
}

await run("the crawl", async () => {
  const { harbour } = await scene();
  if (!(await hasPages(harbour))) return check("the site has pages", false, `${SIGN_IN} is not there`, "look at what serves them");
  const browser = await open([harbour.certificate]);
  const table = [];
  for (const [who, starts] of READERS) {
    const visitor = await come(browser, harbour, who);
    table.push(...(await crawl(harbour, visitor, starts, { check, note })));
    await visitor.leave();
  }
  figures(table).forEach(note);
  return browser.close();
});
