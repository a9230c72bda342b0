// USWDS components and htmx. A component rewrites its markup, so swapped content gets init(node): on(node) would double the listeners.
import characterCount from "@uswds/uswds/js/usa-character-count";
import comboBox from "@uswds/uswds/js/usa-combo-box";
import fileInput from "@uswds/uswds/js/usa-file-input";
import password from "@uswds/uswds/js/_usa-password";
import htmx from "htmx.org";

const components = [characterCount, comboBox, fileInput, password];

export function startComponents() {
  window.htmx = htmx;
  noteDescriptions(document);
  components.forEach((component) => component.on(document.body));
  carryDescriptions(document);
  document.addEventListener("htmx:after:process", ({ target }) => {
    if (!(target instanceof Element) || target === document.body || target === document.documentElement) return;
    noteDescriptions(target);
    components.forEach((component) => component.init?.(target));
    carryDescriptions(target);
  });
}

// The combo box puts an input in place of the select and forgets hint, error and state; they are carried over.
const CARRIED = ["aria-describedby", "aria-invalid", "data-shortcut"];
const remembered = new WeakMap();

function noteDescriptions(root) {
  root.querySelectorAll(".usa-combo-box select").forEach((select) => {
    if (!remembered.has(select)) remembered.set(select, CARRIED.map((name) => [name, select.getAttribute(name)]));
  });
}

function carryDescriptions(root) {
  root.querySelectorAll(".usa-combo-box select").forEach((select) => {
    const input = select.parentElement.querySelector("input");
    (remembered.get(select) ?? []).forEach(([name, value]) => value !== null && input?.setAttribute(name, value));
    if (select.getAttribute("aria-invalid")) input?.classList.add("usa-input--error");
  });
}
