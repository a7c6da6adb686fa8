// What pages do beyond HTML where scripts run: times in the reader's own clock, drafts that are kept while one types, and news.
// Everything works without it. No text ever becomes markup or code.
"use strict";

/** The reader's own time beside UTC, where no zone was chosen. */
function tellTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    if (time.querySelector(".own") || Number.isNaN(moment.getTime()) || moment.getTimezoneOffset() === 0) continue;
    const own = document.createElement("span");
    own.className = "own";
    own.textContent = " (" + moment.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" }) + ")";
    time.append(own);
  }
}

/** Keeps what is typed on the node. A line that is down is tried again; the page warns before it is left. */
function keepDrafts(form) {
  const KEEP_AFTER_MS = 1500, TRY_AGAIN_MS = 5000;
  const words = document.body.dataset, status = form.querySelector(".saved");
  let timer = 0, unsaved = false, leaving = false, keeping = false;
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(keep, ms); };
  async function keep() {
    if (keeping) return later(KEEP_AFTER_MS);
    keeping = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("draft", "yes");
    unsaved = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/plain" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      if (!unsaved) status.textContent = words.wordsSaved;
    } catch {
      unsaved = true;
      status.textContent = words.wordsUnsaved;
      later(TRY_AGAIN_MS);
    } finally {
      keeping = false;
    }
  }
  form.addEventListener("input", () => { unsaved = true; status.textContent = ""; later(KEEP_AFTER_MS); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
  addEventListener("beforeunload", (event) => { if (unsaved && !leaving) event.preventDefault(); });
}

/** Asks what the typed answers would change, and adds what would be asked then. Nothing is saved by that. */
function weighAnswers(form) {
  const ASK_AFTER_MS = 600;
  let timer = 0, turn = 0;
  async function ask() {
    const mine = ++turn;
    const body = new URLSearchParams(new FormData(form));
    body.set("weigh", "yes");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" }, redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(form.id);
      if (!answer.ok || !fresh || mine !== turn) return;
      const here = form.querySelector(".weighed");
      here.replaceChildren(...fresh.querySelector(".weighed").childNodes);
      tellTimes(here);
      for (const field of fresh.querySelectorAll(".field")) {
        const name = field.querySelector("[name]").name;
        if (![...form.elements].some((control) => control.name === name)) here.before(field);
      }
    } catch { /* The next letter tries again, and the button asks too. */ }
  }
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, ASK_AFTER_MS); });
}

/** Shows what is new: by itself where nothing is being typed, by a word where something is. */
function hearNews(main) {
  const WAIT_MS = 1000;
  let timer = 0, touched = false;
  main.addEventListener("input", () => { touched = true; });
  const isBusy = () => touched || main.querySelector(".outcome") || main.contains(document.activeElement) && document.activeElement !== main;
  async function show() {
    if (isBusy()) return tell();
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html", "detente-unattended": "yes" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("main");
      if (!answer.ok || !fresh || isBusy()) return;
      main.replaceChildren(...fresh.childNodes);
      tellTimes(main);
    } catch { /* The next event tries again. */ }
  }
  function tell() {
    if (document.getElementById("news")) return;
    const line = document.createElement("p");
    line.id = "news";
    line.className = "notice watch";
    line.setAttribute("role", "status");
    line.textContent = document.body.dataset.wordsNew;
    main.prepend(line);
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(show, WAIT_MS); };
  // Whoever only passes through a page does not take a stream from those who stay.
  const STAY_MS = 2500;
  setTimeout(() => {
    const news = new EventSource("/api/v1/events");
    for (const kind of main.dataset.live.split(" ")) news.addEventListener(kind, soon);
    addEventListener("pagehide", () => news.close());
  }, STAY_MS);
}

tellTimes(document);
document.querySelectorAll("form[data-saves]").forEach(keepDrafts);
document.querySelectorAll("form[data-weighs]").forEach(weighAnswers);
const main = document.querySelector("main[data-live]");
if (main && "EventSource" in window) hearNews(main);
document.querySelector(".outcome")?.focus();
