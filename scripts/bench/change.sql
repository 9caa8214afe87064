-- The floor for writes on PostgreSQL: the statements that find the plan and change the rows when a
-- price changes, without the server's other reads and checks, and without the tag of the new state.
\set n random(1, :prices)
SELECT scope_id AS scope, plan_id AS plan, price_id AS price FROM bench_prices WHERE n = :n \gset
BEGIN;
UPDATE scopes SET revision = revision + 1, tracked_writes = tracked_writes + 1 WHERE id = :scope RETURNING id, organization_id, mode, revision, tracked_writes, keys_revision;
SELECT * FROM plans WHERE scope_id = :scope AND deleted_at IS NULL AND id = :plan;
UPDATE plans SET revision = :n WHERE id = :plan;
INSERT INTO plan_prices SELECT * FROM plan_prices WHERE id = :price ON CONFLICT (id) DO UPDATE SET price = 4000 + :n, updated_at = :n;
INSERT INTO regional_prices SELECT * FROM regional_prices WHERE price_id = :price AND auto_synced ON CONFLICT (price_id, currency) DO UPDATE SET price = 4000 + :n;
COMMIT;
