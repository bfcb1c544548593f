// The store in a real browser: two tabs without a network write the same learner, and nothing of it is lost.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { EventLog } from "lrm-wasm";

import { Browser, findChromium } from "./chromium.mjs";

const PACKAGE = fileURLToPath(new URL("../../lrm-wasm/pkg/", import.meta.url));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

const evidence = (name, number) => ({
  id: `${name}-${number}`, competency: "NF.1", score: number % 5, observed_at: "2026-09-01T12:00:00Z",
});
const corrected = (name, number) => ({ id: `${name}-${number}c`, event: "corrected", of: `${name}-${number}`, score: 4 });
/** What a tab writes: of its own, and what the other one writes too. */
const eventsOf = (name) =>
  Array.from({ length: 40 }, (_, n) => [evidence(name, n), corrected(name, n), evidence("both", n)]).flat();

/** An empty page, and the package. */
async function serve() {
  const server = createServer(({ url }, response) => {
    const file = /^\/pkg\/([\w.-]+)$/.exec(url);
    if (file) response.writeHead(200, { "content-type": TYPES[extname(file[1])] }).end(readFileSync(join(PACKAGE, file[1])));
    else response.writeHead(url === "/" ? 200 : 404, { "content-type": "text/html" }).end("<!doctype html>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

// These run in the page.

async function load() {
  const lrm = await import("/pkg/web.js");
  const { openStore } = await import("/pkg/indexeddb.js");
  await Promise.all([lrm.default(), lrm.initReaders()]);
  Object.assign(globalThis, { lrm, openStore, store: await openStore("school") });
}

async function append(learner, events, together) {
  if (together) return globalThis.store.append(learner, events);
  let added = 0;
  for (const event of events) added += await globalThis.store.append(learner, [event]);
  return added;
}

async function known(learner) {
  const log = await globalThis.store.log(learner);
  try {
    return { learner: log.learner, length: log.length, hash: log.hash(), findings: log.report().length };
  } finally {
    log.free();
  }
}

const learners = () => globalThis.store.learners();

const network = async () => [navigator.onLine, await fetch("/").then(() => "there", () => "gone")];

async function mistakes() {
  const { lrm, openStore, store } = globalThis;
  const theirs = lrm.EventLog.fromEvents([{ learner: "ben", competency: "a", score: 1 }]);
  const calls = [
    () => store.append("ana", [{ id: "x", competency: "a", score: 1 }, { learner: "ben", competency: "a", score: 1 }]),
    () => store.append("ana", theirs),
    () => store.append("ana", [{ id: "x", competency: "a", score: NaN }]),
    () => store.append(3, []),
    () => store.append("\ud800", []),
    () => store.append("ana", "events"),
    () => store.log(undefined),
    () => openStore(),
  ];
  const codes = [];
  for (const call of calls) codes.push(await call().then(() => "nothing", (error) => error.code ?? String(error)));
  return codes;
}

/** A store of the first version, which knew no erasure. */
async function ofFirstVersion() {
  const request = indexedDB.open("first", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("events", { keyPath: ["learner", "hash"] });
  await new Promise((resolve) => (request.onsuccess = resolve));
  request.result.close();
  const store = await globalThis.openStore("first");
  const event = { id: "e1", competency: "NF.1", score: 1 };
  const fields = { id: "x1", actor: { id: "registrar" }, reason: "asked for" };
  const answers = [await store.append("ana", [event]), await store.erase("ana", ["e1"], fields), await store.append("ana", [event])];
  store.close();
  return answers;
}

async function erase(learner, what) {
  const fields = { id: `x-${what[0]}`, actor: { id: "registrar" }, reason: "asked for by a parent" };
  return globalThis.store.erase(learner, what, fields).catch((error) => error.code);
}

/** How many rows there are whose content has this text. */
async function rowsWith(text) {
  const request = indexedDB.open("school");
  await new Promise((resolve) => (request.onsuccess = resolve));
  const rows = request.result.transaction("events").objectStore("events").getAll();
  await new Promise((resolve) => (rows.onsuccess = resolve));
  request.result.close();
  return rows.result.filter(({ content }) => content.includes(text)).length;
}

async function ofLaterVersion() {
  const request = indexedDB.open("later", 3);
  await new Promise((resolve) => (request.onsuccess = resolve));
  request.result.close();
  return globalThis.openStore("later").then(() => "nothing", (error) => error.code);
}

test("two tabs without a network write one learner, and the browser is killed", { timeout: 180_000 }, async (t) => {
  const chromium = findChromium();
  if (chromium === undefined) {
    const message = "there is no Chromium on this machine: the store was not tried in a browser";
    assert.ok(!process.env.CI, message);
    t.skip(message);
    return;
  }
  const profile = mkdtempSync(join(tmpdir(), "lrm-chromium-"));
  const server = await serve();
  const address = `http://127.0.0.1:${server.address().port}/`;
  let browser = new Browser(chromium, profile);
  try {
    const tabs = [await browser.open(address), await browser.open(address)];
    await Promise.all(tabs.map((tab) => tab.run(load)));
    assert.deepEqual(await tabs[0].run(network), [true, "there"]);
    for (const tab of tabs) {
      await tab.goOffline();
      assert.deepEqual(await tab.run(network), [false, "gone"]);
    }

    const added = await Promise.all(tabs.map((tab, n) => tab.run(append, "ana", eventsOf("ab"[n]), false)));
    assert.equal(added[0] + added[1], 200);
    const all = EventLog.fromEvents([{ learner: "ana", ...evidence("both", 0) }, ...eventsOf("a"), ...eventsOf("b")]);
    const expected = { learner: "ana", length: 200, hash: all.hash(), findings: 0 };
    all.free();
    for (const tab of tabs) assert.deepEqual(await tab.run(known, "ana"), expected);
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.run(append, "ana", eventsOf("a"), true))), [0, 0]);

    const strange = ["", "10", "9", "e\u0301", "é", "\u0000", "\u{10000}", "\uffff", '{"a":1}'];
    for (const learner of strange) assert.equal(await tabs[0].run(append, learner, [evidence("x", 1), {}], true), 2);
    for (const learner of strange) assert.equal((await tabs[1].run(known, learner)).learner, learner);
    assert.equal((await tabs[1].run(known, "nobody")).length, 0);
    assert.deepEqual(await tabs[1].run(learners), [...strange, "ana"].sort());
    assert.deepEqual(await tabs[0].run(mistakes), Array(8).fill("invalid-value"));
    assert.equal(await tabs[0].run(ofLaterVersion), "unsupported-format");
    assert.deepEqual(await tabs[0].run(known, "ana"), expected);

    assert.deepEqual(await tabs[0].run(ofFirstVersion), [1, 1, 0]);
    assert.equal(await tabs[0].run(append, "eli", eventsOf("a"), true), 120);
    assert.equal(await tabs[1].run(erase, "eli", ["a-0"]), 2);
    assert.deepEqual([await tabs[0].run(rowsWith, '"a-0"'), (await tabs[0].run(known, "eli")).length], [2, 119]);
    assert.equal(await tabs[0].run(append, "eli", eventsOf("a"), true), 0);
    assert.equal(await tabs[0].run(append, "eli", [{ id: "h", event: "held", actor: { id: "court" }, reason: "a case" }], true), 1);
    assert.equal(await tabs[1].run(erase, "eli", ["a-1"]), "legal-hold");

    await browser.kill();
    browser = new Browser(chromium, profile);
    const again = await browser.open(address);
    await again.run(load);
    assert.deepEqual(await again.run(known, "ana"), expected);
    assert.deepEqual(await again.run(learners), [...strange, "ana", "eli"].sort());
  } finally {
    await browser.kill();
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
});
