// Usage: node postgres.mjs [--rounds N] [--threads N,N] FOLDER
// PostgreSQL on the benchmark's people: a server of its own in a temporary folder, run by an ordinary user, with the
// table in its buffers; as many processes as threads. Just-in-time compilation is off: it was slower in every form.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { householdColumns, measureFastest, personColumns, settings } from './world.mjs';
import { forms } from './policies.mjs';

const { world, rounds, threads } = settings();

function run(command, arguments_, options = {}) {
        const { status, stdout, stderr, error } = spawnSync(command, arguments_, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
        if (status !== 0) throw new Error(`${command}: ${error ?? stderr}`);
        return stdout;
}

// PostgreSQL refuses to be run by root.
const id = (...what) => Number(run('id', what));
const owner = process.getuid() !== 0 ? null : spawnSync('id', ['postgres']).status === 0 ? 'postgres' : 'nobody';
const user = owner ? { uid: id('-u', owner), gid: id('-g', owner) } : {};
const programs = run('pg_config', ['--bindir']).trim();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'leye-bench-'));
if (owner) fs.chownSync(folder, user.uid, user.gid);
const data = path.join(folder, 'data');
const server = (name, ...rest) => run(path.join(programs, name), ['-D', data, ...rest], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...user });
const psql = (input) => run('psql', ['-X', '-q', '-A', '-t', '-F', ',', '-v', 'ON_ERROR_STOP=1', '-h', folder, '-U', 'leye', 'postgres'], { input });

// What the server's process has worked so far, in ticks of so many milliseconds.
const ticks = '\\echo ticks `cut -d" " -f14,15 /proc/$PID/stat`\n', tick = 1000 / Number(run('getconf', ['CLK_TCK']));

const types = { i8: 'smallint', i16: 'smallint', i32: 'integer', bool: 'boolean' };
const load = (table, csv, columns, read) => `CREATE UNLOGGED TABLE ${table} (${read.map(([name, type]) => `${name} ${types[type]}`).join(', ')});
\\copy ${table} FROM '${csv}' (FORMAT csv, HEADER true)
`;

async function measure() {
        psql(load('person', world.persons, personColumns, [['row_number', 'i32'], ...personColumns]) +
                load('household', world.households, householdColumns, householdColumns) +
                'ALTER TABLE person DROP COLUMN row_number; CREATE UNIQUE INDEX ON household (id); VACUUM (FULL, ANALYZE); VACUUM;');
        const release = psql('SHOW server_version').split(' ')[0].trim();
        const dialect = { materialized: 'MATERIALIZED', inline: 'NOT MATERIALIZED', divide: (a, b) => `${a} / ${b}` };
        for (const count of threads) {
                const once = (sql, repeats) => {
                        const text = psql(`SET jit = off; SET max_parallel_workers_per_gather = ${count - 1}; SET work_mem = '1GB';\n` +
                                `SELECT pg_backend_pid() AS pid \\gset\n\\setenv PID :pid\n${ticks}\\timing on\n${`${sql};\n${ticks}`.repeat(repeats)}`);
                        const work = [...text.matchAll(/^ticks (\d+) (\d+)/gm)].map(([, user, sys]) => (Number(user) + Number(sys)) * tick);
                        // the work of parallel processes is not among it
                        const all = [...text.matchAll(/^Time: ([\d.]+) ms/gm)].map(([, ms], i) =>
                                ({ ms: Number(ms), cpu: count === 1 ? work[i + 1] - work[i] : null }));
                        const table = text.slice(text.indexOf('\n') + 1, text.indexOf('Time: '));
                        return { rows: table.trim().split('\n').map((line) => line.split(',')), times: all };
                };
                await measureFastest(world, { peer: `PostgreSQL ${release}`, threads: count }, forms(world.dates, dialect), rounds, once);
        }
}

try {
        server('initdb', '-A', 'trust', '-U', 'leye', '--no-sync', '-E', 'UTF8', '--locale=C');
        server('pg_ctl', '-w', '-l', path.join(folder, 'log'), '-o', `-c fsync=off -c listen_addresses='' -c unix_socket_directories='${folder}' ` +
                '-c shared_buffers=1GB -c max_wal_size=4GB -c effective_cache_size=4GB', 'start');
        await measure();
} finally {
        try {
                server('pg_ctl', '-m', 'immediate', 'stop');
        } finally {
                fs.rmSync(folder, { recursive: true, force: true });
        }
}
