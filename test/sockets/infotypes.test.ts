import assert from "node:assert/strict";
import { test } from "node:test";
import {
  SCTP_PR_SCTP_TTL,
  SCTP_SEND_AUTHINFO_VALID,
  SCTP_SEND_PRINFO_VALID,
  SCTP_SEND_SNDINFO_VALID,
  SCTP_SENDV_AUTHINFO,
  SCTP_SENDV_NOINFO,
  SCTP_SENDV_PRINFO,
  SCTP_SENDV_SNDINFO,
  SCTP_SENDV_SPA,
} from "../../src/sockets/constants.js";
import type { SendRequest } from "../../src/sockets/provider.js";
import type { SendInfo } from "../../src/sockets/types.js";
import { bytes, openOneToOne } from "./fake-sockets.js";

/** What C's sctp_sendv would have been told beside the information that arrived at a provider. */
function infotypeOf({ sndinfo, prinfo, authinfo }: SendRequest): number {
  const given = [sndinfo, prinfo, authinfo].filter((info) => info !== undefined);
  if (given.length > 1) return SCTP_SENDV_SPA;
  if (sndinfo !== undefined) return SCTP_SENDV_SNDINFO;
  if (prinfo !== undefined) return SCTP_SENDV_PRINFO;
  return authinfo === undefined ? SCTP_SENDV_NOINFO : SCTP_SENDV_AUTHINFO;
}

test("RFC 6458 §9.12: the fields of the information tell its type", async () => {
  const { socket, fake } = openOneToOne();
  const both = { sendv_sndinfo: { snd_sid: 1 }, sendv_authinfo: { auth_keynumber: 1 } };
  const flags = SCTP_SEND_SNDINFO_VALID | SCTP_SEND_AUTHINFO_VALID;
  const infos: readonly (readonly [type: number, info: SendInfo | undefined])[] = [
    [SCTP_SENDV_NOINFO, undefined],
    [SCTP_SENDV_SNDINFO, { snd_sid: 1 }],
    [SCTP_SENDV_PRINFO, { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 1 }],
    [SCTP_SENDV_AUTHINFO, { auth_keynumber: 1 }],
    [SCTP_SENDV_SPA, both],
    [SCTP_SENDV_SPA, { ...both, sendv_flags: flags }],
    [SCTP_SENDV_SNDINFO, { ...both, sendv_flags: SCTP_SEND_SNDINFO_VALID }],
  ];
  for (const [index, [type, info]] of infos.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await socket.sctp_sendv(bytes("a"), { info });
    const request = fake.sent[index]?.request;
    assert.ok(request !== undefined);
    assert.equal(infotypeOf(request), type);
  }
});

test("RFC 6458 §9.12: sendv_flags names only what is given", async () => {
  const { socket } = openOneToOne();
  const info = { sendv_sndinfo: { snd_sid: 1 }, sendv_flags: SCTP_SEND_PRINFO_VALID };
  await assert.rejects(socket.sctp_sendv(bytes("a"), { info }), { code: "ERR_SCTP_INVALID_ARG_VALUE" });
});
