import assert from "node:assert/strict";
import { test } from "node:test";

import { decimal, parse, stringify } from "./lossless.mjs";

test("a document survives the round trip with its digits", () => {
  const json = '{"a":[1,-2.50,1e-3,true,false,null],"b":{"c":"\\"]}","é":{}},"":[]}';
  assert.equal(stringify(parse(json)), json);
  assert.equal(stringify(parse(' { "x" : 0.10000000000000000000001 } ')), '{"x":0.10000000000000000000001}');
});

test("what is not JSON is refused", () => {
  for (const json of ["", "{", "[1,]", "{1:2}", "[1 2]", '{"a" 1}', "1 2", "nul"]) {
    assert.throws(() => parse(json), json);
  }
});

test("equal numbers have one plain form", () => {
  const forms = [
    ["3", "3"], ["3.00", "3"], ["30e-1", "3"], ["0.3E1", "3"], ["1.5e3", "1500"], ["12e-4", "0.0012"],
    ["-0", "0"], ["-0.250", "-0.25"], ["0.000", "0"], ["100", "100"], ["1e2", "100"], ["1.25e1", "12.5"],
  ];
  for (const [text, plain] of forms) assert.equal(decimal(text), plain, text);
});
