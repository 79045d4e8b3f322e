import assert from "node:assert/strict";
import { test } from "node:test";
import { constants } from "node:os";
import type { Addon } from "../../src/native/addon.js";
import { errnoCode } from "../../src/native/errno.js";
import { describeAddon } from "./with-addon.js";

/** FreeBSD's numbers, which are others than Linux's. */
const freebsd = {
  errnos: { EWOULDBLOCK: 35, EAGAIN: 35, ENOTSUP: 45, EOPNOTSUPP: 45, ECONNRESET: 54 },
} as unknown as Addon;

test("an error has the code of the platform's own table", () => {
  assert.equal(errnoCode(freebsd, -54), "ECONNRESET");
});

test("of two codes for one number, RFC 6458's is said", () => {
  assert.equal(errnoCode(freebsd, -35), "EAGAIN");
  assert.equal(errnoCode(freebsd, -45), "EOPNOTSUPP");
});

test("a number without a code is said as a number", () => {
  assert.equal(errnoCode(freebsd, -104), "Unknown system error -104");
  assert.equal(errnoCode({ errnos: {} } as unknown as Addon, -1), "Unknown system error -1");
});

describeAddon("the addon's errors", ({ addon }) => {
  test("agree with Node's where Node knows them", () => {
    for (const [code, number] of Object.entries(constants.errno)) {
      if (code in addon.errnos) assert.equal(addon.errnos[code], number, code);
    }
  });

  test("have the codes that Node's table lacks", () => {
    for (const code of ["ESHUTDOWN", "ESOCKTNOSUPPORT", "EINPROGRESS", "EOPNOTSUPP"]) {
      assert.equal(errnoCode(addon, -(addon.errnos[code] ?? Number.NaN)), code);
    }
  });
});
