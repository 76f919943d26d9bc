-- dated count, whole city
SELECT p.number, -1, CAST(COALESCE(SUM(q._yes), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)
  FROM (SELECT t."结业日期" AS _day, COUNT(CASE WHEN COALESCE(t."合格", FALSE) THEN 1 END) AS _yes, COUNT(*) - COUNT(CASE WHEN COALESCE(t."合格", FALSE) THEN 1 END) AS _maybe
  FROM "学员" t
 WHERE t._city = $1 AND t."结业日期" BETWEEN 18628 AND 18992 AND (COALESCE(t."合格", FALSE)) IS NOT FALSE
 GROUP BY 1) q
  JOIN period p ON q._day BETWEEN p.first_day AND p.last_day
 GROUP BY p.number;
-- dated count, the county is the class's
SELECT p.number, COALESCE(q._county, -1), CAST(COALESCE(SUM(q._yes), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)
  FROM (SELECT t._day AS _day, t1."区县" AS _county, SUM(CASE WHEN (t1."类别" IN (0)) THEN t._yes END) AS _yes, SUM(CASE WHEN (t1."类别" IN (0)) THEN t._maybe ELSE t._yes + t._maybe END) AS _maybe
  FROM (SELECT t."结业日期" AS _day, t."班级", COUNT(CASE WHEN COALESCE(t."合格", FALSE) THEN 1 END) AS _yes, COUNT(*) - COUNT(CASE WHEN COALESCE(t."合格", FALSE) THEN 1 END) AS _maybe
  FROM "学员" t
 WHERE t._city = $1 AND t."结业日期" BETWEEN 18628 AND 18992 AND (COALESCE(t."合格", FALSE)) IS NOT FALSE
 GROUP BY 1, 2) t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE TRUE AND ((t1."类别" IN (0))) IS NOT FALSE
 GROUP BY 1, 2) q
  JOIN period p ON q._day BETWEEN p.first_day AND p.last_day
 GROUP BY p.number, q._county;
-- dated sum
SELECT p.number, COALESCE(q._county, -1), CAST(COALESCE(SUM(q._total), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)
  FROM (SELECT t._day AS _day, t1."区县" AS _county, SUM(CASE WHEN (t1."类别" IN (0)) THEN t._total END) AS _total, SUM(CASE WHEN (t1."类别" IN (0)) THEN t._maybe ELSE t._yes + t._maybe END) AS _maybe
  FROM (SELECT t."结业日期" AS _day, t."班级", COUNT(t."费用") AS _yes, COUNT(*) - COUNT(t."费用") AS _maybe, SUM(t."费用") AS _total
  FROM "学员" t
 WHERE t._city = $1 AND t."结业日期" BETWEEN 18628 AND 18992
 GROUP BY 1, 2) t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE TRUE AND ((t1."类别" IN (0))) IS NOT FALSE
 GROUP BY 1, 2) q
  JOIN period p ON q._day BETWEEN p.first_day AND p.last_day
 GROUP BY p.number, q._county;
-- different persons
SELECT p.number, COALESCE(t1."区县", -1), t."劳动者", CASE WHEN t."劳动者" IS NOT NULL THEN 1 ELSE 0 END
  FROM period p CROSS JOIN "学员" t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE t._city = $1 AND t."结业日期" BETWEEN p.first_day AND p.last_day;
-- different persons of a county
SELECT p.number, COALESCE(t1."区县", -1), t."劳动者", CASE WHEN t."劳动者" IS NOT NULL THEN 1 ELSE 0 END
  FROM period p CROSS JOIN "学员" t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE t._city = $1 AND t."结业日期" BETWEEN p.first_day AND p.last_day
   AND t1."区县" = CAST($2 AS BIGINT);
-- dated count of a county, which is the class's
SELECT p.number, COALESCE(q._county, -1), CAST(COALESCE(SUM(q._yes), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)
  FROM (SELECT t._day AS _day, t1."区县" AS _county, SUM(CASE WHEN (t1."类别" IN (0)) THEN t._yes END) AS _yes, SUM(CASE WHEN (t1."类别" IN (0)) THEN t._maybe ELSE t._yes + t._maybe END) AS _maybe
  FROM (SELECT t."结业日期" AS _day, t."班级", COUNT(CASE WHEN COALESCE(t."合格", FALSE) THEN 1 END) AS _yes, COUNT(*) - COUNT(CASE WHEN COALESCE(t."合格", FALSE) THEN 1 END) AS _maybe
  FROM "学员" t
 WHERE t._city = $1 AND t."结业日期" BETWEEN 18628 AND 18992 AND (COALESCE(t."合格", FALSE)) IS NOT FALSE
   AND +t."班级" IN (SELECT t2._id FROM "班级" t2 WHERE t2._city = $1 AND t2."区县" = CAST($2 AS BIGINT))
 GROUP BY 1, 2) t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE TRUE AND ((t1."类别" IN (0))) IS NOT FALSE
   AND t1."区县" = CAST($2 AS BIGINT)
 GROUP BY 1, 2) q
  JOIN period p ON q._day BETWEEN p.first_day AND p.last_day
 GROUP BY p.number, q._county;
-- adults at the period's end
SELECT q._group, -1, CAST(COALESCE(SUM(q._value), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)
  FROM (SELECT p.number AS _group, CASE WHEN ((SELECT (n - CASE WHEN (p + make_interval(years => n))::date > q THEN 1 ELSE 0 END)::bigint
    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) - EXTRACT(YEAR FROM p))::integer AS n
            FROM (SELECT DATE '1970-01-01' + t."出生日期"::integer AS p, DATE '1970-01-01' + p.last_day::integer AS q) x) y) >= 16::bigint) THEN t._yes END AS _value, CASE WHEN ((SELECT (n - CASE WHEN (p + make_interval(years => n))::date > q THEN 1 ELSE 0 END)::bigint
    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) - EXTRACT(YEAR FROM p))::integer AS n
            FROM (SELECT DATE '1970-01-01' + t."出生日期"::integer AS p, DATE '1970-01-01' + p.last_day::integer AS q) x) y) >= 16::bigint) THEN t._maybe ELSE t._yes + t._maybe END AS _maybe
  FROM period p CROSS JOIN (SELECT t."出生日期", COUNT(1) AS _yes, COUNT(*) - COUNT(1) AS _maybe
  FROM "人" t
 WHERE t._city = $1
 GROUP BY 1) t
 WHERE TRUE AND (((SELECT (n - CASE WHEN (p + make_interval(years => n))::date > q THEN 1 ELSE 0 END)::bigint
    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) - EXTRACT(YEAR FROM p))::integer AS n
            FROM (SELECT DATE '1970-01-01' + t."出生日期"::integer AS p, DATE '1970-01-01' + p.last_day::integer AS q) x) y) >= 16::bigint)) IS NOT FALSE) q
 GROUP BY q._group;
-- households without work
SELECT q._group, -1, CAST(COALESCE(SUM(q._value), 0) AS BIGINT), CAST(SUM(q._maybe) AS BIGINT)
  FROM (SELECT p.number AS _group, t._yes AS _value, t._maybe
  FROM period p CROSS JOIN (SELECT COUNT(CASE WHEN (t."登记""户" AND (NOT (SELECT CASE WHEN COUNT(CASE WHEN m.f THEN 1 END) > 0 THEN TRUE WHEN COUNT(*) = COUNT(m.f) THEN FALSE END FROM (SELECT t1."就业" AS f FROM "人" t1 WHERE t1._city = $1 AND t1."所在户" = t._id) m))) THEN 1 END) AS _yes, COUNT(*) - COUNT(CASE WHEN (t."登记""户" AND (NOT (SELECT CASE WHEN COUNT(CASE WHEN m.f THEN 1 END) > 0 THEN TRUE WHEN COUNT(*) = COUNT(m.f) THEN FALSE END FROM (SELECT t1."就业" AS f FROM "人" t1 WHERE t1._city = $1 AND t1."所在户" = t._id) m))) THEN 1 END) AS _maybe
  FROM "户" t
 WHERE t._city = $1 AND ((t."登记""户" AND (NOT (SELECT CASE WHEN COUNT(CASE WHEN m.f THEN 1 END) > 0 THEN TRUE WHEN COUNT(*) = COUNT(m.f) THEN FALSE END FROM (SELECT t1."就业" AS f FROM "人" t1 WHERE t1._city = $1 AND t1."所在户" = t._id) m)))) IS NOT FALSE) t
 WHERE TRUE) q
 GROUP BY q._group;
-- a partner's age at the period's end
SELECT t._group, -1, COUNT(CASE WHEN t._truth THEN t._value END), COUNT(*) - COUNT(CASE WHEN t._truth THEN t._value END)
  FROM (SELECT p.number AS _group, ((SELECT (n - CASE WHEN (p + make_interval(years => n))::date > q THEN 1 ELSE 0 END)::bigint
    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) - EXTRACT(YEAR FROM p))::integer AS n
            FROM (SELECT DATE '1970-01-01' + t1."出生日期"::integer AS p, DATE '1970-01-01' + p.last_day::integer AS q) x) y) < 16::bigint) AS _truth, 1 AS _value
  FROM period p CROSS JOIN "学员" t
  LEFT JOIN "人" t1 ON t1._city = $1 AND t1._id = t."劳动者"
 WHERE t._city = $1 AND t."结业日期" BETWEEN p.first_day AND p.last_day AND (((SELECT (n - CASE WHEN (p + make_interval(years => n))::date > q THEN 1 ELSE 0 END)::bigint
    FROM (SELECT p, q, (EXTRACT(YEAR FROM q) - EXTRACT(YEAR FROM p))::integer AS n
            FROM (SELECT DATE '1970-01-01' + t1."出生日期"::integer AS p, DATE '1970-01-01' + p.last_day::integer AS q) x) y) < 16::bigint)) IS NOT FALSE) t
 GROUP BY t._group;
-- the rows of a county
SELECT t._id
  FROM period p CROSS JOIN "学员" t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE t._city = $1 AND t."结业日期" BETWEEN p.first_day AND p.last_day AND ((COALESCE(t."合格", FALSE) AND (t1."类别" IN (0))))
   AND (CAST($4 AS BIGINT) = -1 OR COALESCE(t1."区县", -1) = CAST($4 AS BIGINT))
 ORDER BY t._id LIMIT $2 OFFSET $3;
-- the rows of the sum
SELECT t._id
  FROM period p CROSS JOIN "学员" t
  LEFT JOIN "班级" t1 ON t1._city = $1 AND t1._id = t."班级"
 WHERE t._city = $1 AND t."结业日期" BETWEEN p.first_day AND p.last_day AND ((t1."类别" IN (0))) AND (t."费用") IS NOT NULL
   AND (CAST($4 AS BIGINT) = -1 OR COALESCE(t1."区县", -1) = CAST($4 AS BIGINT))
 ORDER BY t._id LIMIT $2 OFFSET $3;
