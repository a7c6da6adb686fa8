// One page in the ways in which people have it: in two languages, on a wide screen with scripts, and on a narrow one without; light
// and dark. What a script does to a page is little, so the two other pairs are not looked at: that would take twice as long.

import { join } from "node:path";
import { Ear, LANGUAGES, person } from "./_browser.mjs";
import { NARROW, WIDE, ofBoth, ofDark, ofLoad, ofPage } from "./_judge.mjs";

const HEIGHT = 900;

const LOOKS = [
  { scripts: true, width: WIDE },
  { scripts: false, width: NARROW },
];

export const WAYS = LANGUAGES.flatMap((language) => LOOKS.map((look) => ({ language, ...look })));

const said = ({ language, scripts, width }) => `${language} ${scripts ? "with" : "without"} scripts at ${width} px`;

export class Visitor {
  // `session` is what the browser of somebody who has signed in keeps.
  static async come(browser, site, { session, out, who = "nobody" }) {
    const visitor = new Visitor();
    Object.assign(visitor, { site, out, who, ways: [] });
    for (const way of WAYS) {
      const context = await person(browser, { scripts: way.scripts, session });
      const page = await context.newPage();
      await page.setViewportSize({ width: way.width, height: HEIGHT });
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
      const look = await this.#look(way, path, ofLoad(load, way.ear));
      if (way.scripts) heard[way.language] = look.heard;
      report.looks.push(look);
      if (way.scripts && way.language === "en") report.links = await way.page.evaluate(linksOf);
    }
    if (heard.en && heard["zh-Hans"]) report.looks.at(-1).faults.push(...ofBoth(heard.en, heard["zh-Hans"]));
    return report;
  }

  async #look(way, path, faultsOfLoad) {
    const seen = await ofPage(way.page, way);
    const faults = [...faultsOfLoad, ...seen.faults, ...(await ofDark(way.page, way))];
    await this.#picture(way, path);
    return { name: said(way), faults, heard: seen.said.heard };
  }

  async #picture({ page, language, width }, path) {
    if (!this.out) return;
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
  const plain = (href) => {
    const url = new URL(href);
    // A page that keeps its language in its address is visited in both all the same.
    url.searchParams.delete("lang");
    return url.href.slice(location.origin.length);
  };
  // A frozen filing's page is a file to be kept: a browser saves it, and shows nothing.
  const isPage = (href) => href.startsWith(`${location.origin}/`) && !new URL(href).pathname.endsWith("/html");
  return links.filter(isPage).map(plain);
}

const ID = /^[a-z-]+--[0-9a-f-]{36}$|^\d+$|^[0-9a-f]{12}$|^[\w-]{20,}$/;

// Pages of one kind have one pattern: what stands for something becomes `*`.
export function patternOf(path) {
  const url = new URL(path, "https://site.invalid");
  url.searchParams.delete("lang");
  const segments = url.pathname.split("/").map((segment) => (ID.test(decodeURIComponent(segment)) ? "*" : segment));
  const keys = [...new Set(url.searchParams.keys())].sort();
  return segments.join("/") + (keys.length ? `?${keys.join("&")}` : "");
}
