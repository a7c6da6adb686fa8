// An analyst's day at the pages, part by part. It knows of them only what the contract says: a form names its command in the
// hidden field `do` and has the fields of that command; it posts to its own page, and `button[name=confirm]` confirms a preview;
// what is wrong stands in role=alert; and a record's page has a section `check` with files and the command that checks them.

import { join } from "node:path";
import { fields, SIGN_IN } from "./_enter.mjs";
import { person } from "./_browser.mjs";
import { Hands } from "./_hands.mjs";
import { does, says, trail } from "./_seek.mjs";

export const MODES = {
  scripts: { scripts: true, isKeys: false },
  plain: { scripts: false, isKeys: false },
  keys: { scripts: true, isKeys: true },
};

// Longer than nodes on one machine take to hear of one another's news.
const NEWS_MS = 60_000;

// How soon one looks again.
const AGAIN_MS = 500;

// What stands beside a record that its sender's log was shown to hold, in both languages of the pages.
const PROVED = /^(proved|已证明)$/;

class Missing extends Error {}

class Person {
  static async come(browser, node, mode, account, password) {
    const context = await person(browser, { scripts: mode.scripts });
    const one = Object.assign(new Person(), { node, account, context, page: await context.newPage() });
    one.hands = new Hands(one.page, mode);
    await one.page.goto(node.site + SIGN_IN);
    const form = fields(one.page);
    await one.hands.fill(form.name, account);
    await one.hands.fill(form.password, password);
    await one.hands.press(form.send);
    if (one.path.startsWith(SIGN_IN)) throw new Error(`${account} is not signed in: ${await one.alarm()}`);
    return one;
  }

  get path() {
    const url = new URL(this.page.url());
    return url.pathname + url.search;
  }

  async alarm() {
    const alarms = this.page.locator("[role=alert]").filter({ visible: true });
    return (await alarms.allInnerTexts()).join(" ").trim();
  }

  // Goes by links to the nearest page that is as wanted.
  async find(what, wanted, options) {
    const links = await trail(this.node, this.context, this.path, wanted, options);
    if (links === undefined) throw new Missing(`no page for it: ${what}`);
    for (const href of links) await this.hands.follow(href);
  }

  form(command) {
    return this.page.locator(`main form:has(input[name=do][value=${JSON.stringify(command)}])`).first();
  }

  // Fills in what the form has of these fields.
  async fill(form, values) {
    for (const [name, value] of Object.entries(values)) {
      if (await form.locator(`[name="${name}"]:not([type=hidden])`).count()) await this.hands.give(form, name, value);
    }
  }

  async send(form) {
    await this.hands.press(form.locator("button[type=submit]:not([name=confirm])").first());
  }

  // Sends a form, sees what would be done, and has it done.
  async act(form) {
    await this.send(form);
    await this.mustNotComplain();
    const confirm = form.locator("button[name=confirm]");
    if (await confirm.count()) await this.hands.press(confirm);
    await this.mustNotComplain();
  }

  async mustNotComplain() {
    const alarm = await this.alarm();
    if (alarm) throw new Error(`the page says: ${alarm}`);
  }

  async must(isSo, why) {
    if (!isSo) throw new Error(`${why}; at ${this.path}: ${(await this.page.locator("main").innerText()).slice(0, 300)}`);
  }

  async reads(words) {
    return (await this.page.locator("main").getByText(words).filter({ visible: true }).count()) > 0;
  }

  // Does something again and again until it comes to something, as long as news may take.
  async await(attempt, why) {
    for (const end = Date.now() + NEWS_MS; Date.now() < end; await this.page.waitForTimeout(AGAIN_MS)) {
      if (await attempt()) return;
    }
    await this.must(false, why);
  }
}

const NEW = "incident new";

async function signIn(tale) {
  tale.lin = await Person.come(tale.browser, tale.harbour, tale.mode, "lin", tale.password);
}

// What a person typed is still there, and the mistake is told where it was made, to a voice too.
async function mistake({ lin, incident }) {
  await lin.find(NEW, does(NEW));
  const form = lin.form(NEW);
  await lin.fill(form, { ...incident, occurred: "2026-13-45" });
  await lin.send(form);
  await lin.must(await lin.alarm(), "no role=alert after a time that is none");
  const field = lin.form(NEW).locator("[name=occurred]");
  await lin.must((await field.getAttribute("aria-invalid")) === "true", "the field is not aria-invalid");
  const told = ((await field.getAttribute("aria-describedby")) ?? "").split(" ").filter(Boolean);
  const texts = await Promise.all(told.map((id) => lin.page.locator(`[id="${id}"]`).innerText()));
  await lin.must(texts.join("").trim(), "aria-describedby leads to no text");
  const kept = await lin.form(NEW).locator("[name=title]").inputValue();
  await lin.must(kept === incident.title, `what was typed is lost: "${kept}"`);
}

async function takeIn(tale) {
  const { lin, incident } = tale;
  await lin.find(NEW, does(NEW));
  const form = lin.form(NEW);
  await lin.fill(form, { occurred: "", ...incident });
  await lin.act(form);
  await lin.must(await lin.reads(incident.title), "the new incident is not shown");
  tale.incidentPath = lin.path.split("?")[0];
}

const atIncident = ({ lin, incidentPath }) => lin.page.goto(lin.node.site + incidentPath);

async function findTwin(tale) {
  await tale.lin.find("incident candidates", says(tale.twin), { depth: 1, isInside: true });
  await tale.lin.must(await tale.lin.reads(tale.twin), "its twin is not among the candidates");
}

async function label(tale) {
  await atIncident(tale);
  await tale.lin.find("label put", does("label put"), { isInside: true });
  const form = tale.lin.form("label put");
  await tale.lin.fill(form, { tlp: "green" });
  await tale.lin.act(form);
}

async function propose(tale) {
  await atIncident(tale);
  await tale.lin.find("release propose", does("release propose"), { isInside: true });
  const form = tale.lin.form("release propose");
  await tale.lin.fill(form, { purpose: "safety-research" });
  await tale.lin.act(form);
}

async function decide(tale, command) {
  tale.rui ??= await Person.come(tale.browser, tale.harbour, tale.mode, "rui", tale.password);
  const isOurs = (answer) => does(command)(answer) && says(tale.incident.title)(answer);
  await tale.rui.find(command, isOurs, { depth: 3 });
  await tale.rui.act(tale.rui.form(command));
}

async function seeAtPartner(tale) {
  const wen = (tale.wen = await Person.come(tale.browser, tale.hills, tale.mode, "wen", tale.password));
  const start = wen.path;
  const look = async () => {
    await wen.page.goto(wen.node.site + start);
    return wen.find("what was received", says(tale.incident.title), { depth: 3 }).then(() => true, isLost);
  };
  await wen.await(look, "the partner never hears of it");
  await wen.must(await wen.reads(tale.incident.title), "the partner does not see it");
}

// A page that is not there yet is no fault while news is on its way.
function isLost(error) {
  if (error instanceof Missing) return false;
  throw error;
}

// The page says that it is proved; and whoever does not believe the page checks what it gives, by the command that it names.
async function proof({ wen, incident, verify }) {
  const isItsPage = (answer) => /^\/records\/[^/]+$/.test(answer.path) && says(incident.title)(answer);
  await wen.find("its proof", isItsPage, { isInside: true });
  const isProved = async () => {
    const tags = await wen.page.locator("main .tag").allInnerTexts();
    return tags.some((tag) => PROVED.test(tag.trim())) || (await wen.page.reload(), false);
  };
  await wen.await(isProved, "nothing was proved");
  const check = wen.page.locator("main #check");
  const files = [];
  for (const link of await check.locator("li a").all()) files.push(await wen.hands.keep(link));
  await wen.must(files.length > 1, "there are no files to check it by");
  const why = verify((await check.locator("pre").innerText()).trim(), files);
  await wen.must(!why, `what the page gives does not check: ${why}`);
}

async function focusIsSeen(tale) {
  const unseen = [tale.lin, tale.rui, tale.wen].flatMap((one) => one?.hands.unseen ?? []);
  if (unseen.length) throw new Error(`without a mark while it has the focus: ${[...new Set(unseen)].join(" | ")}`);
}

// Each part, in order, with the part that must have gone well before it.
const PARTS = [
  ["sign in", signIn],
  ["a mistake is told at its field", mistake, "sign in"],
  ["take in an incident in Chinese", takeIn, "sign in"],
  ["find its English twin", findTwin, "take in an incident in Chinese"],
  ["label it", label, "take in an incident in Chinese"],
  ["propose its release", propose, "label it"],
  ["a second person approves", (tale) => decide(tale, "release approve"), "propose its release"],
  ["it is published", (tale) => decide(tale, "release publish"), "a second person approves"],
  ["the partner sees it", seeAtPartner, "it is published"],
  ["the partner checks its proof", proof, "the partner sees it"],
  ["what has the focus is seen", focusIsSeen, "sign in"],
];

export const NAMES = PARTS.map(([name]) => name);

// What everybody had before them when a part went wrong.
async function pictures(tale, title) {
  if (!process.env.DETENTE_OUT || !tale.harbour.authority) return;
  for (const one of [tale.lin, tale.rui, tale.wen].filter(Boolean)) {
    const name = `story ${title} ${one.account}`.replaceAll(/[^\w-]+/g, ".");
    await one.page.screenshot({ path: join(process.env.DETENTE_OUT, `${name}.png`), fullPage: true });
  }
}

async function tellPart(tale, title, part, check) {
  try {
    await part(tale);
    check(title, true);
    return true;
  } catch (error) {
    await pictures(tale, title);
    check(title, false, error.message, "read the page's picture or its text above; the contract stands in xtask/pages/_story.mjs");
    return false;
  }
}

// Tells the story in one mode. What comes after a part that went wrong cannot be told.
export async function tell(tale, { check, skip }) {
  const done = new Set();
  for (const [name, part, after] of PARTS) {
    const title = `${tale.name}: ${name}`;
    if (after && !done.has(after)) skip(title, `it comes after: ${after}`);
    else if (await tellPart(tale, title, part, check)) done.add(name);
  }
  for (const one of [tale.lin, tale.rui, tale.wen]) await one?.context.close();
}
