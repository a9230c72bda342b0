// Keyboard: ? the sheet, / search, g + letter a place, j k x in lists, and whatever the page marks with data-shortcut.
// Never in a field, never with a modifier, never under an open dialog, and not at all when the person switched them off (WCAG 2.1.4).
const GO_WITHIN = 1500;
let goUntil = 0;

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open]")) return;
    if (goUntil > event.timeStamp) return goTo(event);
    const act = { "?": showSheet, g: waitForPlace, j: nextRow, k: previousRow, x: tickRow }[event.key] ?? pressMarked;
    if (act(event)) event.preventDefault();
  });
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest?.("[data-opens]");
    if (opener?.dataset.opens === "keys") showSheet();
    else if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  });
}

function isTyping(event) {
  const field = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  return Boolean(field) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing;
}

function showSheet() {
  const sheet = document.getElementById("keys");
  if (!sheet) return false;
  listKeysHere(sheet.querySelector("[data-keys-here]"));
  sheet.showModal();
  return true;
}

// What the page itself marks: its key, and the words of the button, link or field.
function listKeysHere(list) {
  const marked = [...document.querySelectorAll("main [data-shortcut]")];
  list.hidden = !marked.length;
  list.replaceChildren(...marked.map((one) => {
    const line = document.createElement("div");
    const key = document.createElement("kbd");
    key.textContent = one.dataset.shortcut;
    const [term, words] = [document.createElement("dt"), document.createElement("dd")];
    term.append(key);
    words.textContent = (one.labels?.[0] ?? one).textContent.replace("*", "").trim();
    line.append(term, words);
    return line;
  }));
}

function waitForPlace(event) {
  goUntil = event.timeStamp + GO_WITHIN;
  return true;
}

function goTo(event) {
  goUntil = 0;
  const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
}

function rowLinks() {
  return [...document.querySelectorAll("[data-row-link]")].filter((link) => link.offsetParent);
}

function focusRow(step) {
  const links = rowLinks();
  if (!links.length) return false;
  const row = document.activeElement?.closest("tr, li");
  const at = links.findIndex((link) => row?.contains(link));
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  return true;
}

const nextRow = () => focusRow(1);
const previousRow = () => focusRow(-1);

function tickRow() {
  const box = document.activeElement?.closest("tr")?.querySelector("[data-tick]");
  box?.click();
  return Boolean(box);
}

function pressMarked(event) {
  const marked = [...document.querySelectorAll(`[data-shortcut="${CSS.escape(event.key)}"]`)];
  const thing = marked.find((one) => one.offsetParent) ?? marked[0];
  if (!thing) return false;
  thing.closest("details:not([open])")?.setAttribute("open", "");
  if (thing.matches("input, textarea, select, summary")) thing.focus();
  else thing.click();
  return true;
}
