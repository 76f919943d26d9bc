-- name: original_list
SELECT clause, text, hash, restated FROM leye_original WHERE _city = $1 AND document = $2 ORDER BY position
-- name: original_forget
DELETE FROM leye_original WHERE _city = $1 AND document = $2
-- name: original_add
INSERT INTO leye_original (_city, document, clause, position, text, hash, restated) VALUES ($1, $2, $3, $4, $5, $6, $7)
