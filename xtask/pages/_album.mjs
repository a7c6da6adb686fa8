// The pictures of the README: four pages as an analyst has them, in both languages. They are made anew where a folder for them is given.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LANGUAGES, person } from "./_browser.mjs";
import { session } from "./_enter.mjs";

const SIZE = { width: 1000, height: 600 };

// A reader of the README may sit at a slow line, and the repository keeps every picture that ever was.
export const MOST_OCTETS = 60_000;

// The best that is small enough.
const QUALITIES = [80, 65, 50, 35, 20, 10];

// What is shown of what the scene holds, and what is scrolled to.
export function places({ incident, record, agreement }) {
  return {
    desk: { path: "/" },
    case: { path: `/incidents/${incident}` },
    "what-if": { path: `/releases/what-if?record=${record}&agreement=${agreement}&purpose=safety-research`, at: "main section" },
    agreement: { path: `/agreements/${agreement}`, at: "#text" },
  };
}

async function shot(page) {
  const wire = await page.context().newCDPSession(page);
  for (const quality of QUALITIES) {
    const { data } = await wire.send("Page.captureScreenshot", { format: "webp", quality });
    const picture = Buffer.from(data, "base64");
    if (picture.length <= MOST_OCTETS) return picture;
  }
  return undefined;
}

export async function album({ browser, harbour, records, agreement, folder }, check) {
  const record = records["replit-database"];
  const { incident } = harbour.own("incident", "show", "--", record);
  for (const language of LANGUAGES) {
    const context = await person(browser, { session: await session(browser, harbour.site, "eve") });
    const page = await context.newPage();
    await page.setViewportSize(SIZE);
    for (const [name, { path, at }] of Object.entries(places({ incident, record, agreement }))) {
      const url = new URL(harbour.site + path);
      url.searchParams.set("lang", language);
      const answer = await page.goto(url.href);
      if (at) await page.locator(at).first().evaluate((one) => one.scrollIntoView());
      const picture = answer.status() === 200 ? await shot(page) : undefined;
      if (picture) writeFileSync(join(folder, `${name}.${language}.webp`), picture);
      const why = `${path} answers ${answer.status()}, or no picture of it has at most ${MOST_OCTETS} octets`;
      check(`a picture of ${name} in ${language}`, picture !== undefined, why, "see what stands there; xtask/pages/_album.mjs has the places");
    }
    await context.close();
  }
}
