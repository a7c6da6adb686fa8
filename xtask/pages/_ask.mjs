// One request without a browser, by which the site's own authority is tried too: nothing else vouches for its certificate.

import { readFileSync } from "node:fs";
import { get } from "node:https";

// Answers the status, the header fields and the text. `context` lends its cookies.
export async function ask(node, path, context = undefined) {
  const cookies = context ? await context.cookies() : [];
  const headers = { accept: "text/html", cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  const ca = readFileSync(node.authority);
  return new Promise((done, lost) => {
    const request = get(node.site + path, { headers, ca }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, text }));
    });
    request.on("error", lost);
  });
}
