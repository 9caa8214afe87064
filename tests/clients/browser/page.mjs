// The pricing page of the README, opened from a file, whose origin the server does not know.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const server = process.env.PRICEBOOK_URL;

async function call(method, path, body) {
  const answer = await fetch(`${server}/api/v1${path}`, {
    method,
    headers: { "x-api-key": process.env.PRICEBOOK_KEY, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { data, error } = await answer.json();
  assert.ok(answer.ok, JSON.stringify(error));
  return data;
}

const code = `page_${Date.now()}`;
await call("POST", "/plans/manage", { name: `Page <b>&</b> ${code}`, code });
await call("POST", `/plans/${code}/prices`, { billingInterval: "monthly", price: 4905 });
const hidden = `${code}_hidden`;
await call("POST", "/plans/manage", { name: hidden, code: hidden, isPublic: false });
const key = await call("POST", "/api-keys", {
  name: "Pricing page",
  permissions: { plan: ["read_public"] },
});

const readme = readFileSync(process.argv[2], "utf8");
const blocks = [...readme.matchAll(/```html\n(.*?)```/gs)];
assert.equal(blocks.length, 1, "the README has one page");
const html = blocks[0][1]
  .replace("http://127.0.0.1:8080", server)
  .replace("pk_sandbox_…", key.apiKey);
assert.ok(html.includes(server) && html.includes(key.apiKey), "the README has other placeholders");
writeFileSync("pricing.html", html);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--disable-gpu", "--disable-quic"],
});
const page = await browser.newPage();
page.setDefaultTimeout(30_000);
const complaints = [];
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("console", (message) => complaints.push(message.text()));
console.log("   the pricing page of the README");
await page.goto(pathToFileURL("pricing.html").href);
try {
  await page.locator("li", { hasText: `${code}: $49.05` }).waitFor();
} finally {
  await page.screenshot({ path: "pricing.png" }).catch(() => {});
  assert.deepEqual(complaints, []);
}
assert.equal(await page.locator("li", { hasText: hidden }).count(), 0);
await browser.close();
