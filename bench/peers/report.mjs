// Usage: node report.mjs [--noisy] RESULTS_FOLDER
// Makes one table of what script/bench measured and judges the hard gates: at the first size the batch evaluator
// takes at most 2.5 times the loop by hand, with one thread and with two, and two threads are at least 1.7 times one.
// --noisy judges by processor time. Status 1 when a gate is broken.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const words = process.argv.slice(2);
const noisy = words[0] === '--noisy' && Boolean(words.shift());
const file = (name) => path.join(words[0], name);
const read = (name) => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), 'utf8') : '');
const json = (name) => JSON.parse(read(name) || 'null');

const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const rows = [];
const row = (...cells) => rows.push(cells.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)));

// ---- totals over a population

const batches = json('batch.json'), cpu = json('batch_cpu.json');
const peers = read('peers.jsonl').trim().split('\n').map((line) => JSON.parse(line));
const threadNames = { 1: '1_thread', 2: '2_threads' };
for (const batch of batches) {
        const people = batch.persons;
        const work = cpu.find((one) => one.persons === people);
        const line = (what, threads, ns, worked) => {
                const leye = `batch_${threadNames[threads]}`;
                row(what, people.toLocaleString('en'), String(threads), ns / 1e6, ns / people, `${figure(ns / batch[leye])}×`,
                        worked === null ? '' : worked / people, worked === null ? '' : `${figure(worked / work[leye])}×`);
        };
        const ours = (what, threads, name) => line(what, threads, batch[name], work[name]);
        for (const threads of [1, 2]) {
                ours('**Leye, totals by county**', threads, `batch_${threadNames[threads]}`);
                ours('C by hand, fused, -O3 -march=native', threads, `fused_${threadNames[threads]}`);
                if (threads === 1) ours('memory read of the same columns', 1, 'memory_read');
                for (const peer of peers.filter((one) => one.persons === people && one.threads === threads))
                        line(`${peer.peer}, ${peer.form}`, threads, peer.ms * 1e6, peer.cpu === null ? null : peer.cpu * 1e6);
        }
        for (const threads of [1, 2])
                ours('Leye, each condition counted too', threads, `batch_conditions_${threadNames[threads]}`);
        ours('C by hand, each condition counted too', 1, 'fused_conditions_1_thread');
}

// ---- everything else: what, measured, wanted, whether it is so

const others = [];
const other = (what, measured, worked, wanted, good) => others.push([what, measured, worked, wanted, good === undefined ? '' : good ? 'yes' : 'no']);
// by the clock or, on a noisy machine, by processor time
const judge = (clock, processor, good) => good(noisy ? processor : clock);
const first = batches[0];
for (const threads of [1, 2]) {
        const [ms, work] = [first, cpu[0]].map((one) => one[`compare_${threadNames[threads]}`] / 1e6);
        other(`one parameter changed, ${first.persons.toLocaleString('en')} people, ${threads} thread(s)`, `${figure(ms)} ms`, `${figure(work)} ms`,
                '< 40 ms', judge(ms, work / threads, (one) => one < 40));
}
const csv = [...read('csv.txt').matchAll(/^load 人\.csv(, no link)?\s+threads (\d+)\s+median\s+([\d.]+) ms.*cpu\s+([\d.]+) ms.*rows (\d+)/gm)];
const duckdb = [...read('csv_duckdb.txt').matchAll(/^duckdb (.+?)\s+threads (\d+)\s+median ([\d.]+) ms.*cpu ([\d.]+) ms\s+(\d+) /gm)];
for (const threads of ['1', '2']) {
        const forms = duckdb.filter((one) => one[2] === threads).sort((a, b) => (noisy ? a[4] - b[4] : a[3] - b[3]));
        for (const [, plain, , ms, work, count] of csv.filter((one) => one[2] === threads)) {
                const [, , , itsMs, itsWork, itsCount] = forms[0];
                if (itsCount !== count) throw new Error(`CSV: ${count} rows, but DuckDB read ${itsCount}`);
                other(`CSV to columns${plain ? '' : ', households linked'}, a million people, ${threads} thread(s)`, `${ms} ms, DuckDB ${figure(itsMs / ms)}×`,
                        `${work} ms, DuckDB ${figure(itsWork / work)}×`, '≥ 8×', judge(itsMs / ms, itsWork / work, (ratio) => ratio >= 8));
        }
        if (forms.length) other(`the same file, DuckDB's \`read_csv\` (${forms[0][1]}), ${threads} thread(s)`, `${forms[0][3]} ms`, `${forms[0][4]} ms`, '');
}
const snapshot = json('snapshot.json');
other(`snapshot of ${snapshot.persons.toLocaleString('en')} people opened (all of it verified: ${figure(snapshot.verify / 1e6)} ms)`,
        `${figure(snapshot.open / 1e6)} ms`, '', '< 50 ms', snapshot.open < 50e6);
other('its size, keys included', `${figure(snapshot.bytes / snapshot.persons)} bytes a person`, '', '≤ 64', snapshot.bytes <= 64 * snapshot.persons);
const sizes = [...read('csv.txt').matchAll(/^snapshot written .*, ([\d.]+) bytes a person/gm)].map((match) => Number(match[1]));
if (sizes.length) {
        other('snapshot of the register of people, keys included', `${sizes[0]} bytes a person`, '', '≤ 64', sizes[0] <= 64);
        other('the same with firms, jobs, certificates, loans and their keys', `${sizes.at(-1)} bytes a person`, '', '');
}
const scalar = json('scalar.json');
other(`one household of three, all ${scalar.policies} policies of cities/jinan (${scalar.steps} steps) with trace, one core`,
        '', `${Math.round(1e9 / scalar.evaluate).toLocaleString('en')} a second`, '≥ 100,000', scalar.evaluate <= 10000);
other('the same and what an interview should ask next', '', `${Math.round(1e9 / scalar.evaluate_and_ask).toLocaleString('en')} a second`, '');
const { check_ms: check } = json('commands.json');
other('`leye check jinan`, whole process', `${figure(check)} ms`, '', '< 50 ms', check < 50);
const synth = json('synth.json');
if (synth) other('`leye synth`, a million people, six CSV files, one thread', `${figure(synth.synth_ms / 1000)} s`, '', 'seconds');

// ---- gates

const gates = [];
const gate = (what, value, good) => gates.push([what, `${figure(value)}×`, good]);
const judged = noisy ? cpu[0] : first;
for (const threads of [1, 2]) {
        const ratio = judged[`batch_${threadNames[threads]}`] / judged[`fused_${threadNames[threads]}`];
        gate(`Leye to the loop by hand, ${threads} thread(s), at most 2.5×`, ratio, ratio <= 2.5);
}
const speedUp = judged.batch_1_thread / judged.batch_2_threads * (noisy ? 2 : 1);
gate(`two threads to one, at least 1.7×${noisy ? ' (by the work of both: waiting is not seen)' : ''}`, speedUp, speedUp >= 1.7);

// ---- print

const table = (head, body) => console.log([head, head.map((title) => (title === '' ? '' : /^(What|Hard gate|Wanted|So)$/.test(title) ? '---' : '---:')), ...body]
        .map((cells) => `| ${cells.join(' | ')} |`).join('\n') + '\n');
const cores = os.cpus();
console.log(`${cores.length} cores (${cores[0].model.trim()}), load ${os.loadavg()[0].toFixed(1)} at the end; medians of at least 5; ` +
        `${first.persons.toLocaleString('en')} people are ${(first.bytes / 1e6).toFixed(1)} MB of columns. All totals equal.\n`);
table(['What', 'People', 'Threads', 'ms', 'ns a person', 'to Leye', 'processor ns a person', 'to Leye'], rows);
table(['What', 'By the clock', 'By processor time', 'Wanted', 'So'], others);
table(['Hard gate', noisy ? 'By processor time' : 'By the clock', 'So'], gates.map(([what, value, good]) => [what, value, good ? 'yes' : 'NO']));
console.log(`By the clock two threads were ${figure(first.batch_1_thread / first.batch_2_threads)}× one; the loop by hand, whose halves share nothing, ` +
        `got ${figure(first.fused_1_thread / first.fused_2_threads)}×: what this machine had to give.`);
process.exitCode = gates.every(([, , good]) => good) ? 0 : 1;
