// A form is sent once: the second press waits. The server knows by the hidden field `once`; this only spares the person a doubt.
const RELEASE_AFTER = 10000;

export function startSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    mark(form, true);
    setTimeout(() => release(form), RELEASE_AFTER);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

function release(form) {
  delete form.dataset.sent;
  mark(form, false);
}

function mark(form, sent) {
  form.querySelectorAll("button[type=submit]").forEach((button) => {
    if (sent) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  });
}
