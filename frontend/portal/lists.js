// The bulk bar stands only while something is ticked, and says how much. Without JavaScript it always stands.
export function startLists() {
  document.addEventListener("change", ({ target }) => {
    if (target.dataset.ticksAll) boxes(target.dataset.ticksAll).forEach((box) => { box.checked = target.checked; });
    const form = target.dataset.tick ?? target.dataset.ticksAll;
    if (form) show(form);
  });
  document.addEventListener("click", ({ target }) => {
    const bar = target.closest?.("[data-bulk-clear]")?.closest("[data-bulk]");
    if (!bar) return;
    boxes(bar.dataset.bulk).forEach((box) => { box.checked = false; });
    show(bar.dataset.bulk);
    document.querySelector(`[data-ticks-all="${bar.dataset.bulk}"]`)?.focus();
  });
  window.addEventListener("pageshow", showAll);
  document.addEventListener("htmx:after:swap", showAll);
  showAll();
}

function showAll() {
  document.querySelectorAll("[data-bulk]").forEach((bar) => show(bar.dataset.bulk));
}

function boxes(form) {
  return [...document.querySelectorAll(`[data-tick="${CSS.escape(form)}"]`)];
}

function show(form) {
  const bar = document.querySelector(`[data-bulk="${CSS.escape(form)}"]`);
  if (!bar) return;
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  all.forEach((box) => box.closest("tr")?.classList.toggle("is-ticked", box.checked));
  bar.classList.toggle("is-shown", ticked > 0);
  bar.querySelector("[data-bulk-count]").textContent = `${ticked} ticked`;
  const every = document.querySelector(`[data-ticks-all="${CSS.escape(form)}"]`);
  if (every) {
    every.checked = ticked > 0 && ticked === all.length;
    every.indeterminate = ticked > 0 && ticked < all.length;
  }
}
