// The package as it is published: what is in it, and how it is loaded.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { CASE, EVIDENCE, FRAMEWORK, NOW, POLICY } from "./fixtures.mjs";

const PACKAGE = fileURLToPath(new URL("../../lrm-wasm/pkg/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

let project;
let published;

before(() => {
  project = mkdtempSync(join(tmpdir(), "lrm-package-"));
  const answer = execFileSync("npm", ["pack", PACKAGE, "--dry-run", "--json"], { cwd: project, encoding: "utf8" });
  published = JSON.parse(answer)[0].files.map((file) => file.path).sort();
  const installed = join(project, "node_modules", "lrm-wasm");
  mkdirSync(installed, { recursive: true });
  for (const file of published) cpSync(join(PACKAGE, file), join(installed, file));
});

after(() => rmSync(project, { recursive: true, force: true }));

/** Runs a program in a project that has the package installed; gives what it prints. */
function run(type, program) {
  const flags = [`--input-type=${type}`, "--eval", program];
  return execFileSync(process.execPath, flags, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

const PRINT_VALUE = `
  const engine = Engine.fromJson(
    { format: "lrm-framework/1", competencies: [{ id: "a", statement: "A" }] },
    { format: "lrm-policy/1", scale: { max: 4, proficient: 3 }, estimate: { method: "latest" } },
  );
  console.log(engine.evaluate([{ competency: "a", score: 3.5 }], new Date(0)).mastery("a").exact);
`;

test("it holds two modules, their declarations and the licences", () => {
  assert.deepEqual(published.filter((file) => !file.endsWith(".js")), [
    "LICENSE-APACHE", "LICENSE-MIT", "README.md", "index.d.ts", "indexeddb.d.ts", "lrm_bg.wasm", "package.json", "readers_bg.wasm",
  ]);
  assert.deepEqual(Object.keys(manifest.exports["."]), ["types", "node", "default"]);
  assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  assert.notEqual(manifest.version, "0.0.0");
  assert.equal(manifest.dependencies, undefined);
});

test("whatever a file of it imports is in it", () => {
  for (const file of published.filter((name) => name.endsWith(".js"))) {
    const text = readFileSync(join(PACKAGE, file), "utf8");
    for (const [, name] of text.matchAll(/from "\.\/([^"]+)"/g)) assert.ok(published.includes(name), `${file}: ${name}`);
  }
  const sources = readdirSync(new URL("../../lrm-wasm/js/", import.meta.url));
  for (const file of sources) assert.ok(published.includes(file), file);
});

test("the compiled test of types uses every name that is declared", () => {
  const texts = ["index.d.ts", "indexeddb.d.ts"].map((file) => readFileSync(join(PACKAGE, file), "utf8"));
  const declared = texts.join("\n").matchAll(/^export (?:class|interface|type) (\w+)/gm);
  const used = readFileSync(new URL("types.test.ts", import.meta.url), "utf8");
  for (const [, name] of declared) assert.match(used, new RegExp(`\\b${name}\\b`));
});

test("import loads it without waiting", () => {
  assert.equal(run("module", `import { Engine } from "lrm-wasm"; ${PRINT_VALUE}`), "3.5");
});

test("require loads it, and it is the same package", () => {
  assert.equal(run("commonjs", `const { Engine } = require("lrm-wasm"); ${PRINT_VALUE}`), "3.5");
  const same = `const lrm = require("lrm-wasm"); import("lrm-wasm").then((other) => console.log(lrm.Engine === other.Engine))`;
  assert.equal(run("commonjs", same), "true");
});

test("the modules can be asked for by name", () => {
  for (const name of ["lrm-wasm/lrm.wasm", "lrm-wasm/readers.wasm"]) {
    const address = run("module", `console.log(import.meta.resolve("${name}"))`);
    assert.ok(existsSync(fileURLToPath(address)), address);
  }
});

/** Programs for the entry of browsers, which Node can run too if it hands over the bytes. */
const web = (program) =>
  run("module", `
    import { readFileSync } from "node:fs";
    import init, { Derivation, Engine, Framework, LrmError, initReaders } from ${JSON.stringify(pathToFileURL(join(project, "node_modules/lrm-wasm/web.js")))};
    const bytes = (module = "lrm") => readFileSync("node_modules/lrm-wasm/" + module + "_bg.wasm");
    ${program}`);

test("in browsers nothing works before the module is loaded, and all does afterwards", () => {
  const program = `
    try { Engine.fromJson({}, {}); } catch (error) { console.log(error instanceof LrmError, error.code); }
    await Promise.all([init(bytes()), init(bytes())]);
    await init();
    ${PRINT_VALUE}`;
  assert.equal(web(program), "true not-initialized\n3.5");
});

test("a load that failed can be tried again", () => {
  const program = `
    await init(Uint8Array.of(1, 2, 3)).catch((error) => console.log(error instanceof LrmError, error.code, "cause" in error));
    await init(new WebAssembly.Module(bytes()));
    ${PRINT_VALUE}`;
  assert.equal(web(program), "true not-initialized true\n3.5");
});

test("a module can come as a promise", () => {
  assert.equal(web(`await init(Promise.resolve(bytes())); ${PRINT_VALUE}`), "3.5");
});

test("the readers are loaded apart from the engine", () => {
  const program = `
    const read = () => Framework.fromCase(${JSON.stringify(CASE)});
    const refused = () => { try { read(); } catch (error) { console.log(error.code, error.message.includes("initReaders")); } };
    refused();
    await init(bytes());
    refused();
    const engine = Engine.fromJson(${JSON.stringify(FRAMEWORK)}, ${JSON.stringify(POLICY)});
    const explain = () => engine.explain(${JSON.stringify(EVIDENCE)}, "NF", "${NOW}");
    try { explain(); } catch (error) { console.log(error.code, error.message.includes("initReaders")); }
    await initReaders(Uint8Array.of(1)).catch((error) => console.log(error instanceof LrmError, error.code));
    await Promise.all([initReaders(bytes("readers")), initReaders()]);
    const derivation = explain();
    derivation.verify();
    console.log(read().length, Derivation.fromJson(derivation.toJson()).text() === derivation.text());`;
  assert.equal(web(program), "not-initialized false\nnot-initialized true\nnot-initialized true\ntrue not-initialized\n2 true");
});
