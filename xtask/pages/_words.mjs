// Words of a page, as a reader sees them, and which of them nobody translated.

// Runs in the page: the words of its interface, and what looks like a key that has no word.
export function words() {
  const CONTENT = "[lang], bdi, code, data, time, samp, kbd, [translate=no]";
  const INTERFACE = "title, h1, h2, h3, legend, label, button, summary, caption, th[scope=col], nav a, dt";
  const KEY = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;
  const PLACEHOLDER = /\{\s*[$-]?[a-z][\w-]*\s*\}|<[a-z][a-z0-9]*(-[a-z0-9]+)+>|⟨[^⟩]*⟩/gi;
  const spoken = (element) => {
    const copy = element.cloneNode(true);
    for (const part of copy.querySelectorAll(CONTENT)) part.remove();
    return copy.textContent.replaceAll(/[\u2066-\u2069]/g, "").replaceAll(/\s+/g, " ").trim();
  };
  const isOurs = (element) => !element.parentElement?.closest("[lang]:not(html), bdi, [translate=no]");
  const own = (element) => !element.matches("[lang]:not(html), [translate=no]") && isOurs(element);
  const heard = [...document.querySelectorAll(INTERFACE)].filter(own).map(spoken).filter(Boolean);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const keys = new Set(heard.filter((text) => KEY.test(text)));
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (holder.closest("script, style, code, pre, textarea, [lang]:not(html), bdi, [translate=no]")) continue;
    for (const [found] of walker.currentNode.data.matchAll(PLACEHOLDER)) keys.add(found);
  }
  return { heard: [...new Set(heard)], keys: [...keys] };
}

// Runs in the page: Han characters that a voice would read as English.
export function hanUnmarked() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    const language = holder.closest("[lang]")?.lang ?? "";
    // Parts of a choice cannot be marked: HTML has no elements there.
    const isSeen = !holder.closest("script, style, textarea, option") && holder.checkVisibility();
    if (isSeen && language.startsWith("en") && /\p{Script=Han}/u.test(walker.currentNode.data)) {
      found.push(walker.currentNode.data.trim().slice(0, 40));
    }
  }
  return found.slice(0, 5);
}

// Names that are the same in every language.
const NAMES = /Détente|OpenCTI|https?:\S+/g;

// Words of the interface that are the same in both: a Latin word of three letters or more that is no abbreviation.
export function untranslated(english, chinese) {
  const other = new Set(english);
  const isWord = (text) => /\p{Ll}{3}|\p{Lu}\p{Ll}{2}/u.test(text.replaceAll(NAMES, "")) && !/\p{Script=Han}/u.test(text);
  return chinese.filter((text) => other.has(text) && isWord(text));
}
