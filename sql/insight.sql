-- name: figure_lines
SELECT first_day, last_day, county, value, undecided, source, at FROM leye_figure
WHERE _city = $1 AND indicator = $2 AND first_day >= $3 AND last_day <= $4 ORDER BY last_day, first_day, county, at, _id
-- name: figure_ledger
SELECT at, value, undecided, county, first_day, last_day, source, evidence, note, actor FROM leye_figure
WHERE _city = $1 AND indicator = $2 AND first_day >= $3 AND last_day <= $4 ORDER BY at DESC, _id DESC
-- name: figure_add
INSERT INTO leye_figure (_city, _id, indicator, first_day, last_day, county, value, undecided, source, evidence, note, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- name: closed_period
SELECT count(*) FROM leye_closed WHERE _city = $1 AND first_day <= $2 AND last_day >= $3
-- name: closed_add
INSERT INTO leye_closed (_city, first_day, last_day, at, actor, pack) VALUES ($1, $2, $3, $4, $5, $6)
-- name: closed_list
SELECT first_day, last_day, at, actor, pack FROM leye_closed WHERE _city = $1 ORDER BY last_day DESC, first_day
-- name: split_list
SELECT county, value FROM leye_split WHERE _city = $1 AND target = $2 AND year = $3 ORDER BY county
-- name: split_forget
DELETE FROM leye_split WHERE _city = $1 AND target = $2 AND year = $3
-- name: split_add
INSERT INTO leye_split (_city, target, year, county, value, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- name: order_add
INSERT INTO leye_order (_city, _id, subject_kind, subject, county, action, unit, due, text, evidence, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
-- name: order_of_subject
SELECT _id, at, county, action, unit, due, text, evidence, actor FROM leye_order
WHERE _city = $1 AND subject_kind = $2 AND subject = $3 ORDER BY at DESC, _id DESC
-- name: order_since
SELECT subject_kind, subject, county, action, unit, due, at FROM leye_order WHERE _city = $1 AND at >= $2 ORDER BY at, _id
-- name: view_count
INSERT INTO leye_view (_city, document, views) VALUES ($1, $2, 1) ON CONFLICT (_city, document) DO UPDATE SET views = leye_view.views + 1
-- name: view_get
SELECT views FROM leye_view WHERE _city = $1 AND document = $2
-- name: change_list
SELECT entity, number FROM leye_change WHERE _city = $1
-- name: data_state
SELECT data_version || '.' || total_changes() FROM pragma_data_version
-- name: data_state postgres
SELECT CAST(pg_current_snapshot() AS TEXT)
