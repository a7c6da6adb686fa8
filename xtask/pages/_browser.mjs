// A browser, and what one page said while it was loaded.

import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

// Longer than a page of a build for tests takes on a busy machine.
export const PATIENCE_MS = 60_000;

export const LANGUAGES = ["en", "zh-Hans"];

// The browser takes exactly these certificates, and no other that it does not know.
function pin(certificate) {
  const key = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

export async function open(certificates = []) {
  const pins = certificates.map(pin).join(",");
  // Its own sandbox cannot be made by root.
  const isRoot = process.getuid?.() === 0;
  const words = [...(isRoot ? ["--no-sandbox"] : []), ...(pins ? [`--ignore-certificate-errors-spki-list=${pins}`] : [])];
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: words });
}

export async function person(browser, { scripts = true, session = undefined } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: scripts, storageState: session, locale: "en" });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

// A page that remembers what went over the wire and what the console complained of.
export class Ear {
  static async on(page) {
    const ear = new Ear(page);
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
    wire.on("Network.loadingFinished", (loaded) => (ear.octets += loaded.encodedDataLength));
    wire.on("Network.requestWillBeSent", (sent) => ear.asked.push(sent.request.url));
    page.on("console", (message) => message.type() === "error" && ear.complaints.push(message.text()));
    page.on("pageerror", (error) => ear.complaints.push(String(error)));
    return ear;
  }

  constructor(page) {
    this.page = page;
    this.forget();
  }

  forget() {
    [this.octets, this.asked, this.complaints] = [0, [], []];
  }

  async load(url) {
    this.forget();
    const answer = await this.page.goto(url, { waitUntil: "load", timeout: PATIENCE_MS });
    const { requestStart, responseStart } = answer.request().timing();
    return { answer, octets: this.octets, serverMs: Math.round(responseStart - requestStart) };
  }
}
