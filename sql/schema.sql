-- Tables that every city has, beside one table per entity (src/records/model.h). The same text runs on SQLite and PostgreSQL.
-- Days are counted from 1970-01-01, times are seconds since then. county is the code of the city's list of counties, -1: the
-- whole city. Figures are whole numbers at the scale of their indicator's type.

CREATE TABLE IF NOT EXISTS leye_setting (
        _city TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (_city, name));

-- The schema as it was last applied, in words.
CREATE TABLE IF NOT EXISTS leye_field (
        _city TEXT NOT NULL, entity TEXT NOT NULL, field TEXT NOT NULL,
        kind TEXT NOT NULL, scale BIGINT NOT NULL, members TEXT NOT NULL,
        PRIMARY KEY (_city, entity, field));

CREATE TABLE IF NOT EXISTS leye_history (
        _city TEXT NOT NULL, entity TEXT NOT NULL, record BIGINT NOT NULL, version BIGINT NOT NULL,
        at BIGINT NOT NULL, actor TEXT NOT NULL, batch BIGINT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, cells TEXT NOT NULL,
        PRIMARY KEY (_city, entity, record, version, action, at));
CREATE INDEX IF NOT EXISTS leye_history_batch ON leye_history (_city, batch);

CREATE TABLE IF NOT EXISTS leye_batch (
        _city TEXT NOT NULL, _id BIGINT NOT NULL, entity TEXT NOT NULL, file_name TEXT NOT NULL,
        at BIGINT NOT NULL, actor TEXT NOT NULL,
        created BIGINT NOT NULL, updated BIGINT NOT NULL, refused BIGINT NOT NULL, undone_at BIGINT,
        PRIMARY KEY (_city, _id));

-- How often a table's rows were changed: a transaction that changes any counts once.
CREATE TABLE IF NOT EXISTS leye_change (
        _city TEXT NOT NULL, entity TEXT NOT NULL, number BIGINT NOT NULL,
        PRIMARY KEY (_city, entity));

-- What a heading of a sheet meant the last time.
CREATE TABLE IF NOT EXISTS leye_mapping (
        _city TEXT NOT NULL, entity TEXT NOT NULL, header TEXT NOT NULL, field TEXT NOT NULL,
        PRIMARY KEY (_city, entity, header));

-- Figures that somebody reported or imported, and figures of closed periods. A line is never changed: a correction is a
-- later line with the same indicator, period and county.
CREATE TABLE IF NOT EXISTS leye_figure (
        _city TEXT NOT NULL, _id BIGINT NOT NULL, indicator TEXT NOT NULL, first_day BIGINT NOT NULL, last_day BIGINT NOT NULL,
        county BIGINT NOT NULL, value BIGINT, undecided BIGINT NOT NULL,
        source TEXT NOT NULL, evidence TEXT NOT NULL, note TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (_city, _id));
CREATE INDEX IF NOT EXISTS leye_figure_period ON leye_figure (_city, indicator, last_day, first_day, county, at);

CREATE TABLE IF NOT EXISTS leye_closed (
        _city TEXT NOT NULL, first_day BIGINT NOT NULL, last_day BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL,
        pack TEXT NOT NULL,
        PRIMARY KEY (_city, first_day, last_day));

CREATE TABLE IF NOT EXISTS leye_split (
        _city TEXT NOT NULL, target TEXT NOT NULL, year BIGINT NOT NULL, county BIGINT NOT NULL, value BIGINT NOT NULL,
        actor TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (_city, target, year, county));

-- What happened to a task or target: dispatched, reminded, returned, interviewed, done.
CREATE TABLE IF NOT EXISTS leye_order (
        _city TEXT NOT NULL, _id BIGINT NOT NULL, subject_kind TEXT NOT NULL, subject TEXT NOT NULL, county BIGINT NOT NULL,
        action TEXT NOT NULL, unit TEXT NOT NULL, due BIGINT, text TEXT NOT NULL, evidence TEXT NOT NULL,
        actor TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (_city, _id));
CREATE INDEX IF NOT EXISTS leye_order_subject ON leye_order (_city, subject_kind, subject, at);

-- How often a document's page was read.
CREATE TABLE IF NOT EXISTS leye_view (
        _city TEXT NOT NULL, document TEXT NOT NULL, views BIGINT NOT NULL,
        PRIMARY KEY (_city, document));

-- The original text of a document, loaded by the operator, clause by clause.
CREATE TABLE IF NOT EXISTS leye_original (
        _city TEXT NOT NULL, document TEXT NOT NULL, clause TEXT NOT NULL, position BIGINT NOT NULL, text TEXT NOT NULL,
        hash TEXT NOT NULL, restated TEXT NOT NULL,
        PRIMARY KEY (_city, document, position));
