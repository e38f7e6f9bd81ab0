// Builds dspvnn-playground.html, one file with all scripts, styles and weights inside: `make playground`.
//
// The page holds a table of its sources with the SHA-256 of each, so that a test can say which of them have
// changed since it was built, and the licences of the packages that are bundled into it.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const PAGE = "dspvnn-playground.html";
const OWN = ["build.mjs", "package.json", "package-lock.json", "page.html"];
const read = (...path) => readFileSync(join(...path), "utf8");

const options = { bundle: true, minify: true, write: false, absWorkingDir: root, legalComments: "none", metafile: true };
const script = await build({
  ...options,
  entryPoints: ["docs/playground/src/main.js"],
  format: "iife",
  target: "es2022",
  loader: { ".safetensors": "base64" },
});
const style = await build({ ...options, entryPoints: ["docs/playground/page.css"] });
const inputs = [...Object.keys(script.metafile.inputs), ...Object.keys(style.metafile.inputs)];

/** Return {path: SHA-256} of every source, packages apart: package-lock.json says which they are. */
function sources() {
  const own = inputs.filter((path) => !path.includes("node_modules"));
  const paths = [...own, ...OWN.map((name) => relative(root, join(here, name)))].sort();
  const digest = (path) => createHash("sha256").update(readFileSync(join(root, path))).digest("hex");
  return Object.fromEntries(paths.map((path) => [path, digest(path)]));
}

/** Return the licence of every package that is bundled, as its author wrote it. */
function licences() {
  const packages = inputs.flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []);
  const texts = [...new Set(packages)].sort().map((name) => `${name}\n\n${read(here, "node_modules", name, "LICENSE")}`);
  return texts.join("\n\n").replaceAll("--", "- -"); // which would end the comment
}

const parts = {
  STYLE: style.outputFiles[0].text,
  SCRIPT: script.outputFiles[0].text.replaceAll("</script", "<\\/script"),
  SOURCES: JSON.stringify(sources(), null, 1),
  LICENCES: licences(),
};
const page = read(here, "page.html").replace(/%(STYLE|SCRIPT|SOURCES|LICENCES)%/g, (_, name) => parts[name]);
writeFileSync(join(here, PAGE), page);
console.log(`docs/playground/${PAGE}: ${(page.length / 1e6).toFixed(2)} MB`);
