// From page to page by links, one page of each kind, and what was found at each.

import { ask } from "./_ask.mjs";
import { SIGN_IN } from "./_enter.mjs";
import { ADVICE, SERVER_MS } from "./_judge.mjs";
import { patternOf } from "./_visit.mjs";

// More patterns than the site has; whoever reaches it is told what was left out.
const MOST_PAGES = 120;

// Faults that are told of one look; the rest are counted.
const MOST_FAULTS = 6;

// What is no page: programs read it, and other scripts check it.
const NO_PAGE = /^\/(api|taxii2|misp|log|feed|peer|metrics|healthz|readyz|assets|static)(\/|$)/;

function tell({ check }, who, report) {
  const pattern = patternOf(report.path);
  for (const { name, faults } of report.looks) {
    const shown = faults.slice(0, MOST_FAULTS).map(({ rule, why }) => `${rule}: ${why}`);
    const more = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
    const advice = [...new Set(faults.map(({ rule, advice }) => advice ?? ADVICE[rule]))].join("; ");
    check(`${who} ${pattern} ${name}`, faults.length === 0, [report.path, ...shown, ...more].join("\n    "), advice);
  }
  return { who, path: report.path, pattern, octets: report.octets, serverMs: report.serverMs };
}

// Where a reader is who follows this path: on a page, at a file to keep, or sent elsewhere.
async function lookAhead(node, visitor, path) {
  const { status, headers } = await ask(node, path, visitor.ways[0].context);
  const isFile = status === 200 && !(headers["content-type"] ?? "").startsWith("text/html");
  const to = status >= 300 && status < 400 ? new URL(headers.location, node.site + path) : undefined;
  return { isPage: !isFile && !to, to: to && to.pathname + to.search };
}

class Round {
  constructor(starts) {
    this.seen = new Set(starts.map(patternOf));
    this.waiting = [...starts];
  }

  add(link) {
    const pattern = patternOf(link);
    if (this.seen.has(pattern) || NO_PAGE.test(pattern)) return;
    this.seen.add(pattern);
    this.waiting.push(link.split("#")[0]);
  }
}

// Visits what can be reached from these pages; answers a row of figures for each.
export async function crawl(node, visitor, starts, say) {
  const [table, round] = [[], new Round(starts)];
  const isStranger = visitor.who === "nobody";
  while (round.waiting.length && table.length < MOST_PAGES) {
    const path = round.waiting.shift();
    const { isPage, to } = await lookAhead(node, visitor, path);
    if (to) round.add(to);
    if (to?.startsWith(SIGN_IN) && !isStranger) say.check(`${visitor.who} stays signed in at ${path}`, false, `sent to ${to}`, "look at the session");
    if (!isPage) continue;
    const report = await visitor.visit(path);
    table.push(tell(say, visitor.who, report));
    report.links.forEach((link) => round.add(link));
  }
  if (round.waiting.length) say.note(`left out: ${round.waiting.join(" ")}`);
  say.check(`${visitor.who} finds pages`, table.length >= (isStranger ? 1 : 2), `only ${table.length}`, "the start page must lead on");
  return table;
}

// The figures as lines of text.
export function figures(table) {
  const width = Math.max(...table.map(({ pattern }) => pattern.length));
  return table.map(({ who, pattern, octets, serverMs }) => {
    const slow = serverMs > SERVER_MS ? `  over ${SERVER_MS} ms` : "";
    return `${who.padEnd(6)} ${pattern.padEnd(width)} ${String(octets).padStart(7)} octets ${String(serverMs).padStart(5)} ms${slow}`;
  });
}
