// The page of totals over an invented population: what it says, at both widths, by keyboard, without a script, and every
// figure against `leye scan --json` of the same snapshot.
"use strict";
const fs = require("fs");
const { WIDTHS, check, openPage, inspect, tabTo } = require("./support.js");

const CHOSEN = "技能提升补贴";
const ANSWERS = { "可以享受": "yes", "只等认定": "judge", "待定": "open", "还缺事实": "ask", "不符合": "no" };
const MONEY = { "已定金额": ["money", "monthly"], "待定的至少": ["atLeast", "monthlyAtLeast"] };

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

// Whole units, or 万 of them with one decimal from ten thousand on.
function moneyWords(amount) {
        const yuan = Math.floor(amount + 0.5);
        const tenths = Math.floor((yuan + 500) / 1000);
        return yuan < 10000 ? `${yuan} ` : `${grouped(Math.floor(tenths / 10))}.${tenths % 10} 万`;
}

const sumOf = (totals, keys) => keys.reduce((sum, key) => sum + totals[key], 0);

// What the rows of the page say: a name, the figures by their labels, the parts of the bar, the words below.
const rowsOf = (page) => page.locator(".overview-row").evaluateAll((list) => list.map((row) => ({
        name: (row.querySelector("h2 a") ?? row.querySelector("h2")).textContent.trim(),
        figures: Object.fromEntries([...row.querySelectorAll("dl > div")].map((e) =>
                [e.querySelector("dt").textContent, e.querySelector("dd").textContent])),
        bar: [...row.querySelectorAll("rect")].reduce((sum, part) => sum + Number(part.getAttribute("width")), 0),
        hidden: row.querySelector("svg").getAttribute("aria-hidden"),
        words: row.querySelector("p")?.textContent ?? "",
})));

function checkRow(row, totals, where) {
        for (const [label, key] of Object.entries(ANSWERS))
                check(row.figures[label] === grouped(totals[key]), `${label} on ${where}`,
                      `${row.figures[label]} instead of ${totals[key]}`);
        for (const [label, keys] of Object.entries(MONEY)) {
                const [once, monthly] = keys.map((key) => totals[key]);
                const words = row.figures[label] ?? "";
                check(words === "" ? once + monthly === 0 : words.startsWith(`${moneyWords(once + monthly)}元`),
                      `${label} on ${where}`, `“${words}” instead of ${once + monthly}`);
                check(words === "" || /元(\/月|（含每月）)?$/.test(words), `${label} on ${where} says its unit`, words);
                check(!(words && monthly > 0) || /月/.test(words), `${label} on ${where} says that it is monthly`, words);
                check(!(words && once > 0) || !words.endsWith("/月"), `${label} on ${where} is not monthly`, words);
        }
        check(row.bar === 1000 && row.hidden === "true", `the bar on ${where} is whole and silent`, String(row.bar));
}

function checkWorst(row, totals) {
        const worst = totals.conditions.reduce((most, one) => (one.failed > (most?.failed ?? 0) ? one : most), undefined);
        const told = /只差这一条的有 ([\d,]+) /.exec(row.words)?.[1];
        check(told === (worst && grouped(worst.sole)), `who lacks only the worst condition of ${row.name}`,
              `${told} instead of ${worst?.sole}`);
}

function checkPolicies(rows, scan) {
        check(rows.length === scan.policies.length && rows.length > 20, "a row for every policy", String(rows.length));
        for (const totals of scan.policies) {
                const row = rows.find((one) => one.name === totals.policy);
                if (check(row !== undefined, `${totals.policy} is on the overview`)) {
                        checkRow(row, totals, totals.policy);
                        checkWorst(row, totals);
                }
        }
        check(scan.policies.some((totals) => sumOf(totals, MONEY["已定金额"]) >= 10000), "some sums are large");
        check(scan.policies.some((totals) => totals.monthly > 0), "some sums are monthly");
}

function checkCounties(rows, totals) {
        const counties = totals.counties.filter((one) => sumOf(one, Object.values(ANSWERS)) > 0);
        check(counties.length > 5 && rows.map((row) => row.name).join() === counties.map((one) => one.county).join(),
              "the counties, in order", rows.map((row) => row.name).join());
        counties.forEach((county, i) => checkRow(rows[i], county, county.county));
}

async function checkBanner(page, where) {
        check((await page.locator(".demo").innerText()).includes("示范数值，非政策"), `the banner on ${where}`);
        check((await page.locator("main").innerText()).includes("人是编的"), `${where} says that the people are invented`);
}

// From the overview to one policy's counties and back, by Tab and Enter alone.
async function thereAndBack(page, base) {
        check(await tabTo(page, `.overview-row a[href*="${CHOSEN}"], .overview-row a[href*="${encodeURIComponent(CHOSEN)}"]`),
              `${CHOSEN} is reached by Tab`);
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        check((await page.locator("h1").innerText()) === `${CHOSEN}：各区县`, "Enter leads to its counties");
        const rows = await rowsOf(page);
        await checkBanner(page, "the counties");
        check(await tabTo(page, ".eyebrow a"), "the way back is reached by Tab");
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        check(page.url() === `${base}/c/jinan/overview`, "Enter leads back", page.url());
        return rows;
}

async function overview(browser, base, scanFile, shots) {
        const scan = JSON.parse(fs.readFileSync(scanFile, "utf8"));
        const chosen = scan.policies.find((totals) => totals.policy === CHOSEN);
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 }, javaScriptEnabled });
                await page.goto(`${base}/c/jinan`);
                await page.getByRole("link", { name: "全市测算", exact: true }).click();
                check((await page.locator("h1").innerText()) === "全市测算", "the navigation leads to the overview");
                await checkBanner(page, "the overview");
                check(/人 800 人、户 [\d,]+ 户、企业 [\d,]+ 家/.test(await page.locator(".hero").innerText()), "who lives there");
                checkPolicies(await rowsOf(page), scan);
                if (javaScriptEnabled)
                        await inspect(page, "overview", shots);
                checkCounties(await thereAndBack(page, base), chosen);
                if (javaScriptEnabled) {
                        await page.goto(encodeURI(`${base}/c/jinan/overview?policy=${CHOSEN}`));
                        await inspect(page, "overview-counties", shots);
                }
                await page.context().close();
        }
        const page = await openPage(browser, base, { viewport: { width: 390, height: 844 } });
        const response = await page.goto(`${base}/c/jinan/overview?policy=%3Cb%3E`);
        check(response.status() === 404, "no policy, no counties", String(response.status()));
        await page.context().close();
}

module.exports = { overview };
