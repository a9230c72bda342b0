// After a partial update the focus is never lost and the change is said: content may carry data-focus and data-announce.
export function startSwaps() {
  document.querySelector(".error-summary")?.focus();
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const target = detail.ctx?.target;
    if (!(target instanceof Element)) return;
    const here = target.isConnected ? target : document.getElementById(target.id);
    if (!here) return;
    giveFocus(here);
    say(here.closest("[data-announce]")?.dataset.announce ?? here.querySelector("[data-announce]")?.dataset.announce);
  });
  document.addEventListener("htmx:error", () => say("That did not work. Please check your connection and try again."));
}

function giveFocus(here) {
  const wanted = here.querySelector(".error-summary, [data-focus]");
  const lost = !document.activeElement || document.activeElement === document.body;
  const next = wanted ?? (lost ? here : null);
  if (!next) return;
  if (!next.matches("a, button, input, select, textarea, summary, [tabindex]")) next.tabIndex = -1;
  next.focus({ preventScroll: !wanted });
}

export function say(words) {
  const live = document.getElementById("live");
  if (live && words) live.textContent = words;
}
