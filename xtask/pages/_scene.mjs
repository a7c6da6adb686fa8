// Harbour and Hills as in a working week: an agreement in force, incidents in two languages, releases in all their states.

import { join } from "node:path";
import { Node } from "./_node.mjs";

const INCIDENTS = join(process.env.DETENTE_DATA ?? "", "incidents");

export const told = (name) => join(INCIDENTS, `${name}.json`);

// What Harbour holds; some of it is told in Chinese by the other party, and one by Harbour itself.
const HELD = [
  "tempe-test-vehicle",
  "hong-kong-video-call",
  "wuhan-robotaxi-stop",
  "airline-chatbot-refund",
  "replit-database",
  "robodebt",
  "tongling-expressway",
  "told-twice/tongling-expressway.zh-Hans",
];

function agree(harbour, hills) {
  harbour.own("agreement", "draft", "--template", "confidential-incident", "--party", "hills/profile.json", "--out", "draft");
  const { agreement } = harbour.own("agreement", "propose", "draft", "--tlp", "green", "--out", "offer");
  hills.own("agreement", "take", "offer");
  hills.own("agreement", "sign", agreement, "--out", "hills-signs");
  harbour.own("agreement", "take", "hills-signs");
  harbour.own("agreement", "sign", agreement, "--out", "harbour-signs");
  hills.own("agreement", "take", "harbour-signs");
  return agreement;
}

function people(harbour, hills) {
  harbour.account("ada", ["administrator"]);
  harbour.account("lin", ["analyst"]);
  harbour.account("rui", ["releaser"]);
  harbour.account("dov", ["duty-officer"]);
  harbour.account("eve", ["administrator", "analyst", "duty-officer", "releaser"]);
  harbour.account("hao", ["reader"], "--partner", hills.party);
  hills.account("mei", ["administrator"]);
  hills.account("wen", ["analyst"]);
}

function propose(harbour, agreement, record) {
  harbour.own("label", "put", record, "--tlp", "green");
  const words = ["--agreement", agreement, "--purpose", "safety-research", "--by", "lin"];
  return harbour.own("release", "propose", record, ...words).proposal;
}

// One release waits for approval, one was published, and one was taken back.
function releases(harbour, agreement, records) {
  propose(harbour, agreement, records["airline-chatbot-refund"]);
  for (const name of ["replit-database", "robodebt"]) {
    const proposal = propose(harbour, agreement, records[name]);
    harbour.own("release", "approve", proposal, "--by", "rui", "--yes");
    harbour.own("release", "publish", proposal);
    if (name === "robodebt") harbour.own("release", "recall", proposal, "--reason", "error", "--by", "rui", "--yes");
  }
}

function desk(harbour) {
  const records = {};
  for (const name of HELD) records[name] = harbour.own("incident", "new", told(name)).record_digest;
  return records;
}

export async function scene() {
  const harbour = await Node.make("harbour", "en=Harbour Office", "zh-Hans=海港局");
  const hills = await Node.make("hills", "zh-Hans=北岭观测站", "en=North Hills Observatory");
  people(harbour, hills);
  for (const [node, other] of [[harbour, hills], [hills, harbour]]) {
    node.own("partner", "add", `${other.name}/profile.json`);
    node.knows(other);
  }
  const agreement = agree(harbour, hills);
  const records = desk(harbour);
  releases(harbour, agreement, records);
  await harbour.serve();
  await hills.serve();
  return { harbour, hills, agreement, records };
}
