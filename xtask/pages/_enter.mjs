// Signing in as a person does.

import { ask } from "./_ask.mjs";
import { PASSWORD } from "./_node.mjs";
import { person } from "./_browser.mjs";

export const SIGN_IN = "/sign-in";

// Whether the site has pages at all.
export const hasPages = async (node) => (await ask(node, SIGN_IN)).status !== 404;

// The form's fields: what is typed hidden is the password, and the account's name stands before it.
export const fields = (page) => {
  const form = page.locator("form").filter({ has: page.locator("input[type=password]") });
  return {
    name: form.locator("input[autocomplete=username], input[type=text]").first(),
    password: form.locator("input[type=password]"),
    send: form.locator("button[type=submit], button:not([type])").first(),
  };
};

// What the browser of an account keeps once it has signed in.
export async function session(browser, site, account) {
  const context = await person(browser);
  const page = await context.newPage();
  await page.goto(site + SIGN_IN);
  const form = fields(page);
  await form.name.fill(account);
  await form.password.fill(PASSWORD);
  await form.send.click();
  await page.waitForURL((url) => url.pathname !== SIGN_IN);
  const kept = await context.storageState();
  await context.close();
  return kept;
}
