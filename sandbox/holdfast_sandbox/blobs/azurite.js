// What does Azurite not do by itself that a sandbox needs? Loaded before it (`node --require`).
//
// 1. Accounts come and go while it runs. Azurite reads AZURITE_ACCOUNTS once; here each request asks a file that the
//    sandbox replaces: {"name": ["key1", "key2"]}, the keys in base64.
// 2. It ends with the sandbox, also after a `kill -9` of that: standard input is a pipe that the sandbox holds. It ends
//    by SIGTERM, which lets it write what it holds in memory.
// 3. It ends although a client keeps a connection that it does not use: Node's `close` ends those between two requests,
//    and waits for one on which there was none yet. Azurite would be killed before it has written.
"use strict";

const fs = require("fs");
const https = require("https");
const path = require("path");

const PATIENCE = 8000; // milliseconds to write what is in memory
const LAST_ANSWERS = 1000; // milliseconds for requests that are being answered when it is told to end
const file = process.env.HOLDFAST_BLOB_ACCOUNTS;
const { default: AccountDataStore } = require(path.join(path.dirname(process.argv[1]), "../common/AccountDataStore"));

let seen = "";
let accounts = new Map();

AccountDataStore.prototype.getAccount = function (name) {
  const found = fs.statSync(file, { bigint: true });
  const stamp = `${found.ino} ${found.mtimeNs}`;
  if (stamp !== seen) {
    const given = Object.entries(JSON.parse(fs.readFileSync(file, "utf8")));
    accounts = new Map(
      given.map(([account, keys]) => {
        const [key1, key2] = keys.map((key) => Buffer.from(key, "base64"));
        return [account, { name: account, key1, key2 }];
      })
    );
    seen = stamp;
  }
  return accounts.get(name);
};

const close = https.Server.prototype.close;
https.Server.prototype.close = function (...rest) {
  setTimeout(() => this.closeAllConnections(), LAST_ANSWERS).unref();
  return close.apply(this, rest);
};

let ending = false;
// Not `once`: with no listener left, a second SIGTERM would end it before it has written.
process.on("SIGTERM", () => {
  ending = true;
  process.stdin.destroy(); // a pipe that is read keeps Node alive
});
process.stdin.resume();
process.stdin.on("close", () => {
  if (!ending) process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), PATIENCE).unref();
});
