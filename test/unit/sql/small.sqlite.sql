CREATE TABLE "人" (
  "编号" VARCHAR(64) PRIMARY KEY,
  "户""号" VARCHAR(64)
  , "年龄" BIGINT -- 
  , "月收入" BIGINT --  × 10^2
  , "出生日期" BIGINT -- 自 1970-01-01 的天数
  , "信誉良好" BOOLEAN -- 是否
  , "状态" TEXT -- 0 失业、1 单位就业、2 灵活就业
  , "有欠缴" BOOLEAN -- 是否
  , "籍贯" TEXT -- 
  , "很大" BIGINT -- 
);
-- Leye, SQLite. 基准日 2024-10-04，申请日 2024-10-04
-- 结果表另建；重新运行前先删除旧的结果表。NULL 表示未知。
-- p0: 求职 补贴；b0 补贴 o0 金额
BEGIN;
-- 人
CREATE TEMPORARY TABLE leye_1 AS
SELECT t."编号" AS k,
       CASE WHEN typeof(t."月收入") = 'integer' AND t."月收入" BETWEEN 0 AND 10000000 THEN t."月收入" END AS c10,
       CASE WHEN typeof(t."出生日期") = 'integer' AND t."出生日期" BETWEEN -25567 AND 30000 THEN t."出生日期" END AS c11,
       CASE WHEN typeof(t."信誉良好") = 'integer' AND t."信誉良好" BETWEEN 0 AND 1 THEN t."信誉良好" END AS c12,
       CASE CAST(t."状态" AS TEXT) WHEN '2' THEN 1 WHEN 'it''s 3' THEN 2 END AS c13,
       CASE WHEN t."有欠缴" IS NULL THEN FALSE ELSE CASE WHEN typeof(t."有欠缴") = 'integer' AND t."有欠缴" BETWEEN 0 AND 1 THEN t."有欠缴" END END AS c14,
       NULLIF(CAST(t."籍贯" AS TEXT), '') AS c15,
       t."户""号" AS l0
  FROM "人" t;
CREATE UNIQUE INDEX leye_1_k ON leye_1 (k);
-- 户
CREATE TEMPORARY TABLE leye_2 AS
SELECT DISTINCT t."户""号" AS k
  FROM "人" t WHERE t."户""号" IS NOT NULL;
CREATE UNIQUE INDEX leye_2_k ON leye_2 (k);
CREATE TEMPORARY TABLE leye_3 AS
WITH m1 AS MATERIALIZED (
SELECT t.k, t.c10, t.c12, t.l0,
       ((CAST(strftime('%Y%m%d', 20000 * 86400, 'unixepoch') AS INTEGER) - CAST(strftime('%Y%m%d', t.c11 * 86400, 'unixepoch') AS INTEGER) + CASE WHEN strftime('%m%d', t.c11 * 86400, 'unixepoch') = '0229' AND strftime('%m%d', (20000 + 1) * 86400, 'unixepoch') = '0301' THEN 1 ELSE 0 END + 100000000) / 10000 - 10000) AS c16,
       (t.c13 IN (1, 2)) AS c17,
       (NOT t.c14) AS c20,
       (t.c15 IS NOT NULL) AS c21,
       (CASE WHEN 723 BETWEEN -10000 AND 10000 THEN (SELECT d FROM (SELECT min(CAST(strftime('%s', t.c11 * 86400, 'unixepoch', 'start of month', 723 || ' months') AS INTEGER) / 86400 + CAST(strftime('%d', t.c11 * 86400, 'unixepoch') AS INTEGER) - 1, CAST(strftime('%s', t.c11 * 86400, 'unixepoch', 'start of month', (723 + 1) || ' months') AS INTEGER) / 86400 - 1) AS d) WHERE d BETWEEN -25567 AND 84005) END > 20000) AS c22,
       CASE WHEN (t.c10 * 2) <= 200000 THEN (t.c10 * 2) WHEN 200000 < (t.c10 * 2) THEN 200000 END AS c24,
       COALESCE(t.c12, CASE WHEN TRUE THEN TRUE END) AS c26
  FROM leye_1 t)
SELECT t.k, t.c10, t.c12, t.l0, t.c17, t.c20, t.c21, t.c22, t.c26,
       (t.c16 >= 16 AND t.c16 <= 59) AS c19,
       CASE WHEN t.c17 THEN 0 WHEN NOT t.c17 THEN t.c24 WHEN 0 = t.c24 THEN 0 END AS c25
  FROM m1 t;
CREATE TEMPORARY TABLE leye_4 AS
SELECT t.l0 AS k, COUNT(*) AS n, COUNT(*) - COUNT(CASE WHEN NOT TRUE THEN 1 WHEN TRUE AND t.c10 IS NOT NULL THEN 1 END) AS u27, SUM(CASE WHEN TRUE THEN t.c10 END) AS y27, COUNT(*) - COUNT(TRUE) AS u28, COUNT(CASE WHEN TRUE THEN 1 END) AS y28, COUNT(*) - COUNT(t.c17) AS u31, COUNT(CASE WHEN t.c17 THEN 1 END) AS y31
  FROM leye_3 t WHERE t.l0 IS NOT NULL GROUP BY t.l0;
CREATE UNIQUE INDEX leye_4_k ON leye_4 (k);
CREATE TEMPORARY TABLE leye_5 AS
WITH m1 AS MATERIALIZED (
SELECT t.k,
       CASE WHEN TRUE AND COALESCE(r0.u27, 0) = 0 THEN COALESCE(r0.y27, 0) END AS c27,
       CASE WHEN TRUE AND COALESCE(r0.u28, 0) = 0 THEN COALESCE(r0.y28, 0) END AS c28,
       CASE WHEN r0.y31 > 0 THEN TRUE WHEN TRUE AND COALESCE(r0.u31, 0) = 0 THEN FALSE END AS c31
  FROM leye_2 t
  LEFT JOIN leye_4 r0 ON r0.k = t.k)
SELECT t.k, t.c31,
       (((2 * abs(t.c27 * 1 * 10000) + abs(t.c28 * 1)) / NULLIF(2 * abs(t.c28 * 1), 0) * CASE WHEN ((t.c27 < 0) <> (1 < 0)) <> (t.c28 < 0) THEN -1 ELSE 1 END) <= 1000000000) AS c30
  FROM m1 t;
CREATE UNIQUE INDEX leye_5_k ON leye_5 (k);
CREATE TEMPORARY TABLE leye_6 AS
WITH m1 AS MATERIALIZED (
SELECT t.k, t.c12, t.c20, t.c21, t.c22, t.c26, t.c19, t.c25,
       g0.c30 AS c32,
       g0.c31 AS c33
  FROM leye_3 t
  LEFT JOIN leye_5 g0 ON g0.k = t.l0)
, m2 AS MATERIALIZED (
SELECT t.k, t.c12, t.c20, t.c21, t.c22, t.c26, t.c19, t.c25, t.c32,
       (NOT t.c33) AS c34
  FROM m1 t)
SELECT t.k, t.c12, t.c20, t.c21, t.c22, t.c19, t.c25, t.c32, t.c34,
       (t.c22 AND (t.c21 AND (t.c12 AND (t.c20 AND (t.c34 AND (t.c19 AND t.c32)))))) AS c40,
       (t.c22 AND (t.c21 AND ((t.c20 AND (t.c34 AND (t.c19 AND t.c32))) AND t.c26))) AS c43
  FROM m2 t;
CREATE TABLE "结果_人" AS
SELECT t.k AS "编号",
       t.c40 AS p0_eligible,
       t.c43 AS p0_judged,
       t.c43 AS p0_open,
       t.c40 AS p0_b0_when,
       CASE WHEN t.c40 THEN t.c25 END AS p0_b0_o0,
       CASE WHEN NOT t.c19 THEN 1 ELSE 0 END + CASE WHEN NOT t.c32 THEN 2 ELSE 0 END + CASE WHEN NOT t.c34 THEN 4 ELSE 0 END + CASE WHEN NOT t.c20 THEN 8 ELSE 0 END + CASE WHEN NOT t.c12 THEN 16 ELSE 0 END + CASE WHEN NOT t.c21 THEN 32 ELSE 0 END + CASE WHEN NOT t.c22 THEN 64 ELSE 0 END AS p0_failed,
       CASE WHEN t.c19 IS NULL THEN 1 ELSE 0 END + CASE WHEN t.c32 IS NULL THEN 2 ELSE 0 END + CASE WHEN t.c34 IS NULL THEN 4 ELSE 0 END + CASE WHEN t.c20 IS NULL THEN 8 ELSE 0 END + CASE WHEN t.c12 IS NULL THEN 16 ELSE 0 END + CASE WHEN t.c21 IS NULL THEN 32 ELSE 0 END + CASE WHEN t.c22 IS NULL THEN 64 ELSE 0 END AS p0_undecided
  FROM leye_6 t;
DROP TABLE leye_1;
DROP TABLE leye_2;
DROP TABLE leye_3;
DROP TABLE leye_4;
DROP TABLE leye_5;
DROP TABLE leye_6;
COMMIT;
