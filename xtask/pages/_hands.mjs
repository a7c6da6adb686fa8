// What a person does to a page, with a mouse or by keys alone.

import { PATIENCE_MS } from "./_browser.mjs";

// More stops than a page of ours has.
const MOST_STOPS = 400;

// Folds in folds, deeper than any page of ours has them.
const MOST_FOLDS = 5;

const quoted = (text) => JSON.stringify(text);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Runs in the page.
function isFocusSeen(element) {
  const style = getComputedStyle(element);
  const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return hasOutline || style.boxShadow !== "none";
}

const shortly = (target) => target.evaluate((one) => one.outerHTML.slice(0, 120));

export class Hands {
  constructor(page, { isKeys = false } = {}) {
    Object.assign(this, { page, isKeys, unseen: [] });
  }

  // Follows a link of the page, out of a closed list if that is where it is.
  async follow(href) {
    const links = this.page.locator(`a[href=${quoted(href)}]`);
    const seen = links.filter({ visible: true });
    await this.press((await seen.count()) === 0 ? links.first() : seen.first());
  }

  // Opens what is folded around something, the outermost first.
  async #unfold(hidden) {
    const folds = hidden.locator("xpath=ancestor::details[not(@open)]");
    for (let fold = 0; fold < MOST_FOLDS && (await folds.count()) > 0; fold += 1) {
      const summary = folds.first().locator("xpath=summary");
      if (this.isKeys) await this.#reach(summary);
      await (this.isKeys ? this.page.keyboard.press("Enter") : summary.click());
    }
  }

  async #push(target) {
    await this.#unfold(target);
    if (this.isKeys) await this.#reach(target);
    await (this.isKeys ? this.page.keyboard.press("Enter") : target.click());
  }

  // Presses what leads on, and waits until it has led there.
  async press(target) {
    await this.page.evaluate(() => void (globalThis.isBefore = true));
    await this.#push(target);
    await this.#arrive();
    await this.page.waitForLoadState("load");
  }

  // Presses what leads to a file, and answers its name and where it was put.
  async keep(target) {
    const came = this.page.waitForEvent("download", { timeout: PATIENCE_MS });
    await this.#push(target);
    const file = await came;
    return { name: file.suggestedFilename(), path: await file.path() };
  }

  async #arrive() {
    const isHere = () => this.page.evaluate(() => globalThis.isBefore !== true).catch(() => false);
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(20)) {
      if (await isHere()) return;
    }
    throw new Error("the next page never came");
  }

  async fill(field, text) {
    await this.#unfold(field);
    if (!this.isKeys) return field.fill(text);
    await this.#reach(field);
    await this.page.keyboard.press("Control+A");
    return text ? this.page.keyboard.type(text) : this.page.keyboard.press("Delete");
  }

  // Chooses a value of a list, or types it.
  async give(form, name, value) {
    const field = form.locator(`[name=${quoted(name)}]`).first();
    const isList = await field.evaluate((one) => one.tagName === "SELECT");
    return isList ? this.#select(field, value) : this.fill(field, value);
  }

  async #select(field, value) {
    await this.#unfold(field);
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

  // News may put new elements in the place of old ones meanwhile, so it is looked for anew at each stop.
  async #reach(target) {
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await target.evaluate((one) => one === document.activeElement)) return this.#notice(target);
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`keys do not reach ${await shortly(target)}`);
  }

  async #notice(target) {
    if (!(await target.evaluate(isFocusSeen))) this.unseen.push(await shortly(target));
  }
}
