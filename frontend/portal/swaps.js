// After a partial update the focus is never lost and the change is said: content may carry data-focus and data-announce.
// Only what a person asked for by a click or a submit may move the focus; an update that comes by itself never does.
const ASKED = new Set(["click", "submit"]);
const wasInside = new WeakMap();

export function startSwaps() {
  document.querySelector(".error-summary")?.focus();
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    const target = detail.ctx?.target;
    if (target instanceof Element && target.contains(document.activeElement)) wasInside.set(detail.ctx, document.activeElement);
  });
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const target = detail.ctx?.target;
    if (!(target instanceof Element)) return;
    const here = target.isConnected ? target : document.getElementById(target.id);
    if (!here) return;
    if (ASKED.has(detail.ctx.sourceEvent?.type)) giveFocus(here);
    else keepFocus(here, wasInside.get(detail.ctx));
    say(here.closest("[data-announce]")?.dataset.announce ?? here.querySelector("[data-announce]")?.dataset.announce);
  });
  document.addEventListener("htmx:error", () => say("That did not work. Please check your connection and try again."));
}

function giveFocus(here) {
  const wanted = here.querySelector(".error-summary, [data-focus]");
  const next = wanted ?? (isLost() ? here : null);
  if (next) focusOn(next, !wanted);
}

// Whoever was in the part that was replaced finds the same thing there again, or else the part itself.
function keepFocus(here, held) {
  if (!held || !isLost()) return;
  const again = held.id ? document.getElementById(held.id) : null;
  const same = again ?? [...here.querySelectorAll(held.tagName)].find((one) => one.textContent === held.textContent);
  focusOn(same ?? here, true);
}

function isLost() {
  return !document.activeElement || document.activeElement === document.body;
}

function focusOn(next, preventScroll) {
  if (!next.matches("a, button, input, select, textarea, summary, [tabindex]")) next.tabIndex = -1;
  next.focus({ preventScroll });
}

export function say(words) {
  const live = document.getElementById("live");
  if (live && words) live.textContent = words;
}
