// The programs in the README of the package do what their comments say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const readme = readFileSync(new URL("../../lrm-wasm/README.md", import.meta.url), "utf8");
const programs = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, program]) => program);

for (const [place, program] of programs.entries()) {
  test(`program ${place + 1} prints what it says`, () => {
    const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: dirname(fileURLToPath(import.meta.url)),
      encoding: "utf8",
    });
    const said = [...program.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].flatMap(([, line]) => line.split(", "));
    assert.ok(said.length > 0, "it says nothing");
    assert.deepEqual(printed.split("\n").slice(0, said.length), said);
  });
}

test("there are programs", () => assert.equal(programs.length, 11));
