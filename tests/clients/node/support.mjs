// Shared parts of the drivers: the connection from the SDK to the server under test, faults on it,
// and common assertions.
//
// A driver is a plain script. Its steps build on each other, so the first failure ends it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { API_VERSION, Commet, CommetAPIError, CommetValidationError } from "@commet/node";

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; scripts/clients.sh sets it`);
  return value;
}

export const server = new URL(setting("PRICEBOOK_URL"));
export const key = setting("PRICEBOOK_KEY");

/** Creates names and codes that no earlier run on the same server has used. */
const run = randomBytes(5).toString("hex");
export const unique = (word) => `${word}_${run}`;

// The SDK has a built-in address, so its requests are redirected on their way.
const builtIn = "https://commet.co";
const realFetch = globalThis.fetch;

/** The calls over the wire, oldest first. */
export const calls = [];
export const lastCall = () => calls.at(-1);

/** Faults for the next requests, one for each. */
const faults = [];
export const loseNextRequest = () => faults.push("request");
export const loseNextAnswer = () => faults.push("answer");

globalThis.fetch = async (address, options) => {
  const asked = new URL(address);
  assert.equal(asked.origin, builtIn, "the SDK called an address that it should not");
  const headers = new Headers(options.headers);
  const call = {
    method: options.method,
    path: asked.pathname,
    idempotencyKey: headers.get("idempotency-key"),
    lost: faults.shift() ?? null,
  };
  calls.push(call);
  // The SDK recognizes a broken connection by these words.
  if (call.lost === "request") throw new TypeError("fetch failed: the request was lost on purpose");

  const answer = await realFetch(new URL(asked.pathname + asked.search, server), options);
  call.status = answer.status;
  call.replayed = answer.headers.get("idempotency-replayed");
  call.envelope = await answer.clone().json();

  const where = `${call.method} ${call.path}`;
  assert.ok(answer.headers.get("x-request-id"), `${where}: no x-request-id`);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json\b/, where);
  assert.equal(answer.headers.get("commet-version"), API_VERSION, where);
  assert.equal(call.envelope.success, answer.ok, `${where}: success and the status disagree`);

  if (call.lost === "answer") throw new TypeError("fetch failed: the answer was lost on purpose");
  return answer;
};

export const client = (apiKey, options = {}) => new Commet({ apiKey, ...options });

/** Runs one step; the last name printed is that of the failed step. */
export async function step(name, body) {
  console.log(`   ${name}`);
  await body();
}

/** The data of an answer. */
export async function ok(promise) {
  const { success, data } = await promise;
  assert.equal(success, true);
  return data;
}

async function thrown(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail(`${lastCall().method} ${lastCall().path} was not refused`);
}

/** Checks that the page at doc_url exists and mentions the code. */
async function explained(docUrl, code) {
  assert.equal(typeof docUrl, "string", `${code}: no doc_url`);
  const page = new URL(docUrl, server);
  assert.equal(page.origin, server.origin, `${code}: doc_url points to another server`);
  const answer = await realFetch(page);
  const text = await answer.text();
  assert.equal(answer.status, 200, `${docUrl} does not answer 200`);
  assert.ok(text.includes(code), `${docUrl} does not mention ${code}`);
}

/** Checks a refusal as the SDK shows it; without a code or a param, any is accepted. */
export async function refused(promise, status, type, code, param) {
  const error = await thrown(promise);
  assert.ok(error instanceof CommetAPIError, `not a CommetAPIError: ${error.stack}`);
  assert.deepEqual(
    { status: error.statusCode, type: error.type, code: error.code },
    { status, type, code: code ?? error.code },
  );
  assert.ok(error.message.length > 0, `${error.code}: no message`);
  if (param !== undefined) assert.equal(error.param, param);
  await explained(error.docUrl, error.code);
}

export const notFound = (promise, code) => refused(promise, 404, "not_found_error", code);
export const conflict = (promise, code, param) =>
  refused(promise, 409, "conflict_error", code, param);

/** Checks a refusal of the input: exactly these fields are named, each with at least one message. */
export async function invalid(promise, fields) {
  const errors = await invalidSomewhere(promise);
  assert.deepEqual(Object.keys(errors).sort(), [...fields].sort());
}

/** Checks a refusal of the input, whichever fields it names. */
export async function invalidSomewhere(promise) {
  const error = await thrown(promise);
  assert.ok(error instanceof CommetValidationError, `not a CommetValidationError: ${error.stack}`);
  assert.equal(lastCall().status, 400);

  const sent = lastCall().envelope.error;
  assert.equal(sent.type, "validation_error");
  assert.equal(sent.param, sent.details[0]?.field, "param is not the first field");
  await explained(sent.doc_url, "validation_error");

  for (const [field, messages] of Object.entries(error.validationErrors)) {
    assert.ok(field.length > 0, "a field has no name");
    for (const message of messages) assert.ok(message.length > 0, `${field}: an empty message`);
  }
  return error.validationErrors;
}

/** Reads all pages of a list; every page except the last must be full. */
export async function everyPage(list, limit) {
  const items = [];
  let cursor;
  for (;;) {
    const page = await list({ limit, cursor });
    assert.equal(page.success, true);
    assert.ok(page.data.length <= limit, `${page.data.length} items on a page of ${limit}`);
    assert.equal(typeof page.hasMore, "boolean");
    items.push(...page.data);
    if (!page.hasMore) {
      assert.equal(page.nextCursor ?? null, null, "the last page has a nextCursor");
      return items;
    }
    assert.equal(page.data.length, limit, "a page before the last is not full");
    assert.equal(typeof page.nextCursor, "string");
    assert.notEqual(page.nextCursor, cursor, "the cursor does not move");
    cursor = page.nextCursor;
  }
}

export const ids = (items) => items.map((item) => item.id);

/** Checks that each of these operations, such as "GET /plans/{}", has succeeded in this run. */
export function assertAllReached(operations) {
  const reached = calls.filter((call) => call.status === 200);
  for (const operation of operations) {
    const [method, template] = operation.split(" ");
    const pattern = new RegExp(`^/api/v1${template.replaceAll("{}", "[^/]+")}$`);
    assert.ok(
      reached.some((call) => call.method === method && pattern.test(call.path)),
      `${operation} was not reached`,
    );
  }
}
