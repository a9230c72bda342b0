// What is typed in a text area outlives an expired session, a closed tab and a dead network: it is kept in this browser, under the
// person's name, until the form was sent and answered well. Signing out forgets all of it.
const KEPT_FOR = 7 * 24 * 3600 * 1000;
const PENDING = "drafts-sent";

export function startDrafts() {
  forgetSent();
  forgetOld();
  restoreIn(document);
  document.addEventListener("input", ({ target }) => {
    const key = keyOf(target);
    if (!key) return;
    if (target.value.trim()) localStorage.setItem(key, JSON.stringify({ text: target.value, at: Date.now() }));
    else localStorage.removeItem(key);
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.action.endsWith(document.body.dataset.signOut || "\n")) return forget(allKeys());
    const keys = keysSentBy(target);
    if (keys.length) sessionStorage.setItem(PENDING, JSON.stringify(keys));
  });
  document.addEventListener("htmx:after:request", ({ target, detail }) => {
    if (detail.ctx?.response?.raw?.ok && target.matches?.("form")) forgetPending();
  });
  document.addEventListener("htmx:after:process", ({ target }) => target instanceof Element && restoreIn(target));
}

function keyOf(field) {
  if (!field.matches?.("textarea")) return null;
  const name = field.dataset.draft ?? (field.form?.dataset.drafts && `${field.form.dataset.drafts}:${field.name}`);
  return name ? `draft:${document.body.dataset.owner ?? ""}:${name}` : null;
}

// Its own text areas, and whatever draft says the same: the page that sends a form again after a sign-in has other fields.
function keysSentBy(form) {
  const texts = new Set([...new FormData(form).values()].map(plain));
  const own = [...form.querySelectorAll("textarea")].map(keyOf).filter(Boolean);
  return [...new Set([...own, ...allKeys().filter((key) => kept(key) && texts.has(plain(kept(key).text)))])];
}

function plain(text) {
  return String(text).replace(/\r\n/g, "\n").trim();
}

function allKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
}

function forget(keys) {
  keys.forEach((key) => localStorage.removeItem(key));
}

function forgetPending() {
  forget(JSON.parse(sessionStorage.getItem(PENDING) ?? "[]"));
  sessionStorage.removeItem(PENDING);
}

// A form counts as sent well when the next page is one of a signed-in person, came from the server and is no error.
function forgetSent() {
  const visit = performance.getEntriesByType("navigation")[0];
  const well = document.body.dataset.owner && visit?.type === "navigate" && (visit.responseStatus ?? 200) < 400;
  if (well && !document.querySelector(".error-summary")) forgetPending();
  else sessionStorage.removeItem(PENDING);
}

function forgetOld() {
  forget(allKeys().filter((key) => !(kept(key)?.at > Date.now() - KEPT_FOR)));
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function restoreIn(root) {
  root.querySelectorAll("textarea").forEach((field) => {
    const key = keyOf(field);
    const draft = key && kept(key);
    if (!draft || field.value.trim()) return;
    field.value = draft.text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.before(draftLine(field, key));
  });
}

function draftLine(field, key) {
  const line = document.createElement("p");
  line.className = "draft-line";
  line.setAttribute("role", "status");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.textContent = "Discard it";
  discard.addEventListener("click", () => {
    field.value = "";
    forget([key]);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    line.remove();
    field.focus();
  });
  line.append("Your unsent draft is back.", discard);
  return line;
}
