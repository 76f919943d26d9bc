// The benchmark's people as the peers see them: the columns of person.csv, the dates between which policies hold, and
// the totals every peer must find. bench_batch --csv writes all of it; a peer whose totals differ is an error.
import fs from 'node:fs';
import path from 'node:path';

export const policyCount = 12;
export const countyCount = 16;

// Columns of the file, in its order, with the narrowest type that holds them. Dates are days since 1970.
export const personColumns = [
        ['household', 'i32'], ['county', 'i8'], ['status', 'i8'], ['education', 'i8'], ['level', 'i8'], ['local', 'bool'],
        ['registered', 'bool'], ['disabled', 'bool'], ['received', 'bool'], ['birth', 'i16'], ['jobless_since', 'i16'],
        ['graduation', 'i16'], ['business_since', 'i16'], ['income', 'i32'], ['loan', 'i32'], ['insured', 'i16'],
        ['staff', 'i16'], ['training', 'i16'],
];
export const householdColumns = [['id', 'i32'], ['poor', 'bool']];
export const status = { employed: 0, jobless: 1, flexible: 2, founder: 3, student: 4, retired: 5 };

export class World {
        constructor(folder) {
                this.folder = folder;
                this.persons = path.join(folder, '人.csv');
                this.households = path.join(folder, '户.csv');
                this.totals = JSON.parse(fs.readFileSync(path.join(folder, 'totals.json'), 'utf8'));
                this.dates = datesFor(this.totals.base_date);
        }

        // rows: one per county (null: not known) and perhaps policy, [county, policy, yes, ask, fen, amounts not known]
        check(who, rows) {
                const found = Array.from({ length: policyCount }, () => Array.from({ length: countyCount + 1 }, () => [0, 0, 0, 0]));
                for (const [county, policy, ...cell] of rows)
                        found[policy][county === null || county === '' ? countyCount : Number(county)] = cell.map((figure) => Number(figure ?? 0));
                const wanted = this.totals.policies;
                for (let policy = 0; policy < policyCount; policy++)
                        for (let county = 0; county <= countyCount; county++)
                                if (String(found[policy][county]) !== String(wanted[policy][county]))
                                        throw new Error(`${who}: policy ${policy}, county ${county}: ${found[policy][county]} but it should be ` +
                                                `${wanted[policy][county]} (yes, undecided, fen, amounts not known)`);
        }
}

// The latest day from which so many whole months have passed on the base date; from a month's last day all days of
// longer months count.
function datesFor(base) {
        const day = 86400000, date = new Date(base * day);
        const lastDay = (year, month) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
        const atEnd = date.getUTCDate() === lastDay(date.getUTCFullYear(), date.getUTCMonth());
        const latest = (months) => {
                const start = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
                const last = lastDay(start.getUTCFullYear(), start.getUTCMonth());
                return start / day + (atEnd ? last : Math.min(last, date.getUTCDate())) - 1;
        };
        const years = (count) => latest(count * 12);
        return {
                base, yearAgo: base - 365, soon: base + 365, months12: latest(12), after25: latest(25) + 1, after37: latest(37) + 1,
                age16: years(16), age18: years(18), age45: years(45), age50: years(50),
                to24: years(25) + 1, to59: years(60) + 1, to60: years(61) + 1,
        };
}

// Runs `once` so many times; of each time the milliseconds by the clock and of the processor, all threads together.
export async function times(rounds, once) {
        const all = [];
        for (let round = 0; round < rounds; round++) {
                const work = process.cpuUsage(), started = process.hrtime.bigint();
                await once();
                const ms = Number(process.hrtime.bigint() - started) / 1e6, { user, system } = process.cpuUsage(work);
                all.push({ ms, cpu: (user + system) / 1000 });
        }
        return all;
}

// Of several forms of one query, each is run once and its totals checked; the fastest is measured.
// once(sql, rounds) → { rows, times: a time a round; cpu is null where it is not known }
export async function measureFastest(world, result, forms, rounds, once) {
        let fastest = null;
        for (const [form, [sql, unfold]] of Object.entries(forms)) {
                const { rows, times: [{ ms }] } = await once(sql, 1);
                world.check(`${result.peer}, ${form}`, unfold(rows));
                console.error(`${result.peer}, ${result.threads} thread(s), ${form}: ${ms.toFixed(0)} ms`);
                if (!fastest || ms < fastest.ms) fastest = { form, sql, ms };
        }
        report({ ...result, form: fastest.form }, world, rounds, (await once(fastest.sql, rounds)).times);
}

// The arguments every peer takes: [--rounds N] [--threads N,N] FOLDER
export function settings() {
        const words = process.argv.slice(2);
        const option = (name, otherwise) => (words.includes(name) ? words.splice(words.indexOf(name), 2)[1] : otherwise);
        const rounds = Number(option('--rounds', 5)), threads = option('--threads', '1').split(',').map(Number);
        if (words.length !== 1 || !(rounds > 0) || !threads.every((count) => count > 0))
                throw new Error('usage: [--rounds N] [--threads N,N] FOLDER');
        return { world: new World(words[0]), rounds, threads };
}

const median = (list) => (list.includes(null) ? null : [...list].sort((a, b) => a - b)[list.length >> 1]);

// One result, a line for report.mjs.
export function report(result, world, rounds, all) {
        if (all.length !== rounds) throw new Error(`${result.peer}: ${all.length} times instead of ${rounds}`);
        console.log(JSON.stringify({ ...result, persons: world.totals.persons, rounds,
                ms: median(all.map((one) => one.ms)), cpu: median(all.map((one) => one.cpu)) }));
}
