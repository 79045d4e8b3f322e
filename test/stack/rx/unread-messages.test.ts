import assert from "node:assert/strict";
import { test } from "node:test";
import { RX_UNREAD_PIECES_MAX } from "../../../src/stack/limits.js";
import { onStream, Pair, payload } from "../pair.js";

test("RFC 9260 §6.2: messages that nobody reads close the window, however small they are", () => {
  const pair = new Pair({ a: { noDelay: true } });
  pair.establish();
  pair.z.reads = false;
  const count = RX_UNREAD_PIECES_MAX + 5000;
  for (let index = 0; index < count; index += 1) {
    pair.a.association.send(payload(1, index), onStream(0), pair.now);
  }
  pair.advance(5000);
  const unread = pair.z.received().length;
  assert.ok(unread >= RX_UNREAD_PIECES_MAX && unread < RX_UNREAD_PIECES_MAX + 100, `${unread} wait`);
  assert.equal(pair.a.association.state, "ESTABLISHED");

  // A sender whose peer answers, but does not read, goes on probing.
  pair.advance(300_000);
  assert.equal(pair.z.received().length, unread);
  assert.equal(pair.a.association.state, "ESTABLISHED");

  pair.z.association.releaseReceived(unread, unread);
  pair.z.reads = true;
  pair.advance(120_000);
  assert.equal(pair.z.received().length, count);
  assert.ok(pair.a.association.isSenderDry);
});
