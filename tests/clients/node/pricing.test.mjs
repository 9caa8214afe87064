// The lifecycle of a plan with prices in several currencies, through the SDK. The expected numbers
// are computed by hand, with the calculation beside them.

import assert from "node:assert/strict";
import {
  assertAllReached,
  calls,
  client,
  conflict,
  everyPage,
  ids,
  invalid,
  invalidSomewhere,
  key,
  lastCall,
  loseNextAnswer,
  notFound,
  ok,
  step,
  unique,
} from "./support.mjs";

const { features, plans } = client(key);

const read = async () => ok(plans.get({ id: plan.id }));
const feature = (shown, code) => shown.features.find((item) => item.code === code);
const price = (shown, interval) => shown.prices.find((item) => item.billingInterval === interval);
/** The regional values of a price or a feature, by currency; one test below checks the order. */
const regional = (item) =>
  Object.fromEntries(item.regionalPrices.map(({ currency, ...values }) => [currency, values]));
/** The prices of a plan, without their timestamps. */
const costs = ({ features, prices, exchangeRates }) => ({ features, prices, exchangeRates });

/** Expected regional values: derived from the base, or manual. */
const derived = (values) => ({ ...values, autoSynced: true });
const manual = (values) => ({ ...values, autoSynced: false });
const regionalPrice = (amount, introOffer = null, includedBalance = null) => ({
  price: amount,
  includedBalance,
  introOffer,
});

/** Checks the intro offer of a regional price, ignoring additional fields. */
function assertOffer(shown, { discountType, discountValue, durationCycles, autoSynced }) {
  assert.ok(shown, "the intro offer is missing");
  assert.deepEqual(
    {
      discountType: shown.discountType,
      discountValue: shown.discountValue,
      durationCycles: shown.durationCycles,
      autoSynced: shown.autoSynced,
    },
    { discountType, discountValue, durationCycles, autoSynced },
  );
}

/** A regional price without its intro offer, which assertOffer checks. */
const withoutOffer = ({ introOffer, ...rest }) => rest;

const code = {
  sso: unique("sso"),
  calls: unique("calls"),
  seats: unique("seats"),
  storage: unique("storage"),
};
const id = {};
let plan;
let monthly;
let yearly;

await step("features of all four types", async () => {
  for (const [name, type, unitName] of [
    ["sso", "boolean"],
    ["calls", "usage", "call"],
    ["seats", "seats", "seat"],
    ["storage", "quota", "GB"],
  ]) {
    const made = await ok(features.create({ name, code: code[name], type, unitName }));
    assert.equal(made.type, type);
    id[name] = made.id;
  }
});

await step("a plan gets the features", async () => {
  plan = await ok(plans.create({ name: "Team", code: unique("team") }));
  assert.equal(plan.consumptionModel, "metered");
  assert.equal(plan.blockOnExhaustion, null);

  const common = {
    planId: plan.id,
    enabled: true,
    includedAmount: 0,
    unlimited: false,
    overage: { enabled: false, unitPrice: 0 },
    creditsPerUnit: null,
    pricingMode: "fixed",
    margin: null,
    object: "plan",
    livemode: false,
  };
  assert.deepEqual(await ok(plans.addFeature({ id: plan.id, featureId: code.sso })), {
    ...common,
    featureId: id.sso,
  });
  const overage = { enabled: true, unitPrice: 20 };
  assert.deepEqual(
    await ok(plans.addFeature({ id: plan.code, featureId: id.calls, includedAmount: 1000, overage })),
    { ...common, featureId: id.calls, includedAmount: 1000, overage },
  );
  // 50000 on the rate scale is $5 a seat.
  const seats = { enabled: true, unitPrice: 50000 };
  await ok(
    plans.addFeature({ id: plan.id, featureId: code.seats, includedAmount: 5, overage: seats }),
  );
  assert.deepEqual(
    await ok(plans.addFeature({ id: plan.id, featureId: code.storage, unlimited: true })),
    { ...common, featureId: id.storage, unlimited: true },
  );

  await conflict(plans.addFeature({ id: plan.id, featureId: id.sso }), "feature_already_exists");
  await notFound(
    plans.addFeature({ id: plan.id, featureId: unique("no_feature") }),
    "feature_not_found",
  );
  await invalid(
    plans.addFeature({
      id: plan.id,
      featureId: "",
      includedAmount: -1,
      overage: { enabled: "yes", unitPrice: 0.5 },
    }),
    ["featureId", "includedAmount", "overage.enabled", "overage.unitPrice"],
  );

  const shown = (await read()).features;
  assert.deepEqual(
    shown.map((item) => item.code),
    [code.sso, code.calls, code.seats, code.storage],
    "not in the order in which they were added",
  );
  assert.deepEqual(shown[0], {
    id: id.sso,
    code: code.sso,
    name: "sso",
    type: "boolean",
    unitName: null,
    enabled: true,
    includedAmount: null,
    unlimited: false,
    overage: null,
    creditsPerUnit: null,
    pricingMode: "fixed",
    margin: null,
    regionalPrices: [],
  });
  assert.deepEqual(shown[1], {
    id: id.calls,
    code: code.calls,
    name: "calls",
    type: "usage",
    unitName: "call",
    enabled: true,
    includedAmount: 1000,
    unlimited: false,
    overage: { enabled: true, model: "per_unit", unitPrice: 20 },
    creditsPerUnit: null,
    pricingMode: "fixed",
    margin: null,
    regionalPrices: [],
  });
  assert.deepEqual(shown[3].overage, { enabled: false, model: null, unitPrice: 0 });
  assert.equal(shown[3].unlimited, true);
});

await step("prices, one of them the default", async () => {
  const introOffer = {
    enabled: true,
    discountType: "amount",
    discountValue: 1000,
    durationCycles: 3,
  };
  monthly = await ok(
    plans.addPrice({ id: plan.id, billingInterval: "monthly", price: 4900, trialDays: 14, introOffer }),
  );
  const { id: priceId, createdAt, updatedAt, ...rest } = monthly;
  assert.match(priceId, /^prc_./);
  assert.ok(!Number.isNaN(Date.parse(createdAt)));
  assert.ok(!Number.isNaN(Date.parse(updatedAt)));
  assert.deepEqual(rest, {
    planId: plan.id,
    billingInterval: "monthly",
    price: 4900,
    isDefault: true,
    trialDays: 14,
    includedBalance: null,
    includedCredits: null,
    introOffer,
    object: "plan",
    livemode: false,
  });

  loseNextAnswer();
  yearly = await ok(plans.addPrice({ id: plan.id, billingInterval: "yearly", price: 49000 }));
  assert.equal(lastCall().replayed, "true");
  assert.equal(calls.at(-2).idempotencyKey, lastCall().idempotencyKey);
  assert.equal(yearly.isDefault, false);
  assert.equal(yearly.trialDays, 0);
  assert.deepEqual(ids((await read()).prices), [monthly.id, yearly.id]);

  await conflict(
    plans.addPrice({ id: plan.id, billingInterval: "monthly", price: 1 }),
    "duplicate",
  );
  await invalid(plans.addPrice({ id: plan.id, billingInterval: "daily", price: 1.5 }), [
    "billingInterval",
    "price",
  ]);

  assert.deepEqual(await ok(plans.setDefaultPrice({ id: plan.id, priceId: yearly.id })), {
    id: yearly.id,
    isDefault: true,
    object: "plan",
    livemode: false,
  });
  assert.deepEqual(ids((await read()).prices.filter((item) => item.isDefault)), [yearly.id]);
  await conflict(
    plans.updatePrice({ id: plan.id, priceId: yearly.id, isDefault: false }),
    "default_price_required",
  );
  await ok(plans.updatePrice({ id: plan.id, priceId: monthly.id, isDefault: true }));
  assert.deepEqual(ids((await read()).prices.filter((item) => item.isDefault)), [monthly.id]);
  await notFound(plans.setDefaultPrice({ id: plan.id, priceId: "prc_none" }), "price_not_found");
});

await step("an intro offer is changed part by part", async () => {
  const offer = { enabled: true, discountType: "percentage", discountValue: 2500, durationCycles: 2 };
  const changed = await ok(
    plans.updatePrice({ id: plan.id, priceId: yearly.id, introOffer: offer }),
  );
  assert.deepEqual(changed.introOffer, offer);
  assert.equal(changed.price, 49000, "an absent field changed");
  const longer = await ok(
    plans.updatePrice({ id: plan.id, priceId: yearly.id, introOffer: { durationCycles: 4 } }),
  );
  assert.deepEqual(longer.introOffer, { ...offer, durationCycles: 4 });
  assert.deepEqual(price(await read(), "yearly"), {
    id: yearly.id,
    billingInterval: "yearly",
    price: 49000,
    isDefault: false,
    trialDays: 0,
    includedBalance: null,
    includedCredits: null,
    introOffer: { ...offer, durationCycles: 4 },
    regionalPrices: [],
  });
});

await step("a rate derives every value", async () => {
  assert.deepEqual(
    await ok(plans.setRegionalPricing({ id: plan.id, currency: "krw", exchangeRate: 1380.5 })),
    {
      planId: plan.id,
      currency: "krw",
      exchangeRate: 1380.5,
      pricesConfigured: 2,
      featuresConfigured: 2,
      object: "plan",
      livemode: false,
    },
  );
  await ok(plans.setRegionalPricing({ id: plan.code, currency: "jpy", exchangeRate: 150 }));

  const shown = await read();
  assert.deepEqual(shown.exchangeRates, [
    { currency: "jpy", exchangeRate: 150 },
    { currency: "krw", exchangeRate: 1380.5 },
  ]);
  assert.deepEqual(
    price(shown, "monthly").regionalPrices.map((item) => item.currency),
    ["jpy", "krw"],
    "not in the order of the currencies",
  );

  // Yen and won have no minor unit, so a price is base × rate / 100.
  const byMonth = regional(price(shown, "monthly"));
  // 4900 × 150 / 100 and 4900 × 1380.5 / 100; the discount of 1000 likewise.
  assert.deepEqual(withoutOffer(byMonth.jpy), derived({ price: 7350, includedBalance: null }));
  assert.deepEqual(withoutOffer(byMonth.krw), derived({ price: 67645, includedBalance: null }));
  const amount = { discountType: "amount", durationCycles: 3, autoSynced: true };
  assertOffer(byMonth.jpy.introOffer, { ...amount, discountValue: 1500 });
  assertOffer(byMonth.krw.introOffer, { ...amount, discountValue: 13805 });

  // 49000 × 150 / 100 and 49000 × 1380.5 / 100; a percentage is copied.
  const byYear = regional(price(shown, "yearly"));
  assert.equal(byYear.jpy.price, 73500);
  assert.equal(byYear.krw.price, 676445);
  const percentage = { discountType: "percentage", discountValue: 2500, durationCycles: 4 };
  assertOffer(byYear.jpy.introOffer, { ...percentage, autoSynced: true });
  assertOffer(byYear.krw.introOffer, { ...percentage, autoSynced: true });

  // An overage is on the rate scale, the same in every currency: 20 × 150, 20 × 1380.5, and so on.
  assert.deepEqual(regional(feature(shown, code.calls)), {
    jpy: derived({ overageUnitPrice: 3000 }),
    krw: derived({ overageUnitPrice: 27610 }),
  });
  assert.deepEqual(regional(feature(shown, code.seats)), {
    jpy: derived({ overageUnitPrice: 7_500_000 }),
    krw: derived({ overageUnitPrice: 69_025_000 }),
  });
  assert.deepEqual(feature(shown, code.sso).regionalPrices, []);
  assert.deepEqual(feature(shown, code.storage).regionalPrices, []);

  await ok(plans.setRegionalPricing({ id: plan.id, currency: "jpy", exchangeRate: 150 }));
  assert.deepEqual(costs(await read()), costs(shown), "sending it again changed something");
});

await step("manual values of the request stay as set", async () => {
  const eur = { id: plan.id, currency: "eur", exchangeRate: 0.9 };
  const answer = await ok(
    plans.setRegionalPricing({
      ...eur,
      prices: [{ priceId: monthly.id, price: 4500 }],
      features: [{ featureId: code.seats, overageUnitPrice: 40000 }],
      introOffers: [
        { priceId: yearly.id, discountType: "amount", discountValue: 5000, durationCycles: 1 },
      ],
    }),
  );
  assert.equal(answer.exchangeRate, 0.9);

  const assertEuros = (shown) => {
    const byMonth = regional(price(shown, "monthly")).eur;
    assert.deepEqual(withoutOffer(byMonth), manual({ price: 4500, includedBalance: null }));
    // The offer beside a manual price is still derived: 1000 × 0.9.
    assertOffer(byMonth.introOffer, {
      discountType: "amount",
      discountValue: 900,
      durationCycles: 3,
      autoSynced: true,
    });
    // A manual offer may stand beside a derived price: 49000 × 0.9.
    const byYear = regional(price(shown, "yearly")).eur;
    assert.deepEqual(withoutOffer(byYear), derived({ price: 44100, includedBalance: null }));
    assertOffer(byYear.introOffer, {
      discountType: "amount",
      discountValue: 5000,
      durationCycles: 1,
      autoSynced: false,
    });
    // 20 × 0.9
    assert.deepEqual(
      regional(feature(shown, code.calls)).eur,
      derived({ overageUnitPrice: 18 }),
    );
    assert.deepEqual(
      regional(feature(shown, code.seats)).eur,
      manual({ overageUnitPrice: 40000 }),
    );
    assert.deepEqual(shown.exchangeRates, [
      { currency: "eur", exchangeRate: 0.9 },
      { currency: "jpy", exchangeRate: 150 },
      { currency: "krw", exchangeRate: 1380.5 },
    ]);
  };
  assertEuros(await read());
  await ok(plans.setRegionalPricing(eur));
  assertEuros(await read());
});

await step("derived values follow their base, manual ones do not", async () => {
  await ok(plans.updatePrice({ id: plan.id, priceId: monthly.id, price: 5900 }));
  const byMonth = regional(price(await read(), "monthly"));
  assert.equal(byMonth.eur.price, 4500);
  assert.equal(byMonth.jpy.price, 8850);
  // 5900 × 1380.5 / 100 = 81449.5, rounded away from zero.
  assert.equal(byMonth.krw.price, 81450);

  const changed = await ok(
    plans.updateFeature({ id: plan.id, featureId: code.calls, overage: { unitPrice: 30 } }),
  );
  assert.deepEqual(changed.overage, { enabled: true, unitPrice: 30 });
  assert.equal(changed.includedAmount, 1000, "an absent field changed");
  const followed = {
    eur: derived({ overageUnitPrice: 27 }),
    jpy: derived({ overageUnitPrice: 4500 }),
    krw: derived({ overageUnitPrice: 41415 }),
  };
  assert.deepEqual(regional(feature(await read(), code.calls)), followed);

  await ok(plans.updateFeature({ id: plan.id, featureId: id.calls, overage: { enabled: false } }));
  const off = feature(await read(), code.calls);
  assert.deepEqual(off.overage, { enabled: false, model: null, unitPrice: 30 });
  assert.deepEqual(off.regionalPrices, []);
  await ok(plans.updateFeature({ id: plan.id, featureId: id.calls, overage: { enabled: true } }));
  assert.deepEqual(regional(feature(await read(), code.calls)), followed);
});

await step("additions get their regional values at once", async () => {
  const quarterly = await ok(
    plans.addPrice({ id: plan.id, billingInterval: "quarterly", price: 14000 }),
  );
  // 14000 × 0.9, × 150 / 100, × 1380.5 / 100
  assert.deepEqual(regional(price(await read(), "quarterly")), {
    eur: derived(regionalPrice(12600)),
    jpy: derived(regionalPrice(21000)),
    krw: derived(regionalPrice(193270)),
  });
  assert.deepEqual(await ok(plans.deletePrice({ id: plan.id, priceId: quarterly.id })), {
    id: quarterly.id,
    deleted: true,
    object: "plan",
    livemode: false,
  });
  await notFound(
    plans.updatePrice({ id: plan.id, priceId: quarterly.id, price: 1 }),
    "price_not_found",
  );
});

await step("a refused call changes nothing", async () => {
  const before = await read();
  // 5900 × 0.0001 / 100 would round to zero, and nothing becomes free by rounding.
  await invalidSomewhere(
    plans.setRegionalPricing({ id: plan.id, currency: "clp", exchangeRate: 0.0001 }),
  );
  // The value derived in won exceeds the safe range of integers.
  await invalidSomewhere(
    plans.updatePrice({ id: plan.id, priceId: monthly.id, price: 9_000_000_000_000_000 }),
  );
  await invalid(
    plans.setRegionalPricing({
      id: plan.id,
      currency: "xxx",
      exchangeRate: 0,
      prices: [
        { priceId: monthly.id, price: 1 },
        { priceId: yearly.id, price: -1 },
      ],
    }),
    ["currency", "exchangeRate", "prices[1].price"],
  );
  await notFound(
    plans.setRegionalPricing({
      id: plan.id,
      currency: "brl",
      exchangeRate: 5,
      prices: [{ priceId: "prc_none", price: 1 }],
    }),
    "price_not_found",
  );
  await notFound(
    plans.setRegionalPricing({
      id: plan.id,
      currency: "brl",
      exchangeRate: 5,
      features: [{ featureId: unique("no_feature"), overageUnitPrice: 1 }],
    }),
    "feature_not_in_plan",
  );
  await invalidSomewhere(
    plans.setRegionalPricing({
      id: plan.id,
      currency: "brl",
      exchangeRate: 5,
      features: [{ featureId: code.sso, overageUnitPrice: 1 }],
    }),
  );
  assert.deepEqual(await read(), before);
});

await step("manual regional prices of one price", async () => {
  const answer = await ok(
    plans.setRegionalPrices({
      id: plan.id,
      priceId: yearly.id,
      overrides: [
        { currency: "EUR", price: 42000 },
        { currency: "brl", price: 250000 },
      ],
    }),
  );
  const { overrides, ...rest } = answer;
  assert.deepEqual(rest, { priceId: yearly.id, object: "plan", livemode: false });
  // All regional values of the price, including derived ones.
  assert.deepEqual(
    overrides.map((item) => [item.currency, item.price]).sort(),
    [
      ["brl", 250000],
      ["eur", 42000],
      ["jpy", 73500],
      ["krw", 676445],
    ],
  );
  const shown = await read();
  const byYear = regional(price(shown, "yearly"));
  assert.deepEqual(byYear.brl, manual(regionalPrice(250000)));
  assert.deepEqual(withoutOffer(byYear.eur), manual({ price: 42000, includedBalance: null }));
  assert.equal(byYear.jpy.autoSynced, true);
  assert.equal("brl" in regional(price(shown, "monthly")), false, "another price changed");
  assert.deepEqual(
    shown.exchangeRates.map((item) => item.currency),
    ["eur", "jpy", "krw"],
    "a price set by hand set a rate",
  );

  await invalidSomewhere(
    plans.setRegionalPrices({
      id: plan.id,
      priceId: yearly.id,
      overrides: [
        { currency: "eur", price: 1 },
        { currency: "EUR", price: 2 },
      ],
    }),
  );
  await invalid(plans.setRegionalPrices({ id: plan.id, priceId: yearly.id, overrides: [] }), [
    "overrides",
  ]);
  assert.deepEqual(await read(), shown);
});

await step("regional prices of one price are deleted, and come back with the rate", async () => {
  const before = await read();
  const target = { id: plan.id, priceId: yearly.id };
  assert.deepEqual(await ok(plans.deleteRegionalPrices(target)), {
    deleted: true,
    object: "plan",
    livemode: false,
  });
  const shown = await read();
  assert.deepEqual(price(shown, "yearly").regionalPrices, []);
  assert.deepEqual(price(shown, "monthly").regionalPrices, price(before, "monthly").regionalPrices);
  assert.deepEqual(shown.exchangeRates, before.exchangeRates);

  await ok(plans.updatePrice({ ...target, price: 50000 }));
  assert.deepEqual(price(await read(), "yearly").regionalPrices, [], "back before the rate was set");

  await ok(plans.setRegionalPricing({ id: plan.id, currency: "jpy", exchangeRate: 150 }));
  const byYear = regional(price(await read(), "yearly"));
  assert.deepEqual(Object.keys(byYear), ["jpy"]);
  // 50000 × 150 / 100
  assert.deepEqual(withoutOffer(byYear.jpy), derived({ price: 75000, includedBalance: null }));
});

await step("the list shows what reading the plan shows", async () => {
  const shown = await read();
  const listed = await ok(plans.list());
  assert.deepEqual(
    listed.find((item) => item.id === plan.id),
    shown,
  );
  const paged = await everyPage((page) => plans.list(page), 100);
  assert.deepEqual(
    paged.find((item) => item.id === plan.id),
    shown,
  );
});

await step("features and prices leave the plan", async () => {
  await conflict(features.delete({ code: code.sso }), "feature_in_use");
  assert.deepEqual(await ok(plans.removeFeature({ id: plan.id, featureId: code.sso })), {
    id: id.sso,
    removed: true,
    object: "plan",
    livemode: false,
  });
  await notFound(plans.removeFeature({ id: plan.id, featureId: id.sso }), "feature_not_in_plan");
  await notFound(
    plans.updateFeature({ id: plan.id, featureId: code.sso, enabled: false }),
    "feature_not_in_plan",
  );
  assert.deepEqual(
    (await read()).features.map((item) => item.code),
    [code.calls, code.seats, code.storage],
  );
  await ok(features.delete({ code: code.sso }));

  assert.equal(price(await read(), "monthly").isDefault, true);
  await ok(plans.deletePrice({ id: plan.id, priceId: monthly.id }));
  const [left, ...others] = (await read()).prices;
  assert.deepEqual(others, []);
  assert.equal(left.id, yearly.id);
  assert.equal(left.isDefault, true, "the default was not handed on");
});

await step("a balance plan: balances, ai_model and margin", async () => {
  const balance = await ok(
    plans.create({ name: "Balance", code: unique("balance"), consumptionModel: "balance" }),
  );
  assert.equal(balance.blockOnExhaustion, false);
  const added = await ok(
    plans.addFeature({
      id: balance.id,
      featureId: code.calls,
      pricingMode: "ai_model",
      margin: 2000,
    }),
  );
  assert.equal(added.pricingMode, "ai_model");
  assert.equal(added.margin, 2000);
  const topUp = await ok(
    plans.addPrice({
      id: balance.id,
      billingInterval: "monthly",
      price: 2000,
      includedBalance: 3000,
    }),
  );
  assert.equal(topUp.includedBalance, 3000);
  await ok(plans.setRegionalPricing({ id: balance.id, currency: "jpy", exchangeRate: 150 }));
  const eur = { id: balance.id, currency: "eur", exchangeRate: 0.9 };
  await ok(
    plans.setRegionalPricing({ ...eur, prices: [{ priceId: topUp.id, price: 1900 }] }),
  );
  const shown = await ok(plans.get({ id: balance.id }));
  const values = regional(price(shown, "monthly"));
  assert.deepEqual(values.jpy, derived(regionalPrice(3000, null, 4500)));
  // The price is manual; the omitted balance is derived: 3000 × 0.9.
  assert.deepEqual(values.eur, manual(regionalPrice(1900, null, 2700)));
  assert.equal(shown.features[0].margin, 2000);

  await invalid(
    plans.addPrice({ id: balance.id, billingInterval: "yearly", price: 1, includedCredits: 1 }),
    ["includedCredits"],
  );
  await ok(plans.delete({ id: balance.id }));
});

await step("a credits plan: credits and their use", async () => {
  const credits = await ok(
    plans.create({ name: "Credits", code: unique("credits"), consumptionModel: "credits" }),
  );
  const added = await ok(
    plans.addFeature({ id: credits.id, featureId: code.calls, creditsPerUnit: 3 }),
  );
  assert.equal(added.creditsPerUnit, 3);
  const bundle = await ok(
    plans.addPrice({
      id: credits.id,
      billingInterval: "one_time",
      price: 2000,
      includedCredits: 500,
    }),
  );
  assert.equal(bundle.includedCredits, 500);
  const target = { id: credits.id, priceId: bundle.id };
  assert.equal((await ok(plans.updatePrice({ ...target, includedCredits: null }))).includedCredits, null);
  const cleared = await ok(
    plans.updateFeature({ id: credits.id, featureId: code.calls, creditsPerUnit: null }),
  );
  assert.equal(cleared.creditsPerUnit, null);
  await invalid(
    plans.addPrice({ id: credits.id, billingInterval: "weekly", price: 1, includedBalance: 1 }),
    ["includedBalance"],
  );
  await ok(plans.delete({ id: credits.id }));
});

await step("the plan is deleted, and its features are free again", async () => {
  await ok(plans.delete({ id: plan.id }));
  await notFound(plans.get({ id: plan.code }), "plan_not_found");
  await notFound(plans.setDefaultPrice({ id: plan.id, priceId: yearly.id }), "plan_not_found");
  for (const name of ["calls", "seats", "storage"]) {
    await ok(features.delete({ code: code[name] }));
  }
});

// The other driver also calls setVisibility and update; here they complete the sixteen operations.
await step("all sixteen operations on plans", async () => {
  const last = await ok(plans.create({ name: "Last", code: unique("last") }));
  await ok(plans.update({ id: last.id, name: "At last" }));
  await ok(plans.setVisibility({ id: last.id, isPublic: false }));
  await ok(plans.delete({ id: last.id }));
  assertAllReached([
    "GET /plans",
    "GET /plans/{}",
    "POST /plans/manage",
    "PUT /plans/{}/manage",
    "DELETE /plans/{}/manage",
    "PUT /plans/{}/visibility",
    "POST /plans/{}/features",
    "PUT /plans/{}/features/{}",
    "DELETE /plans/{}/features/{}",
    "POST /plans/{}/prices",
    "PUT /plans/{}/prices/{}",
    "DELETE /plans/{}/prices/{}",
    "PUT /plans/{}/prices/{}/default",
    "PUT /plans/{}/prices/{}/regional",
    "DELETE /plans/{}/prices/{}/regional",
    "PUT /plans/{}/regional",
  ]);
});
