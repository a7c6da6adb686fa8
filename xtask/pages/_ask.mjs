// One request without a browser, by which the site's own authority is tried too: nothing else vouches for its certificate.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

// More than any page of ours sends a reader on.
const MOST_TURNS = 3;

async function cookiesOf(context) {
  const cookies = context ? await context.cookies() : [];
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}

// Answers the status, the header fields and the text. `context` lends its cookies.
export async function ask(node, path, context = undefined) {
  const options = { headers: { accept: "text/html", cookie: await cookiesOf(context) } };
  if (node.authority) options.ca = readFileSync(node.authority);
  const { get } = node.authority ? https : http;
  return new Promise((done, lost) => {
    const request = get(node.site + path, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.on("end", () => done({ path, status: answer.statusCode, headers: answer.headers, text }));
    });
    request.on("error", lost);
  });
}

// The same, and on to where the answer points.
export async function follow(node, path, context) {
  let answer = await ask(node, path, context);
  for (let turn = 0; turn < MOST_TURNS && answer.headers.location; turn += 1) {
    const next = new URL(answer.headers.location, node.site + answer.path);
    answer = await ask(node, next.pathname + next.search, context);
  }
  return answer;
}
