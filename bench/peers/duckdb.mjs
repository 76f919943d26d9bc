// Usage: NODE_PATH=FOLDER/node_modules node duckdb.mjs [--rounds N] [--threads N,N] FOLDER
// DuckDB on the benchmark's people: a table in memory of narrow types, the policies in several forms, one thread and
// two. The module is looked for in NODE_PATH.
import { createRequire } from 'node:module';
import path from 'node:path';
import { householdColumns, measureFastest, personColumns, settings, times } from './world.mjs';
import { forms } from './policies.mjs';

const { DuckDBInstance } = createRequire(path.join(process.env.NODE_PATH ?? '.', 'x.js'))('@duckdb/node-api');

const { world, rounds, threads } = settings();
const connection = await (await DuckDBInstance.create(':memory:')).connect();

const types = { i8: 'TINYINT', i16: 'SMALLINT', i32: 'INTEGER', bool: 'BOOLEAN' };
const load = (table, file, columns, read) => connection.run(
        `CREATE TABLE ${table} AS SELECT ${columns.map(([name]) => name).join(', ')} FROM read_csv('${file}', header = true, auto_detect = false,
         delim = ',', columns = {${read.map(([name, type]) => `${name}: '${types[type]}'`).join(', ')}})`);
await load('person', world.persons, personColumns, [['id', 'i32'], ...personColumns]);
await load('household', world.households, householdColumns, householdColumns);

const dialect = { materialized: 'MATERIALIZED', inline: 'NOT MATERIALIZED', divide: (a, b) => `${a} // ${b}` };
const release = (await connection.runAndReadAll('SELECT version()')).getRows()[0][0];
for (const count of threads) {
        await connection.run(`SET threads = ${count}`);
        const once = async (sql, repeats) => {
                let rows = null;
                const all = await times(repeats, async () => (rows = (await connection.runAndReadAll(sql)).getRows()));
                return { rows, times: all };
        };
        await measureFastest(world, { peer: `DuckDB ${release.replace('v', '')}`, threads: count }, forms(world.dates, dialect), rounds, once);
}
