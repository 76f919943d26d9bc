-- name: table_exists
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1
-- name: table_exists postgres
SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1
-- name: table_count
SELECT count(*) FROM sqlite_master WHERE type = 'table'
-- name: table_count postgres
SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()
-- name: field_list
SELECT entity, field, kind, scale, members FROM leye_field WHERE _city = $1 ORDER BY entity, field
-- name: field_forget
DELETE FROM leye_field WHERE _city = $1
-- name: field_add
INSERT INTO leye_field (_city, entity, field, kind, scale, members) VALUES ($1, $2, $3, $4, $5, $6)
-- name: history_add
INSERT INTO leye_history (_city, entity, record, version, at, actor, batch, action, reason, cells)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- name: history_unmasked
INSERT INTO leye_history (_city, entity, record, version, at, actor, batch, action, reason, cells)
VALUES ($1, $2, $3, $4, $5, $6, 0, 'unmasked', $7, '{}')
ON CONFLICT (_city, entity, record, version, action, at) DO UPDATE SET reason = leye_history.reason || '；' || excluded.reason
-- name: history_of_record
SELECT at, actor, batch, action, reason, cells, version FROM leye_history
WHERE _city = $1 AND entity = $2 AND record = $3 ORDER BY version DESC, at DESC
-- name: history_changed_by_batch
SELECT record, version, cells FROM leye_history WHERE _city = $1 AND batch = $2 AND entity = $3 AND action = 'changed' ORDER BY record
-- name: batch_add
INSERT INTO leye_batch (_city, _id, entity, file_name, at, actor, created, updated, refused) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
-- name: batch_count
UPDATE leye_batch SET created = $3, updated = $4, refused = $5 WHERE _city = $1 AND _id = $2
-- name: batch_entity
SELECT entity FROM leye_batch WHERE _city = $1 AND _id = $2
-- name: batch_mark_undone
UPDATE leye_batch SET undone_at = $3 WHERE _city = $1 AND _id = $2 AND undone_at IS NULL
-- name: batch_one
SELECT _id, entity, file_name, at, actor, created, updated, refused, undone_at FROM leye_batch WHERE _city = $1 AND _id = $2
-- name: batch_list
SELECT _id, entity, file_name, at, actor, created, updated, refused, undone_at FROM leye_batch WHERE _city = $1 ORDER BY _id DESC LIMIT 50
-- name: mapping_of_header
SELECT field FROM leye_mapping WHERE _city = $1 AND entity = $2 AND header = $3
-- name: mapping_remember
INSERT INTO leye_mapping (_city, entity, header, field) VALUES ($1, $2, $3, $4)
ON CONFLICT (_city, entity, header) DO UPDATE SET field = excluded.field
-- name: setting_get
SELECT value FROM leye_setting WHERE _city = $1 AND name = $2
-- name: setting_put
INSERT INTO leye_setting (_city, name, value) VALUES ($1, $2, $3) ON CONFLICT (_city, name) DO UPDATE SET value = excluded.value
-- name: copy_into
VACUUM INTO $1
-- name: copy_into postgres
SELECT $1::text
-- name: integrity
PRAGMA integrity_check(1)
-- name: integrity postgres
SELECT 'ok'::text
-- name: analyze
ANALYZE
-- name: change_count
INSERT INTO leye_change (_city, entity, number) VALUES ($1, $2, 1)
ON CONFLICT (_city, entity) DO UPDATE SET number = leye_change.number + 1
