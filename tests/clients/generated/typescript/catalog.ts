// Creates and reads a catalog with a client that consists only of generated types.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const client = createClient<paths>({
  baseUrl: `${setting("PRICEBOOK_URL")}/api/v1`,
  headers: { "x-api-key": setting("PRICEBOOK_KEY") },
});

interface Answer<T> {
  data?: T;
  error?: Schemas["ErrorResponse"] | undefined;
  response: Response;
}

/** The data of a call that must succeed, in the type that the document declares. */
async function succeeded<T>(call: Promise<Answer<{ success: boolean; data: T }>>): Promise<T> {
  const { data, error } = await call;
  if (data === undefined) assert.fail(`refused: ${JSON.stringify(error)}`);
  assert.equal(data.success, true);
  return data.data;
}

/** The error of a call that must be refused, in the type that the document declares. */
async function refusal(call: Promise<Answer<unknown>>, status: number): Promise<Schemas["ApiError"]> {
  const { error, response } = await call;
  assert.equal(response.status, status);
  if (error === undefined) assert.fail("not refused");
  assert.equal(error.success, false);
  return error.error;
}

/** The single item of a list. */
function only<T>(items: T[]): T {
  assert.equal(items.length, 1);
  return items[0]!;
}

const run = process.hrtime.bigint();
const featureCode = `typescript_calls_${run}`;
const planCode = `typescript_pro_${run}`;

const newFeature: Schemas["CreateFeatureRequest"] = {
  name: "API calls",
  code: featureCode,
  type: "usage",
  unitName: "call",
};
const feature = await succeeded(client.POST("/features/manage", { body: newFeature }));
assert.equal(feature.code, featureCode);
assert.equal(feature.type, "usage");

const newPlan: Schemas["CreatePlanRequest"] = {
  name: "Pro",
  code: planCode,
  description: "For teams",
  metadata: { badge: "popular" },
};
const plan: Schemas["Plan"] = await succeeded(client.POST("/plans/manage", { body: newPlan }));
assert.equal(plan.code, planCode);
assert.deepEqual([...plan.features, ...plan.prices], []);

const path = { id: plan.id };
const included = await succeeded(
  client.POST("/plans/{id}/features", {
    params: { path },
    body: {
      featureId: featureCode,
      includedAmount: 10_000,
      overage: { enabled: true, unitPrice: 20 },
    },
  }),
);
assert.equal(included.featureId, feature.id);

const newPrice: Schemas["AddPlanPriceRequest"] = {
  billingInterval: "monthly",
  price: 4900,
  trialDays: 14,
  introOffer: {
    enabled: true,
    discountType: "percentage",
    discountValue: 2500,
    durationCycles: 3,
  },
};
const addPrice = () => client.POST("/plans/{id}/prices", { params: { path }, body: newPrice });
const price = await succeeded(addPrice());
assert.equal(price.isDefault, true);

const pricing = await succeeded(
  client.PUT("/plans/{id}/regional", {
    params: { path: { id: planCode }, header: { "Idempotency-Key": `regional-${run}` } },
    body: { currency: "jpy", exchangeRate: 150 },
  }),
);
assert.equal(pricing.pricesConfigured, 1);
assert.equal(pricing.featuresConfigured, 1);

// The plan as read back, with every part in its type.
const read: Schemas["Plan"] = await succeeded(
  client.GET("/plans/{id}", { params: { path: { id: planCode } } }),
);
assert.equal(read.id, plan.id);
assert.equal(read.metadata?.["badge"], "popular");
assert.deepEqual(read.exchangeRates, [{ currency: "jpy", exchangeRate: 150 }]);

const monthly: Schemas["PlanPriceItem"] = only(read.prices);
assert.equal(monthly.id, price.id);
assert.equal(monthly.price, 4900);
assert.equal(monthly.introOffer?.discountType, "percentage");
const yenPrice: Schemas["RegionalPriceItem"] = only(monthly.regionalPrices);
assert.equal(yenPrice.currency, "jpy");
assert.equal(yenPrice.price, 7350);
assert.equal(yenPrice.autoSynced, true);
assert.equal(yenPrice.introOffer?.discountValue, 2500);

const calls: Schemas["PlanFeatureItem"] = only(read.features);
assert.equal(calls.code, featureCode);
assert.equal(calls.includedAmount, 10_000);
assert.equal(calls.overage?.unitPrice, 20);
const yenOverage: Schemas["RegionalOveragePrice"] = only(calls.regionalPrices);
assert.equal(yenOverage.overageUnitPrice, 3000);
assert.equal(yenOverage.autoSynced, true);

// Duplicates are refused, and the refusal has a type too.
const taken = await refusal(client.POST("/plans/manage", { body: newPlan }), 409);
assert.equal(taken.type, "conflict_error");
assert.equal(taken.code, "duplicate");
assert.equal(taken.param, "code");
assert.ok(taken.doc_url.endsWith("/docs/errors/duplicate"));
const again = await refusal(client.POST("/features/manage", { body: newFeature }), 409);
assert.equal(again.code, "feature_already_exists");
assert.equal((await refusal(addPrice(), 409)).code, "duplicate");
