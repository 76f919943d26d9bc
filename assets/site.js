/* What a page does a little better with a script; every page works without it. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
        button.hidden = false;
        button.addEventListener("click", () => window.print());
}
/* Paper cannot be unfolded. */
let unfolded = [];
window.addEventListener("beforeprint", () => {
        unfolded = [...document.querySelectorAll("details:not([open])")];
        for (const details of unfolded)
                details.open = true;
});
window.addEventListener("afterprint", () => {
        for (const details of unfolded)
                details.open = false;
});
/* After a wrong answer a reader begins at what is wrong. */
document.querySelector("[data-focus]")?.focus();
/* Long work tells how far it is; when it is over, the same address shows what came out. */
const job = document.querySelector("[data-job]");
const JOB_PAUSE = 1000;
function showJob(state) {
        for (const name of ["say", "done", "total", "faults"]) {
                const place = job.querySelector(`[data-job-${name}]`);
                if (place && place.textContent !== state[name])
                        place.textContent = state[name];
        }
        const bar = job.querySelector("[data-job-bar]");
        if (state.max)
                Object.assign(bar, { max: state.max, value: state.value });
}
async function followJob() {
        try {
                const answer = await fetch(job.dataset.job);
                const state = answer.ok ? await answer.json() : { over: true };
                if (state.over) {
                        location.reload();
                        return;
                }
                showJob(state);
        } catch { /* the server is away: the next time tells */ }
        setTimeout(followJob, JOB_PAUSE);
}
if (job)
        setTimeout(followJob, JOB_PAUSE / 2);
