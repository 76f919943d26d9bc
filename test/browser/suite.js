// The pages as a resident meets them. Usage:
// node suite.js ADDRESS DEMONSTRATION_ADDRESS TOTALS_ADDRESS SCAN_JSON SHOTS_FOLDER CITIES_ADDRESS OFFICE_ADDRESS_WITH_TOKEN
"use strict";
const { WIDTHS, check, section, finish, openPage, inspect, press, tabTo, questionText, onQuestion, answerFor } =
        require("./support.js");
const { overview } = require("./overview.js");
const seen = require("./public.js");
const { records } = require("./records.js");
const { board } = require("./board.js");
const { walk } = require("./walk.js");

const [base, demonstration, totals, scan, shots, cities, office, town] = process.argv.slice(2);
const CITY = `${base}/c/jinan`;
const ASK = `${CITY}/ask`;

// A worker with a certificate who has paid unemployment insurance for 24 of the 36 months.
const WORKER = {
        "失业保险": "24", "企业职工": "是", "证书或职业技能等级证书": "是", "本市户籍": "本地", "就业情况": "单位就业",
        "最高的职业技能等级": "高级工", "出生日期": ["1980", "3", "2"], "高校毕业生吗": "是",
        "租场地": "是", "哪天毕业": ["2010", "6", "30"],
};
const LIMIT = 60;

// Answers the question on the screen with keys alone and sends it. Radio groups are entered by Tab and chosen by arrows.
async function answerByKeyboard(page, answers, fallback, url = ASK) {
        const question = await questionText(page);
        const answer = answerFor(question, answers);
        if (await page.locator("#year").count()) {
                check(await tabTo(page, "#year"), "the year is reached by Tab");
                const parts = answer || ["1990", "5", "6"];
                for (const part of parts) {
                        await page.keyboard.type(part);
                        await press(page, "Tab");
                }
                await page.locator("#day").focus();
        } else if (await page.locator("input[type=radio]").count()) {
                const values = await page.locator("input[type=radio]").evaluateAll((list) => list.map((e) => e.value));
                const wanted = values.indexOf(answer ?? (values.includes(fallback) ? fallback : "?"));
                check(await tabTo(page, "input[type=radio]"), `the choices of “${question}” are reached by Tab`);
                await press(page, "Space");
                await press(page, "ArrowDown", wanted);
                check(await page.locator("input[type=radio]").nth(wanted).isChecked(), `“${question}” is chosen by arrows`);
        } else {
                check(await tabTo(page, "#value"), `the field of “${question}” is reached by Tab`);
                await page.keyboard.type(answer ?? "0");
        }
        await Promise.all([page.waitForNavigation(), press(page, "Enter")]);
        check(page.url() === url, "no answer in the URL", page.url());
}

async function startByKeyboard(page, subject) {
        await page.goto(ASK);
        const values = await page.locator("input[type=radio]").evaluateAll((list) => list.map((e) => e.value));
        check(await tabTo(page, "input[type=radio]"), "the choice of whom is reached by Tab");
        await press(page, "Space");
        await press(page, "ArrowDown", values.indexOf(subject));
        await Promise.all([page.waitForNavigation(), press(page, "Enter")]);
}

async function interview(page, subject, answers, fallback, each = async () => {}) {
        await startByKeyboard(page, subject);
        let count = 0;
        for (; count < LIMIT && (await onQuestion(page)); count++) {
                await each(await questionText(page));
                await answerByKeyboard(page, answers, fallback);
        }
        check(count > 0 && count < LIMIT, `the interview about ${subject} ends`, String(count));
        return count;
}

const groupOf = (page, id) => page.locator(`section#${id}`);

async function checkWorkerResult(page) {
        const card = groupOf(page, "no").locator("article", { has: page.getByRole("link", { name: "技能提升补贴", exact: true }) });
        const text = await card.innerText();
        check(/失业保险月数 24个月/.test(text) && /差 ?12个月/.test(text), "the gap of 技能提升补贴", text);
        check(text.includes("（十）"), "its clause", text);
        const body = await page.locator("main").innerText();
        check(body.includes("以受理机关认定为准") && body.includes("12333"), "who is authoritative, and the phone");
        check((await groupOf(page, "yes").count()) === 1, "something can be had");
        check(/高技能人才比照待遇/.test(await groupOf(page, "yes").innerText()), "高技能人才比照待遇 is yes");
}

async function staticPages(browser) {
        const pages = [["home", "/", 200], ["city", "/c/jinan", 200], ["city-firms", "/c/jinan?for=企业", 200],
                ["policy", "/c/jinan/p/技能提升补贴", 200], ["policy-loan", "/c/jinan/p/个人创业担保贷款", 200],
                ["policy-card", "/c/jinan/p/创业导师激励", 200], ["ask-start", "/c/jinan/ask", 200], ["missing", "/nowhere", 404]];
        for (const width of WIDTHS) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 } });
                for (const [name, path, status] of pages) {
                        const response = await page.goto(encodeURI(base + path));
                        check(response.status() === status, `status of ${name}`, String(response.status()));
                        await inspect(page, name, shots);
                        await page.getByRole("button", { name: "大字版" }).click();
                        check(await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize) >= 20),
                              `large type on ${name}`);
                        await inspect(page, `${name}-elder`, shots);
                        await page.getByRole("button", { name: "标准字号" }).click();
                        check(await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize) === 16),
                              `normal type on ${name}`);
                }
                await page.context().close();
        }
}

async function firstPageWeight(browser) {
        for (const path of ["/", "/c/jinan"]) {
                const page = await openPage(browser, base, { viewport: { width: 390, height: 844 } });
                const bodies = [];
                page.on("response", (response) => bodies.push(response.body()));
                await page.goto(base + path, { waitUntil: "networkidle" });
                const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
                check(bodies.length >= 3 && bytes > 10000 && bytes < 100000, `weight of ${path}`, String(bytes));
                await page.context().close();
        }
}

async function wholeInterview(browser, width, javaScriptEnabled) {
        const page = await openPage(browser, base, { viewport: { width, height: 844 }, javaScriptEnabled });
        const suffix = javaScriptEnabled ? "" : "-noscript";
        const seen = new Set();
        await interview(page, "人", WORKER, "否", async () => {
                const kind = await page.locator("form.question input:not([type=hidden])").first().evaluate((e) => e.name + e.type);
                if (!seen.has(kind) && javaScriptEnabled)
                        await inspect(page, `question-${kind}`, shots);
                seen.add(kind);
        });
        check(seen.has("valueradio") && seen.has("valuetext") && seen.has("yeartext"), "choices, numbers and dates were asked",
              [...seen].join(" "));
        await checkWorkerResult(page);
        check((await page.locator("[data-print]").isVisible()) === javaScriptEnabled, "the print button needs a script");
        if (javaScriptEnabled)
                await inspect(page, "result", shots);
        else
                await page.screenshot({ path: `${shots}/result${suffix}-${width}.png`, fullPage: true });
        await page.context().close();
}

async function changeAndBack(browser) {
        const page = await openPage(browser, base, { viewport: { width: 390, height: 844 } });
        await interview(page, "人", WORKER, "否");
        const row = page.locator(".answers > div", { hasText: "失业保险" });
        await row.getByRole("button").click();
        check((await page.locator("#value").inputValue()) === "24", "the old answer stands in the field");
        await inspect(page, "change", shots);
        await page.locator("#value").fill("36");
        await page.getByRole("button", { name: "下一步" }).click();
        for (let i = 0; i < LIMIT && (await onQuestion(page)); i++)
                await answerByKeyboard(page, WORKER, "否");
        const text = await groupOf(page, "no").innerText();
        check(!/差 ?12个月/.test(text), "the gap is gone after the change");

        await startByKeyboard(page, "人");
        while (!(await page.locator("input[value=否]").count()))
                await answerByKeyboard(page, {}, "否");
        const first = await questionText(page);
        await answerByKeyboard(page, {}, "否");
        const second = await questionText(page);
        check(first !== second, "another question follows");
        await page.getByRole("button", { name: "上一步" }).click();
        check((await questionText(page)) === first, "back shows the question before");
        check(await page.locator("input[value=否]").isChecked(), "with its answer");
        await page.getByRole("button", { name: "大字版" }).click();
        check((await questionText(page)) === first, "large type keeps the question");
        check((await page.locator("html").getAttribute("class")) === "elder", "large type is on");
        await inspect(page, "question-elder", shots);
        await page.getByRole("button", { name: "先看结果" }).click();
        check((await page.locator("h1").innerText()) === "算出来了", "results at any time");
        await inspect(page, "result-early-elder", shots);
        await page.getByRole("button", { name: /接着回答/ }).click();
        check(await onQuestion(page), "and on from there");
        await page.context().close();
}

async function mistakes(browser) {
        for (const width of WIDTHS) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 } });
                await page.goto(ASK);
                await page.getByRole("button", { name: "开始" }).click();
                check(/替谁算/.test(await page.locator(".error-summary").innerText()), "nobody chosen is said");
                await inspect(page, "error-start", shots);
                await page.locator("input[value=人]").check();
                await page.getByRole("button", { name: "开始" }).click();
                await page.getByRole("button", { name: "下一步" }).click();
                check(await page.evaluate(() => document.activeElement.matches(".error-summary")), "focus is on the error summary");
                await inspect(page, "error-choice", shots);
                await page.locator(".error-summary a").click();
                check(await page.evaluate(() => document.activeElement.matches("input[type=radio]")), "its link leads to the field");
                let dates = 0;
                let numbers = 0;
                for (let i = 0; i < LIMIT && (await onQuestion(page)) && !(dates && numbers); i++) {
                        if (await page.locator("#year").count() && !dates++) {
                                await page.locator("#year").fill("1990");
                                await page.locator("#month").fill("2");
                                await page.locator("#day").fill("30");
                                await page.getByRole("button", { name: "下一步" }).click();
                                check(/没有30日/.test(await page.locator(".error-summary").innerText()), "a day that is none");
                                check((await page.locator("#month").inputValue()) === "2", "what was typed stays");
                                await inspect(page, "error-date", shots);
                                await page.getByRole("button", { name: "不知道" }).click();
                        } else if (await page.locator("#value").count() && !numbers++) {
                                await page.locator("#value").fill("<b>很多</b>");
                                await page.getByRole("button", { name: "下一步" }).click();
                                check(/<b>很多<\/b>/.test(await page.locator(".error-summary").innerText()), "words for a number");
                                check((await page.locator("main b").count()) === 0, "typed tags stay text");
                                await inspect(page, "error-number", shots);
                                await page.getByRole("button", { name: "不知道" }).click();
                        } else
                                await answerByKeyboard(page, WORKER, "否");
                }
                check(dates && numbers, "a date and a number were tried");
                await page.context().close();
        }
}

async function otherSubjects(browser) {
        for (const [subject, width] of [["企业", 390], ["户", 1280], ["载体", 390]]) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 } });
                const counts = { "几": "2", "多少": "2" };
                let counted = false;
                await interview(page, subject, counts, "是", async (question) => {
                        if (!counted && /一共有几/.test(question)) {
                                counted = true;
                                await inspect(page, `question-count-${subject}`, shots);
                        }
                });
                check(subject === "载体" || counted, `${subject}: the size of a list is asked first`);
                await inspect(page, `result-${subject}`, shots);
                await page.context().close();
        }
}

// With demonstration figures every page of the city says so, and amounts are worked out.
async function demonstrated(browser) {
        for (const width of WIDTHS) {
                const page = await openPage(browser, demonstration, { viewport: { width, height: 844 } });
                for (const path of ["/c/jinan", "/c/jinan/p/技能提升补贴", "/c/jinan/ask"]) {
                        await page.goto(encodeURI(demonstration + path));
                        check((await page.locator(".demo").innerText()).includes("示范数值，非政策"), `the banner on ${path}`);
                }
                await page.locator("input[value=人]").check();
                await page.getByRole("button", { name: "开始" }).click();
                const answers = { ...WORKER, "失业保险": "36", "领过技能提升补贴": "否", "已经领过": "否" };
                for (let i = 0; i < LIMIT && (await onQuestion(page)); i++) {
                        check((await page.locator(".demo").count()) === 1, "the banner on a question");
                        await answerByKeyboard(page, answers, "否", `${demonstration}/c/jinan/ask`);
                }
                const text = await groupOf(page, "yes").innerText();
                check(/技能提升补贴[^]*1500元/.test(text), "the amount by the demonstration figure", text);
                await page.locator("#yes details summary", { hasText: "怎么算的" }).first().click();
                check(/（示范数值，非政策）/.test(await groupOf(page, "yes").innerText()), "the figure says that it is made up");
                await inspect(page, "result-demo", shots);
                await page.context().close();
        }
}

async function main() {
        await section("pages at both widths, in both sizes of type", (browser) => staticPages(browser));
        await section("weight of the first pages", (browser) => firstPageWeight(browser));
        for (const width of WIDTHS)
                await section(`interview by keyboard at ${width} px`, (browser) => wholeInterview(browser, width, true));
        await section("interview by keyboard without JavaScript", (browser) => wholeInterview(browser, 390, false));
        await section("changing an answer, going back", (browser) => changeAndBack(browser));
        await section("mistakes in forms", (browser) => mistakes(browser));
        await section("households, firms and places", (browser) => otherSubjects(browser));
        await section("demonstration figures", (browser) => demonstrated(browser));
        await section("totals over an invented population", (browser) => overview(browser, totals, scan, shots));
        await section("every document of every city", (browser) => seen.documents(browser, cities, shots));
        await section("a document by keyboard, with and without JavaScript", (browser) => seen.byKeyboard(browser, cities, shots));
        await section("services", (browser) => seen.services(browser, cities, shots));
        await section("by when a service is done", (browser) => seen.clock(browser, town, shots));
        await section("search", (browser) => seen.search(browser, cities, shots));
        await section("directories", (browser) => seen.directories(browser, cities, shots));
        const desk = new URL(office);
        await section("a newcomer's walk from the board to an import that changes a lamp, and back", (browser) => walk(browser, office, shots));
        await section("records and imports of the office",
                      (browser) => records(browser, { base: desk.origin, city: "wenzhou", token: desk.searchParams.get("token") }, shots));
        await section("the board of the office",
                      (browser) => board(browser, { base: desk.origin, city: "jining", token: desk.searchParams.get("token") }, shots));
        finish();
}

main().catch((error) => {
        check(false, "suite", error.stack);
        finish();
});
