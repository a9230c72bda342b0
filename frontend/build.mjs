// Usage: node build.mjs --modules <node_modules> --source <frontend> --out <folder>
// Writes portal-<hash>.css, the scripts, fonts, the icon sprite and the mark, and manifest.json: plain name -> file in that folder.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values: args } = parseArgs({ options: { modules: { type: "string" }, source: { type: "string" }, out: { type: "string" } } });
const modules = resolve(args.modules);
const source = resolve(args.source);
const out = resolve(args.out);
const require = createRequire(join(modules, "index.js"));
const esbuild = require("esbuild");
const sass = require("sass");

const uswds = join(modules, "@uswds/uswds");
const fonts = join(modules, "@fontsource-variable/public-sans/files");
const manifest = {};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const styles = sass.compile(join(source, "portal.scss"), { loadPaths: [join(uswds, "packages")], quietDeps: true, style: "expanded" });
const bundled = esbuild.buildSync({
  stdin: { contents: styles.css, loader: "css", resolveDir: source, sourcefile: "portal.css" },
  outfile: join(out, "portal.css"),
  bundle: true,
  minify: true,
  target: ["chrome109", "firefox115", "safari16"],
  loader: { ".woff2": "file", ".svg": "dataurl" },
  assetNames: "[name]-[hash]",
  alias: { "uswds-img": join(uswds, "dist/img"), fonts },
  metafile: true,
  write: false,
  logLevel: "warning",
});
for (const file of bundled.outputFiles) {
  const name = basename(file.path);
  if (name === "portal.css") keep("portal.css", file.contents);
  else writeFileSync(join(out, name), file.contents);
}
manifest["public-sans.woff2"] = basename(
  Object.keys(bundled.metafile.outputs).find((path) => /public-sans-latin-wght-normal/.test(path)),
);

for (const name of ["portal.js", "slim.js", "slim-worker.js"]) {
  const script = esbuild.buildSync({
    entryPoints: [join(source, name)],
    outfile: join(out, name),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome109", "firefox115", "safari16"],
    define: { "import.meta.url": '""' },
    nodePaths: [modules],
    legalComments: "none",
    write: false,
    logLevel: "warning",
  });
  keep(name, script.outputFiles[0].contents);
}
keep("icons.svg", Buffer.from(sprite()));
keep("mark.svg", readFileSync(join(source, "mark.svg")));
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");

/** Write contents under a name that changes with them, so that browsers may keep the file for a year. */
function keep(name, contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 10);
  const [stem, ending] = name.split(".");
  manifest[name] = `${stem}-${hash}.${ending}`;
  writeFileSync(join(out, manifest[name]), contents);
}

/** The named subset of the USWDS icon sprite, under the portal's own names (icons.json). */
function sprite() {
  const all = readFileSync(join(uswds, "dist/img/sprite.svg"), "utf8");
  const symbols = Object.entries(JSON.parse(readFileSync(join(source, "icons.json"), "utf8"))).map(([name, drawn]) => {
    const found = all.match(new RegExp(`<symbol[^>]*\\bid="${drawn}"[^>]*>.*?</symbol>`, "s"));
    if (!found) throw new Error(`icons.json: USWDS has no icon "${drawn}" (wanted for "${name}").`);
    const box = found[0].match(/viewBox="[^"]*"/)[0];
    return `<symbol id="${name}" ${box}>${found[0].replace(/^<symbol[^>]*>|<\/symbol>$/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
