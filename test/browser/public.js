// What anybody can see: every document of every city, its clauses and what carries them, services, directories on their map, search.
"use strict";
const { WIDTHS, check, openPage, inspect, tabTo } = require("./support.js");

const CITIES = ["huaian", "jinan", "jining", "wenzhou"];
const ORIGINAL = { city: "jining", document: "创业乐业行动方案" };
const DIRECTORY = { city: "huaian", name: "创业师资库" };

const heading = (page) => page.locator("h1").innerText();
const hrefs = (page, selector) => page.locator(selector).evaluateAll((list) => list.map((e) => e.getAttribute("href")));

// Every link inside the page leads to something, and what it leads to elsewhere is there.
async function checkLinks(page, base, label, followed) {
        const wrong = await page.evaluate(() => [...document.querySelectorAll("main a[href^='#']")]
                .map((a) => decodeURIComponent(a.getAttribute("href").slice(1))).filter((id) => !document.getElementById(id)));
        check(wrong.length === 0, `anchors of ${label}`, wrong.join(" "));
        for (const href of await hrefs(page, "main a[href^='/']")) {
                const path = href.split("#")[0];
                if (followed.has(path))
                        continue;
                followed.add(path);
                const response = await page.request.get(base + path);
                check(response.status() === 200, `${path} from ${label}`, String(response.status()));
        }
}

// By keys alone: the document from the list, its table of contents, and along it to a clause.
async function readDocument(page, base, path, shots, name, followed) {
        check(await tabTo(page, `main h2 a[href="${path}"]`), `${name} is reached by Tab`);
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        await inspect(page, name, shots);
        const folded = await page.locator(".toc-box summary").isVisible();
        check(await tabTo(page, folded ? ".toc-box summary" : ".toc-side"), `${name}: the table of contents is reached by Tab`);
        if (folded)
                await page.keyboard.press("Enter");
        check(await tabTo(page, ".toc-list li:nth-child(2) a"), `${name}: its second line is reached by Tab`);
        const clause = await page.evaluate(() => document.activeElement.getAttribute("href"));
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => url.hash !== "", { timeout: 5000 }).catch(() => {});
        check(new URL(page.url()).hash === clause && (await page.locator(`[id="${decodeURIComponent(clause.slice(1))}"]`).isVisible()),
              `${name}: Enter leads to the clause`, page.url());
        const clauses = await page.locator(".doc-clause").count();
        const contents = await page.locator(".toc-box .toc-list li").count();
        check(clauses > 10 && clauses === contents, `${name}: each clause is in the table of contents`, `${clauses} ${contents}`);
        check((await page.locator(".doc-clause[id]").count()) === clauses, `${name}: each clause has an anchor`);
        check((await page.locator(".doc-clause .prose").count()) === clauses, `${name}: each clause is in our words`);
        const bare = await page.locator(".doc-clause").evaluateAll((list) => list.filter((e) =>
                !e.querySelector(".carriers") && !/没有单独要办/.test(e.textContent) && !e.nextElementSibling?.matches(".doc-2, .doc-3, .doc-4"))
                .map((e) => e.id));
        check(bare.length === 0, `${name}: each clause says what carries it`, bare.join(" "));
        check(/发文机关/.test(await page.locator(".doc-facts").innerText()), `${name}: who issued it`);
        check(/浏览次数/.test(await page.locator(".doc-facts").innerText()), `${name}: how often it was read`);
        await checkLinks(page, base, name, followed);
}

async function documents(browser, base, shots) {
        const followed = new Set();
        let read = 0;
        for (const width of WIDTHS) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 } });
                for (const city of CITIES) {
                        const list = `/c/${city}/d`;
                        await page.goto(`${base}/c/${city}`);
                        check(await tabTo(page, `.nav a[href="${list}"]`), "the navigation is reached by Tab");
                        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
                        check(/的文件$/.test(await heading(page)), "it leads to the documents");
                        await inspect(page, `documents-${city}`, shots);
                        const paths = await hrefs(page, ".city-card h2 a");
                        for (const [index, path] of paths.entries()) {
                                if (index)
                                        await page.goto(base + list);
                                await readDocument(page, base, path, shots, `document-${city}-${index + 1}`, followed);
                                read++;
                        }
                }
                await page.context().close();
        }
        check(read === 10, "five documents at two widths", String(read));
}

async function byKeyboard(browser, base, shots) {
        for (const javaScriptEnabled of [true, false]) {
                const page = await openPage(browser, base, { viewport: { width: 390, height: 844 }, javaScriptEnabled });
                await page.goto(encodeURI(`${base}/c/${ORIGINAL.city}/d/${ORIGINAL.document}`));
                check(await tabTo(page, ".toc-box summary"), "the table of contents is reached by Tab");
                await page.keyboard.press("Enter");
                check(await tabTo(page, ".toc-list a"), "its first line is reached by Tab");
                await page.keyboard.press("Enter");
                await page.waitForURL(/#c-1$/, { timeout: 5000 }).catch(() => {});
                check(/#c-1$/.test(page.url()), "Enter leads to the clause", page.url());
                check(/原文/.test(await page.locator("#c-1 .original").innerText()), "the published text stands beside ours");
                check((await page.locator(".original .tag", { hasText: "有改动" }).count()) === 1, "one clause has changed");
                if (javaScriptEnabled) {
                        await page.getByRole("button", { name: "大字版" }).click();
                        await inspect(page, "document-elder", shots);
                }
                await page.context().close();
        }
}

async function services(browser, base, shots) {
        for (const width of WIDTHS) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 } });
                await page.goto(encodeURI(`${base}/c/huaian/s/预订创业场所`));
                check(/还不能在这里办/.test(await page.locator("main").innerText()), "a service that waits says so");
                await inspect(page, "service-waits", shots);
                await page.locator(".crumb a").click();
                check(/#c-/.test(page.url()), "and leads back to its clause", page.url());
                await page.context().close();
        }
}

// A town whose service says working days: by when it is done, on its own page and on that of its policy.
async function clock(browser, base, shots) {
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 }, javaScriptEnabled });
                const text = () => page.locator("main").innerText();
                const ask = async (day) => {
                        check(await tabTo(page, "#handed_in"), "the day is reached by Tab");
                        await page.locator("#handed_in").fill(day);
                        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
                };
                await page.goto(encodeURI(`${base}/c/town/p/开店补贴`));
                check(/15 个工作日，今天交，最晚 2026年12月11日/.test(await text()), "a policy says by when its service is done", await text());
                await page.getByRole("link", { name: "申领开店补贴" }).click();
                check(/今天 2026年11月22日（星期日）交，从下一个工作日算起，最晚 2026年12月11日/.test(await text()), "handed in today");
                await ask("2025年9月28日");
                check(/最晚 2025年10月24日（星期五） 办完/.test(await text()), "around a week off, with two days worked for it", await text());
                if (javaScriptEnabled)
                        await inspect(page, "service-clock", shots);
                await ask("2026-12-20");
                check(/没有 2027 年的放假安排/.test(await text()), "a year that nobody has announced");
                await ask("2026-13-01");
                check(/没看懂这个日期/.test(await page.locator(".error-summary").innerText()), "no such day");
                if (javaScriptEnabled)
                        await inspect(page, "service-clock-wrong", shots);
                await page.locator(".error-summary a").click();
                check(await page.locator("#handed_in").evaluate((e) => e === document.activeElement || location.hash === "#handed_in"),
                      "and the way to its field");
                await page.context().close();
        }
}

async function searchFor(page, text) {
        await page.locator("#q").fill(text);
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
        return {
                count: Number(/找到 (\d+) 处/.exec(await page.locator("main").innerText())?.[1] ?? -1),
                names: await page.locator(".found-list h3").allInnerTexts(),
                marks: await page.locator(".found-list mark").evaluateAll((list) => list.map((e) => e.textContent).filter(Boolean)),
        };
}

async function search(browser, base, shots) {
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 }, javaScriptEnabled });
                await page.goto(`${base}/c/jinan`);
                await page.getByRole("link", { name: "搜索", exact: true }).click();
                check(await tabTo(page, "#q"), "the field is reached by Tab");
                if (javaScriptEnabled)
                        await inspect(page, "search", shots);
                const one = await searchFor(page, "贷");
                check(one.count > 20 && one.names.some((name) => name.includes("贷款")), "one character finds loans", JSON.stringify(one.names));
                check(one.marks.length > 0 && one.marks.every((mark) => /^[贷貸]+$/.test(mark)), "and marks it", one.marks.join(" "));
                const simplified = await searchFor(page, "创业");
                const traditional = await searchFor(page, "創業");
                check(simplified.count > 50 && simplified.count === traditional.count, "traditional finds what simplified finds",
                      `${simplified.count} ${traditional.count}`);
                check(JSON.stringify(simplified.names) === JSON.stringify(traditional.names), "in the same order");
                if (javaScriptEnabled)
                        await inspect(page, "search-found", shots);
                check((await page.locator(".found-list li").count()) <= 50, "at most fifty are shown");
                await Promise.all([page.waitForNavigation(), page.locator(".found-list h3 a").first().click()]);
                check((await page.locator("h1").count()) === 1 && !/没有这个页面/.test(await heading(page)), "a find opens", page.url());
                await page.goBack();
                const nothing = await searchFor(page, "航天飞机<b>");
                check(nothing.names.length === 0 && /没有找到“航天飞机<b>”/.test(await page.locator("main").innerText()), "nothing found is said");
                if (javaScriptEnabled)
                        await inspect(page, "search-nothing", shots);
                await page.context().close();
        }
}

async function directories(browser, base, shots) {
        for (const [width, javaScriptEnabled] of [...WIDTHS.map((one) => [one, true]), [390, false]]) {
                const page = await openPage(browser, base, { viewport: { width, height: 844 }, javaScriptEnabled });
                await page.goto(`${base}/c/${DIRECTORY.city}`);
                await page.getByRole("link", { name: "名录", exact: true }).click();
                check(/公开名录$/.test(await heading(page)), "the navigation leads to the directories");
                check(/示范数据/.test(await page.locator(".demo").innerText()), "invented entries say so");
                if (javaScriptEnabled)
                        await inspect(page, "directories", shots);
                await page.getByRole("link", { name: DIRECTORY.name, exact: true }).click();
                const total = async () => Number(/共 (\d+) 条/.exec(await page.locator(".search-count").innerText())[1]);
                const all = await total();
                const counts = await page.locator(".tile .tile-count").evaluateAll((list) => list.map((e) => parseInt(e.textContent, 10)));
                check(all > 0 && counts.reduce((sum, count) => sum + count, 0) === all, "the map adds up", `${counts} ${all}`);
                if (javaScriptEnabled)
                        await inspect(page, "directory", shots);
                const most = counts.indexOf(Math.max(...counts));
                check(await tabTo(page, ".tile"), "the map is reached by Tab");
                await page.locator(".tile").nth(most).focus();
                await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
                check((await total()) === counts[most], "a tile shows its county only");
                check((await page.locator(".tile[aria-current=true]").count()) === 1, "and says which it is");
                await page.getByRole("link", { name: "看全部" }).click();
                check((await total()) === all, "and back to all");
                await page.locator("select").first().selectOption({ index: 1 });
                await page.getByRole("button", { name: "筛选" }).click();
                check((await total()) <= all && /已筛选/.test(await page.locator(".search-count").innerText()), "the form filters");
                if (javaScriptEnabled)
                        await inspect(page, "directory-filtered", shots);
                await page.context().close();
        }
}

module.exports = { documents, byKeyboard, services, clock, search, directories };
