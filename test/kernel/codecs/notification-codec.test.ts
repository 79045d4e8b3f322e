import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  parse_notification,
  SCTP_ADDR_CONFIRMED,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_LOST,
  SCTP_COMM_UP,
  SCTP_DATA_LAST_FRAG,
  SCTP_DATA_NOT_FRAG,
  SCTP_DATA_SENT,
  SCTP_PARTIAL_DELIVERY_ABORTED,
  SCTP_PARTIAL_DELIVERY_EVENT,
  SCTP_PEER_ADDR_CHANGE,
  SCTP_SEND_FAILED_EVENT,
  SCTP_SENDER_DRY_EVENT,
  type sctp_notification,
} from "../../../src/index.js";
import { notificationToBytes } from "../../../src/sockets/notifications.js";
import { structOf, viewOf } from "../../../src/kernel/struct-layout.js";
import { FREEBSD, LINUX } from "./platforms.js";

const SAMPLES: readonly sctp_notification[] = [
  {
    sn_type: SCTP_ASSOC_CHANGE,
    sac_flags: 0,
    sac_state: SCTP_COMM_UP,
    sac_error: 0,
    sac_outbound_streams: 10,
    sac_inbound_streams: 20,
    sac_assoc_id: 3,
    sac_info: new Uint8Array(0),
  },
  {
    sn_type: SCTP_PEER_ADDR_CHANGE,
    spc_flags: 0,
    spc_aaddr: { address: "fd00::1", port: 77, family: "IPv6" },
    spc_state: SCTP_ADDR_CONFIRMED,
    spc_error: 0,
    spc_assoc_id: 4,
  },
  {
    sn_type: SCTP_PARTIAL_DELIVERY_EVENT,
    pdapi_flags: 0,
    pdapi_indication: SCTP_PARTIAL_DELIVERY_ABORTED,
    pdapi_stream: 5,
    pdapi_seq: 6,
    pdapi_assoc_id: 7,
  },
  { sn_type: SCTP_SENDER_DRY_EVENT, sender_dry_flags: 0, sender_dry_assoc_id: 8 },
];

/** A notification as FreeBSD's kernel would write it. */
function freebsdBytes(
  structure: string,
  fields: Readonly<Record<string, number>>,
  rest: number[] = [],
): Uint8Array {
  const struct = structOf(FREEBSD.table, structure);
  const bytes = new Uint8Array(struct.sizeBytes + rest.length);
  for (const [name, value] of Object.entries(fields)) {
    struct.integer(name, "unsigned").write(viewOf(bytes), 0, value);
  }
  bytes.set(rest, struct.sizeBytes);
  return bytes;
}

describe("notifications in the platform's bytes", () => {
  test("Linux has the bytes that receive calls answer everywhere", () => {
    assert.ok(LINUX.notifications.isIdentity);
    assert.ok(!FREEBSD.notifications.isIdentity);
    for (const sample of SAMPLES) {
      const bytes = notificationToBytes(sample);
      const decoded = LINUX.notifications.decode(bytes);
      assert.equal(decoded.bytes, bytes, "the very same");
      assert.deepEqual(decoded.notification, sample);
    }
  });

  test("Linux: an ABORT's cause and chunk are what RFC 6458 §6.1.1 says", () => {
    const cause = [0, 12, 0, 6, 104, 105];
    const bytes = new Uint8Array([1, 0x80, 0, 0, 26, 0, 0, 0, 1, 0, 0, 12, 0, 0, 0, 0, 3, 0, 0, 0, ...cause]);
    const decoded = LINUX.notifications.decode(bytes);
    assert.ok(decoded.notification?.sn_type === SCTP_ASSOC_CHANGE);
    const { sac_state, sac_error, sac_info } = decoded.notification;
    assert.deepEqual([sac_state, sac_error], [SCTP_COMM_LOST, 12]);
    assert.deepEqual([...sac_info], [6, 0, 0, 10, ...cause]);
    assert.deepEqual(parse_notification(decoded.bytes), decoded.notification);
  });

  test("Linux: RFC 6458 §6.1.2 knows no reason where there is no error", () => {
    const [, confirmed] = SAMPLES;
    assert.ok(confirmed?.sn_type === SCTP_PEER_ADDR_CHANGE);
    // What Linux calls SCTP_HEARTBEAT_SUCCESS.
    const decoded = LINUX.notifications.decode(notificationToBytes({ ...confirmed, spc_error: 2 }));
    assert.deepEqual(decoded.notification, confirmed);
    assert.deepEqual(parse_notification(decoded.bytes), confirmed);
  });

  test("RFC 6458 §6.1.11: of the flags of a DATA chunk those stay that say how much of the message it is", () => {
    for (const { table, notifications } of [LINUX, FREEBSD]) {
      const struct = structOf(table, "sctp_send_failed_event");
      const { offsetBytes } = struct.place("ssfe_info");
      // RFC 9260 §3.3.1: I is 8, U is 4, B is 2, E is 1.
      for (const [raw, snd_flags] of [
        [8 | 4 | 2 | 1, SCTP_DATA_NOT_FRAG],
        [4 | 1, SCTP_DATA_LAST_FRAG],
        [4 | 2, 2],
        [8, 0],
      ] as const) {
        const bytes = new Uint8Array(struct.sizeBytes + 1);
        const view = viewOf(bytes);
        structOf(table, "sctp_tlv")
          .integer("sn_type", "unsigned")
          .write(view, 0, table.constants["SCTP_SEND_FAILED_EVENT"] ?? 0);
        structOf(table, "sctp_tlv").integer("sn_length", "unsigned").write(view, 0, bytes.length);
        structOf(table, "sctp_sndinfo").integer("snd_flags", "unsigned").write(view, offsetBytes, raw);
        structOf(table, "sctp_sndinfo").integer("snd_sid", "unsigned").write(view, offsetBytes, 9);
        const decoded = notifications.decode(bytes);
        assert.ok(decoded.notification?.sn_type === SCTP_SEND_FAILED_EVENT);
        assert.deepEqual(
          [decoded.notification.ssfe_info.snd_flags, decoded.notification.ssfe_info.snd_sid],
          [snd_flags, 9],
        );
        assert.deepEqual(parse_notification(decoded.bytes), decoded.notification);
      }
    }
  });

  test("FreeBSD: numbers and places are translated", () => {
    const lost = freebsdBytes(
      "sctp_assoc_change",
      { sac_type: 1, sac_length: 22, sac_state: 2, sac_error: 12, sac_outbound_streams: 9, sac_assoc_id: 5 },
      [6, 0],
    );
    const { notification, bytes } = FREEBSD.notifications.decode(lost);
    assert.deepEqual(notification, {
      sn_type: SCTP_ASSOC_CHANGE,
      sac_flags: 0,
      sac_state: SCTP_COMM_LOST,
      sac_error: 12,
      sac_outbound_streams: 9,
      sac_inbound_streams: 0,
      sac_assoc_id: 5,
      sac_info: new Uint8Array([6, 0]),
    });
    assert.deepEqual(parse_notification(bytes), notification);
    const partial = freebsdBytes("sctp_pdapi_event", {
      pdapi_type: 7,
      pdapi_indication: 1,
      pdapi_stream: 3,
      pdapi_seq: 4,
      pdapi_assoc_id: 6,
    });
    const decoded = FREEBSD.notifications.decode(partial);
    assert.deepEqual(decoded.notification, {
      sn_type: SCTP_PARTIAL_DELIVERY_EVENT,
      pdapi_flags: 0,
      pdapi_indication: SCTP_PARTIAL_DELIVERY_ABORTED,
      pdapi_stream: 3,
      pdapi_seq: 4,
      pdapi_assoc_id: 6,
    });
    assert.deepEqual(parse_notification(decoded.bytes), decoded.notification);
  });

  test("FreeBSD: a failed send carries its message", () => {
    const failed = freebsdBytes(
      "sctp_send_failed_event",
      { ssfe_type: 14, ssfe_flags: 2, ssfe_assoc_id: 3 },
      [1, 2],
    );
    const { notification } = FREEBSD.notifications.decode(failed);
    assert.ok(notification?.sn_type === SCTP_SEND_FAILED_EVENT);
    assert.deepEqual([notification.ssfe_flags, [...notification.ssfe_data]], [SCTP_DATA_SENT, [1, 2]]);
  });

  test("what is not known, or too short, is passed on as bytes", () => {
    for (const { notifications } of [LINUX, FREEBSD]) {
      const strange = new Uint8Array([0x77, 0x77, 0, 0, 8, 0, 0, 0]);
      assert.deepEqual(notifications.decode(strange), { notification: undefined, bytes: strange });
      const short = new Uint8Array([1, 0x80, 0, 0, 8, 0, 0, 0]);
      assert.equal(notifications.decode(short).notification, undefined);
    }
  });
});
