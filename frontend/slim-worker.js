// Off the page's own thread: opens the chosen zip, copies the allowed files and columns into a new one. What is not allowed is
// never unpacked. Nothing is sent anywhere.
import { BlobReader, BlobWriter, ZipReader, ZipWriter, configure } from "@zip.js/zip.js/lib/zip-core-native.js";
import { Columns, Refusal } from "./slim/columns.js";

configure({ useWebWorkers: false, useCompressionStream: true });

const WITHOUT_DATE = new Date(1980, 0, 1);
const TOLD_EVERY = 200;

self.addEventListener("message", async ({ data: { file, allowed, roster } }) => {
  try {
    self.postMessage({ done: await slimmed(file, allowed, new Set(roster)) });
  } catch (fault) {
    const words = fault instanceof Refusal ? fault.message : "This is not a zip file that can be read. Choose the export as the vendor's software wrote it.";
    self.postMessage({ refused: words });
  }
});

async function slimmed(file, allowed, roster) {
  const reader = new ZipReader(new BlobReader(file));
  const { members, left } = sorted(await reader.getEntries(), allowed);
  const told = telling(members.reduce((sum, [, entry]) => sum + entry.uncompressedSize, 0));
  const writer = new ZipWriter(new BlobWriter("application/zip"), { extendedTimestamp: false, lastModDate: WITHOUT_DATE });
  const files = [];
  for (const [name, entry] of members) {
    const columns = new Columns(name, allowed[name], roster.has(name));
    const { readable, writable } = columns.stream(told);
    await Promise.all([entry.getData(writable), writer.add(`${name}.csv`, readable)]);
    files.push({ name, dropped: columns.dropped, skippedRows: columns.skippedRows });
  }
  await reader.close();
  return { blob: await writer.close(), files, left };
}

/** The allowed files in the format's order, and the names of all others. */
function sorted(entries, allowed) {
  const known = new Map(Object.keys(allowed).map((name) => [`${name.toLowerCase()}.csv`, name]));
  const found = new Map();
  const left = [];
  for (const entry of entries.filter((one) => !one.directory)) {
    const base = entry.filename.replaceAll("\\", "/").split("/").pop();
    const name = entry.filename.startsWith("__MACOSX") ? undefined : known.get(base.toLowerCase());
    if (!name) left.push(base);
    else if (found.has(name)) throw new Refusal(`The zip file holds ${name}.csv twice. Choose the export as the vendor's software wrote it.`);
    else if (entry.encrypted) throw new Refusal("The zip file is protected by a password. Choose the export without one.");
    else found.set(name, entry);
  }
  const missing = ["Export", "Organization", "Project"].find((name) => !found.has(name));
  if (missing) throw new Refusal(`The zip file holds no ${missing}.csv, so it is not a whole HMIS CSV export.`);
  return { members: Object.keys(allowed).filter((name) => found.has(name)).map((name) => [name, found.get(name)]), left };
}

function telling(total) {
  let taken = 0;
  let last = 0;
  return (number) => {
    taken += number;
    const now = performance.now();
    if (now - last < TOLD_EVERY) return;
    last = now;
    self.postMessage({ taken, total });
  };
}
