// Usage: NODE_PATH=FOLDER/node_modules node bench/duckdb_csv.mjs [--threads N] [--rounds N] CITY
// Reads CITY/人.csv with DuckDB's read_csv into a table of narrow types, errors counted, as fast as it will: the
// types given (nothing sniffed), no order kept. Medians, beside bench_csv. The module is looked for in NODE_PATH.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.NODE_PATH ?? '.', 'x.js'));
const { DuckDBInstance } = require('@duckdb/node-api');

let threads = 1, rounds = 5, city = null;
const words = process.argv.slice(2);
while (words.length) {
        const word = words.shift();
        if (word === '--threads') threads = Number(words.shift());
        else if (word === '--rounds') rounds = Number(words.shift());
        else city = word;
}
if (!city) {
        console.error('usage: duckdb_csv.mjs [--threads N] [--rounds N] CITY');
        process.exit(2);
}

const truths = ['登记失业', '就业困难人员', '高校毕业生', '退役军人', '残疾人', '农民工', '返乡农民工', '脱贫户', '低保家庭'];
const enums = {
        性别: ['男', '女'], 户籍: ['本地', '外地'], 户口性质: ['城镇', '农村'],
        居住区县: ['东城区', '西城区', '河口县', '山前县'],
        学历: ['初中及以下', '高中中专', '大专', '本科', '研究生'],
        就业状态: ['单位就业', '灵活就业', '自主创业', '失业', '未就业', '在校', '退休'],
};
const order = ['编号', '身份证号', '户编号', '出生日期', '性别', '户籍', '户口性质', '居住区县', '连续居住月数', '学历', '就业状态',
        '登记失业', '登记失业日期', '就业困难人员', '高校毕业生', '毕业日期', '退役军人', '残疾人', '农民工', '返乡农民工', '脱贫户',
        '低保家庭', '参加社会保险月数', '失业保险月数', '月收入'];
const list = (values) => values.map((value) => `'${value}'`).join(', ');

// Two ways to read words: as enumerations while parsing, or as text. The quicker one counts.
const typed = (words) => (name) => {
        if (name.endsWith('日期')) return 'DATE';
        if (name.endsWith('月数')) return 'SMALLINT';
        if (name === '月收入') return 'DECIMAL(9,2)';
        if (words && truths.includes(name)) return `ENUM(${list(['否', '是'])})`;
        if (words && enums[name]) return `ENUM(${list(enums[name])})`;
        return 'VARCHAR';
};

const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
const connection = await instance.connect();
await connection.run('SET preserve_insertion_order = false');

const used = order.filter((name) => name !== '身份证号').map((name) => `"${name}"`).join(', ');
for (const [title, type, extra] of [
        ['enumerations', typed(true), ''], ['texts', typed(false), ''],
        ['enumerations, errors kept', typed(true), ', store_rejects = true'],
]) {
        const columns = order.map((name) => `'${name}': '${type(name).replaceAll("'", "''")}'`).join(', ');
        const sql = `CREATE OR REPLACE TEMP TABLE person AS SELECT ${used} FROM read_csv('${city}/人.csv', header = true, ` +
                `auto_detect = false, delim = ',', quote = '"', escape = '"', dateformat = '%Y-%m-%d', columns = {${columns}}${extra})`;
        const times = [], worked = [];
        for (let round = 0; round < rounds; round++) {
                const started = process.hrtime.bigint(), before = process.cpuUsage();
                await connection.run(sql);
                times.push(Number(process.hrtime.bigint() - started) / 1e6);
                const used = process.cpuUsage(before);
                worked.push((used.user + used.system) / 1e3);
        }
        const rows = (await connection.runAndReadAll('SELECT count(*), sum("月收入"), count("月收入"), count("毕业日期") FROM person')).getRows()[0];
        times.sort((a, b) => a - b);
        console.log(`duckdb ${title.padEnd(26)} threads ${threads}  median ${times[rounds >> 1].toFixed(1)} ms  best ${times[0].toFixed(1)} ms  cpu ${Math.min(...worked).toFixed(1)} ms  ${rows.join(' ')}`);
}
