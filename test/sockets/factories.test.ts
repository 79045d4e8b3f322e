import assert from "node:assert/strict";
import { test } from "node:test";
import {
  SCTP_ABORT,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_UP,
  SCTP_PR_SCTP_TTL,
  SCTP_SEND_PRINFO_VALID,
  SCTP_SEND_SNDINFO_VALID,
  SCTP_UNORDERED,
} from "../../src/sockets/constants.js";
import * as extensions from "../../src/sockets/factories/extensions.js";
import * as information from "../../src/sockets/factories/information.js";
import * as notifications from "../../src/sockets/factories/notifications.js";
import * as options from "../../src/sockets/factories/options.js";
import { notificationToBytes, parse_notification } from "../../src/sockets/notifications.js";
import type { sctp_notification } from "../../src/sockets/notification-types.js";
import type { Structure } from "../../src/sockets/structures.js";

const ADDRESS = { address: "192.0.2.1", port: 9, family: "IPv4" } as const;

/** What cannot be left out, of the structures in which something cannot. */
const NEEDED: Readonly<Record<string, object>> = {
  sctp_setprim: { ssp_addr: ADDRESS },
  sctp_paddrthlds: { spt_pathpfthld: 1, spt_pathcpthld: 2 },
  sctp_event: { se_type: SCTP_ASSOC_CHANGE },
  sctp_status: { sstat_primary: { spinfo_address: ADDRESS } },
  sctp_paddrinfo: { spinfo_address: ADDRESS },
  sctp_authkeyid: { scact_keynumber: 1 },
  sctp_authchunk: { sauth_chunk: 1 },
  sctp_setpeerprim: { sspp_addr: ADDRESS },
  sctp_udpencaps: { sue_port: 9899 },
  sctp_paddr_change: { spc_aaddr: ADDRESS },
};

interface Factory {
  (fields?: object): object;
  readonly structure?: Structure;
  readonly declaration?: { readonly structure: Structure };
}

const FACTORIES = Object.entries({ ...information, ...options, ...extensions, ...notifications }) as [
  string,
  Factory,
][];

function structureOf({ structure, declaration }: Factory): Structure {
  const known = structure ?? declaration?.structure;
  assert.ok(known !== undefined);
  return known;
}

const isRefusal = (error: Error & { code?: string }): boolean => {
  assert.match(error.code ?? "", /^ERR_SCTP_/, error.message);
  return error instanceof TypeError || error instanceof RangeError;
};

for (const [name, factory] of FACTORIES) {
  test(`${name} fills in every field and refuses what does not fit`, () => {
    const structure = structureOf(factory);
    // RFC 6458 §6.1.10: that notification has no structure of its own.
    if (name !== "sctp_notifications_stopped_event") assert.equal(structure.name, name);
    const needed = NEEDED[name] ?? {};
    const value = factory(needed) as Readonly<Record<string, unknown>>;
    const fields = Object.entries(structure.fields);
    const typed = factory.declaration === undefined ? [] : ["sn_type"];
    assert.deepEqual(Object.keys(value), [...typed, ...fields.map(([field]) => field)]);
    for (const [field, { kind }] of fields) {
      if (Object.hasOwn(needed, field)) continue;
      if (kind === "bytes") assert.deepEqual(value[field], new Uint8Array(0));
      else if (kind === "list") assert.deepEqual(value[field], []);
      else if (kind === "address") assert.equal(value[field], undefined);
      else if (kind !== "structure") assert.equal(value[field], 0, field);
    }
    for (const field of Object.keys(needed)) {
      const { [field]: _left, ...others } = needed as Record<string, unknown>;
      assert.throws(() => factory(others), isRefusal, field);
    }
    for (const [field] of fields) {
      for (const wrong of ["1", null, 1n, Symbol.iterator, { x: 1 }, ["1"], -(2 ** 31) - 1, 2 ** 53]) {
        assert.throws(() => factory({ ...needed, [field]: wrong }), isRefusal, `${field}: ${typeof wrong}`);
      }
    }
    assert.throws(() => factory({ ...needed, misspelt: 1 }), isRefusal);
    assert.throws(() => factory(null as unknown as object), isRefusal);
  });
}

test("what a factory was given is not what it answers", () => {
  const list = [1, 3];
  const algorithms = extensions.sctp_hmacalgo({ shmac_idents: list });
  list.push(9);
  assert.deepEqual(algorithms, { shmac_number_of_idents: 2, shmac_idents: [1, 3] });
});

test("a number beside a list is as many as the list has, or left out", () => {
  const key = Uint8Array.of(1, 2, 3);
  const full = { sca_assoc_id: 0, sca_keynumber: 5, sca_keylength: 3, sca_key: key };
  assert.deepEqual(extensions.sctp_authkey({ sca_keynumber: 5, sca_key: key }), full);
  assert.deepEqual(extensions.sctp_authkey(full), full);
  assert.throws(() => extensions.sctp_authkey({ ...full, sca_keylength: 2 }), {
    code: "ERR_SCTP_OUT_OF_RANGE",
    message: /^sctp_authkey\.sca_keylength must be 3, as many as sca_key has, or left out, and is 2/,
  });
  assert.throws(() => extensions.sctp_authkey({ sca_key: new Uint8Array(65_536) }), {
    code: "ERR_SCTP_OUT_OF_RANGE",
  });
});

test("addresses are canonical, and a wildcard stands for no address in particular", () => {
  const mapped = { address: "::ffff:192.0.2.1", port: 9 };
  assert.deepEqual(options.sctp_setprim({ ssp_addr: mapped }).ssp_addr, ADDRESS);
  assert.equal(options.sctp_paddrparams({ spp_address: { address: "::", port: 0 } }).spp_address, undefined);
});

test("flags and policies are those of RFC 6458 and RFC 7496", () => {
  assert.equal(information.sctp_sndinfo({ snd_flags: SCTP_UNORDERED | SCTP_ABORT }).snd_flags, 5);
  assert.throws(() => information.sctp_sndinfo({ snd_flags: 0x8000 }), { code: "ERR_SCTP_OUT_OF_RANGE" });
  const wrong = { code: "ERR_SCTP_INVALID_ARG_VALUE", message: /pr_policy must be SCTP_PR_SCTP_NONE/ };
  assert.throws(() => information.sctp_prinfo({ pr_policy: 7 }), wrong);
  assert.throws(() => extensions.sctp_default_prinfo({ pr_policy: 7 }), wrong);
  assert.throws(() => information.sctp_sendv_spa({ sendv_prinfo: { pr_policy: 7 } }), wrong);
});

test("RFC 6458 §9.12: sendv_flags of a sctp_sendv_spa names what was given, unless it was given itself", () => {
  const sendv_sndinfo = { snd_sid: 3 };
  const sendv_prinfo = { pr_policy: SCTP_PR_SCTP_TTL, pr_value: 100 };
  const spa = information.sctp_sendv_spa({ sendv_sndinfo, sendv_prinfo });
  assert.equal(spa.sendv_flags, SCTP_SEND_SNDINFO_VALID | SCTP_SEND_PRINFO_VALID);
  assert.deepEqual(spa.sendv_sndinfo, information.sctp_sndinfo(sendv_sndinfo));
  assert.deepEqual(spa.sendv_authinfo, { auth_keynumber: 0 });
  const flags = { sendv_flags: SCTP_SEND_PRINFO_VALID, sendv_sndinfo, sendv_prinfo };
  assert.equal(information.sctp_sendv_spa(flags).sendv_flags, SCTP_SEND_PRINFO_VALID);
});

test("RFC 6458 §6.1: what a notification's factory makes goes into bytes and back", () => {
  for (const [name, factory] of Object.entries(notifications) as [string, Factory][]) {
    const made = factory(NEEDED[name] ?? {}) as sctp_notification;
    assert.deepEqual(parse_notification(notificationToBytes(made)), made);
  }
  const up = notifications.sctp_assoc_change({ sac_state: SCTP_COMM_UP, sac_info: Uint8Array.of(1, 2) });
  assert.equal(up.sn_type, SCTP_ASSOC_CHANGE);
});
