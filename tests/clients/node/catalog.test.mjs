// Features, plan groups, plans and API keys through the SDK, with errors and retries.

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
  loseNextRequest,
  notFound,
  ok,
  refused,
  step,
  unique,
} from "./support.mjs";

const { features, planGroups, plans, apiKeys } = client(key);

const isDate = (text) => assert.ok(!Number.isNaN(Date.parse(text)), `not a date: ${text}`);

await step("a feature is created, read, changed and listed", async () => {
  const code = unique("api_calls");
  const made = await ok(
    features.create({ name: "API calls", code, type: "usage", unitName: "call" }),
  );
  const { id, createdAt, updatedAt, ...rest } = made;
  assert.match(id, /^feat_./);
  isDate(createdAt);
  isDate(updatedAt);
  assert.deepEqual(rest, {
    name: "API calls",
    code,
    type: "usage",
    description: null,
    unitName: "call",
    object: "feature",
    livemode: false,
  });

  assert.deepEqual(await ok(features.get({ code })), made);
  assert.deepEqual(await ok(features.get({ code: id })), made, "the id does not lead to it");

  const changed = await ok(
    features.update({ code, name: "Calls", description: "To the API", unitName: null }),
  );
  assert.deepEqual(
    { ...changed, updatedAt },
    { ...made, name: "Calls", description: "To the API", unitName: null },
  );
  const cleared = await ok(features.update({ code, description: null }));
  assert.equal(cleared.description, null);
  assert.equal(cleared.name, "Calls", "an absent field changed");

  const listed = (await ok(features.list())).find((feature) => feature.id === id);
  assert.deepEqual(listed, cleared);
});

await step("a feature's code is unique, and free after deletion", async () => {
  const code = unique("sso");
  const first = await ok(features.create({ name: "SSO", code, type: "boolean" }));
  await conflict(
    features.create({ name: "SSO again", code, type: "seats" }),
    "feature_already_exists",
    "code",
  );
  assert.equal((await ok(features.get({ code }))).name, "SSO", "a refused call changed something");

  assert.deepEqual(await ok(features.delete({ code })), {
    id: first.id,
    deleted: true,
    object: "feature",
    livemode: false,
  });
  await notFound(features.get({ code }), "feature_not_found");
  await notFound(features.update({ code, name: "Gone" }), "feature_not_found");
  await notFound(features.delete({ code }), "feature_not_found");

  const second = await ok(features.create({ name: "SSO", code, type: "boolean" }));
  assert.notEqual(second.id, first.id);
  await ok(features.delete({ code: second.id }));
});

await step("all faults of a body are reported at once", async () => {
  await invalid(features.create({}), ["name", "code", "type"]);
  await invalid(features.create({ name: "", code: "Not A Code", type: "colour", size: 3 }), [
    "name",
    "code",
    "type",
    "size",
  ]);
  await invalid(features.create({ name: 5, code: null, type: true, unitName: [] }), [
    "name",
    "code",
    "type",
    "unitName",
  ]);
  await invalid(
    plans.create({
      name: [],
      code: "UPPER",
      isPublic: "yes",
      consumptionModel: "flat",
      metadata: [],
    }),
    ["name", "code", "isPublic", "consumptionModel", "metadata"],
  );
  await invalid(plans.create({ name: "P", code: unique("p"), blockOnExhaustion: true }), [
    "blockOnExhaustion",
  ]);
  await invalid(plans.create({ name: "n".repeat(201), code: unique("p") }), ["name"]);
  await invalid(plans.create({ name: "P", code: "c".repeat(101) }), ["code"]);
  await invalid(apiKeys.create({ name: "Too long", expiresInDays: 366 }), ["expiresInDays"]);
  await invalid(planGroups.list({ limit: 0 }), ["limit"]);
  await invalid(planGroups.list({ cursor: "not a cursor" }), ["cursor"]);
  // The update changes nothing: no field is to blame, but the input is still invalid.
  await invalidSomewhere(features.update({ code: unique("api_calls") }));
});

let plan;
await step("a plan is created, and read by id and by code", async () => {
  const code = unique("pro");
  plan = await ok(
    plans.create({
      name: "Pro",
      code,
      description: "For teams",
      consumptionModel: "credits",
      metadata: { tier: 2, tags: ["a", "b"], nested: { z: null, a: 1.5 } },
    }),
  );
  const { id, createdAt, updatedAt, isDefault, sortOrder, ...rest } = plan;
  assert.match(id, /^pln_./);
  isDate(createdAt);
  isDate(updatedAt);
  // Whether it is the first plan of the scope depends on earlier runs.
  assert.equal(typeof isDefault, "boolean");
  assert.ok(Number.isInteger(sortOrder));
  assert.deepEqual(rest, {
    name: "Pro",
    code,
    description: "For teams",
    consumptionModel: "credits",
    isPublic: true,
    isFree: false,
    blockOnExhaustion: false,
    planGroupId: null,
    metadata: { tier: 2, tags: ["a", "b"], nested: { z: null, a: 1.5 } },
    features: [],
    prices: [],
    exchangeRates: [],
    object: "plan",
    livemode: false,
  });
  assert.deepEqual(await ok(plans.get({ id })), plan);
  assert.deepEqual(await ok(plans.get({ id: code })), plan);

  await conflict(plans.create({ name: "Other", code }), "duplicate", "code");
  await notFound(plans.get({ id: unique("no_such_plan") }), "plan_not_found");
  await notFound(
    plans.create({ name: "P", code: unique("homeless"), planGroupId: "grp_none" }),
    "plan_group_not_found",
  );
  await notFound(plans.get({ id: unique("homeless") }), "plan_not_found");
});

await step("a plan is changed field by field", async () => {
  const { id } = plan;
  const renamed = await ok(plans.update({ id, name: "Professional" }));
  assert.deepEqual({ ...renamed, updatedAt: null }, { ...plan, name: "Professional", updatedAt: null });

  const cleared = await ok(plans.update({ id: plan.code, description: null, metadata: { a: 1 } }));
  assert.equal(cleared.description, null);
  assert.deepEqual(cleared.metadata, { a: 1 }, "the metadata was not replaced whole");
  assert.equal(cleared.name, "Professional");

  await invalid(plans.update({ id, name: null, code: "other" }), ["name", "code"]);
  assert.deepEqual(await ok(plans.get({ id })), cleared, "a refused call changed something");
  await notFound(plans.update({ id: "pln_none", name: "N" }), "plan_not_found");
});

await step("private plans are listed only on request", async () => {
  const { id } = plan;
  assert.deepEqual(await ok(plans.setVisibility({ id, isPublic: false })), {
    id,
    isPublic: false,
    object: "plan",
    livemode: false,
  });
  assert.equal((await ok(plans.get({ id }))).isPublic, false);
  assert.ok(!ids(await ok(plans.list())).includes(id), "a private plan is listed");
  assert.ok(!ids(await ok(plans.list({ includePrivate: "false" }))).includes(id));
  const everything = await ok(plans.list({ includePrivate: "true" }));
  assert.deepEqual(
    everything.find((listed) => listed.id === id),
    await ok(plans.get({ id })),
  );
  assert.equal(everything.filter((listed) => listed.isDefault).length, 1, "not one default plan");

  await invalid(plans.list({ includePrivate: "perhaps" }), ["includePrivate"]);
  await invalid(plans.setVisibility({ id }), ["isPublic"]);
  await ok(plans.update({ id, isPublic: true }));
  assert.ok(ids(await ok(plans.list())).includes(id));
});

await step("plans are listed page by page", async () => {
  const more = [];
  for (const name of ["one", "two", "three"]) {
    more.push(await ok(plans.create({ name, code: unique(`page_${name}`) })));
  }
  const whole = await plans.list({ includePrivate: "true" });
  assert.deepEqual(
    await everyPage((page) => plans.list({ includePrivate: "true", ...page }), 2),
    whole.data,
  );
  const mine = ids(whole.data).filter((id) => ids(more).includes(id));
  assert.deepEqual(mine, ids(more), "not in the order of their creation");
  for (const { id } of more) await ok(plans.delete({ id }));
});

await step("groups keep plans in order", async () => {
  const name = unique("Shop");
  const group = await ok(planGroups.create({ name, description: "On the page" }));
  const { id, createdAt, updatedAt, ...rest } = group;
  assert.match(id, /^grp_./);
  isDate(createdAt);
  isDate(updatedAt);
  assert.deepEqual(rest, {
    name,
    description: "On the page",
    isPublic: true,
    plans: [],
    object: "plan_group",
    livemode: false,
  });
  await conflict(planGroups.create({ name }), "duplicate", "name");

  const inside = await ok(
    plans.create({ name: "Inside", code: unique("inside"), planGroupId: id }),
  );
  assert.equal(inside.planGroupId, id);
  const late = await ok(plans.create({ name: "Late", code: unique("late") }));
  assert.deepEqual(await ok(planGroups.addPlan({ id, planId: plan.id, sortOrder: 700 })), {
    success: true,
    object: "plan_group",
    livemode: false,
  });
  await ok(planGroups.addPlan({ id, planId: late.code, sortOrder: 900 }));

  const filled = await ok(planGroups.get({ id }));
  assert.deepEqual(ids(filled.plans), [inside.id, plan.id, late.id]);
  assert.deepEqual(filled.plans[1], { id: plan.id, name: "Professional", sortOrder: 700 });
  assert.equal((await ok(plans.get({ id: plan.id }))).planGroupId, id);

  const order = [late.id, inside.id, plan.id];
  assert.deepEqual(await ok(planGroups.reorderPlans({ id, planIds: order })), {
    reordered: true,
    object: "plan_group",
    livemode: false,
  });
  const reordered = (await ok(planGroups.get({ id }))).plans;
  assert.deepEqual(ids(reordered), order);
  assert.ok(
    reordered[0].sortOrder < reordered[1].sortOrder &&
      reordered[1].sortOrder < reordered[2].sortOrder,
    "the order does not show in sortOrder",
  );
  await invalid(planGroups.reorderPlans({ id, planIds: [plan.id] }), ["planIds"]);
  await invalid(planGroups.reorderPlans({ id, planIds: [] }), ["planIds"]);
  assert.deepEqual(ids((await ok(planGroups.get({ id }))).plans), order);

  const other = await ok(planGroups.create({ name: unique("Other") }));
  await conflict(planGroups.addPlan({ id: other.id, planId: plan.id }));
  await notFound(planGroups.addPlan({ id: other.id, planId: "pln_none" }), "plan_not_found");
  await notFound(planGroups.addPlan({ id: "grp_none", planId: plan.id }), "plan_group_not_found");

  assert.deepEqual(await ok(planGroups.removePlan({ id, planId: plan.id })), {
    id: plan.id,
    removed: true,
    object: "plan_group",
    livemode: false,
  });
  assert.equal((await ok(plans.get({ id: plan.id }))).planGroupId, null);
  await notFound(planGroups.removePlan({ id, planId: plan.id }));
  await ok(planGroups.addPlan({ id: other.id, planId: plan.id }));
  assert.deepEqual(ids((await ok(planGroups.get({ id: other.id }))).plans), [plan.id]);

  await ok(plans.delete({ id: late.id }));
  assert.deepEqual(ids((await ok(planGroups.get({ id }))).plans), [inside.id], "a deleted plan stays");

  const changed = await ok(
    planGroups.update({ id, name: unique("Store"), description: null, isPublic: false }),
  );
  assert.deepEqual(
    { name: changed.name, description: changed.description, isPublic: changed.isPublic },
    { name: unique("Store"), description: null, isPublic: false },
  );

  assert.deepEqual(await ok(planGroups.delete({ id })), {
    id,
    deleted: true,
    object: "plan_group",
    livemode: false,
  });
  await notFound(planGroups.get({ id }), "plan_group_not_found");
  assert.equal((await ok(plans.get({ id: inside.id }))).planGroupId, null, "not unlinked");
  await ok(plans.delete({ id: inside.id }));
  await ok(planGroups.delete({ id: other.id }));
});

await step("groups are listed page by page", async () => {
  const made = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    made.push((await ok(planGroups.create({ name: unique(`Page ${name}`) }))).id);
  }
  const listed = ids(await everyPage((page) => planGroups.list(page), 2));
  assert.equal(new Set(listed).size, listed.length, "a group is listed twice");
  assert.deepEqual(
    made.filter((id) => !listed.includes(id)),
    [],
  );
  assert.deepEqual(listed, ids(await everyPage((page) => planGroups.list(page), 100)));
  for (const id of made) await ok(planGroups.delete({ id }));
});

await step("a deleted plan is gone, and frees its code", async () => {
  const { id, code } = plan;
  assert.deepEqual(await ok(plans.delete({ id: code })), {
    id,
    deleted: true,
    object: "plan",
    livemode: false,
  });
  await notFound(plans.get({ id }), "plan_not_found");
  await notFound(plans.delete({ id }), "plan_not_found");
  await notFound(plans.setVisibility({ id, isPublic: true }), "plan_not_found");
  assert.ok(!ids(await ok(plans.list({ includePrivate: "true" }))).includes(id));
  const next = await ok(plans.create({ name: "Next", code }));
  assert.notEqual(next.id, id);
  await ok(plans.delete({ id: next.id }));
});

await step("an API key opens the scope until it is revoked", async () => {
  const name = unique("deploy");
  const made = await ok(apiKeys.create({ name, expiresInDays: 30 }));
  const { id, apiKey, prefix, expiresAt, createdAt, ...rest } = made;
  assert.deepEqual(rest, { name, permissions: null, object: "api_key", livemode: false });
  assert.match(id, /^key_./);
  assert.match(apiKey, /^ck_sandbox_.{32,}$/);
  assert.ok(apiKey.startsWith(prefix), "the prefix is not the secret's");
  assert.ok(prefix.length < apiKey.length - 20, "the prefix shows too much");
  assert.equal(Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000), 30);

  const other = client(apiKey);
  const mine = ids(await ok(features.list()));
  assert.ok(mine.length > 0);
  assert.deepEqual(ids(await ok(other.features.list())), mine, "not the same scope");

  const listed = await everyPage((page) => apiKeys.list(page), 2);
  const shown = listed.find((listedKey) => listedKey.id === id);
  assert.equal(shown.lastUsedAt === null || !Number.isNaN(Date.parse(shown.lastUsedAt)), true);
  assert.deepEqual(
    { ...shown, lastUsedAt: null },
    {
      id, name, prefix, permissions: null, expiresAt, lastUsedAt: null, createdAt, object: "api_key",
      livemode: false,
    },
  );
  for (const secret of [apiKey, key]) {
    assert.ok(!JSON.stringify(listed).includes(secret), "the list shows a secret");
  }

  await conflict(other.apiKeys.delete({ id }));
  await ok(other.features.list());
  assert.deepEqual(await ok(apiKeys.delete({ id })), {
    id,
    deleted: true,
    object: "api_key",
    livemode: false,
  });
  await refused(other.features.list(), 401, "authentication_error", "unauthorized");
  await refused(
    client(`ck_sandbox_${"0".repeat(43)}`).plans.list(),
    401,
    "authentication_error",
    "unauthorized",
  );
  await notFound(apiKeys.delete({ id }), "api_key_not_found");
  assert.ok(!ids(await everyPage((page) => apiKeys.list(page), 100)).includes(id));
});

/** The two attempts of the last call: the first was lost, the second has the same key. */
function twoAttempts(lost) {
  const [first, second] = calls.slice(-2);
  assert.equal(first.lost, lost);
  assert.equal(second.lost, null);
  assert.deepEqual([first.method, first.path], [second.method, second.path]);
  assert.ok(first.idempotencyKey, "no idempotency key");
  assert.equal(second.idempotencyKey, first.idempotencyKey);
  return [first, second];
}

await step("a retry after a lost answer makes the change only once", async () => {
  const code = unique("retried");
  loseNextAnswer();
  const made = await ok(plans.create({ name: "Retried", code }));
  const [first, second] = twoAttempts("answer");
  assert.equal(first.status, 200);
  assert.equal(first.replayed, null);
  assert.equal(second.replayed, "true");
  assert.deepEqual(second.envelope, first.envelope, "the second answer is another one");
  const listed = await ok(plans.list({ includePrivate: "true" }));
  assert.deepEqual(
    ids(listed.filter((listedPlan) => listedPlan.code === code)),
    [made.id],
    "not exactly one plan",
  );

  loseNextAnswer();
  const renamed = await ok(plans.update({ id: made.id, name: "Renamed" }));
  assert.equal(twoAttempts("answer")[1].replayed, "true");
  assert.deepEqual(await ok(plans.get({ id: made.id })), renamed);
  await ok(plans.delete({ id: made.id }));
});

await step("a retry after a lost request is the first to arrive", async () => {
  const code = unique("late_arrival");
  loseNextRequest();
  const made = await ok(plans.create({ name: "Late arrival", code }));
  const [first, second] = twoAttempts("request");
  assert.equal(first.status, undefined);
  assert.equal(second.replayed, null, "nothing was there to replay");
  await ok(plans.delete({ id: made.id }));
});

await step("a replayed API key does not show its secret again", async () => {
  const name = unique("lost_secret");
  loseNextAnswer();
  const made = await ok(apiKeys.create({ name }));
  const [first, second] = twoAttempts("answer");
  assert.equal(second.replayed, "true");
  const secret = first.envelope.data.apiKey;
  assert.equal(made.apiKey, made.prefix);
  assert.ok(!JSON.stringify(second.envelope).includes(secret));
  const named = (await everyPage((page) => apiKeys.list(page), 100)).filter(
    (listedKey) => listedKey.name === name,
  );
  assert.deepEqual(ids(named), [made.id], "not exactly one key");
  await ok(apiKeys.delete({ id: made.id }));
});

await step("an idempotency key belongs to one call", async () => {
  const options = { idempotencyKey: unique("mine") };
  const body = { name: "Once", code: unique("once") };
  const made = await ok(plans.create(body, options));
  assert.deepEqual(await ok(plans.create(body, options)), made);
  assert.equal(lastCall().replayed, "true");
  await conflict(plans.create({ ...body, name: "Twice" }, options), "idempotency_key_mismatch");
  await conflict(
    features.create({ name: "F", code: unique("once_f"), type: "boolean" }, options),
    "idempotency_key_mismatch",
  );
  await notFound(features.get({ code: unique("once_f") }), "feature_not_found");

  // A failed call leaves no record, so its key can be used again.
  const second = { idempotencyKey: unique("failed") };
  await conflict(plans.create({ name: "Taken", code: body.code }, second), "duplicate");
  await ok(plans.delete({ id: made.id }));
  const retried = await ok(plans.create({ name: "Taken", code: body.code }, second));
  assert.equal(lastCall().replayed, null);
  await ok(plans.delete({ id: retried.id }));
});

await ok(features.delete({ code: unique("api_calls") }));

assertAllReached([
  "GET /features",
  "GET /features/{}",
  "POST /features/manage",
  "PUT /features/{}/manage",
  "DELETE /features/{}/manage",
  "GET /plan-groups",
  "GET /plan-groups/{}",
  "POST /plan-groups",
  "PUT /plan-groups/{}",
  "DELETE /plan-groups/{}",
  "POST /plan-groups/{}/plans",
  "DELETE /plan-groups/{}/plans/{}",
  "PUT /plan-groups/{}/plans/reorder",
  "GET /plans",
  "GET /plans/{}",
  "POST /plans/manage",
  "PUT /plans/{}/manage",
  "DELETE /plans/{}/manage",
  "PUT /plans/{}/visibility",
  "GET /api-keys",
  "POST /api-keys",
  "DELETE /api-keys/{}",
]);
console.log("   every operation of the catalog was reached");
