// Usage: node sqlite.mjs [--rounds N] FOLDER
// SQLite's own shell on the benchmark's people, in a file next to them that fits its cache; one thread, as ever.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { householdColumns, measureFastest, personColumns, settings } from './world.mjs';
import { forms } from './policies.mjs';

const { world, rounds } = settings();
const file = path.join(world.folder, 'people.sqlite');

function shell(input) {
        const { status, stdout, stderr } = spawnSync('sqlite3', ['-batch', '-bail', file], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
        if (status !== 0) throw new Error(stderr);
        return stdout;
}

const cell = (name) => `CAST(nullif("${name}", '') AS INTEGER)`;
const load = (table, csv, columns, read, key) => `CREATE TABLE raw (${read.map((name) => `"${name}" TEXT`).join(', ')});
.mode csv
.import --skip 1 "${csv}" raw
CREATE TABLE ${table} (${columns.map(([name]) => `${name} INTEGER${name === key ? ' PRIMARY KEY' : ''}`).join(', ')});
INSERT INTO ${table} SELECT ${columns.map(([name]) => cell(name)).join(', ')} FROM raw;
DROP TABLE raw;
`;
fs.rmSync(file, { force: true });
shell('PRAGMA journal_mode = off; PRAGMA synchronous = off;\n' +
        load('person', world.persons, personColumns, ['row', ...personColumns.map(([name]) => name)]) +
        load('household', world.households, householdColumns, householdColumns.map(([name]) => name), 'id') + 'ANALYZE;\nVACUUM;\n');

const dialect = { materialized: 'MATERIALIZED', inline: 'NOT MATERIALIZED', divide: (a, b) => `${a} / ${b}` };
const release = shell('SELECT sqlite_version();').trim();
const once = (sql, repeats) => {
        const text = shell('PRAGMA cache_size = -2000000; PRAGMA temp_store = memory;\n.mode csv\n.timer on\n' + `${sql};\n`.repeat(repeats));
        const all = [...text.matchAll(/^Run Time: real ([\d.]+) user ([\d.]+) sys ([\d.]+)/gm)].map(([, real, user, sys]) =>
                ({ ms: Number(real) * 1000, cpu: (Number(user) + Number(sys)) * 1000 }));
        return { rows: text.slice(0, text.indexOf('Run Time')).trim().split('\n').map((line) => line.split(',')), times: all };
};
await measureFastest(world, { peer: `SQLite ${release}`, threads: 1 }, forms(world.dates, dialect), rounds, once);
fs.rmSync(file);
