// Where something is done, found as a reader would: from a page by its links, the nearest first.

import { follow } from "./_ask.mjs";

// Pages that are opened before a search is given up.
const MOST_OPENED = 150;

const plain = (text) => text.replaceAll("&#x27;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

const mainOf = (text) => /<main[\s>][^]*<\/main>/i.exec(text)?.[0] ?? "";

function linksIn(text, path) {
  const found = [...text.matchAll(/<a\s[^>]*?href="([^"]*)"/gi)].map(([, href]) => plain(href));
  const local = found.filter((href) => !/^(\w+:|\/\/|#)/.test(href) && !/[?&](lang|text)=/.test(href));
  return local.map((href) => ({ href, path: new URL(href, `https://site.invalid${path}`) }));
}

const formsIn = (text) => [...mainOf(text).matchAll(/<form[\s>][^]*?<\/form>/gi)].map(([form]) => form);

export const says = (words) => ({ text }) => plain(mainOf(text)).includes(words);

// A page with a form that gives this command.
export const does = (command) => ({ text }) => formsIn(text).some((form) => form.includes(`name="do" value="${command}"`));

// The links from `start` to a page that is as wanted, in the order in which to press them; nothing if there is none.
// `isInside`: only what the page itself leads to, and not what every page does.
export async function trail(node, context, start, wanted, { depth = 2, isInside = false } = {}) {
  let rim = [{ path: start, trail: [] }];
  const seen = new Set([start]);
  for (let step = 0; step <= depth; step += 1) {
    const next = [];
    for (const here of rim) {
      const answer = await follow(node, here.path, context);
      if (answer.status !== 200 || !(answer.headers["content-type"] ?? "").startsWith("text/html")) continue;
      if (wanted(answer)) return here.trail;
      for (const { href, path } of linksIn(isInside ? mainOf(answer.text) : answer.text, answer.path)) {
        const to = path.pathname + path.search;
        if (seen.has(to) || seen.size > MOST_OPENED) continue;
        seen.add(to);
        next.push({ path: to, trail: [...here.trail, href] });
      }
    }
    rim = next;
  }
  return undefined;
}
