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

async function get(node, path, context, headers) {
  const options = { headers: { ...headers, cookie: await cookiesOf(context) } };
  if (node.authority) options.ca = readFileSync(node.authority);
  const client = node.authority ? https : http;
  return new Promise((done, lost) => {
    const request = client.get(node.site + path, options, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => done({ path, status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    request.on("error", lost);
  });
}

// Answers the status, the header fields and the text. `context` lends its cookies.
export async function ask(node, path, context = undefined) {
  const { body, ...answer } = await get(node, path, context, { accept: "text/html" });
  return { ...answer, text: body.toString("utf8") };
}

// A page as plain text, packed as lines that are slow have it.
export const askPacked = (node, path, context) => get(node, `${path}?text=yes`, context, { "accept-encoding": "deflate" });

// The same, and on to where the answer points.
export async function follow(node, path, context) {
  let answer = await ask(node, path, context);
  for (let turn = 0; turn < MOST_TURNS && answer.headers.location; turn += 1) {
    const next = new URL(answer.headers.location, node.site + answer.path);
    answer = await ask(node, next.pathname + next.search, context);
  }
  return answer;
}
