// The package in a real browser: a page loads it from a server, awaits it and computes what Node computes.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { Engine } from "lrm-wasm";

import { answers } from "./answers.mjs";
import { FLAGS, findChromium } from "./chromium.mjs";
import { workersClass } from "./class.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../lrm-wasm/pkg/", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const PATIENCE = 60_000;

test("a page in Chromium and its worker compute what Node computes", { timeout: 2 * PATIENCE }, async (t) => {
  const chromium = findChromium();
  if (chromium === undefined) {
    const message = "there is no Chromium on this machine: the package was not tried in a browser";
    assert.ok(!process.env.CI, message);
    t.skip(message);
    return;
  }
  const { early, error, answers: found, worker } = await answerOfPage(chromium);
  assert.equal(error, undefined);
  assert.equal(early, "not-initialized");
  const expected = answers();
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value, name);
  assert.deepEqual(worker, workersClass(Engine));
});

async function answerOfPage(chromium) {
  let settle;
  const answer = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  const server = createServer((request, response) => serve(request, response, settle));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const profile = mkdtempSync(join(tmpdir(), "lrm-chromium-"));
  const browser = start(chromium, profile, `http://127.0.0.1:${server.address().port}/`, settle);
  const timer = setTimeout(() => settle.reject(new Error(`the page gave no answer: ${browser.said}`)), PATIENCE);
  try {
    return JSON.parse(await answer);
  } finally {
    clearTimeout(timer);
    await stop(browser);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The page, its modules, the package; and what the page sends back. */
function serve(request, response, { resolve }) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (request.method === "POST") {
    let body = "";
    request.setEncoding("utf8").on("data", (part) => (body += part)).on("end", () => {
      response.end();
      resolve(body);
    });
    return;
  }
  const modules = ["answers.mjs", "class.mjs", "worker.mjs"].map((name) => [`/${name}`, join(HERE, name)]);
  const files = Object.fromEntries([["/", join(HERE, "browser.html")], ...modules]);
  const inPackage = /^\/pkg\/([\w.-]+)$/.exec(pathname);
  const file = inPackage ? join(PACKAGE, inPackage[1]) : files[pathname];
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(file)] }).end(readFileSync(file));
}

function start(chromium, profile, url, { reject }) {
  // In a process group of its own, so that its helpers can be ended with it.
  const child = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, url], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const browser = { child, said: "", ended: once(child, "exit") };
  child.stderr.setEncoding("utf8").on("data", (part) => (browser.said += part));
  child.on("error", reject);
  child.on("exit", (code) => reject(new Error(`Chromium ended with ${code}: ${browser.said}`)));
  return browser;
}

async function stop({ child, ended }) {
  if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGKILL");
  await ended;
}
