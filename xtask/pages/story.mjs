// The story at real nodes: with scripts, without, and by keys alone.

import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { album } from "./_album.mjs";
import { open } from "./_browser.mjs";
import { hasPages, SIGN_IN } from "./_enter.mjs";
import { PASSWORD, tried } from "./_node.mjs";
import { check, run, skip } from "./_say.mjs";
import { scene, told } from "./_scene.mjs";
import { MODES, tell } from "./_story.mjs";

// One incident for each telling, told by us in both languages: Harbour holds the English account.
const TOLD = { scripts: "tempe-test-vehicle", plain: "hong-kong-video-call", keys: "wuhan-robotaxi-stop" };

const read = (name) => JSON.parse(readFileSync(told(name), "utf8"));

function chinese(name) {
  const { name: title, description } = read(join("told-twice", `${name}.zh-Hans`));
  return { title, description, kind: "incident" };
}

// Puts the files of a record's page into a folder of their own, gives there the command that the page names, and answers what it
// has against them.
function verifier(name) {
  const folder = join(process.env.DETENTE_WORK, `kept-${name}`);
  return (command, files) => {
    mkdirSync(folder);
    for (const file of files) copyFileSync(file.path, join(folder, file.name));
    const [program, ...words] = command.split(" ");
    return program === "detente" ? tried(folder, words) : `the command is ${command}`;
  };
}

await run("the story", async () => {
  const { harbour, hills, agreement, records } = await scene();
  if (!(await hasPages(harbour))) return check("the site has pages", false, `${SIGN_IN} is not there`, "look at what serves them");
  const browser = await open([harbour.certificate, hills.certificate]);
  // Before anything is told, so that each run has the same before it.
  const folder = process.env.DETENTE_PICTURES;
  if (folder) await album({ browser, harbour, records, agreement, folder }, check);
  for (const [name, mode] of Object.entries(MODES)) {
    const words = { incident: chinese(TOLD[name]), twin: read(TOLD[name]).name, password: PASSWORD, verify: verifier(name) };
    await tell({ name, mode, browser, harbour, hills, ...words }, { check, skip });
  }
  return browser.close();
});
