import assert from "node:assert/strict";
import { test } from "node:test";
import { getSystemErrorName } from "node:util";
import {
  argumentError,
  isSystemError,
  outOfRange,
  systemError,
  wrongType,
} from "../../src/sockets/errors.js";
import { SctpSocket } from "../../src/sockets/sctp-socket.js";

test("a system error has the shape and the words of Node's own", () => {
  const error = systemError("ECONNREFUSED", "connect", { address: "127.0.0.1", port: 20000 });
  assert.equal(error.message, "connect ECONNREFUSED 127.0.0.1:20000");
  assert.deepEqual(
    { ...error },
    { errno: error.errno, code: "ECONNREFUSED", syscall: "connect", address: "127.0.0.1", port: 20000 },
  );
  assert.equal(getSystemErrorName(error.errno), "ECONNREFUSED");
  assert.equal(systemError("EAGAIN", "recvmsg").message, "recvmsg EAGAIN");
  assert.equal(
    systemError("EADDRINUSE", "bind", { message: "taken", port: 9899 }).message,
    "bind EADDRINUSE: taken :9899",
  );
});

test("every number is negative, also where Node has no name for it", () => {
  for (const code of [
    "EAGAIN",
    "ESHUTDOWN",
    "EINPROGRESS",
    "EOPNOTSUPP",
    "ENOPROTOOPT",
    "ECANCELED",
  ] as const) {
    const { errno } = systemError(code, "x");
    assert.ok(Number.isInteger(errno) && errno < 0, `${code} ${errno}`);
  }
  assert.ok(isSystemError(systemError("EPIPE", "x"), "EPIPE"));
  assert.ok(!isSystemError(systemError("EPIPE", "x"), "EAGAIN"));
  assert.ok(!isSystemError("EPIPE", "EPIPE"));
});

test("a caller's mistake is a TypeError or a RangeError whose stack shows the code", () => {
  const range = outOfRange("port", "small", 99999);
  assert.ok(range instanceof RangeError);
  assert.equal(range.name, "RangeError");
  assert.equal(range.code, "ERR_SCTP_OUT_OF_RANGE");
  assert.match(range.stack ?? "", /^RangeError \[ERR_SCTP_OUT_OF_RANGE\]: port must be small, and is 99999/);
  assert.ok(wrongType("data", "bytes", []) instanceof TypeError);
  const unavailable = argumentError("ERR_SCTP_PROVIDER_UNAVAILABLE", "not here");
  assert.ok(!(unavailable instanceof TypeError));
});

test("what a constructor was given is checked, and no provider is guessed", () => {
  assert.throws(() => new SctpSocket(2, 1), { code: "ERR_SCTP_PROVIDER_UNAVAILABLE" });
  const provider = { name: "userland", createSocket: () => assert.fail("not reached") } as const;
  assert.throws(() => new SctpSocket(3 as 2, 1, { provider }), {
    message: "family must be AF_INET or AF_INET6, and is 3",
    code: "ERR_SCTP_INVALID_ARG_VALUE",
  });
  assert.throws(() => new SctpSocket(2, 2 as 1, { provider }), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
  assert.throws(() => new SctpSocket(2, 1, { provider, resolver: "x" as unknown as undefined }), {
    code: "ERR_SCTP_INVALID_ARG_TYPE",
  });
});
