// The officers' board: what it shows against its own JSON, a figure that is doubted and confirmed, an order; at both widths, with
// and without JavaScript. walk.js goes down to the records behind a figure.
"use strict";
const { WIDTHS, check, openPage, inspect } = require("./support.js");

const TARGET = "每年创业培训";
const INDICATOR = "创业培训人次";
const REPORTED = "城镇登记失业率";
const LAMPS = ["落后", "稍慢", "正常", "无数据"];

const go = (page, action) => Promise.all([page.waitForNavigation(), action()]);
const press = (page, name) => go(page, () => page.getByRole("button", { name, exact: true }).click());
const heading = (page) => page.locator("h1").innerText();
const digits = (text) => text.replace(/,/g, "");

async function begin(browser, office, options) {
        const page = await openPage(browser, office.base, options);
        await page.goto(`${office.base}/o/${office.city}?token=${office.token}`);
        check(!page.url().includes("token"), "the token leaves the address", page.url());
        return page;
}

const boardJson = (page, query = "") => page.request.get(`${new URL(page.url()).origin}/o/jining.json${query}`).then((answer) => answer.json());

const rowsOf = (page) => page.locator("table.board tbody tr").evaluateAll((rows) => rows.map((row) => ({
        name: row.querySelector("th a").textContent, figure: row.querySelector(".figure-value").textContent,
        lamp: row.querySelector(".lamp")?.textContent.trim(), shape: row.querySelectorAll(".lamp svg").length,
        spark: row.querySelector(".spark desc")?.textContent ?? "", cells: row.querySelectorAll("td").length,
})));

// Rows of the page and targets of the JSON are the same, whatever the order of the areas.
function checkRows(rows, targets, where) {
        check(rows.length === targets.length, `a row for each target on ${where}`, `${rows.length} of ${targets.length}`);
        for (const target of targets) {
                const row = rows.find((one) => one.name === target.name);
                if (!check(row !== undefined, `${target.name} is on ${where}`))
                        continue;
                check(row.lamp === target.lamp && row.shape === 1, `the lamp of ${target.name} on ${where}: words and a shape`, row.lamp);
                if (target.figure !== null && Number.isInteger(target.figure) && target.figure < 1e8 && !row.figure.includes("区县达到"))
                        check(digits(row.figure).startsWith(String(target.figure)), `the figure of ${target.name} on ${where}`,
                              `${row.figure} instead of ${target.figure}`);
                check((row.spark !== "") === target.trend.some((one) => one !== null), `the trend of ${target.name} in words on ${where}`);
                check(row.cells === 5, `cells of ${target.name}`);
        }
}

async function theBoard(page, office, look) {
        const all = await boardJson(page);
        check(all.demonstration === true && all.targets.length > 15, "the city is a demonstration with targets", String(all.targets.length));
        check((await page.locator(".demo").innerText()).includes("示范数据"), "the board says that the records are invented");
        checkRows(await rowsOf(page), all.targets, "the board");
        const counts = await page.locator(".lamps li").evaluateAll((list) => list.map((e) => e.textContent.replace(/\s+/g, " ").trim()));
        LAMPS.forEach((lamp, i) => check(counts[i] === `${lamp} ${all.targets.filter((one) => one.lamp === lamp).length}`,
                                         `how many are ${lamp}`, counts[i]));
        await look("board");
        await page.getByLabel("状态", { exact: true }).selectOption("落后");
        await press(page, "查看");
        checkRows(await rowsOf(page), all.targets.filter((one) => one.lamp === "落后"), "the board of what is behind");
        check((await page.locator(".lamps [aria-current]").innerText()).includes("落后"), "the lamp shown is marked");
        await look("board-behind");
        await go(page, () => page.locator(".lamps a", { hasText: "稍慢" }).click());
        checkRows(await rowsOf(page), all.targets.filter((one) => one.lamp === "稍慢"), "the board of what is slow, by its count");
        await go(page, () => page.getByRole("link", { name: "清除筛选" }).first().click());
        await page.getByLabel("范围", { exact: true }).selectOption({ index: 2 });
        await press(page, "查看");
        checkRows(await rowsOf(page), (await boardJson(page, "?county=1")).targets, "the board of a county");
        await look("board-county");
        await page.goto(`${office.base}/o/${office.city}?day=1999-01-01`);
        check((await page.locator("main").innerText()).includes("没有现行的文件"), "a day without a document");
        await page.getByLabel("文件", { exact: true }).selectOption({ index: 1 });
        await press(page, "查看");
        check((await page.locator("main").innerText()).includes("该日期不在文件有效期内"), "a document on a day it is not in force");
        await look("board-outside");
        return all;
}

// What is typed into the forms above the figures, and the next page of the records behind one.
async function typed(page, office, all) {
        await page.goto(`${office.base}/o/${office.city}`);
        await page.getByLabel("日期", { exact: true }).fill("2022-09-31");
        await press(page, "查看");
        check((await page.locator(".error-summary").innerText()).includes("日期看不懂"), "a day that is none is told");
        checkRows(await rowsOf(page), all.targets, "the board on the day that is set");
        await page.goto(encodeURI(`${office.base}/o/${office.city}/i/${INDICATOR}`));
        await go(page, () => page.getByRole("link", { name: "下一页" }).click());
        check((await page.locator("#rows").innerText()).includes("第 2 页") && (await page.locator("#rows tbody tr").count()) === 50,
              "the records go on on a second page");
        await page.getByLabel("从", { exact: true }).fill("去年");
        await press(page, "查看");
        check((await page.locator(".error-summary a").getAttribute("href")) === "#from", "an odd beginning is told at its field");
        await page.getByLabel("从", { exact: true }).fill("2022-05-02");
        await page.getByLabel("到", { exact: true }).fill("2022-05-01");
        await press(page, "查看");
        check((await page.locator(".error-summary").innerText()).includes("对调"), "and so is an end before it");
}

async function report(page, office, look) {
        const address = encodeURI(`${office.base}/o/${office.city}/figure/${REPORTED}`);
        await page.goto(address);
        await look("figure");
        await page.locator("#value").fill("50%");
        await press(page, "报送");
        check((await page.locator(".error-summary a").getAttribute("href")) === "#evidence", "a figure without evidence is refused");
        await page.locator("#evidence").fill("月报 <b>第 9 期</b>");
        await press(page, "报送");
        check((await page.locator(".wrong li").count()) > 0, "what is odd is told before it is sent");
        check((await page.locator("#value").inputValue()) === "50%", "what was typed stays");
        await look("figure-doubt");
        await page.locator("#confirm").check();
        await press(page, "报送");
        check((await page.locator("[role=status]").innerText()).includes("已经报送"), "confirmed, it is taken");
        check((await page.locator("section[aria-labelledby=beside-title]").innerText()).includes("50%"), "and stands beside the others");
        await page.locator("#value").fill("4.1");
        await page.locator("#evidence").fill("月报更正稿");
        await press(page, "报送");
        check((await page.locator("[role=status]").count()) === 1, "a plain figure is taken at once");
        await page.goto(encodeURI(`${office.base}/o/${office.city}/i/${REPORTED}`));
        const ledger = await page.locator("section[aria-labelledby=ledger-title]").innerText();
        check(ledger.includes("50%") && ledger.includes("4.1%") && ledger.includes("<b>第 9 期</b>"), "the ledger keeps both, and tags are text");
        check((await page.locator("main b").count()) === 0, "no tags of the evidence");
}

async function order(page, office, look, javaScript) {
        await page.goto(encodeURI(`${office.base}/o/${office.city}/t/${TARGET}`));
        await page.getByText("新记一笔").click();
        await page.locator("#due").fill("2022-15-01");
        await page.locator("#text").fill("请加快<i>进度</i>");
        await press(page, "记下");
        check((await page.locator(".error-summary").innerText()).includes("日期看不懂"), "a day that is none");
        if (javaScript)
                check(await page.evaluate(() => document.activeElement.matches(".error-summary")), "focus is on the error summary");
        check((await page.locator("#text").inputValue()) === "请加快<i>进度</i>", "what was written stays");
        await look("order-error");
        await page.locator("#due").fill("2022-12-01");
        await press(page, "记下");
        const first = await page.locator(".timeline li").first().innerText();
        check(first.includes("交办") && first.includes("请加快<i>进度</i>") && first.includes("2022年12月1日"), "the order is noted", first);
        await page.goto(`${office.base}/o/${office.city}/due`);
        check((await page.locator("table.sheet").innerText()).includes(TARGET), "and is due");
}

async function lists(page, office, look) {
        for (const [name, path] of [["tasks", "/tasks"], ["due", "/due"], ["close", "/close"]]) {
                await page.goto(`${office.base}/o/${office.city}${path}`);
                await look(`office-${name}`);
        }
        await press(page, "结账");
        check((await page.locator(".error-summary").innerText()).includes("请选择"), "closing wants a period");
        await page.goto(`${office.base}/o/${office.city}/tasks`);
        await go(page, () => page.locator("table.sheet tbody a").first().click());
        await look("task");
        await page.goto(office.base);
        await go(page, () => page.getByRole("link", { name: /^看板/ }).last().click());
        check((await heading(page)) === "目标看板", "the first page leads to the boards");
}

async function board(browser, office, shots) {
        const stranger = await openPage(browser, office.base, {});
        check((await stranger.goto(`${office.base}/o/${office.city}`)).status() === 403, "nobody without the token");
        await stranger.context().close();
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await begin(browser, office, { viewport: { width, height: 844 }, javaScriptEnabled });
                const look = async (name) => { if (javaScriptEnabled) await inspect(page, name, shots); };
                const all = await theBoard(page, office, look);
                await typed(page, office, all);
                await report(page, office, look);
                await order(page, office, look, javaScriptEnabled);
                await lists(page, office, look);
                await page.context().close();
        }
}

module.exports = { board };
