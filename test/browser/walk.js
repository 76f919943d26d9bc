// A newcomer's first hour, by keys alone, from the address that the server prints: the board, down to the rows behind a figure, a
// roster with ten mistakes that comes back with reasons, is corrected and imported; the lamp changes; the import is taken back.
"use strict";
const fs = require("fs");
const { WIDTHS, check, openPage, inspect, tabTo } = require("./support.js");
const { Workbook, letter } = require("./workbook.js");

const CITY = "jining";
const TARGET = "每年创业培训";
const INDICATOR = "创业培训人次";
const KIND = "学员";
const HEADINGS = ["编号", "班级", "学员本人", "结业日期", "合格", "身份", "结业后就业"];
const HEADING_ROWS = 2;                                 // of the empty sheet: what each column wants, and its name
const SECOND = "第二批";
const DAY = "2022-09-28";
const PATIENCE = 60000;                                 // an import is shown when it is done
const SPARE = 5;                                        // the roster is what the target lacks, and so many: fewer than have mistakes

// [index of the line in the roster, heading, what stands there, words of the reason]; the last three are on the second sheet.
const planted = (sheet) => [
        [2, "班级", sheet[2][1].replace(/^.*?创业/, "任城县创业"), /班级里没有这一个/],
        [5, "学员本人", "999000196808100001", /第 18 位校验码和前 17 位不符/],
        [9, "学员本人", 999000196808100000, /末尾几位已经丢失/],
        [14, "学员本人", sheet.namesakes, /不止一个/],
        [20, "结业日期", "2022-02-30", /2022-02-30”不是日期/],
        [27, "结业日期", "去年秋天", /去年秋天/],
        [35, "身份", "老师", /老师/],
        [sheet.length - 9, "合格", "也许", /也许/],
        [sheet.length - 6, "结业后就业", { error: "#N/A" }, /#N\/A/],
        [sheet.length - 2, "编号", sheet[0][0], /第 3 行重复/],
];

// ---- keys ------------------------------------------------------------------------------------------------------

const digits = (text) => Number(/[\d,]+/.exec(text)[0].replace(/,/g, ""));

// Enter on what Tab has reached; the page that comes has these words in its heading, however many pages tell of progress before.
async function enter(page, selector, words) {
        if (!check(await tabTo(page, selector), `${selector} is reached by Tab`, page.url()))
                throw new Error("the walk ends here");
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        await page.locator("h1", { hasText: words }).waitFor({ timeout: PATIENCE });
}

async function typeInto(page, selector, text) {
        check(await tabTo(page, selector), `${selector} is reached by Tab`);
        await page.keyboard.press("Control+A");
        await page.keyboard.type(text);
}

async function download(page, selector) {
        check(await tabTo(page, selector), `${selector} is reached by Tab`);
        const [file] = await Promise.all([page.waitForEvent("download", { timeout: PATIENCE }), page.keyboard.press("Enter")]);
        return { name: file.suggestedFilename(), bytes: fs.readFileSync(await file.path()) };
}

const navigation = (path) => `.office-nav a[href='/o/${CITY}${path}']`;
const linkEnding = (end) => `main a[href$='${encodeURIComponent(end)}']`;

// ---- the roster --------------------------------------------------------------------------------------------------

// What a training school would have at hand: classes and people of the city, as the office exports them.
async function cityOf(browser, office) {
        const { request } = await browser.newContext(), base = new URL(office).origin;
        await request.get(office);
        const table = async (kind) => {
                const answer = await request.get(encodeURI(`${base}/o/${CITY}/r/${kind}/export?as=csv`));
                return (await answer.text()).replace(/^\ufeff/, "").trim().split(/\r?\n/).map((line) => line.split(","));
        };
        const [classHeadings, ...classes] = await table("班级");
        const [personHeadings, ...persons] = await table("人");
        const kind = classHeadings.indexOf("类别"), started = classHeadings.indexOf("开班日期"), title = classHeadings.indexOf("名称");
        const name = personHeadings.indexOf("姓名"), seen = new Set();
        return {
                classes: classes.filter((one) => one[kind] === "创业培训" && /^2022-0[1-8]/.test(one[started])).map((one) => one[title]),
                persons: persons.map((one) => one[0]),
                namesakes: persons.map((one) => one[name]).find((one) => seen.size === seen.add(one).size),
        };
}

function rosterOf(city, count) {
        const roles = ["失业人员", "农民学员", "企业职工", "离校毕业生"];
        const lines = Array.from({ length: count }, (_, i) => [`CY${String(i + 1).padStart(5, "0")}`, city.classes[i % city.classes.length],
                city.persons[i], new Date(DAY), "是", roles[i % roles.length], i % 3 ? "否" : "是"]);
        return Object.assign(lines, { namesakes: city.namesakes });
}

// The empty sheet filled in: the first half here, the rest on a sheet of its own.
function fill(template, roster, mistakes) {
        const book = new Workbook(template), half = Math.ceil(roster.length / 2), [hints, headings] = book.rows(1);
        check(headings.join() === HEADINGS.join() && hints[2] === "已登记的人的编号、身份证号或姓名", "the empty sheet says what it wants", hints.join());
        const lines = roster.map((line) => [...line]);
        for (const [index, column, value] of mistakes)
                lines[index][HEADINGS.indexOf(column)] = value;
        const second = book.copySheet(SECOND);
        book.append(1, lines.slice(0, half));
        book.append(second, lines.slice(half));
        return book.save();
}

// Where a line of the roster stands: [sheet, row] as the reader of a report counts.
function placeOf(roster, index) {
        const half = Math.ceil(roster.length / 2);
        return index < half ? [KIND, index + HEADING_ROWS + 1] : [SECOND, index - half + HEADING_ROWS + 1];
}

// ---- the steps ---------------------------------------------------------------------------------------------------

// The target's row on the board: { lamp, figure }, the figure as a number.
async function onBoard(page) {
        const row = page.locator("table.board tbody tr", { has: page.locator(linkEnding(TARGET).replace("main ", "")) });
        return { lamp: (await row.locator(".lamp").innerText()).trim(), figure: digits(await row.locator(".figure-value").innerText()),
                 pace: digits((await row.locator("td", { hasText: "今天应到" }).innerText()).split("今天应到")[1]) };
}

async function toIndicator(page, expected, look) {
        await enter(page, linkEnding(TARGET), TARGET);
        check(digits(await page.locator("dd.figure-value").innerText()) === expected.figure, "the target has the figure of the board");
        check((await page.locator("dd .lamp").first().innerText()).trim() === expected.lamp, "and its lamp");
        check((await page.locator("section[aria-labelledby=counties-title] tbody tr").count()) >= 10, "every county");
        const tiles = await page.locator(".tile").evaluateAll((list) => list.map((e) => ({
                name: e.querySelector("span").textContent, shape: e.querySelectorAll(".lamp svg").length,
                words: e.querySelector(".lamp").textContent.trim(), place: decodeURI(e.getAttribute("href")) })));
        const rows = await page.locator("section[aria-labelledby=counties-title] tbody tr").evaluateAll((list) => list.map((e) => ({
                name: e.querySelector("th a").textContent, shape: 1, words: e.querySelector(".lamp").textContent.trim(),
                place: decodeURI(e.querySelector("th a").getAttribute("href")) })));
        check(JSON.stringify(tiles) === JSON.stringify(rows), "a tile for each county says and leads to what its row does", JSON.stringify(tiles[0]));
        check((await page.locator("section[aria-labelledby=months-title] tbody tr").count()) === 13, "thirteen months");
        await look("target");
        await enter(page, "dd.figure-value a", INDICATOR);
        check(digits(await page.locator("dd.figure-value").innerText()) === expected.figure, "the indicator has the same figure");
        check((await page.locator("#rows tbody tr").count()) === 50, "the records behind it");
        await look("indicator");
}

async function toRecord(page) {
        await enter(page, "#rows tbody a", "");
        check(/\/r\/[^/]+\/\d+$/.test(page.url()), "Enter leads to the record", page.url());
        check((await page.locator("main").innerText()).includes("结业日期"), "the record is there");
}

async function upload(page, name, bytes, look) {
        await enter(page, navigation("/import"), "导入");
        await look("import");
        await enter(page, linkEnding(KIND), `导入${KIND}`);
        await look("import-start");
        check(await tabTo(page, "#file"), "the file is reached by Tab");
        await page.locator(":focus").setInputFiles({ name, mimeType: "application/octet-stream", buffer: bytes });
        await enter(page, "main form button", "对应各列");
        check((await page.locator("main").innerText()).includes(`认出 ${HEADINGS.length} 列`), "every column is recognised");
        await look("import-map");
        await enter(page, "#mapping button", "试过了");
}

const faultsOf = (page) => page.locator("table.faults tbody tr").evaluateAll((rows) => rows.map((row) => ({
        place: row.querySelector("th").textContent.replace(/\s+/g, ""),
        heading: row.querySelector("td").textContent, reason: row.querySelector("td:last-child").textContent,
})));

async function checkFaults(page, roster, mistakes) {
        const faults = await faultsOf(page);
        check(faults.length === mistakes.length, "ten mistakes", JSON.stringify(faults));
        for (const [index, column, , words] of mistakes) {
                const [sheet, row] = placeOf(roster, index), at = HEADINGS.indexOf(column), place = `${sheet}第${row}行${letter(at)}列`;
                const fault = faults.find((one) => one.place === place || one.place === `${sheet}第${row}行第${at + 1}列`);
                check(fault && fault.heading === column && words.test(fault.reason) && fault.reason.length > 6, `the mistake at ${place}`,
                      JSON.stringify(fault ?? faults));
        }
}

// The sheet that came back, its marked cells written anew; the reasons stay where they are.
function correct(bytes, roster, mistakes) {
        const book = new Workbook(bytes), rows = book.rows(1), reason = rows[0].indexOf("未导入的原因");
        check(reason === HEADINGS.length && rows.length === roster.length + 1, "the whole sheet comes back, with its reasons", rows[0].join(" "));
        check(rows.filter((row, i) => i && row[reason]).length === mistakes.length, "a reason for each bad row, for no other");
        for (const [index, column, , words] of mistakes) {
                const at = HEADINGS.indexOf(column), told = rows[index + 1][reason];
                check(told.startsWith(`${column}：`) && words.test(told), `the reason stands in line ${index + 2}`, told);
                book.set(1, `${letter(at)}${index + 2}`, roster[index][at]);
        }
        return book.save();
}

async function importRoster(page, city, before, look) {
        await enter(page, navigation("/import"), "导入");
        await enter(page, linkEnding(KIND), `导入${KIND}`);
        const template = await download(page, "main a[href$='/template']");
        const roster = rosterOf(city, before.pace - before.figure + SPARE), mistakes = planted(roster);
        await upload(page, "创业培训学员.xlsx", fill(template.bytes, roster, mistakes), look);
        await checkFaults(page, roster, mistakes);
        await look("import-report");
        const back = await download(page, "button[value=all]");
        check(back.name === `${KIND}带原因的原表.xlsx`, "the sheet comes back under a name that says so", back.name);
        await upload(page, back.name, correct(back.bytes, roster, mistakes), async () => {});
        check((await page.locator("main").innerText()).includes("没有错误"), "the corrected sheet has none");
        await look("import-good");
        await enter(page, "form[action$='/run'] button", "导入好了");
        check(new RegExp(`新增\\s+${roster.length.toLocaleString("en")} 条`).test(await page.locator("main").innerText()), "every row is in");
        await look("import-done");
        return roster;
}

// The day's records on the page of the indicator, and one of them.
async function newRows(page, roster) {
        await typeInto(page, "#from", DAY);
        await typeInto(page, "#to", DAY);
        await enter(page, ".filters button", INDICATOR);
        check(digits(await page.locator("dd.figure-value").innerText()) >= roster.length, "the day has what was imported");
        const [year, month, day] = DAY.split("-").map(Number);
        const lead = await page.locator(".lead").innerText();
        check(lead.split(`${year}年${month}月${day}日`).length === 2, "a period of one day is written once", lead);
        const keys = new Set(roster.map((line) => line[0]));
        const shown = await page.locator("#rows tbody tr td:nth-child(2)").allInnerTexts();
        const first = shown.findIndex((key) => keys.has(key));
        check(first >= 0, "the new rows are among the records", shown.join(" "));
        await enter(page, `#rows tbody tr:nth-child(${first + 1}) a`, "");
        check((await page.locator("main").innerText()).includes(shown[first]), "and open");
}

async function undo(page, count, look) {
        await enter(page, navigation("/import"), "导入");
        await enter(page, "table.sheet a[href*='/batch/']", "一次导入");
        await enter(page, ".danger", "一次导入");
        check((await page.locator(".error-summary").innerText()).includes("勾选"), "undoing wants to be meant");
        await look("import-undo");
        check(await tabTo(page, "#sure"), "the box is reached by Tab");
        await page.keyboard.press("Space");
        check(await tabTo(page, ".danger"), "and the button");
        await page.keyboard.press("Enter");
        const told = page.locator("[role=status]", { hasText: "删掉新增的" });
        await told.waitFor({ timeout: PATIENCE });
        check((await told.innerText()).includes(`新增的 ${count.toLocaleString("en")} 条`), "the batch is taken back", await told.innerText());
        await look("import-undone");
}

async function walkOnce(page, office, city, look) {
        await page.goto(office);
        check(!page.url().includes("token"), "the token leaves the address", page.url());
        await look("office");
        await enter(page, `main a[href='/o/${CITY}']`, "目标看板");
        const before = await onBoard(page);
        check(before.lamp === "稍慢" && before.pace > before.figure, "the target is slow", JSON.stringify(before));
        await toIndicator(page, before, look);
        await toRecord(page);
        const roster = await importRoster(page, city, before, look);
        await enter(page, navigation(""), "目标看板");
        const after = await onBoard(page);
        check(after.lamp === "正常" && after.figure === before.figure + roster.length, "the lamp has changed, the figure has grown by the roster",
              JSON.stringify([before, after, roster.length]));
        await look("walk-board");
        await toIndicator(page, after, async () => {});
        await newRows(page, roster);
        await undo(page, roster.length, look);
        await enter(page, navigation(""), "目标看板");
        check(JSON.stringify(await onBoard(page)) === JSON.stringify(before), "figure and lamp are what they were");
}

async function walk(browser, office, shots) {
        const city = await cityOf(browser, office);
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await openPage(browser, new URL(office).origin, { viewport: { width, height: 844 }, javaScriptEnabled });
                await walkOnce(page, office, city, async (name) => { if (javaScriptEnabled) await inspect(page, name, shots); });
                await page.context().close();
        }
}

module.exports = { walk };
