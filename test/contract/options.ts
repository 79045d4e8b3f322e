import assert from "node:assert/strict";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ACTIVE,
  SCTP_ADAPTATION_LAYER,
  SCTP_ALL_ASSOC,
  SCTP_ASSOCINFO,
  SCTP_AUTOCLOSE,
  SCTP_CURRENT_ASSOC,
  SCTP_DEFAULT_SNDINFO,
  SCTP_EOF,
  SCTP_ESTABLISHED,
  SCTP_EVENT,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_FUTURE_ASSOC,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_INITMSG,
  SCTP_MAXSEG,
  SCTP_NODELAY,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_RECVNXTINFO,
  SCTP_RECVRCVINFO,
  SCTP_RTOINFO,
  SCTP_SHUTDOWN_RECEIVED,
  SCTP_STATUS,
  SCTP_UNORDERED,
  type SctpAddress,
  type SctpSocket,
  SHUT_WR,
  SO_DOMAIN,
  SO_ERROR,
  SO_LINGER,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_SNDBUF,
  SO_TYPE,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SPP_DSCP,
  SPP_HB_ENABLE,
  SPP_IPV6_FLOWLABEL,
  SPP_PMTUD_DISABLE,
} from "../../src/index.js";
import { bytesOf, type Contract, pattern } from "./world.js";

/** The calls as a program in JavaScript makes them: nothing is known of the types. */
interface Untyped {
  getsockopt(level: unknown, name: unknown, argument?: unknown): unknown;
  setsockopt(level: unknown, name: unknown, value?: unknown): void;
}

/** SCTP_STREAM_SCHEDULER (RFC 8260 §4.3.2), Linux's number: an option that the table does not know. */
const STREAM_SCHEDULER = 123;

function untyped(socket: SctpSocket): Untyped {
  return socket;
}

/** Options that are numbers: something to set, and something that is no value. */
const NUMBERS: readonly (readonly [level: number, name: number, value: number, wrong: unknown])[] = [
  [SOL_SOCKET, SO_SNDBUF, 70_000, 0],
  [SOL_SOCKET, SO_RCVBUF, 70_000, -1],
  [IPPROTO_SCTP, SCTP_NODELAY, 1, 2 ** 40],
  [IPPROTO_SCTP, SCTP_AUTOCLOSE, 30, -1],
  [IPPROTO_SCTP, SCTP_RECVRCVINFO, 1, 0.5],
  [IPPROTO_SCTP, SCTP_RECVNXTINFO, 1, Number.NaN],
  [IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1, 2 ** 33],
];

/** Options that are structures: something to set, and a field that is no value. */
const STRUCTURES: readonly (readonly [level: number, name: number, value: object, wrong: object])[] = [
  [SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 3 }, { l_linger: -1 }],
  [
    IPPROTO_SCTP,
    SCTP_RTOINFO,
    { srto_assoc_id: 0, srto_initial: 2000, srto_max: 5000, srto_min: 500 },
    { srto_max: -1 },
  ],
  [
    IPPROTO_SCTP,
    SCTP_INITMSG,
    { sinit_num_ostreams: 20, sinit_max_instreams: 30, sinit_max_attempts: 4, sinit_max_init_timeo: 5000 },
    { sinit_num_ostreams: 65_536 },
  ],
  [IPPROTO_SCTP, SCTP_ADAPTATION_LAYER, { ssb_adaptation_ind: 0xdeadbeef }, { ssb_adaptation_ind: 2 ** 32 }],
  [IPPROTO_SCTP, SCTP_MAXSEG, { assoc_id: 0, assoc_value: 700 }, { assoc_value: 1.5 }],
  [
    IPPROTO_SCTP,
    SCTP_DEFAULT_SNDINFO,
    { snd_sid: 3, snd_flags: SCTP_UNORDERED, snd_ppid: 4, snd_context: 5, snd_assoc_id: 0 },
    { snd_sid: -1 },
  ],
];

/** As above, of paths: an address that is left out stands for all of them. */
const PATH_STRUCTURES: typeof STRUCTURES = [
  [
    IPPROTO_SCTP,
    SCTP_PEER_ADDR_PARAMS,
    {
      spp_assoc_id: 0,
      spp_address: undefined,
      spp_hbinterval: 5000,
      spp_pathmaxrxt: 7,
      spp_pathmtu: 1000,
      spp_flags: SPP_HB_ENABLE | SPP_PMTUD_DISABLE | SPP_DSCP | SPP_IPV6_FLOWLABEL,
      spp_ipv6_flowlabel: 0x12345,
      spp_dscp: 0x48,
    },
    { spp_flags: 0x8000 },
  ],
  [
    IPPROTO_SCTP,
    SCTP_PEER_ADDR_THLDS,
    { spt_assoc_id: 0, spt_address: undefined, spt_pathmaxrxt: 3, spt_pathpfthld: 1, spt_pathcpthld: 2 },
    { spt_pathmaxrxt: 65_536 },
  ],
  [
    IPPROTO_SCTP,
    SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
    { assoc_id: 0, assoc_value: 1 },
    { assoc_value: 2 ** 32 },
  ],
];

const READ_ONLY: readonly (readonly [level: number, name: number])[] = [
  [SOL_SOCKET, SO_TYPE],
  [SOL_SOCKET, SO_ERROR],
  [SOL_SOCKET, SO_PROTOCOL],
  [SOL_SOCKET, SO_DOMAIN],
  [IPPROTO_SCTP, SCTP_STATUS],
  [IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO],
];

/** Reading and setting every option. */
export function options(contract: Contract): void {
  contract("RFC 6458 §8: what is set is read again, in both styles", async (world) => {
    for (const type of [SOCK_STREAM, SOCK_SEQPACKET] as const) {
      const socket = untyped(world.socket(world.client, type, AF_INET6));
      for (const [level, name, value, wrong] of NUMBERS) {
        if (type === SOCK_STREAM && name === SCTP_AUTOCLOSE && level === IPPROTO_SCTP) continue;
        socket.setsockopt(level, name, value);
        assert.equal(socket.getsockopt(level, name), value, `option ${name}`);
        assert.throws(() => socket.setsockopt(level, name, wrong), { name: "RangeError" }, `option ${name}`);
        for (const noNumber of ["1", {}, null, undefined]) {
          assert.throws(() => socket.setsockopt(level, name, noNumber), { name: "TypeError" });
        }
        assert.equal(socket.getsockopt(level, name), value, "a mistake changes nothing");
      }
      for (const [level, name, value, wrong] of [...STRUCTURES, ...PATH_STRUCTURES]) {
        socket.setsockopt(level, name, value);
        assert.deepEqual(socket.getsockopt(level, name), value, `option ${name}`);
        assert.throws(() => socket.setsockopt(level, name, wrong), { name: "RangeError" }, `option ${name}`);
        assert.throws(() => socket.setsockopt(level, name, { misspelt: 1 }), {
          code: "ERR_SCTP_INVALID_ARG_VALUE",
          message: /misspelt/,
        });
        for (const noStructure of [5, "text", null, undefined]) {
          assert.throws(() => socket.setsockopt(level, name, noStructure), {
            code: "ERR_SCTP_INVALID_ARG_TYPE",
          });
        }
        assert.deepEqual(socket.getsockopt(level, name), value, "a mistake changes nothing");
      }
    }
  });

  contract("RFC 6458 §8.2: setting what is only read is EOPNOTSUPP", async (world) => {
    const socket = untyped(world.oneToMany());
    for (const [level, name] of READ_ONLY) {
      assert.throws(() => socket.setsockopt(level, name, {}), {
        code: "EOPNOTSUPP",
        syscall: "setsockopt",
        message: /read only/,
      });
    }
  });

  contract("DESIGN: a pair that does not exist, or is not there yet, is ENOPROTOOPT", async (world) => {
    const socket = untyped(world.oneToMany());
    for (const [level, name] of [
      [IPPROTO_SCTP, 9999],
      [SOL_SOCKET, 99],
    ]) {
      const bytes = new Uint8Array(4);
      assert.throws(() => socket.getsockopt(level, name, bytes), {
        code: "ENOPROTOOPT",
        syscall: "getsockopt",
      });
      assert.throws(() => socket.setsockopt(level, name, bytes), {
        code: "ENOPROTOOPT",
        syscall: "setsockopt",
      });
    }
    assert.throws(() => socket.getsockopt("SOL_SOCKET", 1), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  });

  contract("DESIGN: an option that only an operating system knows is bytes there", async (world) => {
    const socket = untyped(world.oneToMany());
    const option = [IPPROTO_SCTP, STREAM_SCHEDULER] as const;
    if (world.client.provider.name === "userland") {
      assert.throws(() => socket.getsockopt(...option), { code: "ENOPROTOOPT", message: /not yet/ });
      assert.throws(() => socket.setsockopt(6, 1, 1), { code: "ENOPROTOOPT", syscall: "setsockopt" });
      return;
    }
    // RFC 8260 §4.3.2: an association's id, and the scheduler; 2 is round robin.
    socket.setsockopt(...option, new Uint8Array(new Uint32Array([0, 2]).buffer));
    const bytes = socket.getsockopt(...option, new Uint8Array(8)) as Uint8Array;
    assert.deepEqual([...new Uint32Array(bytes.slice().buffer)], [0, 2]);
    assert.throws(() => socket.getsockopt(...option), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
  });

  contract("RFC 6458 §8.1.8, §8.1.15: options that are not for every kind of socket", async (world) => {
    const one = world.oneToOne();
    assert.throws(() => one.setsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE, 5), { code: "EOPNOTSUPP" });
    assert.throws(() => one.getsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE), { code: "EOPNOTSUPP" });
    assert.throws(() => one.setsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, 1), { code: "EINVAL" });
  });

  contract("DESIGN: the defaults", async (world) => {
    const one = world.socket(world.client, SOCK_STREAM, AF_INET6);
    const many = world.oneToMany();
    assert.equal(one.getsockopt(SOL_SOCKET, SO_SNDBUF), 1_048_576);
    assert.equal(one.getsockopt(SOL_SOCKET, SO_RCVBUF), 1_048_576);
    assert.deepEqual(one.getsockopt(SOL_SOCKET, SO_LINGER), { l_onoff: 0, l_linger: 0 });
    assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_NODELAY), 0);
    assert.equal(many.getsockopt(IPPROTO_SCTP, SCTP_AUTOCLOSE), 0);
    assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR), 0);
    assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_RECVRCVINFO), 0);
    assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_RECVNXTINFO), 0);
    assert.equal(one.getsockopt(IPPROTO_SCTP, SCTP_MAXSEG).assoc_value, 0);
    const init = one.getsockopt(IPPROTO_SCTP, SCTP_INITMSG);
    assert.deepEqual(
      [init.sinit_num_ostreams, init.sinit_max_instreams, init.sinit_max_attempts],
      [10, 65_535, 8],
    );
    assert.deepEqual(one.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO), {
      srto_assoc_id: 0,
      srto_initial: 1000,
      srto_max: 60_000,
      srto_min: 1000,
    });
    const { sasoc_asocmaxrxt, sasoc_cookie_life } = one.getsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO);
    assert.deepEqual([sasoc_asocmaxrxt, sasoc_cookie_life], [10, 60_000]);
  });

  contract("RFC 6458 §8.1.1, §8.1.2: 0 leaves a value as it is, and nonsense is EINVAL", async (world) => {
    const socket = world.oneToMany();
    socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_initial: 3000 });
    assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO).srto_min, 1000);
    assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_min: 5000, srto_max: 4000 }), {
      code: "EINVAL",
    });
    assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO).srto_min, 1000);
    socket.setsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO, { sasoc_asocmaxrxt: 4 });
    const info = socket.getsockopt(IPPROTO_SCTP, SCTP_ASSOCINFO);
    assert.deepEqual([info.sasoc_asocmaxrxt, info.sasoc_cookie_life], [4, 60_000]);
    socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_num_ostreams: 12 });
    socket.setsockopt(IPPROTO_SCTP, SCTP_INITMSG, { sinit_max_attempts: 3 });
    assert.equal(socket.getsockopt(IPPROTO_SCTP, SCTP_INITMSG).sinit_max_attempts, 3);
  });

  contract("RFC 6458 §7.2, §8: which ids an option takes", async (world) => {
    const { client, clientId } = await world.connectMany();
    const futureOnly = [SCTP_RTOINFO, SCTP_ASSOCINFO, SCTP_MAXSEG] as const;
    const fields = {
      [SCTP_RTOINFO]: "srto_assoc_id",
      [SCTP_ASSOCINFO]: "sasoc_assoc_id",
      [SCTP_MAXSEG]: "assoc_id",
    };
    for (const name of futureOnly) {
      for (const id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, 999]) {
        const argument = { [fields[name]]: id };
        assert.throws(() => untyped(client).getsockopt(IPPROTO_SCTP, name, argument), { code: "EINVAL" });
        assert.throws(() => untyped(client).setsockopt(IPPROTO_SCTP, name, argument), { code: "EINVAL" });
      }
      untyped(client).getsockopt(IPPROTO_SCTP, name, { [fields[name]]: SCTP_FUTURE_ASSOC });
      untyped(client).getsockopt(IPPROTO_SCTP, name, { [fields[name]]: clientId });
    }
    for (const id of [SCTP_FUTURE_ASSOC, SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, 999]) {
      assert.throws(() => client.getsockopt(IPPROTO_SCTP, SCTP_STATUS, { sstat_assoc_id: id }), {
        code: "EINVAL",
        message: /SCTP_STATUS|no association/,
      });
    }
  });

  contract("RFC 6458 §7.2: what is set for one association is its own", async (world) => {
    const { client, clientId } = await world.connectMany();
    const before = client.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO).srto_initial;
    client.setsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: clientId, srto_initial: 1500 });
    const ofFuture = client.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO);
    const ofThis = client.getsockopt(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: clientId });
    assert.deepEqual(
      [ofFuture.srto_initial, ofThis.srto_initial, ofThis.srto_assoc_id],
      [before, 1500, clientId],
    );
    client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id: SCTP_CURRENT_ASSOC, snd_ppid: 5 });
    const snd_assoc_id = clientId;
    assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO).snd_ppid, 0);
    assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, { snd_assoc_id }).snd_ppid, 5);
    const wrongFlags = { snd_flags: SCTP_EOF | 0x8 };
    assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_DEFAULT_SNDINFO, wrongFlags));
  });

  contract("RFC 6458 §8: sctp_opt_info is getsockopt with an id of its own", async (world) => {
    const { client, clientId, to } = await world.connectMany();
    client.setsockopt(IPPROTO_SCTP, SCTP_MAXSEG, { assoc_id: clientId, assoc_value: 800 });
    assert.deepEqual(client.sctp_opt_info(clientId, SCTP_MAXSEG), { assoc_id: clientId, assoc_value: 800 });
    assert.equal(client.sctp_opt_info(0, SCTP_MAXSEG, { assoc_id: clientId }).assoc_value, 0, "it overrides");
    assert.equal(client.sctp_opt_info(clientId, SCTP_STATUS).sstat_assoc_id, clientId);
    const path = client.sctp_opt_info(clientId, SCTP_GET_PEER_ADDR_INFO, { spinfo_address: to });
    assert.deepEqual(path.spinfo_address, to);
    assert.equal(client.sctp_opt_info(clientId, SCTP_EVENT, { se_type: 0x8001 }).se_on, 0);
    assert.equal(client.sctp_opt_info(clientId, SCTP_RTOINFO).srto_assoc_id, clientId);
    assert.equal(client.sctp_opt_info(clientId, SCTP_ASSOCINFO).sasoc_number_peer_destinations, 1);
    const { client: one } = await world.connect();
    assert.equal(one.sctp_opt_info(1234, SCTP_STATUS).sstat_state, SCTP_ESTABLISHED, "one-to-one ignores it");
  });

  contract("RFC 6458 §8.2.1: SCTP_STATUS of an association", async (world) => {
    const { client, to } = await world.connect({
      prepare: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 50_000),
    });
    const status = client.getsockopt(IPPROTO_SCTP, SCTP_STATUS);
    assert.equal(status.sstat_state, SCTP_ESTABLISHED);
    assert.ok(status.sstat_assoc_id >= 3);
    assert.deepEqual([status.sstat_outstrms, status.sstat_instrms], [10, 10]);
    assert.deepEqual([status.sstat_unackdata, status.sstat_penddata], [0, 0]);
    assert.equal(status.sstat_rwnd, 50_000);
    assert.ok(status.sstat_fragmentation_point > 500);
    assert.deepEqual(status.sstat_primary.spinfo_address, to);
    await world.until(client.send(pattern(1000)));
    await world.until(client.send(pattern(1000)));
    await world.quiet();
    assert.ok(client.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_rwnd <= 48_000);
    assert.throws(() => world.oneToOne().getsockopt(IPPROTO_SCTP, SCTP_STATUS), { code: "EINVAL" });
  });

  contract("RFC 6458 §8.2.1: sstat_penddata counts what waits to be received", async (world) => {
    const { client, server } = await world.connect();
    await world.until(client.send(pattern(1000)));
    await world.until(client.send(pattern(1000)));
    await world.quiet();
    assert.equal(server.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_penddata, 2);
  });

  contract("RFC 6458 §8.2.1: SCTP_STATUS in the middle of a shutdown", async (world) => {
    const { client, server } = await world.connect({
      prepareClient: (socket) => socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096),
    });
    for (let seed = 0; seed < 12; seed += 1) server.nonblocking.send(pattern(1000, seed));
    await world.quiet();
    client.shutdown(SHUT_WR);
    await world.quiet();
    const status = server.getsockopt(IPPROTO_SCTP, SCTP_STATUS);
    assert.equal(status.sstat_state, SCTP_SHUTDOWN_RECEIVED);
    assert.ok(status.sstat_rwnd < 2000);
  });

  contract("RFC 6458 §8.2.2: SCTP_GET_PEER_ADDR_INFO by id and by address", async (world) => {
    const { client, clientId, to } = await world.connectMany();
    await world.until(client.sendto(bytesOf("x"), to));
    await world.quiet();
    const info = client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address: to });
    assert.deepEqual([info.spinfo_assoc_id, info.spinfo_state], [clientId, SCTP_ACTIVE]);
    assert.deepEqual(info.spinfo_address, to);
    assert.ok(info.spinfo_cwnd >= 4380, "RFC 9260 §7.2.1: at least min(4 MTU, max(2 MTU, 4404 bytes))");
    assert.ok(info.spinfo_rto >= 1000 && info.spinfo_srtt >= 0 && info.spinfo_mtu > 500);
    const elsewhere: SctpAddress = { address: "192.0.2.9", port: to.port, family: "IPv4" };
    for (const spinfo_assoc_id of [0, clientId]) {
      const argument = { spinfo_assoc_id, spinfo_address: elsewhere };
      assert.throws(() => client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, argument), {
        code: "EINVAL",
      });
    }
    assert.throws(() => untyped(client).getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO), {
      code: /ERR_SCTP_/,
    });
  });

  contract("RFC 6458 §8.1.16: SCTP_MAXSEG bounds a fragment, and messages stay whole", async (world) => {
    const { client, server } = await world.connect({
      prepareClient: (socket) => socket.setsockopt(IPPROTO_SCTP, SCTP_MAXSEG, { assoc_value: 600 }),
    });
    assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_STATUS).sstat_fragmentation_point, 600);
    await world.until(client.send(pattern(1234)));
    assert.deepEqual((await world.message(server)).data, pattern(1234));
  });

  contract("options can be set in the middle of everything", async (world) => {
    const { client, server } = await world.connect();
    client.setsockopt(IPPROTO_SCTP, SCTP_NODELAY, true);
    assert.equal(client.getsockopt(IPPROTO_SCTP, SCTP_NODELAY), 1);
    server.setsockopt(SOL_SOCKET, SO_RCVBUF, 400_000);
    client.setsockopt(SOL_SOCKET, SO_SNDBUF, 400_000);
    await world.until(client.send(pattern(390_000)));
    const parts: number[] = [];
    for (let total = 0; total < 390_000; total += parts.at(-1) ?? 0) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      parts.push((await world.message(server)).data.length);
    }
    assert.equal(
      parts.reduce((sum, part) => sum + part),
      390_000,
    );
  });
}
