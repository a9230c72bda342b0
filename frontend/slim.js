// The page that loads an HMIS export: whatever zip is chosen, only its slim copy is ever in the form that is sent.
const ADVICE = "Use a current version of Chrome, Edge, Firefox or Safari, or run “portal hmis-csv slim FILE.zip” on your computer and ask the help desk how to send the copy.";
const MEGABYTE = 1000000;

const form = document.querySelector("form[data-slim]");
if (form) {
  document.querySelector("[data-without-script]")?.remove();
  start(form);
}

function start(form) {
  const input = form.querySelector("input[type=file]");
  const status = form.querySelector("[data-slim-status]");
  const rules = JSON.parse(form.dataset.slim);
  let worker = null;
  let isReady = false;

  input.addEventListener("change", () => {
    worker?.terminate();
    worker = null;
    isReady = false;
    status.replaceChildren();
    const [file] = input.files;
    if (file) begin(file);
  });

  form.addEventListener("submit", (event) => {
    if (isReady || !input.files.length) return;
    event.preventDefault();
    if (!status.hasChildNodes()) begin(input.files[0]);
  });

  function begin(file) {
    if (!isAble()) return refuse(`This browser cannot leave the clients out. ${ADVICE}`);
    const shown = progress();
    status.replaceChildren(shown.box);
    worker = new Worker(form.dataset.slimWorker);
    worker.addEventListener("message", ({ data }) => {
      if (data.total !== undefined) shown.tell(data.taken, data.total);
      if (data.refused) refuse(data.refused);
      if (data.done) take(file, data.done);
    });
    worker.addEventListener("error", () => refuse(`Your browser could not read this file. ${ADVICE}`));
    worker.postMessage({ file, ...rules });
  }

  function take(file, { blob, files, left }) {
    const held = new DataTransfer();
    held.items.add(new File([blob], file.name.replace(/(-slim)?\.zip$/i, "") + "-slim.zip", { type: "application/zip" }));
    input.files = held.files;
    isReady = true;
    status.replaceChildren(...summary(file, blob, files, left));
  }

  function refuse(words) {
    worker?.terminate();
    worker = null;
    input.value = "";
    const told = element("p", words, "usa-error-message");
    told.setAttribute("role", "alert");
    status.replaceChildren(told);
  }
}

function isAble() {
  try {
    return Boolean(window.Worker && window.DataTransfer && new DecompressionStream("deflate-raw"));
  } catch {
    return false;
  }
}

function progress() {
  const box = element("div", "", "progress");
  const bar = element("progress", "", "progress__bar");
  const words = element("span", "Leaving the clients out …", "progress__words");
  bar.setAttribute("aria-label", "Leaving the clients out");
  box.append(bar, words);
  const tell = (taken, total) => {
    bar.max = total || 1;
    bar.value = taken;
    words.textContent = `Leaving the clients out: ${Math.round(taken / MEGABYTE).toLocaleString("en-US")} of ${Math.round(total / MEGABYTE).toLocaleString("en-US")} MB`;
  };
  return { box, tell };
}

/** What stays and what was left out, in words, with every column behind a fold. */
function summary(file, blob, files, left) {
  const columns = files.reduce((sum, one) => sum + one.dropped.length, 0);
  const rows = files.reduce((sum, one) => sum + one.skippedRows, 0);
  const found = element("p", `Ready to send: ${files.length} files, ${size(blob)} instead of ${size(file)}. ${counted(left.length, "file")} and ${counted(columns, "column")} stay on your computer.`, "summary summary--good");
  const fold = element("details", "", "more");
  const list = element("ul");
  if (left.length) list.append(element("li", `Left out whole: ${left.join(", ")}`));
  files.filter((one) => one.dropped.length).forEach((one) => list.append(element("li", `${one.name}.csv without ${one.dropped.join(", ")}`)));
  if (rows) list.append(element("li", `${counted(rows, "row")} had more or fewer cells than column names and cannot be read and are not sent.`));
  list.append(element("li", `Sent: ${files.map((one) => `${one.name}.csv`).join(", ")}`));
  const body = element("div", "", "more__body");
  body.append(list);
  fold.append(element("summary", "What was left out, and what is sent"), body);
  return [found, fold];
}

function size(blob) {
  return `${Math.max(0.1, blob.size / MEGABYTE).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`;
}

function counted(number, noun) {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

function element(name, words = "", className = "") {
  const made = document.createElement(name);
  if (words) made.textContent = words;
  if (className) made.className = className;
  return made;
}
