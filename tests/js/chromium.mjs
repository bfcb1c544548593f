// A real browser with several tabs, spoken to over its debugging pipe.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
export const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-sync", ...QUIET];

export function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return names.find((name) => spawnSync(name, ["--version"]).status === 0);
}

/** Chromium as long as it runs. */
export class Browser {
  #child;
  #said = "";
  #calls = new Map();
  #waiting = [];
  #last = 0;

  constructor(chromium, profile) {
    // In a process group of its own, so that its helpers can be ended with it.
    this.#child = spawn(chromium, [...FLAGS, "--remote-debugging-pipe", `--user-data-dir=${profile}`], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    });
    this.#child.stdio[2].setEncoding("utf8").on("data", (part) => (this.#said += part));
    this.#child.stdio[3].on("error", () => {});
    let rest = "";
    this.#child.stdio[4].setEncoding("utf8").on("data", (part) => {
      const messages = (rest + part).split("\0");
      rest = messages.pop();
      for (const message of messages) this.#receive(JSON.parse(message));
    });
    const fail = (why) => {
      for (const { reject } of this.#calls.values()) reject(new Error(`Chromium: ${why} ${this.#said}`));
      this.#calls.clear();
    };
    this.#child.on("error", fail);
    this.#child.on("exit", (code) => fail(`ended with ${code}`));
  }

  send(method, params = {}, sessionId = undefined) {
    const id = (this.#last += 1);
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
  }

  #receive({ id, result, error, method, sessionId }) {
    if (id === undefined) {
      const heard = this.#waiting.filter((one) => one.method === method && one.sessionId === sessionId);
      this.#waiting = this.#waiting.filter((one) => !heard.includes(one));
      for (const { resolve } of heard) resolve();
      return;
    }
    const { resolve, reject } = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }

  /** Opens a tab, and waits until the page is there. */
  async open(url) {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    await this.send("Page.enable", {}, sessionId);
    const loaded = new Promise((resolve) => this.#waiting.push({ method: "Page.loadEventFired", sessionId, resolve }));
    await this.send("Page.navigate", { url }, sessionId);
    await loaded;
    return new Tab(this, sessionId);
  }

  /** Ends the browser as a power failure would. */
  async kill() {
    const { exitCode, signalCode, pid } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, "exit");
    process.kill(-pid, "SIGKILL");
    await ended;
  }
}

class Tab {
  #browser;
  #session;

  constructor(browser, session) {
    this.#browser = browser;
    this.#session = session;
  }

  /** Runs a function in the page; what goes in and out is JSON. */
  async run(call, ...given) {
    const expression = `(${call})(...${JSON.stringify(given)})`;
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.#browser.send("Runtime.evaluate", options, this.#session);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async goOffline() {
    await this.#browser.send("Network.enable", {}, this.#session);
    const none = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };
    await this.#browser.send("Network.emulateNetworkConditions", none, this.#session);
  }
}
