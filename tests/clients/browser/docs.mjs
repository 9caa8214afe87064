// Uses the documentation page like a newcomer: enters the key once, tries operations with their
// unchanged examples, and reads the explanation of a refusal.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; scripts/clients.sh sets it`);
  return value;
}

const server = new URL(setting("PRICEBOOK_URL"));
const key = setting("PRICEBOOK_KEY");
const spec = JSON.parse(readFileSync(setting("PRICEBOOK_DOCUMENT"), "utf8"));

/** The operations of the document, in its order. */
const operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

/** The example that the page offers for an operation's request. */
function exampleOf(id) {
  const { requestBody } = operations.find(({ operationId }) => operationId === id);
  const { example, examples } = requestBody.content["application/json"];
  return example ?? Object.values(examples)[0].value;
}

const browser = await chromium.launch({
  executablePath: setting("CHROMIUM"),
  args: [
    // Chromium's sandbox refuses to start as root.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
const page = await context.newPage();
// A missing element is a failure; by default the client would wait forever.
page.setDefaultTimeout(30_000);

// Every request of the page, and every error and warning.
const requests = [];
const complaints = [];
page.on("request", (request) => requests.push(request.url()));
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) complaints.push(message.text());
});

/** Runs one step; the last name printed is that of the failed step. */
async function step(name, body) {
  console.log(`   ${name}`);
  try {
    await body();
  } catch (error) {
    // If even the screenshot fails, the first failure still counts.
    await page.screenshot({ path: "failed.png", fullPage: true }).catch(() => {});
    throw error;
  }
}

/** The block of an operation, opened by its link. */
async function open(id) {
  const { tags } = operations.find(({ operationId }) => operationId === id);
  const link = `#/${encodeURIComponent(tags[0])}/${id}`;
  // Following a link to a part of the open page would load nothing.
  await page.goto("about:blank");
  await page.goto(new URL(`/docs${link}`, server).href);
  const block = page.locator(`[id="operations-${tags[0].replaceAll(" ", "_")}-${id}"]`);
  await block.locator(".opblock-body").waitFor();
  return block;
}

/** Sends the unchanged example of an operation, and reads the answer from the page. */
async function tryOut(id, screenshot) {
  const block = await open(id);
  await block.getByRole("button", { name: "Try it out" }).click();
  const body = JSON.parse(await block.locator("textarea.body-param__text").inputValue());
  assert.deepEqual(body, exampleOf(id), `${id}: the page does not offer the example`);
  await block.getByRole("button", { name: "Execute" }).click();
  const answer = block.locator(".live-responses-table");
  await answer.waitFor();
  const status = await answer.locator("tbody .response-col_status").innerText();
  const shown = await answer.locator("tbody .response-col_description code").first().innerText();
  const curl = await block.locator(".request-snippets code").first().innerText();
  await answer.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${screenshot}.png` });
  return { status: Number.parseInt(status, 10), envelope: JSON.parse(shown), curl };
}

/** Enters a key, like a user who has just received it. */
async function giveKey(secret, screenshot) {
  await page.locator(".auth-wrapper .authorize").click();
  const dialog = page.locator(".dialog-ux");
  await dialog.locator("input").fill(secret);
  await page.screenshot({ path: `${screenshot}.png` });
  await dialog.locator("button.authorize").click();
  await dialog.getByRole("button", { name: "Close" }).click();
}

/** Removes the key from the page. */
async function logOut() {
  await page.locator(".auth-wrapper .authorize").click();
  const dialog = page.locator(".dialog-ux");
  await dialog.getByRole("button", { name: "Remove authorization" }).click();
  await dialog.locator("button.btn-done").click();
}

/** By how much the page is wider than the window, and which elements are. */
function overflow() {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > width + 1,
    );
    return {
      by: Math.max(document.documentElement.scrollWidth - width, 0),
      wide: wide.slice(0, 8).map((element) => `${element.tagName}.${element.className}`),
    };
  });
}

try {
  await step("every operation is shown, in the order of the document", async () => {
    await page.goto(new URL("/docs", server).href);
    await page.locator(".opblock").first().waitFor();
    const groups = page.locator(".opblock-tag");
    assert.deepEqual(
      await groups.evaluateAll((tags) => tags.map((tag) => tag.dataset.tag)),
      spec.tags.map(({ name }) => name),
    );
    const paths = page.locator(".opblock-summary-path");
    assert.deepEqual(
      await paths.evaluateAll((all) => all.map((path) => path.dataset.path)),
      operations.map(({ path }) => path),
    );
    await page.screenshot({ path: "docs.png" });
  });

  await step("the key is entered once, and kept for the tab", async () => {
    await giveKey(key, "authorize");
    await page.reload();
    await page.locator(".auth-wrapper .authorize.locked").waitFor();
    assert.equal(await page.locator("#live").isVisible(), false);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    const other = await context.newPage();
    await other.goto(new URL("/docs", server).href);
    await other.locator(".auth-wrapper .authorize.unlocked").waitFor();
    await other.close();
  });

  await step("the page warns of a live key until it is removed", async () => {
    await logOut();
    const live = key.replace("_sandbox_", "_live_");
    await giveKey(live, "live");
    await page.locator("#live").waitFor();
    await page.reload();
    await page.locator("#live").waitFor();
    await logOut();
    assert.equal(await page.locator("#live").isVisible(), false);
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    await giveKey(key, "authorize");
  });

  await step("a deletion has no prefilled parameters, and a list no cursor", async () => {
    for (const { operationId } of operations.filter(({ method }) => method === "delete")) {
      const block = await open(operationId);
      await block.getByRole("button", { name: "Try it out" }).click();
      const inputs = block.locator(".parameters input");
      const values = await inputs.evaluateAll((all) => all.map(({ value }) => value));
      assert.ok(values.length > 0 && values.every((value) => value === ""), operationId);
    }
    const block = await open("list-plans");
    await block.getByRole("button", { name: "Try it out" }).click();
    for (const name of ["cursor", "If-None-Match"]) {
      const input = block.locator(`tr[data-param-name="${name}"] input`);
      assert.equal(await input.inputValue(), "", name);
    }
  });

  await step("create-plan: the example creates a plan", async () => {
    const { status, envelope, curl } = await tryOut("create-plan", "create-plan");
    assert.equal(status, 200, JSON.stringify(envelope));
    const { name, code } = exampleOf("create-plan");
    assert.equal(envelope.success, true);
    assert.equal(envelope.data.name, name);
    assert.equal(envelope.data.code, code);
    assert.equal(envelope.data.object, "plan");
    // The request is shown as a command.
    assert.match(curl, /^curl -X 'POST'/);
    assert.ok(curl.includes(`'${new URL("/api/v1/plans/manage", server)}'`), curl);
    assert.ok(curl.includes(`'x-api-key: ${key}'`), "the command has no key");
  });

  await step("add-plan-price: the example adds a price to that plan", async () => {
    const { status, envelope } = await tryOut("add-plan-price", "add-plan-price");
    assert.equal(status, 200, JSON.stringify(envelope));
    assert.equal(envelope.data.price, exampleOf("add-plan-price").price);
  });

  await step("set-plan-regional-pricing: the example adds regional prices", async () => {
    const id = "set-plan-regional-pricing";
    const { status, envelope } = await tryOut(id, id);
    assert.equal(status, 200, JSON.stringify(envelope));
    const { currency, exchangeRate } = exampleOf(id);
    assert.equal(envelope.data.currency, currency);
    assert.equal(envelope.data.exchangeRate, exchangeRate);
    assert.equal(envelope.data.pricesConfigured, 1);
  });

  await step("the page has logged no errors so far", () => assert.deepEqual(complaints, []));

  for (const [width, height] of [
    [1400, 1000],
    [400, 800],
  ]) {
    for (const colorScheme of ["light", "dark"]) {
      await step(`${width} pixels, ${colorScheme}: nothing is wider than the page`, async () => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        const name = `${width}-${colorScheme}`;
        await page.goto("about:blank");
        await page.goto(new URL("/docs", server).href);
        await page.locator(".opblock").first().waitFor();
        await page.screenshot({ path: `${name}.png`, fullPage: true });
        assert.equal((await overflow()).by, 0, JSON.stringify(await overflow()));
        await page.locator(".auth-wrapper .authorize").click();
        await page.locator(".dialog-ux").waitFor();
        await page.screenshot({ path: `${name}-dialog.png` });
        await page.getByRole("button", { name: "Close" }).click();
        await tryOut("set-plan-regional-pricing", `${name}-answer`);
        await page.screenshot({ path: `${name}-operation.png`, fullPage: true });
        assert.equal((await overflow()).by, 0, JSON.stringify(await overflow()));
      });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 1000 });

  await step("create-plan again: the page shows the whole refusal", async () => {
    const { status, envelope } = await tryOut("create-plan", "refused");
    assert.equal(status, 409);
    assert.equal(envelope.success, false);
    assert.equal(envelope.error.code, "duplicate");
    assert.equal(envelope.error.param, "code");
    assert.ok(envelope.error.message.length > 0);
    assert.equal(envelope.error.doc_url, new URL("/docs/errors/duplicate", server).href);
  });

  await step("its doc_url explains it", async () => {
    await page.goto(new URL("/docs/errors/duplicate", server).href);
    await page.getByRole("heading", { name: "duplicate" }).waitFor();
    await page.screenshot({ path: "error-page.png" });
  });

  await step("the browser logs the refused call, and nothing else", () => {
    assert.equal(complaints.length, 1, complaints.join("\n"));
    assert.match(complaints[0], /responded with a status of 409/);
  });

  await step("no request went to another host", () => {
    const hosts = requests.map((url) => new URL(url)).filter(({ protocol }) => protocol !== "data:");
    const others = hosts.filter(({ host, href }) => host !== server.host && href !== "about:blank");
    assert.deepEqual(others.map(String), []);
    assert.ok(hosts.some(({ pathname }) => pathname === "/openapi.json"));
  });
} finally {
  await browser.close();
}
