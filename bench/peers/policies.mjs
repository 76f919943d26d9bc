// The twelve policies of bench/world.c as somebody would write them in SQL by hand, knowing every date in advance.
// Unknown is NULL: AND, OR, NOT and comparisons of SQL are Kleene's, and CASE only asks what may be unknown where it
// keeps it. Two forms:
// one pass over all people with a FILTER for every figure, and a query for each policy that drops whoever is surely
// not entitled first. Which is faster differs from engine to engine; the benchmark counts the faster one.
import { status } from './world.mjs';

const { employed, jobless, flexible, founder, student } = status;

// name → SQL of what several policies share; `poor`, `idle_home`: see `home`
const shared = (d) => ({
        hard: `(birth BETWEEN ${d.to59} AND ${d.age45} OR disabled OR idle_home OR jobless_since <= ${d.yearAgo})`,
        working_age: `(birth BETWEEN ${d.to59} AND ${d.age16})`,
        fresh: '(NOT received)',
});

const upTo = (column, limit) => `CAST(CASE WHEN ${column} > ${limit} THEN ${limit} ELSE ${column} END AS INTEGER)`;

// [conditions, amount in fen, needs the household]
const policies = (d, { divide }) => [
        [['local', `status = ${flexible}`, 'hard', 'insured >= 12', 'working_age', 'fresh'], `${upTo('insured', 36)} * 18000`, true],
        [['local', `status = ${employed}`, 'hard', 'insured >= 1', 'working_age'], '80000', true],
        [[`birth BETWEEN ${d.to24} AND ${d.age16}`, `(registered OR graduation BETWEEN ${d.after25} AND ${d.base})`,
                `status = ${jobless}`, 'fresh'], '120000', false],
        [['registered', 'insured >= 12', 'working_age', `status = ${jobless}`, `jobless_since BETWEEN ${d.after25} AND ${d.base}`],
                `${upTo('insured', 24)} * 180000`, false],
        [['hard', `birth BETWEEN ${d.to59} AND ${d.age50}`, `status = ${jobless}`, 'local', 'registered'], '200000', true],
        [['income <= 200000', '(poor OR idle_home)', 'local', `status IN (${flexible}, ${jobless})`], '200000 - income', true],
        [[`status = ${founder}`, `business_since <= ${d.months12}`, 'staff >= 1', 'fresh', 'working_age'], '1000000', false],
        [[`status = ${founder}`, `business_since BETWEEN ${d.after37} AND ${d.base}`, 'staff >= 3', 'local'],
                upTo('staff', 10) + ' * 200000', false],
        [[`status = ${founder}`, `birth BETWEEN ${d.to60} AND ${d.age18}`, 'loan > 0', '(local OR registered)'],
                divide(`(${upTo('loan', 20000000)} * 31 + 500)`, 1000), false],
        [[`status = ${student}`, 'education >= 3', `graduation BETWEEN ${d.base} AND ${d.soon}`, '(poor OR disabled)'], '100000', true],
        [['training >= 5', `status IN (${employed}, ${jobless}, ${flexible})`, 'working_age'], upTo('training', 30) + ' * 5000', false],
        [['level >= 3', 'insured >= 36', 'fresh', `status IN (${employed}, ${jobless})`],
                '(CASE WHEN level >= 5 THEN 200000 WHEN level = 4 THEN 150000 ELSE 100000 END)', false],
];

// Per household whether somebody works: 2, nobody does: 0, cannot be said: 1.
const home = (dialect) => `home AS ${dialect.materialized} (
        SELECT household.id, poor, working FROM household LEFT JOIN (
                SELECT household AS id, max(CASE WHEN status IS NULL THEN 1 WHEN status IN (${employed}, ${flexible}, ${founder}) THEN 2 ELSE 0 END) AS working
                FROM person WHERE household IS NOT NULL GROUP BY household) AS members ON members.id = household.id)`;
const people = `SELECT person.*, poor, CASE working WHEN 0 THEN TRUE WHEN 2 THEN FALSE END AS idle_home
        FROM person LEFT JOIN home ON home.id = person.household`;

const figures = (e, a) => `count(*) FILTER (WHERE ${e}) AS yes, count(*) - count(${e}) AS ask, sum(${a}) FILTER (WHERE ${e}) AS fen, ` +
        `count(*) FILTER (WHERE ${e} AND ${a} IS NULL) AS unknown`;

// One pass: columns county, then four figures a policy.
function onePass(dates, dialect) {
        const list = policies(dates, dialect);
        const each = (make) => list.map(make).join(',\n        ');
        return `WITH ${home(dialect)},
people AS ${dialect.inline} (${people}),
common AS ${dialect.inline} (SELECT *, ${Object.entries(shared(dates)).map(([name, sql]) => `${sql} AS ${name}`).join(', ')} FROM people),
verdicts AS ${dialect.inline} (SELECT county,
        ${each(([conditions, amount], p) => `${conditions.join(' AND ')} AS e${p}, ${amount} AS a${p}`)} FROM common)
SELECT county,
        ${each((_, p) => figures(`e${p}`, `a${p}`).replaceAll(/ AS (\w+)/g, ` AS $1${p}`))}
FROM verdicts GROUP BY county`;
}

const onePassRows = (rows) => rows.flatMap(([county, ...all]) =>
        Array.from({ length: all.length / 4 }, (_, p) => [county, p, ...all.slice(p * 4, p * 4 + 4)]));

// A query a policy: columns county, policy, four figures. Whoever fails a condition is dropped before anything is
// counted; NULL stays, for it may be undecided.
function byPolicy(dates, dialect) {
        const common = shared(dates);
        const put = (sql) => sql.replaceAll(/\b(hard|working_age|fresh)\b/g, (name) => common[name]);
        const selects = policies(dates, dialect).map(([conditions, amount, related], p) => {
                const all = conditions.map(put);
                return `SELECT county, ${p} AS policy, ${figures('e', 'a')} FROM (
        SELECT county, ${all.join(' AND ')} AS e, ${amount} AS a FROM ${related ? 'people' : 'person'}
        WHERE ${all.map((one) => `(${one}) IS NOT FALSE`).join(' AND ')}) AS candidates GROUP BY county`;
        });
        return `WITH ${home(dialect)},
people AS ${dialect.inline} (${people})
${selects.join('\nUNION ALL\n')}`;
}

// What every SQL peer runs: form → [SQL, its rows as World.check wants them].
export const forms = (dates, dialect) => ({
        'one pass': [onePass(dates, dialect), onePassRows],
        'a query a policy': [byPolicy(dates, dialect), (rows) => rows],
});
