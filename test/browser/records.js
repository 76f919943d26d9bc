// The officers' record pages: who is let in, a list, a record's form and history, and a sheet with ten planted mistakes that
// is told, corrected, imported and taken back; and one of many rows that is watched, stopped, imported and taken back. The city is
// empty at the beginning.
"use strict";
const { WIDTHS, check, openPage, inspect, tabTo } = require("./support.js");

const KIND = "机构";
const HEADINGS = "编号,名称,类别,统一社会信用代码,级别,认定日期,区县,协会落实";
const CODE = "91999000070000356U";
// [the row as it is sent, the heading of the planted mistake, words of its reason, the row as corrected]
const ROWS = [
        ["T01,海棠培训学校,培训机构,,市级,2022-03-01,鹿城区,是"],
        ["T02,,培训机构,,市级,2022-03-01,鹿城区,是", "名称", /要填/, "T02,木棉培训学校,培训机构,,市级,2022-03-01,鹿城区,是"],
        ["T03,金桂银行,钱庄,,市级,2022-03-01,鹿城区,是", "类别", /钱庄/, "T03,金桂银行,银行,,市级,2022-03-01,鹿城区,是"],
        ["T04,银杏银行,银行,919990000700003560,市级,2022-03-01,鹿城区,是", "统一社会信用代码", /校验/, `T04,银杏银行,银行,${CODE},市级,2022-03-01,鹿城区,是`],
        ["T05,丹桂银行,银行,9.19E+17,市级,2022-03-01,鹿城区,是", "统一社会信用代码", /./, "T05,丹桂银行,银行,,市级,2022-03-01,鹿城区,是"],
        ["T06,青松高校,高校,,特级,2022-03-01,鹿城区,是", "级别", /特级/, "T06,青松高校,高校,,省级,2022-03-01,鹿城区,是"],
        ["T07,白杨高校,高校,,省级,2022-02-30,鹿城区,是", "认定日期", /./, "T07,白杨高校,高校,,省级,2022-02-28,鹿城区,是"],
        ["T08,红枫高校,高校,,省级,去年,鹿城区,是", "认定日期", /去年/, "T08,红枫高校,高校,,省级,2022/3/1,鹿城区,是"],
        ["T09,绿柳协会,行业协会,,省级,2022-03-01,鹿城县,是", "区县", /鹿城县/, "T09,绿柳协会,行业协会,,省级,2022-03-01,鹿城区,是"],
        ["T10,紫藤协会,行业协会,,省级,2022-03-01,鹿城区,也许", "协会落实", /也许/, "T10,紫藤协会,行业协会,,省级,2022-03-01,鹿城区,否"],
        ["T01,又一所学校,培训机构,,市级,2022-03-01,鹿城区,是", "编号", /./, "T11,又一所学校,培训机构,,市级,2022-03-01,鹿城区,是"],
];
const PATIENCE = 60000;                                 // an import is shown when it is done
const PLANTED = ROWS.filter((row) => row.length > 1);
const sheet = (lines, name) => ({ name, mimeType: "text/csv", buffer: Buffer.from([HEADINGS, ...lines].join("\r\n") + "\r\n") });
const BAD = sheet(ROWS.map((row) => row[0]), "机构名单.csv");
const GOOD = sheet(ROWS.map((row) => row[3] ?? row[0]), "机构名单（改好）.csv");

const go = (page, action) => Promise.all([page.waitForNavigation(), action()]);
const press = (page, name) => go(page, () => page.getByRole("button", { name, exact: true }).click());
// A step of an import: it is shown when it is done, whatever is shown before.
const step = async (page, name, words) => {
        await press(page, name);
        await page.locator("h1", { hasText: words }).waitFor({ timeout: PATIENCE });
};
// The page of a job becomes the page of what came out.
const over = (page) => page.locator("[data-job]").waitFor({ state: "detached", timeout: PATIENCE });
const heading = (page) => page.locator("h1").innerText();

async function begin(browser, office, options) {
        const page = await openPage(browser, office.base, options);
        await page.goto(`${office.base}/o/${office.city}/r?token=${office.token}`);
        check(!page.url().includes("token"), "the token leaves the address", page.url());
        return page;
}

async function upload(page, office, file) {
        await page.goto(encodeURI(`${office.base}/o/${office.city}/import/${KIND}`));
        await page.locator("#file").setInputFiles(file);
        await step(page, "上传并看看", "对应各列");
}

// What the page of the trial tells: [heading of the column, reason] by row.
const faultsOf = (page) => page.locator("table.sheet tbody tr").evaluateAll((rows) => rows.map((row) => ({
        place: row.querySelector("th").textContent, heading: row.querySelector("td").textContent,
        reason: row.querySelector("td:last-child").textContent,
})));

async function checkMistakes(page, what) {
        const faults = await faultsOf(page);
        check(faults.length === PLANTED.length, `${what}: ten mistakes`, JSON.stringify(faults));
        for (const [line, column, words] of PLANTED) {
                const row = ROWS.findIndex((one) => one[0] === line) + 2;
                const fault = faults.find((one) => one.place.replace(/\s/g, "").includes(`第${row}行`));
                check(fault && fault.heading === column && words.test(fault.reason) && fault.reason.length > 6,
                      `${what}: the mistake in ${column} of row ${row}`, JSON.stringify(fault));
        }
}

// Mistakes of other kinds than those of walk.js, in a CSV file; corrected, it is the list that follows, and is taken back.
async function importSheet(page, office) {
        await upload(page, office, BAD);
        await step(page, "试一遍", "试过了");
        await checkMistakes(page, "the trial");
        await upload(page, office, GOOD);
        await step(page, "试一遍", "试过了");
        check((await page.locator("main").innerText()).includes("没有错误"), "the corrected sheet has none");
        await step(page, "全部导入", "导入好了");
        check(new RegExp(`新增\\s+${ROWS.length} 条`).test(await page.locator("main").innerText()), "every row");
}

async function undo(page) {
        await page.locator("#sure").check();
        await press(page, "撤销");
        await page.locator("[role=status]", { hasText: `删掉新增的 ${ROWS.length} 条` }).waitFor({ timeout: PATIENCE });
}

const MANY = 300000;     // several times what a server tries while a request waits
const manyRows = () => Array.from({ length: MANY }, (_, i) => `M${i},大表机构${i},培训机构,,市级,2022-03-01,鹿城区,是`);
const listed = async (page, office) => {
        await page.goto(encodeURI(`${office.base}/o/${office.city}/r/${KIND}?q=大表机构`));
        return page.locator("table.sheet tbody tr").count();
};

// The polling of the page waits until it was looked at: the page stays as it is meanwhile.
async function inspectRunning(page, name, shots) {
        let release;
        let asked = 0;
        const looked = new Promise((resolve) => { release = resolve; });
        await page.route(/\/job\/\d+\.json$/, async (route) => {
                asked++;
                await looked;
                await route.continue();
        });
        await press(page, name);
        const address = page.url();
        check((await heading(page)).startsWith("正在"), `${name}: how far it is`, await heading(page));
        check((await page.locator("progress").count()) === 1, `${name}: a bar`);
        await inspect(page, "import-running", shots);
        release();
        await over(page);
        check(page.url() === address && asked > 0, `${name}: the result comes by itself, at the same address`, page.url());
        await page.unroute(/\/job\/\d+\.json$/);
}

async function manyAtOnce(browser, office, shots) {
        const file = sheet(manyRows(), "大表.csv");
        const count = MANY.toLocaleString("en");
        const page = await begin(browser, office, { viewport: { width: 390, height: 844 } });
        await upload(page, office, file);
        await inspectRunning(page, "试一遍", shots);
        check((await page.locator(".counts").innerText()).includes(`${count} 条`), "all rows were tried");

        await press(page, "全部导入");
        check((await heading(page)).startsWith("正在导入"), "the import goes on", await heading(page));
        await step(page, "停下", "导入停下了");
        check((await page.locator("main").innerText()).includes("什么都没有存"), "and says that nothing is kept");
        await inspect(page, "import-stopped", shots);
        const stopped = page.url();
        check((await listed(page, office)) === 0, "nothing is kept");
        await page.goto(`${office.base}/o/${office.city}/import`);
        check((await page.locator("section", { hasText: "刚做完的" }).innerText()).includes("停下了"), "the list of jobs says so");
        await inspect(page, "import-jobs", shots);

        await page.goto(stopped);
        await press(page, "回到这张表，再试一遍");
        await step(page, "试一遍", "试过了");
        await step(page, "全部导入", "导入好了");
        check((await listed(page, office)) > 0, "and is in the list");
        await page.goBack();
        await page.locator("#sure").check();
        await step(page, "撤销", "一次导入");
        check((await page.locator("[role=status]").innerText()).includes(`删掉新增的 ${count} 条`), "and is taken back");
        check((await listed(page, office)) === 0, "nothing is left");
        await page.context().close();

        const plain = await begin(browser, office, { viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
        await upload(plain, office, file);
        await press(plain, "试一遍");
        check((await heading(plain)).startsWith("正在试读"), "without scripts: how far it is", await heading(plain));
        await over(plain);
        check((await heading(plain)).includes("试过了"), "without scripts: the result comes by itself", await heading(plain));
        await plain.context().close();
}

async function fill(page, office, shots, javaScript) {
        await page.goto(encodeURI(`${office.base}/o/${office.city}/r/${KIND}/new`));
        await page.getByLabel("名称（必填）").fill("");
        await page.getByLabel("认定日期").fill("2022-13-01");
        await press(page, "保存");
        const errors = await page.locator(".error-summary a").allInnerTexts();
        check(errors.length === 4, "four things to mend: name, kind, county, day", errors.join(" "));
        if (javaScript) {
                check(await page.evaluate(() => document.activeElement.matches(".error-summary")), "focus is on the error summary");
                await inspect(page, "record-errors", shots);
        }
        for (const link of await page.locator(".error-summary a").all())
                check((await page.locator(await link.getAttribute("href")).count()) === 1, "each leads to its field");
        await page.getByLabel("名称（必填）").fill("<b>牡丹</b>银行");
        await page.getByLabel("类别（必填）").selectOption("银行");
        await page.getByLabel("区县（必填）").selectOption("鹿城区");
        await page.getByLabel("认定日期").fill("2022-12-01");
        await press(page, "保存");
        check((await heading(page)) === "<b>牡丹</b>银行", "it is saved, and its tags are text", await heading(page));
}

// List → record → edit → history, with Tab, Enter and letters alone.
async function editByKeyboard(page, office, shots) {
        await page.goto(encodeURI(`${office.base}/o/${office.city}/r/${KIND}`));
        check(await tabTo(page, "#q"), "the search is reached by Tab");
        await page.keyboard.type("<b>牡");
        await go(page, () => page.keyboard.press("Enter"));
        check((await page.locator("table.sheet tbody tr").count()) === 1, "one is found");
        await inspect(page, "record-found", shots);
        check(await tabTo(page, "table.sheet tbody a"), "its row is reached by Tab");
        await go(page, () => page.keyboard.press("Enter"));
        await inspect(page, "record", shots);
        check(await tabTo(page, "a[href$='/edit']"), "its form is reached by Tab");
        await go(page, () => page.keyboard.press("Enter"));
        await inspect(page, "record-edit", shots);
        check(await tabTo(page, "input[name='f.地址']"), "a field is reached by Tab");
        await page.keyboard.type("学院路 1 号");
        await go(page, () => page.keyboard.press("Enter"));
        const history = await page.locator(".history").innerText();
        check(/地址：原来是 （没有填），改成 学院路 1 号/.test(history) && /新增/.test(history), "the history in words", history);
        await inspect(page, "record-history", shots);
}

// Two open the same form; the second is shown both values.
async function conflict(browser, office, page, shots) {
        const address = `${page.url()}/edit`;
        const other = await begin(browser, office, { viewport: page.viewportSize() });
        await page.goto(address);
        await other.goto(address);
        await other.locator("input[name='f.地址']").fill("学院路 2 号");
        await press(other, "保存");
        await page.locator("input[name='f.地址']").fill("学院路 3 号");
        await press(page, "保存");
        const both = await page.locator("table.conflict tbody tr").innerText();
        check(/1 号/.test(both) && /2 号/.test(both) && /3 号/.test(both), "what it was, is, and would be", both);
        await inspect(page, "record-conflict", shots);
        await press(page, "保存");
        check((await page.locator("main").innerText()).includes("学院路 3 号"), "saving again is the choice");
        await other.context().close();
}

async function remove(page, shots, javaScript) {
        await go(page, () => page.getByRole("link", { name: "删除", exact: true }).click());
        if (javaScript)
                await inspect(page, "record-delete", shots);
        await page.locator("#reason").fill("重复登记");
        await press(page, "删除");
        check((await heading(page)) === KIND, "back on the list");
}

async function records(browser, office, shots) {
        const stranger = await openPage(browser, office.base, {});
        const refused = await stranger.goto(`${office.base}/o/${office.city}/r`);
        check(refused.status() === 403, "nobody without the token", String(refused.status()));
        await stranger.context().close();
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await begin(browser, office, { viewport: { width, height: 844 }, javaScriptEnabled });
                if (javaScriptEnabled) {
                        await inspect(page, "records", shots);
                        await page.goto(encodeURI(`${office.base}/o/${office.city}/r/${KIND}`));
                        await inspect(page, "records-empty", shots);
                }
                await importSheet(page, office);
                await page.getByRole("link", { name: `看${KIND}` }).click();
                check((await page.locator("table.sheet tbody tr").count()) === ROWS.length, "the list has them");
                if (javaScriptEnabled)
                        await inspect(page, "records-list", shots);
                await page.goBack();
                await undo(page);
                await fill(page, office, shots, javaScriptEnabled);
                if (javaScriptEnabled) {
                        await editByKeyboard(page, office, shots);
                        await conflict(browser, office, page, shots);
                }
                await remove(page, shots, javaScriptEnabled);
                await page.context().close();
        }
        await manyAtOnce(browser, office, shots);
}

module.exports = { records };
