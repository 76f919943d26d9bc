// What the browser tests share: the browser, a counter of results, axe, and an interview answered from a list.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const WIDTHS = [390, 1280];

let passed = 0;
let failed = 0;

function check(good, what, detail = "") {
        if (good)
                passed++;
        else {
                failed++;
                console.log(`not ok: ${what}${detail ? `: ${detail}` : ""}`);
        }
        return good;
}

// A section has a browser of its own: one that has shown hundreds of pages grows slow, and a page of another section never
// stands in front.
async function section(name, body) {
        const before = failed;
        const browser = await launch();
        try {
                await body(browser);
        } catch (error) {
                check(false, name, error.stack);
        }
        await browser.close();
        console.log(`${failed === before ? "ok" : "failed"}: ${name}`);
}

function finish() {
        console.log(`${passed} passed, ${failed} failed`);
        process.exitCode = failed ? 1 : 0;
}

function launch() {
        return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
}

// A page that reports errors of its scripts and requests to other hosts.
async function openPage(browser, base, options) {
        // without smooth scrolling, which a page without scripts never tells the end of
        const context = await browser.newContext({ locale: "zh-CN", reducedMotion: "reduce", ...options });
        const page = await context.newPage();
        page.on("request", (request) => {
                if (!request.url().startsWith(base))
                        check(false, "no outside hosts", request.url());
        });
        page.on("console", (message) => {
                // a 4xx answer to a form is told to the console as well
                if (message.type() === "error" && !/status of 4\d\d/.test(message.text()))
                        check(false, `console of ${page.url()}`, message.text());
        });
        page.on("pageerror", (error) => check(false, "script", error.message));
        return page;
}

// axe, no sideways scrolling, a language, one h1, no answers in the URL; and a picture.
async function inspect(page, name, shots) {
        const width = page.viewportSize().width;
        const label = `${name} at ${width} px`;
        const result = await page.evaluate(`(() => { ${AXE}; return axe.run(document, { resultTypes: ["violations"] }); })()`);
        check(result.violations.length === 0, `axe on ${label}`,
              JSON.stringify(result.violations.map((v) => [v.id, v.nodes.map((n) => [n.html, n.failureSummary])])));
        check(result.passes.length > 5, `axe looked at ${label}`);
        const facts = await page.evaluate(() => ({
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
                lang: document.documentElement.lang,
                headings: document.querySelectorAll("h1").length,
                formulas: /(较小|较大|加月|减月|周岁|满月数|取整|任一|全部|合计|计数|属于) ?[(（]/.exec(document.body.textContent)?.[0],
                small: [...document.querySelectorAll("p, li, dd, dt, label, a, button")]
                        .filter((e) => e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 14).length,
                low: [...document.querySelectorAll(".button, .choice, input.number, select, .link-button")]
                        .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 47.5).map((e) => e.outerHTML),
        }));
        check(facts.wide <= 0, `no sideways scrolling on ${label}`, `${facts.wide} px`);
        check(facts.lang === "zh-CN", `language of ${label}`);
        check(facts.formulas === undefined, `rules in plain words on ${label}`, facts.formulas);
        check(facts.headings === 1, `one h1 on ${label}`, String(facts.headings));
        check(facts.small === 0, `no small type on ${label}`, String(facts.small));
        check(facts.low.length === 0, `targets of 48 px on ${label}`, facts.low.join(" "));
        await page.screenshot({ path: path.join(shots, `${name}-${width}.png`), fullPage: true });
}

const press = async (page, key, times = 1) => {
        for (let i = 0; i < times; i++)
                await page.keyboard.press(key);
};

// Moves the focus by Tab until the element matches; false when it never does.
async function tabTo(page, selector) {
        for (let i = 0; i < 60; i++) {
                await press(page, "Tab");
                if (await page.evaluate((s) => document.activeElement?.matches(s), selector))
                        return true;
        }
        return false;
}

const questionText = (page) => page.locator("h1").innerText();
const onQuestion = async (page) => (await page.locator("form.question input[name=question]").count()) > 0;

// What to answer: by a part of the question's words; else the fallback for its kind.
function answerFor(question, answers) {
        const key = Object.keys(answers).find((words) => question.includes(words));
        return key === undefined ? undefined : answers[key];
}

module.exports = { WIDTHS, check, section, finish, openPage, inspect, press, tabTo, questionText, onQuestion, answerFor };
