// Usage: NODE_PATH=FOLDER/node_modules node duckdb.mjs [--rounds N] FOLDER
// DuckDB on the benchmark's people: a table in memory of narrow types, the policies in several forms, one thread and
// two. The module is looked for in NODE_PATH.
import { createRequire } from 'node:module';
import path from 'node:path';
import { World, householdColumns, median, personColumns, report, times } from './world.mjs';
import { forms } from './policies.mjs';

const { DuckDBInstance, version } = createRequire(path.join(process.env.NODE_PATH ?? '.', 'x.js'))('@duckdb/node-api');

const words = process.argv.slice(2);
const rounds = words[0] === '--rounds' ? Number(words.splice(0, 2)[1]) : 5;
const world = new World(words[0]);
const connection = await (await DuckDBInstance.create(':memory:')).connect();

const types = { i8: 'TINYINT', i16: 'SMALLINT', i32: 'INTEGER', bool: 'BOOLEAN' };
const load = (table, file, columns, read) => connection.run(
        `CREATE TABLE ${table} AS SELECT ${columns.map(([name]) => name).join(', ')} FROM read_csv('${file}', header = true, auto_detect = false,
         delim = ',', columns = {${read.map(([name, type]) => `${name}: '${types[type]}'`).join(', ')}})`);
await load('person', world.persons, personColumns, [['id', 'i32'], ...personColumns]);
await load('household', world.households, householdColumns, householdColumns);

const dialect = { materialized: 'MATERIALIZED', inline: 'NOT MATERIALIZED', divide: (a, b) => `${a} // ${b}` };
const release = (await connection.runAndReadAll('SELECT version()')).getRows()[0][0];
for (const threads of [1, 2]) {
        await connection.run(`SET threads = ${threads}`);
        for (const [form, [sql, unfold]] of Object.entries(forms(world.dates, dialect))) {
                const all = await times(rounds, async () => (await connection.runAndReadAll(sql)).getRows(),
                        (rows) => world.check(`DuckDB, ${form}`, unfold(rows)));
                report({ peer: `DuckDB ${release.replace('v', '')}`, form, threads, persons: world.totals.persons, ms: median(all), rounds });
        }
}
