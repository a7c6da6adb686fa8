// The story at real nodes: with scripts, without, and by keys alone.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "./_browser.mjs";
import { hasPages, SIGN_IN } from "./_enter.mjs";
import { PASSWORD } from "./_node.mjs";
import { check, run, skip } from "./_say.mjs";
import { scene, told } from "./_scene.mjs";
import { MODES, NAMES, tell } from "./_story.mjs";

// Parts whose pages are still to be written. A part that is not named here must be there.
const MAY_BE_MISSING = NAMES;

// One incident for each telling, told by us in both languages: Harbour holds the English account.
const TOLD = { scripts: "tempe-test-vehicle", plain: "hong-kong-video-call", keys: "wuhan-robotaxi-stop" };

const read = (name) => JSON.parse(readFileSync(told(name), "utf8"));

function chinese(name) {
  const { name: title, description } = read(join("told-twice", `${name}.zh-Hans`));
  return { title, description, lang: "zh-Hans", language: "zh-Hans", kind: "incident" };
}

await run("the story", async () => {
  const { harbour, hills, agreement } = await scene();
  if (!(await hasPages(harbour))) return skip("the story", `${SIGN_IN} is not there yet`);
  const browser = await open([harbour.certificate, hills.certificate]);
  for (const [name, mode] of Object.entries(MODES)) {
    const words = { incident: chinese(TOLD[name]), twin: read(TOLD[name]).name, password: PASSWORD };
    await tell({ name, mode, browser, harbour, hills, agreement, ...words }, { check, skip }, MAY_BE_MISSING);
  }
  return browser.close();
});
