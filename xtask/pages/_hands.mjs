// What a person does to a page, with a mouse or by keys alone.

import { PATIENCE_MS } from "./_browser.mjs";

// More stops than a page of ours has.
const MOST_STOPS = 400;

// What a script puts in place once its answer is there.
const SETTLE_MS = 200;

const quoted = (text) => JSON.stringify(text);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Runs in the page.
function isFocusSeen(element) {
  const style = getComputedStyle(element);
  const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return hasOutline || style.boxShadow !== "none";
}

export class Hands {
  constructor(page, { isKeys = false } = {}) {
    Object.assign(this, { page, isKeys, unseen: [] });
  }

  // Follows a link of the page, out of a closed list if that is where it is.
  async follow(href) {
    const links = this.page.locator(`a[href=${quoted(href)}]`);
    const seen = links.filter({ visible: true });
    if ((await seen.count()) === 0) await this.#unfold(links.first());
    await this.press(seen.first());
  }

  async #unfold(hidden) {
    const list = this.page.locator("details:not([open])").filter({ has: hidden });
    const summary = list.first().locator("summary").first();
    if (this.isKeys) await this.#reach(summary);
    await (this.isKeys ? this.page.keyboard.press("Enter") : summary.click());
  }

  // Presses what leads on, and waits until it has led there.
  async press(target) {
    if (this.isKeys) await this.#reach(target);
    await this.page.evaluate(() => void (globalThis.isBefore = true));
    const heard = this.page.waitForResponse(isAnswer, { timeout: PATIENCE_MS });
    await (this.isKeys ? this.page.keyboard.press("Enter") : target.click());
    const isDocument = (await heard).request().resourceType() === "document";
    await (isDocument ? this.#arrive() : pause(SETTLE_MS));
    await this.page.waitForLoadState("load");
  }

  async #arrive() {
    const isHere = () => this.page.evaluate(() => globalThis.isBefore !== true).catch(() => false);
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(20)) {
      if (await isHere()) return;
    }
    throw new Error("the next page never came");
  }

  async fill(field, text) {
    if (!this.isKeys) return field.fill(text);
    await this.#reach(field);
    await this.page.keyboard.press("Control+A");
    return text ? this.page.keyboard.type(text) : this.page.keyboard.press("Delete");
  }

  // Chooses a value of a list, of a group of buttons or of a box, or types it.
  async give(form, name, value) {
    const fields = form.locator(`[name=${quoted(name)}]`);
    const kind = await fields.first().evaluate((field) => (field.tagName === "SELECT" ? "select" : field.type));
    if (kind === "select") return this.#select(fields.first(), value);
    if (kind === "radio" || kind === "checkbox") return this.#mark(fields, value);
    return this.fill(fields.first(), value);
  }

  async #select(field, value) {
    if (!this.isKeys) return field.selectOption(value);
    await this.#reach(field);
    const count = await field.evaluate((list) => list.options.length);
    await this.page.keyboard.press("Home");
    for (let step = 0; step < count; step += 1) {
      if ((await field.inputValue()) === value) return undefined;
      await this.page.keyboard.press("ArrowDown");
    }
    throw new Error(`${value} is no choice of ${await field.getAttribute("name")}`);
  }

  async #mark(fields, value) {
    const wanted = fields.and(this.page.locator(`[value=${quoted(value)}]`));
    if (!this.isKeys) return wanted.check();
    if ((await wanted.getAttribute("type")) === "checkbox") {
      await this.#reach(wanted);
      return this.page.keyboard.press("Space");
    }
    return this.#turn(fields, wanted);
  }

  // A group of buttons is one stop; arrows go around in it.
  async #turn(fields, wanted) {
    await this.#stop(() => fields.evaluateAll((all) => all.includes(document.activeElement)), "a group");
    await this.page.keyboard.press("Space");
    for (let step = await fields.count(); step > 0; step -= 1) {
      if (await wanted.isChecked()) return;
      await this.page.keyboard.press("ArrowDown");
    }
    throw new Error("arrows do not reach that choice");
  }

  async #reach(target) {
    const element = await target.elementHandle();
    const name = await element.evaluate((one) => one.outerHTML.slice(0, 120));
    await this.#stop(() => element.evaluate((one) => one === document.activeElement), name);
    if (!(await element.evaluate(isFocusSeen))) this.unseen.push(name);
  }

  async #stop(isThere, name) {
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await isThere()) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`keys do not reach ${name}`);
  }
}

// The answer that a person waits for: no picture, no stream, no pointing elsewhere.
function isAnswer(response) {
  const isWaitedFor = ["document", "fetch", "xhr"].includes(response.request().resourceType());
  const isStream = (response.headers()["content-type"] ?? "").startsWith("text/event-stream");
  return isWaitedFor && !isStream && (response.status() < 300 || response.status() >= 400);
}
