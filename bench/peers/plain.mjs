// Usage: node plain.mjs [--rounds N] FOLDER
// The policies as a loop in JavaScript over typed arrays, as one would write it for speed: Kleene values as 0 (no),
// 1 (unknown), 2 (yes), the smallest number of a column meaning unknown; one thread.
import fs from 'node:fs';
import readline from 'node:readline';
import { countyCount, householdColumns, personColumns, policyCount, report, settings, status, times } from './world.mjs';

const { world, rounds } = settings();
const { persons, households } = world.totals;
const none = { i8: -(2 ** 7), i16: -(2 ** 15), i32: -(2 ** 31), bool: 1 };
const arrays = { i8: Int8Array, i16: Int16Array, i32: Int32Array, bool: Uint8Array };

async function read(file, columns, count, first) {
        const made = columns.map(([, type]) => new arrays[type](count));
        let row = -1;
        for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
                if (row >= 0) {
                        const cells = line.split(',');
                        columns.forEach(([, type], i) => {
                                const cell = cells[i + first];
                                made[i][row] = cell === '' ? none[type] : type === 'bool' ? Number(cell) * 2 : Number(cell);
                        });
                }
                row++;
        }
        return Object.fromEntries(columns.map(([name], i) => [name, made[i]]));
}

const { household, county, status: state, education, level, local, registered, disabled, received, birth, jobless_since: jobless,
        graduation, business_since: business, income, loan, insured, staff, training } = await read(world.persons, personColumns, persons, 1);
const { poor } = await read(world.households, householdColumns, households, 0);
const { employed, jobless: out, flexible, founder, student } = status;
const d = world.dates;

const both = (a, b) => (a < b ? a : b);
const either = (a, b) => (a > b ? a : b);
const within8 = (at, low, high) => (at === none.i8 ? 1 : at >= low && at <= high ? 2 : 0);
const within16 = (at, low, high) => (at === none.i16 ? 1 : at >= low && at <= high ? 2 : 0);
const within32 = (at, low, high) => (at === none.i32 ? 1 : at >= low && at <= high ? 2 : 0);
const most = 2 ** 31 - 1, long = -(2 ** 15) + 1;
const buckets = countyCount + 1;
const working = new Uint8Array(households);
const yes = new Float64Array(policyCount * buckets), ask = new Float64Array(yes), fen = new Float64Array(yes), unknown = new Float64Array(yes);

function count(policy, bucket, verdict, known, amount) {
        if (verdict === 0) return;
        const at = policy * buckets + bucket;
        if (verdict === 1) ask[at]++;
        else {
                yes[at]++;
                if (known) fen[at] += amount;
                else unknown[at]++;
        }
}

function markWorking() {
        working.fill(0);
        for (let i = 0; i < persons; i++) {
                const s = state[i], works = s === none.i8 ? 1 : s === employed || s === flexible || s === founder ? 2 : 0, home = household[i];
                if (home !== none.i32 && working[home] < works) working[home] = works;
        }
}

function judge(i) {
        const s = state[i], born = birth[i], home = household[i], bucket = county[i] === none.i8 ? countyCount : county[i];
        const idleHome = home === none.i32 ? 1 : 2 - working[home], poorHome = home === none.i32 ? 1 : poor[home];
        const fresh = 2 - received[i], workingAge = within16(born, d.to59, d.age16), months = insured[i], known = months !== none.i16;
        const hard = either(either(within16(born, d.to59, d.age45), disabled[i]), either(idleHome, within16(jobless[i], long, d.yearAgo)));
        if (s === none.i8 || s === flexible)
                count(0, bucket, both(both(both(local[i], within8(s, flexible, flexible)), both(hard, within16(months, 12, most))), both(workingAge, fresh)),
                        known, Math.min(months, 36) * 18000);
        if (s === none.i8 || s === employed)
                count(1, bucket, both(both(both(local[i], within8(s, employed, employed)), both(hard, within16(months, 1, most))), workingAge), true, 80000);
        if (s === none.i8 || s === out) {
                const idle = within8(s, out, out);
                count(2, bucket, both(both(within16(born, d.to24, d.age16), either(registered[i], within16(graduation[i], d.after25, d.base))), both(idle, fresh)),
                        true, 120000);
                count(3, bucket, both(both(both(registered[i], within16(months, 12, most)), both(workingAge, idle)), within16(jobless[i], d.after25, d.base)),
                        known, Math.min(months, 24) * 180000);
                count(4, bucket, both(both(both(hard, within16(born, d.to59, d.age50)), both(idle, local[i])), registered[i]), true, 200000);
        }
        if (s === none.i8 || s === out || s === flexible)
                count(5, bucket, both(both(within32(income[i], 0, 200000), either(poorHome, idleHome)), both(local[i], within8(s, out, flexible))),
                        income[i] !== none.i32, 200000 - income[i]);
        if (s === none.i8 || s === founder) {
                const founds = within8(s, founder, founder), hires = staff[i];
                count(6, bucket, both(both(both(founds, within16(business[i], long, d.months12)), both(within16(hires, 1, most), fresh)), workingAge), true, 1000000);
                count(7, bucket, both(both(founds, within16(business[i], d.after37, d.base)), both(within16(hires, 3, most), local[i])),
                        hires !== none.i16, Math.min(hires * 200000, 2000000));
                count(8, bucket, both(both(founds, within16(born, d.to60, d.age18)), both(within32(loan[i], 1, most), either(local[i], registered[i]))),
                        loan[i] !== none.i32, Math.floor((Math.min(loan[i], 20000000) * 31 + 500) / 1000));
        }
        if (s === none.i8 || s === student)
                count(9, bucket, both(both(within8(s, student, student), within8(education[i], 3, 5)),
                        both(within16(graduation[i], d.base, d.soon), either(poorHome, disabled[i]))), true, 100000);
        if (s <= flexible)
                count(10, bucket, both(both(within16(training[i], 5, most), within8(s, employed, flexible)), workingAge),
                        training[i] !== none.i16, Math.min(training[i] * 5000, 150000));
        if (s <= out)
                count(11, bucket, both(both(within8(level[i], 3, 5), within16(months, 36, most)), both(fresh, within8(s, employed, out))),
                        level[i] !== none.i8, level[i] >= 5 ? 200000 : level[i] === 4 ? 150000 : 100000);
}

function run() {
        for (const sums of [yes, ask, fen, unknown]) sums.fill(0);
        markWorking();
        for (let i = 0; i < persons; i++) judge(i);
}

await times(3, run);
world.check('Node', Array.from(yes, (figure, at) =>
        [at % buckets === countyCount ? null : at % buckets, Math.floor(at / buckets), figure, ask[at], fen[at], unknown[at]]));
report({ peer: `Node ${process.versions.node}`, form: 'a loop over typed arrays', threads: 1 }, world, rounds, await times(rounds, run));
