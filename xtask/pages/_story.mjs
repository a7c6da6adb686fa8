// An analyst's day at the pages, part by part. It knows of them only what the contract says: forms have the fields of the
// commands, post to their own page, and `button[name=confirm]` confirms a preview; what is wrong stands in role=alert.

import { join } from "node:path";
import { fields, SIGN_IN } from "./_enter.mjs";
import { person } from "./_browser.mjs";
import { Hands } from "./_hands.mjs";
import { does, hasFields, says, trail } from "./_seek.mjs";

export const MODES = {
  scripts: { scripts: true, isKeys: false },
  plain: { scripts: false, isKeys: false },
  keys: { scripts: true, isKeys: true },
};

// Longer than nodes on one machine take to hear of one another's news.
const NEWS_MS = 60_000;

// What a check says, in both languages of the pages.
const PROVED = /proved|signed and logged|holds|已证明|已签名|成立/i;

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

  form(names) {
    const has = names.map((name) => `:has([name=${JSON.stringify(name)}])`).join("");
    return this.page.locator(`main form${has}`).first();
  }

  // Fills in what the form has of these fields.
  async fill(form, values) {
    for (const [name, value] of Object.entries(values)) {
      if (await form.locator(`[name="${name}"]:not([type=hidden])`).count()) await this.hands.give(form, name, value);
    }
  }

  async send(form) {
    await this.hands.press(form.locator("button[type=submit]:not([name=confirm]), button:not([type])").first());
  }

  // Sends a form, sees what would be done, and has it done.
  async act(form) {
    const confirm = this.page.locator("main button[name=confirm]").first();
    if ((await confirm.count()) === 0) await this.send(form);
    await this.mustNotComplain();
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

  reads(words) {
    return this.page.locator("main").getByText(words).first().isVisible();
  }
}

const NEW = ["title", "description"];

async function signIn(tale) {
  tale.lin = await Person.come(tale.browser, tale.harbour, tale.mode, "lin", tale.password);
}

// What a person typed is still there, and the mistake is told where it was made, to a voice too.
async function mistake({ lin, incident }) {
  await lin.find("incident new", hasFields(NEW));
  const form = lin.form(NEW);
  await lin.fill(form, { title: incident.title, description: incident.description, occurred: "2026-13-45" });
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
  await lin.find("incident new", hasFields(NEW));
  const form = lin.form(NEW);
  await lin.fill(form, { occurred: "", ...incident });
  await lin.act(form);
  if (!(await lin.reads(incident.title))) await lin.find("the new incident", says(incident.title), { depth: 1 });
  await lin.must(await lin.reads(incident.title), "the new incident is not shown");
  tale.incidentPath = lin.path;
}

const atIncident = async ({ lin, incidentPath }) => lin.path === incidentPath || lin.page.goto(lin.node.site + incidentPath);

async function findTwin(tale) {
  await tale.lin.find("incident candidates", says(tale.twin), { depth: 1, isInside: true });
  await tale.lin.must(await tale.lin.reads(tale.twin), "its twin is not among the candidates");
}

async function label(tale) {
  await atIncident(tale);
  await tale.lin.find("label put", hasFields(["tlp"]), { isInside: true });
  const form = tale.lin.form(["tlp"]);
  await tale.lin.fill(form, { tlp: "green" });
  await tale.lin.act(form);
}

async function propose(tale) {
  await atIncident(tale);
  await tale.lin.find("release propose", hasFields(["agreement", "purpose"]), { isInside: true });
  const form = tale.lin.form(["agreement", "purpose"]);
  await tale.lin.fill(form, { agreement: tale.agreement, purpose: "safety-research" });
  await tale.lin.act(form);
}

async function decide(tale, word) {
  tale.rui ??= await Person.come(tale.browser, tale.harbour, tale.mode, "rui", tale.password);
  const isOurs = (answer) => does(word)(answer) && says(tale.incident.title)(answer);
  await tale.rui.find(`release ${word}`, isOurs, { depth: 3 });
  await tale.rui.act(tale.rui.page.locator("main form").first());
}

async function seeAtPartner(tale) {
  tale.wen = await Person.come(tale.browser, tale.hills, tale.mode, "wen", tale.password);
  const start = tale.wen.path;
  for (const end = Date.now() + NEWS_MS; ; ) {
    try {
      await tale.wen.find("what was received", says(tale.incident.title), { depth: 3 });
      break;
    } catch (error) {
      if (!(error instanceof Missing) || Date.now() > end) throw error;
      await tale.wen.page.goto(tale.hills.site + start);
    }
  }
  await tale.wen.must(await tale.wen.reads(tale.incident.title), "the partner does not see it");
}

async function proof({ wen }) {
  const isProof = ({ path }) => /\/(proof|prove|verify|check)(\/|$|\?)/.test(path);
  await wen.find("its proof", isProof, { isInside: true });
  const form = wen.page.locator("main form[method=post]").first();
  if (await form.count()) await wen.act(form);
  await wen.must(PROVED.test(await wen.page.locator("main").innerText()), "nothing was proved");
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
  ["a second person approves", (tale) => decide(tale, "approve"), "propose its release"],
  ["it is published", (tale) => decide(tale, "publish"), "a second person approves"],
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

// Tells the story in one mode. A part without a page is skipped only if it `mayBeMissing`.
export async function tell(tale, { check, skip }, mayBeMissing = []) {
  const done = new Set();
  for (const [name, part, after] of PARTS) {
    const title = `${tale.name}: ${name}`;
    if (after && !done.has(after)) {
      skip(title, `it comes after: ${after}`);
      continue;
    }
    try {
      await part(tale);
      done.add(name);
      check(title, true);
    } catch (error) {
      if (error instanceof Missing && mayBeMissing.includes(name)) {
        skip(title, error.message);
      } else {
        await pictures(tale, title);
        check(title, false, error.message, "read the page's picture or its text above; the contract stands in xtask/pages/_story.mjs");
      }
    }
  }
  for (const one of [tale.lin, tale.rui, tale.wen]) await one?.context.close();
}
