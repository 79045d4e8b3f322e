import assert from "node:assert/strict";
import { endianness } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import {
  SCTP_ADAPTATION_INDICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_ASSOC_RESET_EVENT,
  SCTP_AUTHENTICATION_EVENT,
  SCTP_NOTIFICATIONS_STOPPED_EVENT,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_REMOTE_ERROR,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  SCTP_SHUTDOWN_EVENT,
  SCTP_STREAM_CHANGE_EVENT,
  SCTP_STREAM_RESET_EVENT,
} from "../../src/sockets/constants.js";
import type { sctp_notification } from "../../src/sockets/notification-types.js";
import {
  notificationFromBytes,
  notificationToBytes,
  parse_notification,
} from "../../src/sockets/notifications.js";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const id = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const data = fc.uint8Array({ maxLength: 40 });
const address = fc.oneof(
  fc.record({ address: fc.ipV4(), port: u16, family: fc.constant("IPv4" as const) }),
  fc.constant({ address: "2001:db8::1", port: 9, family: "IPv6" as const }),
);
const sndinfo = fc.record({
  snd_sid: u16,
  snd_flags: u16,
  snd_ppid: u32,
  snd_context: u32,
  snd_assoc_id: id,
});

const notification: fc.Arbitrary<sctp_notification> = fc.oneof(
  fc.record({
    sn_type: fc.constant(SCTP_STREAM_RESET_EVENT),
    strreset_flags: u16,
    strreset_assoc_id: id,
    strreset_stream_list: fc.array(u16, { maxLength: 9 }),
  }),
  fc.record({
    sn_type: fc.constant(SCTP_ASSOC_RESET_EVENT),
    assocreset_flags: u16,
    assocreset_assoc_id: id,
    assocreset_local_tsn: u32,
    assocreset_remote_tsn: u32,
  }),
  fc.record({
    sn_type: fc.constant(SCTP_STREAM_CHANGE_EVENT),
    strchange_flags: u16,
    strchange_assoc_id: id,
    strchange_instrms: u16,
    strchange_outstrms: u16,
  }),
  fc.record({
    sn_type: fc.constant(SCTP_ASSOC_CHANGE),
    sac_flags: u16,
    sac_state: u16,
    sac_error: u16,
    sac_outbound_streams: u16,
    sac_inbound_streams: u16,
    sac_assoc_id: id,
    sac_info: data,
  }),
  fc.record({
    sn_type: fc.constant(SCTP_PEER_ADDR_CHANGE),
    spc_flags: u16,
    spc_aaddr: address,
    spc_state: u32,
    spc_error: u32,
    spc_assoc_id: id,
  }),
  fc.record({
    sn_type: fc.constant(SCTP_REMOTE_ERROR),
    sre_flags: u16,
    sre_error: u16,
    sre_assoc_id: id,
    sre_data: data,
  }),
  fc.record({ sn_type: fc.constant(SCTP_SHUTDOWN_EVENT), sse_flags: u16, sse_assoc_id: id }),
  fc.record({
    sn_type: fc.constant(SCTP_ADAPTATION_INDICATION),
    sai_flags: u16,
    sai_adaptation_ind: u32,
    sai_assoc_id: id,
  }),
  fc.record({
    sn_type: fc.constant(SCTP_PARTIAL_DELIVERY_EVENT),
    pdapi_flags: u16,
    pdapi_indication: u32,
    pdapi_stream: u32,
    pdapi_seq: u32,
    pdapi_assoc_id: id,
  }),
  fc.record({
    sn_type: fc.constant(SCTP_AUTHENTICATION_EVENT),
    auth_flags: u16,
    auth_keynumber: u16,
    auth_indication: u32,
    auth_assoc_id: id,
  }),
  fc.record({ sn_type: fc.constant(SCTP_SENDER_DRY_EVENT), sender_dry_flags: u16, sender_dry_assoc_id: id }),
  fc.record({ sn_type: fc.constant(SCTP_NOTIFICATIONS_STOPPED_EVENT), sn_flags: u16 }),
  fc.record({
    sn_type: fc.constant(SCTP_SEND_FAILED_EVENT),
    ssfe_flags: u16,
    ssfe_error: u32,
    ssfe_info: sndinfo,
    ssfe_assoc_id: id,
    ssfe_data: data,
  }),
);

/** Objects of fast-check's records have no prototype. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

test("RFC 6458 §6.1: every notification survives the way to bytes and back", () => {
  fc.assert(
    fc.property(notification, (value) => {
      assert.deepEqual(parse_notification(notificationToBytes(value)), plain(value));
    }),
  );
});

test("RFC 6458 §6.1: bytes that lie anywhere in a buffer are read, and the answer keeps none of them", () => {
  fc.assert(
    fc.property(notification, (value) => {
      const bytes = notificationToBytes(value);
      const buffer = new Uint8Array(bytes.length + 3);
      buffer.set(bytes, 1);
      const parsed = parse_notification(buffer.subarray(1, 1 + bytes.length));
      buffer.fill(0xee);
      assert.deepEqual(parsed, plain(value));
    }),
  );
});

test("a notification that lacks bytes, or has too many, is refused", () => {
  const refusal = { name: "TypeError", code: "ERR_SCTP_MALFORMED_NOTIFICATION" };
  fc.assert(
    fc.property(notification, fc.nat(), (value, cut) => {
      const bytes = notificationToBytes(value);
      const short = bytes.subarray(0, cut % bytes.length);
      assert.throws(() => parse_notification(short), refusal);
      assert.throws(() => parse_notification(Uint8Array.of(...bytes, 0)), refusal);
      assert.equal(notificationFromBytes(short), undefined);
    }),
  );
});

test("each reason against bytes that are no notification is said", () => {
  const dry = notificationToBytes({
    sn_type: SCTP_SENDER_DRY_EVENT,
    sender_dry_flags: 0,
    sender_dry_assoc_id: 3,
  });
  const change = notificationToBytes({
    sn_type: SCTP_PEER_ADDR_CHANGE,
    spc_flags: 0,
    spc_aaddr: { address: "192.0.2.1", port: 1, family: "IPv4" },
    spc_state: 0,
    spc_error: 0,
    spc_assoc_id: 3,
  });
  const reset = notificationToBytes({
    sn_type: SCTP_STREAM_RESET_EVENT,
    strreset_flags: 0,
    strreset_assoc_id: 3,
    strreset_stream_list: [1, 2],
  });
  /** Bytes of another length that say so of themselves. */
  const resized = (bytes: Uint8Array, lengthBytes: number): Uint8Array => {
    const copy = new Uint8Array(lengthBytes);
    copy.set(bytes.subarray(0, lengthBytes));
    new Uint32Array(copy.buffer, 4, 1)[0] = lengthBytes;
    return copy;
  };
  const foreign = change.slice();
  new Uint16Array(foreign.buffer, 8, 1)[0] = 77;
  const unknown = dry.slice();
  new Uint16Array(unknown.buffer, 0, 1)[0] = 0x8fff;
  const cases: readonly [Uint8Array, string][] = [
    [dry.subarray(0, 7), "7 bytes are fewer than the 8 of its header"],
    [unknown, "0x8fff is no known type"],
    [dry.subarray(0, 10), "it says that it has 12 bytes, and there are 10"],
    [resized(dry, 11), "a sctp_sender_dry_event has 12 bytes, and there are 11"],
    [resized(dry, 13), "a sctp_sender_dry_event has 12 bytes, and there are 13"],
    [foreign, "spc_aaddr is neither an IPv4 nor an IPv6 address"],
    [resized(reset, 15), "strreset_stream_list has 3 bytes, which are not whole numbers"],
  ];
  for (const [bytes, reason] of cases) {
    assert.throws(() => parse_notification(bytes), {
      code: "ERR_SCTP_MALFORMED_NOTIFICATION",
      message: `data must be a notification: ${reason}`,
    });
  }
});

test("random bytes are refused or read, and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      notificationFromBytes(bytes);
    }),
  );
  assert.throws(() => parse_notification("x" as unknown as Uint8Array), {
    code: "ERR_SCTP_INVALID_ARG_TYPE",
  });
});

test("Linux's layout: an association change, a send failure, a remote error", () => {
  if (endianness() !== "LE") return;
  const hex = (value: sctp_notification): string => Buffer.from(notificationToBytes(value)).toString("hex");
  assert.equal(
    hex({
      sn_type: SCTP_ASSOC_CHANGE,
      sac_flags: 0,
      sac_state: 0,
      sac_error: 0,
      sac_outbound_streams: 10,
      sac_inbound_streams: 2048,
      sac_assoc_id: 3,
      sac_info: new Uint8Array(),
    }),
    "0180000014000000000000000a00000803000000",
  );
  assert.equal(
    hex({
      sn_type: SCTP_SEND_FAILED_EVENT,
      ssfe_flags: 1,
      ssfe_error: 12,
      // The payload protocol identifier has the order that it has on the wire.
      ssfe_info: { snd_sid: 1, snd_flags: 3, snd_ppid: 0x01020304, snd_context: 5, snd_assoc_id: 3 },
      ssfe_assoc_id: 3,
      ssfe_data: Uint8Array.of(0xaa),
    }),
    "0d800100210000000c0000000100030001020304050000000300000003000000aa",
  );
  // RFC 6458 §6.1.3: sre_error is in network order there, and in host order in the parsed answer.
  const remoteError = {
    sn_type: SCTP_REMOTE_ERROR,
    sre_flags: 0,
    sre_error: 0x0102,
    sre_assoc_id: 3,
  } as const;
  assert.equal(hex({ ...remoteError, sre_data: new Uint8Array() }), "04800000100000000102000003000000");
});

test("RFC 6458 §6.1.3: what is parsed out of a Buffer shares no memory with it", () => {
  const sre_data = new Uint8Array([9, 0, 0, 8, 0, 1, 0, 4]);
  const error: sctp_notification = {
    sn_type: SCTP_REMOTE_ERROR,
    sre_flags: 0,
    sre_error: 1,
    sre_assoc_id: 3,
    sre_data,
  };
  const received = Buffer.from(notificationToBytes(error));
  const parsed = parse_notification(received);
  received.fill(0xff);
  assert.deepEqual(parsed, error);
});
