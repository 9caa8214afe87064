// The requests of the collection can be sent unchanged: optional parameters are not filled in, and
// bodies are the examples of the document.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import converter from "openapi-to-postmanv2";

const { PRICEBOOK_DOCUMENT, PRICEBOOK_URL, PRICEBOOK_KEY } = process.env;

// Other runs may have created objects with the codes of the examples.
const document = readFileSync(PRICEBOOK_DOCUMENT, "utf8").replaceAll("example_", `postman_${Date.now()}_`);
const collection = await convert(document);
const requests = new Map(leaves(collection).map(({ name, request }) => [name, request]));
const { paths } = JSON.parse(document);
assert.equal(requests.size, Object.values(paths).flatMap(operationsOf).length);
for (const [name, request] of requests) {
  assert.deepEqual(filledIn(request), [], `optional parameters of ${name}`);
}

const { data: made } = await send("Create a plan");
await send("List plans");
await send("Create a feature");
await send("Add a feature to a plan");
await send("Add a price to a plan");
await send("Update a plan");
const { data: found } = await send("Get a plan");
const update = JSON.parse(requests.get("Update a plan").body.raw);
assert.deepEqual(unchanging(found), unchanging({ ...made, ...update }));

function convert(data) {
  const options = { enableOptionalParameters: false, parametersResolution: "Example" };
  return new Promise((resolve, reject) => {
    converter.convertV2({ type: "string", data }, options, (error, { result, reason, output } = {}) => {
      if (error || !result) reject(error ?? new Error(reason));
      else resolve(output[0].data);
    });
  });
}

// All requests, from all folders.
function leaves({ item }) {
  return item.flatMap((inner) => (inner.item ? leaves(inner) : [inner]));
}

function operationsOf(path) {
  return Object.keys(path).filter((key) => ["get", "put", "post", "patch", "delete"].includes(key));
}

// Parameters that are sent although the document does not require them.
function filledIn({ url, header }) {
  const required = ["accept", "content-type"];
  return [...(url.query ?? []), ...header]
    .filter(({ key, disabled }) => !disabled && !required.includes(key.toLowerCase()))
    .map(({ key }) => key);
}

async function send(name) {
  const request = requests.get(name);
  const values = new Map(request.url.variable?.map(({ key, value }) => [`:${key}`, value]));
  const path = request.url.path.map((part) => encodeURIComponent(values.get(part) ?? part));
  const headers = request.header.filter(({ disabled }) => !disabled).map(({ key, value }) => [key, value]);
  const answer = await fetch(`${PRICEBOOK_URL}/api/v1/${path.join("/")}`, {
    method: request.method,
    headers: [...headers, ["x-api-key", PRICEBOOK_KEY]],
    body: request.body?.raw,
  });
  const body = await answer.json();
  assert.ok(answer.ok, `${name}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

// The parts of a plan that only the update changes.
function unchanging({ updatedAt, features, prices, ...plan }) {
  return plan;
}
