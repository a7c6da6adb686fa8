// Duties while somebody types: with scripts what answers would change stands there before anything is saved, without scripts by a
// button; then they are saved, a clock is set, and a first report is frozen in Chinese.

import { join } from "node:path";
import { open, PATIENCE_MS, person } from "./_browser.mjs";
import { session } from "./_enter.mjs";
import { check, run } from "./_say.mjs";
import { scene } from "./_scene.mjs";

const MODES = { scripts: { scripts: true }, plain: { scripts: false } };

const HOUR_MS = 3_600_000;

// Harbour holds one incident for each telling, of which nothing was answered yet.
const TOLD = { scripts: "wuhan-robotaxi-stop", plain: "hong-kong-video-call" };

const STAGE = "cn-incident-reporting/other-operator-four-hours/initial";

const BUTTONS = { weigh: "button[name=weigh]", send: "button[type=submit]:not([name])", confirm: "button[name=confirm]" };

const aware = () => `${new Date(Date.now() - HOUR_MS).toISOString().slice(0, 16)}Z`;

class Desk {
  static async come(browser, node, mode, incident, out) {
    const context = await person(browser, { scripts: mode.scripts, session: await session(browser, node.site, "eve") });
    const page = await context.newPage();
    return Object.assign(new Desk(), { context, page, mode, out, url: `${node.site}/incidents/${incident}/duties` });
  }

  form(id) {
    return this.page.locator(`main form#${id}`);
  }

  async picture(name) {
    if (this.out) await this.page.screenshot({ path: join(this.out, `duties ${name}.png`.replaceAll(" ", ".")), fullPage: true });
  }

  // Gives an answer to a question that stands there.
  async answer(fact, value) {
    const field = this.form("facts").locator(`[name="facts:${fact}"]`);
    const isList = await field.evaluate((one) => one.tagName === "SELECT");
    await (isList ? field.selectOption(value) : field.fill(value));
  }

  // What the answers would change: by itself where scripts run.
  async weigh(words) {
    if (!this.mode.scripts) await this.press("facts", BUTTONS.weigh);
    await this.form("facts").locator(".weighed").getByText(words).first().waitFor({ timeout: PATIENCE_MS });
  }

  async press(form, button) {
    await this.form(form).evaluate((one) => one.closest("details")?.setAttribute("open", ""));
    await Promise.all([this.page.waitForNavigation(), this.form(form).locator(button).first().click()]);
  }
}

// All questions are asked, so that those of one law can be answered. What would be due asks when its clock began.
async function typed(desk) {
  await desk.page.goto(`${desk.url}?all=yes&lang=en`);
  const before = desk.page.url();
  await desk.answer("incident.cn_network_security", "yes");
  await desk.answer("incident.cn_cii_involved", "no");
  await desk.answer("incident.cn_level", "relatively_serious");
  await desk.weigh("would be otherwise");
  await desk.form("facts").locator('[name="facts:time.discovered"]').waitFor({ timeout: PATIENCE_MS });
  await desk.answer("time.discovered", aware());
  await desk.answer("time.aware", aware());
  await desk.weigh(/left$/);
  if (desk.mode.scripts && desk.page.url() !== before) throw new Error("the page was left while somebody typed");
  await desk.picture(`typed ${desk.mode.scripts ? "with" : "without"} scripts`);
}

async function unsaved(desk) {
  const other = await desk.context.newPage();
  await other.goto(`${desk.url}?lang=en`);
  const text = await other.locator("#known").innerText();
  await other.close();
  if (/cn_level|Level of the incident/.test(text)) throw new Error("what was only typed is known already");
}

async function saved(desk) {
  await desk.press("facts", BUTTONS.send);
  const text = await desk.page.locator("main").innerText();
  if (!/signed and logged/.test(text) || !text.includes("other-operator-four-hours")) throw new Error(text.slice(0, 400));
}

async function timed(desk) {
  await desk.press("set", BUTTONS.send);
  const text = await desk.page.locator("#clocks").innerText();
  if (!/running/.test(text) || !/left/.test(text)) throw new Error(text);
  await desk.picture(`clocks ${desk.mode.scripts ? "with" : "without"} scripts`);
}

async function filed(desk) {
  await desk.page.goto(`${desk.url}/file/${STAGE}?language=zh-Hans&lang=zh-Hans`);
  await desk.form("file").locator("[name=incomplete]").fill("首次报告，其余后续补报");
  await desk.press("file", BUTTONS.send);
  await desk.press("file", BUTTONS.confirm);
  await desk.page.locator("main table a").first().click();
  await desk.page.getByText("逐字节相同").waitFor({ timeout: PATIENCE_MS });
  await desk.picture(`frozen ${desk.mode.scripts ? "with" : "without"} scripts`);
}

const PARTS = [
  ["what answers would change stands there while one types", typed],
  ["nothing of it is known before it is saved", unsaved],
  ["saved answers bring up a duty", saved],
  ["its clock runs", timed],
  ["a first report is frozen in Chinese", filed],
];

async function tell(desk, name) {
  for (const [title, part] of PARTS) {
    try {
      await part(desk);
      check(`${name}: ${title}`, true);
    } catch (error) {
      await desk.picture(`failed ${name}`);
      check(`${name}: ${title}`, false, error.message, "read the page's picture; xtask/pages/duties.mjs says what is asked");
      return;
    }
  }
}

await run("duties", async () => {
  const { harbour, records } = await scene();
  const browser = await open([harbour.certificate]);
  for (const [name, mode] of Object.entries(MODES)) {
    const { incident } = harbour.own("incident", "show", "--", records[TOLD[name]]);
    const desk = await Desk.come(browser, harbour, mode, incident, process.env.DETENTE_OUT);
    await tell(desk, name);
    await desk.context.close();
  }
  return browser.close();
});
