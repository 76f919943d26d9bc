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
