// One page in all the ways in which people have it: two languages, with and without scripts, narrow, wide and dark.

import { join } from "node:path";
import { Ear, LANGUAGES, person } from "./_browser.mjs";
import { NARROW, WIDE, ofBoth, ofDark, ofLoad, ofPage } from "./_judge.mjs";

const HEIGHT = 900;

export const WAYS = LANGUAGES.flatMap((language) => [true, false].map((scripts) => ({ language, scripts })));

const said = ({ language, scripts }) => `${language} ${scripts ? "with" : "without"} scripts`;

export class Visitor {
  // `session` is what the browser of somebody who has signed in keeps.
  static async come(browser, site, { session, out, who = "nobody" }) {
    const visitor = new Visitor();
    Object.assign(visitor, { site, out, who, ways: [] });
    for (const way of WAYS) {
      const context = await person(browser, { scripts: way.scripts, session });
      const page = await context.newPage();
      await page.goto(`${site}/?lang=${way.language}`);
      visitor.ways.push({ ...way, context, page, ear: await Ear.on(page) });
    }
    return visitor;
  }

  // Everything that is wrong with a page, by the way in which it was had, and where it leads.
  async visit(path, isWanted = () => true) {
    const report = { path, looks: [], links: [], serverMs: 0, octets: 0 };
    const heard = {};
    for (const way of this.ways.filter(isWanted)) {
      const load = await way.ear.load(this.site + path);
      report.serverMs = Math.max(report.serverMs, load.serverMs);
      report.octets = Math.max(report.octets, load.octets);
      const looks = await this.#look(way, path, ofLoad(load, way.ear));
      if (way.scripts) heard[way.language] = looks.said.heard;
      report.looks.push(...looks.rows);
      if (way.scripts && way.language === "en") report.links = await way.page.evaluate(linksOf);
    }
    if (heard.en && heard["zh-Hans"]) report.looks.at(-1).faults.push(...ofBoth(heard.en, heard["zh-Hans"]));
    return report;
  }

  async #look(way, path, faultsOfLoad) {
    const rows = [];
    let heard = { heard: [] };
    for (const width of [WIDE, NARROW]) {
      await way.page.setViewportSize({ width, height: HEIGHT });
      const seen = await ofPage(way.page, { ...way, width });
      if (width === WIDE) heard = seen.said;
      const faults = width === WIDE ? [...faultsOfLoad, ...seen.faults, ...(await ofDark(way.page, way))] : seen.faults;
      rows.push({ name: `${said(way)} at ${width} px`, faults });
      await this.#picture(way, path, width);
    }
    return { rows, said: heard };
  }

  async #picture({ page, language, scripts }, path, width) {
    // Without scripts it looks the same.
    if (!this.out || !scripts) return;
    const words = [this.who, patternOf(path), language, width];
    const name = words.join("_").replaceAll(/[^\p{L}\p{N}_-]+/gu, ".");
    await page.screenshot({ path: join(this.out, `${name}.png`), fullPage: true });
  }

  async leave() {
    for (const way of this.ways) await way.context.close();
  }
}

// Runs in the page: where it leads on its own site by links, and by forms that only ask.
function linksOf() {
  const links = [...document.querySelectorAll("a[href]:not([download])")].map((link) => link.href);
  for (const form of document.querySelectorAll("form")) {
    if (form.method !== "get") continue;
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) url.searchParams.set(name, value || "automated");
    links.push(url.href);
  }
  return links.filter((href) => href.startsWith(`${location.origin}/`)).map((href) => href.slice(location.origin.length));
}

const ID = /^[a-z-]+--[0-9a-f-]{36}$|^\d+$|^[\w-]{20,}$/;

// Pages of one kind have one pattern: what stands for something becomes `*`.
export function patternOf(path) {
  const url = new URL(path, "https://site.invalid");
  url.searchParams.delete("lang");
  const segments = url.pathname.split("/").map((segment) => (ID.test(decodeURIComponent(segment)) ? "*" : segment));
  const keys = [...new Set(url.searchParams.keys())].sort();
  return segments.join("/") + (keys.length ? `?${keys.join("&")}` : "");
}
