import assert from "node:assert/strict";
import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ALL_ASSOC,
  SCTP_CURRENT_ASSOC,
  SCTP_EXPOSE_POTENTIALLY_FAILED_STATE,
  SCTP_GET_PEER_ADDR_INFO,
  SCTP_PEER_ADDR_PARAMS,
  SCTP_PEER_ADDR_THLDS,
  SCTP_STATUS,
  type SctpAddress,
  type SctpSocket,
  type sctp_paddrparams,
  type sctp_paddrthlds,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SPP_DSCP,
  SPP_HB_DEMAND,
  SPP_HB_DISABLE,
  SPP_HB_ENABLE,
  SPP_HB_TIME_IS_ZERO,
  SPP_IPV6_FLOWLABEL,
  SPP_PMTUD_DISABLE,
  SPP_PMTUD_ENABLE,
} from "../../src/index.js";
import { twoPaths } from "./multihoming.js";
import type { Contract } from "./world.js";

const ON = SPP_HB_ENABLE | SPP_PMTUD_ENABLE;

const DEFAULT_PARAMETERS: sctp_paddrparams = {
  spp_assoc_id: 0,
  spp_address: undefined,
  spp_hbinterval: 30_000,
  spp_pathmaxrxt: 5,
  spp_pathmtu: 0,
  spp_flags: ON,
  spp_ipv6_flowlabel: 0,
  spp_dscp: 0,
};

const DEFAULT_THRESHOLDS: sctp_paddrthlds = {
  spt_assoc_id: 0,
  spt_address: undefined,
  spt_pathmaxrxt: 5,
  spt_pathpfthld: 0,
  spt_pathcpthld: 65_535,
};

/** The parameters of an association, or those to come; or of one path. */
function parameters(socket: SctpSocket, id: number, spp_address?: SctpAddress): sctp_paddrparams {
  return socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_assoc_id: id, spp_address });
}

function thresholds(socket: SctpSocket, id: number, spt_address?: SctpAddress): number[] {
  const value = socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, { spt_assoc_id: id, spt_address });
  return [value.spt_pathmaxrxt, value.spt_pathpfthld, value.spt_pathcpthld];
}

/** The parameters of paths: heartbeats, MTUs, thresholds. */
export function pathParameters(contract: Contract): void {
  contract("RFC 6458 §8.1.12, RFC 7829 §7: the defaults of paths", async (world) => {
    for (const type of [SOCK_STREAM, SOCK_SEQPACKET] as const) {
      const socket = world.socket(world.client, type, AF_INET6);
      const none = [undefined, { address: "::", port: 0 }, { address: "0.0.0.0", port: 7 }];
      for (const address of none) {
        const argument = { spp_address: address };
        assert.deepEqual(
          socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, argument),
          DEFAULT_PARAMETERS,
        );
        const thresholdsOf = { spt_address: address };
        assert.deepEqual(
          socket.getsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, thresholdsOf),
          DEFAULT_THRESHOLDS,
        );
      }
      const exposed = socket.getsockopt(IPPROTO_SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE);
      assert.deepEqual(exposed, { assoc_id: 0, assoc_value: 0 });
    }
  });

  contract(
    "RFC 6458 §8.1.12: parameters of one path, of an association, and of those to come",
    async (world) => {
      const scene = await twoPaths(world);
      if (scene === undefined) return;
      const { client, to6, to4, clientId } = scene;
      const set = (value: Partial<sctp_paddrparams>): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, value);
      const intervals = (): number[] => [
        parameters(client, 0).spp_hbinterval,
        parameters(client, clientId).spp_hbinterval,
        parameters(client, clientId, to6).spp_hbinterval,
        parameters(client, 0, to4).spp_hbinterval,
      ];
      set({ spp_flags: SPP_HB_ENABLE, spp_hbinterval: 1000 });
      assert.deepEqual(intervals(), [1000, 30_000, 30_000, 30_000]);
      set({ spp_assoc_id: clientId, spp_flags: SPP_HB_ENABLE, spp_hbinterval: 2000 });
      assert.deepEqual(intervals(), [1000, 2000, 2000, 2000]);
      // The address finds the association.
      set({ spp_address: to4, spp_flags: SPP_HB_ENABLE, spp_hbinterval: 4000 });
      assert.deepEqual(intervals(), [1000, 2000, 2000, 4000]);
      const wildcard = { address: "::", port: 0, family: "IPv6" } as const;
      set({ spp_assoc_id: clientId, spp_address: wildcard, spp_flags: SPP_HB_ENABLE, spp_hbinterval: 3000 });
      assert.deepEqual(intervals(), [1000, 3000, 3000, 3000]);
      const path = parameters(client, 0, to4);
      assert.deepEqual([path.spp_assoc_id, path.spp_address], [clientId, to4]);
      assert.deepEqual(client.sctp_opt_info(clientId, SCTP_PEER_ADDR_PARAMS, { spp_address: to4 }), path);
    },
  );

  contract("RFC 6458 §8.1.12: flags say what is set, and 0 leaves a number as it is", async (world) => {
    const { client, clientId, to } = await world.connectMany();
    const set = (value: Partial<sctp_paddrparams>): void =>
      client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_assoc_id: clientId, ...value });
    const read = (): number[] => {
      const value = parameters(client, clientId, to);
      return [value.spp_hbinterval, value.spp_pathmaxrxt, value.spp_flags];
    };
    set({ spp_hbinterval: 1000, spp_pathmaxrxt: 3 });
    assert.deepEqual(read(), [30_000, 3, ON], "an interval counts with SPP_HB_ENABLE only");
    set({ spp_flags: SPP_HB_ENABLE | SPP_HB_TIME_IS_ZERO });
    assert.deepEqual(read(), [0, 3, ON]);
    set({ spp_flags: SPP_HB_DISABLE, spp_hbinterval: 700 });
    assert.deepEqual(read(), [0, 3, SPP_HB_DISABLE | SPP_PMTUD_ENABLE]);
    set({ spp_address: to, spp_flags: SPP_HB_ENABLE, spp_hbinterval: 700, spp_pathmaxrxt: 65_535 });
    assert.deepEqual(read(), [700, 65_535, ON]);
    set({ spp_address: to, spp_flags: SPP_HB_DEMAND });
    set({ ...parameters(client, clientId, to) });
    assert.deepEqual(read(), [700, 65_535, ON], "what was read changes nothing");
  });

  contract(
    "RFC 6458 §8.1.12: a path MTU that is set is the bytes that a packet has for chunks",
    async (world) => {
      const scene = await twoPaths(world);
      if (scene === undefined) return;
      const { client, to6, to4, clientId } = scene;
      const set = (value: Partial<sctp_paddrparams>): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_assoc_id: clientId, ...value });
      const read = (): number[] => [
        parameters(client, clientId).spp_pathmtu,
        ...[to6, to4].map((to) => parameters(client, clientId, to).spp_pathmtu),
        ...[to6, to4].map(
          (spinfo_address) =>
            client.getsockopt(IPPROTO_SCTP, SCTP_GET_PEER_ADDR_INFO, { spinfo_address }).spinfo_mtu,
        ),
      ];
      const before = read();
      set({ spp_pathmtu: 1000 });
      assert.deepEqual(read(), before, "without SPP_PMTUD_DISABLE it counts for nothing");
      set({ spp_flags: SPP_PMTUD_DISABLE, spp_pathmtu: 1000 });
      assert.deepEqual(read(), [1000, 1000, 1000, 1000, 1000]);
      // RFC 9260 §3.3.1: a DATA chunk has 16 bytes in front of its data.
      assert.ok(client.sctp_opt_info(clientId, SCTP_STATUS).sstat_fragmentation_point <= 984);
      set({ spp_flags: SPP_PMTUD_DISABLE });
      set({ spp_address: to4, spp_flags: SPP_PMTUD_DISABLE, spp_pathmtu: 800 });
      assert.deepEqual(read(), [800, 1000, 800, 1000, 800]);
      assert.equal(parameters(client, clientId, to4).spp_flags, SPP_HB_ENABLE | SPP_PMTUD_DISABLE);
      assert.throws(() => set({ spp_flags: SPP_PMTUD_DISABLE, spp_pathmtu: 400 }), { code: "EINVAL" });
      set({ spp_flags: SPP_PMTUD_ENABLE, spp_pathmtu: 600 });
      assert.equal(parameters(client, clientId, to4).spp_flags, ON);
      assert.notEqual(parameters(client, clientId, to6).spp_pathmtu, 600);
    },
  );

  contract("RFC 6458 §8.1.12: DSCP and flow label are kept, in their bits", async (world) => {
    const scene = await twoPaths(world, {
      prepareClient: (socket) =>
        socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_flags: SPP_DSCP, spp_dscp: 0x2b }),
    });
    if (scene === undefined) return;
    const { client, to6, to4, clientId } = scene;
    const both = SPP_DSCP | SPP_IPV6_FLOWLABEL;
    const read = (id: number, address?: SctpAddress): number[] => {
      const { spp_flags, spp_dscp, spp_ipv6_flowlabel } = parameters(client, id, address);
      return [spp_flags & both, spp_dscp, spp_ipv6_flowlabel];
    };
    // The association has begun with what was set for those to come.
    for (const address of [undefined, to6, to4])
      assert.deepEqual(read(clientId, address), [SPP_DSCP, 0x28, 0]);
    const value = { spp_flags: both, spp_dscp: 0xbb, spp_ipv6_flowlabel: 0xfedcba };
    client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_address: to6, ...value });
    assert.deepEqual(read(clientId, to6), [both, 0xb8, 0xedcba]);
    assert.deepEqual(read(clientId, to4), [SPP_DSCP, 0x28, 0]);
    assert.deepEqual(read(clientId), [SPP_DSCP, 0x28, 0]);
    client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, { spp_assoc_id: clientId, ...value });
    assert.deepEqual(read(clientId), [both, 0xb8, 0xedcba]);
    assert.deepEqual(read(clientId, to4), [SPP_DSCP, 0xb8, 0], "an IPv4 path has none");
    assert.deepEqual(read(0), [SPP_DSCP, 0x28, 0]);
    const ipv4 = world.oneToMany();
    ipv4.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, value);
    const { spp_flags } = parameters(ipv4, 0);
    assert.equal(spp_flags & both, SPP_DSCP, "and neither has an IPv4 socket");
  });

  contract("RFC 6458 §8.1.12: what excludes each other, and what is of nobody, is EINVAL", async (world) => {
    const { client, clientId, to } = await world.connectMany();
    const one = world.oneToOne();
    const exclusive: Partial<sctp_paddrparams>[] = [
      { spp_flags: SPP_HB_ENABLE | SPP_HB_DISABLE },
      { spp_flags: SPP_PMTUD_ENABLE | SPP_PMTUD_DISABLE },
      { spp_flags: SPP_HB_DEMAND },
      { spp_flags: SPP_HB_DEMAND, spp_address: { address: "0.0.0.0", port: 0, family: "IPv4" } },
    ];
    const elsewhere: SctpAddress[] = [
      { ...to, address: "192.0.2.77" },
      { ...to, port: to.port ^ 1 },
    ];
    for (const value of [...exclusive, ...elsewhere.map((spp_address) => ({ spp_address }))]) {
      const ofAssociation = { spp_assoc_id: clientId, ...value };
      for (const [socket, given] of [
        [client, ofAssociation],
        [client, value],
        [one, value],
      ] as const) {
        assert.throws(() => socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, given), {
          code: "EINVAL",
          syscall: "setsockopt",
        });
      }
    }
    for (const address of elsewhere) {
      for (const id of [0, clientId]) {
        assert.throws(() => parameters(client, id, address), { code: "EINVAL", syscall: "getsockopt" });
        assert.throws(() => thresholds(client, id, address), { code: "EINVAL", syscall: "getsockopt" });
        assert.throws(
          () =>
            client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, {
              ...DEFAULT_THRESHOLDS,
              spt_assoc_id: id,
              spt_address: address,
            }),
          { code: "EINVAL", syscall: "setsockopt" },
        );
      }
    }
    for (const id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, 999]) {
      for (const address of [undefined, to]) {
        const field = { spp_assoc_id: id, spp_address: address };
        const ofThreshold = { ...DEFAULT_THRESHOLDS, spt_assoc_id: id, spt_address: address };
        assert.throws(() => parameters(client, id, address), { code: "EINVAL" });
        assert.throws(() => thresholds(client, id, address), { code: "EINVAL" });
        assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, field), {
          code: "EINVAL",
        });
        assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, ofThreshold), {
          code: "EINVAL",
        });
      }
    }
  });

  contract(
    "RFC 7829 §7.2: thresholds of one path, of an association, and of those to come",
    async (world) => {
      const scene = await twoPaths(world, {
        prepareClient: (socket) =>
          socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, {
            spt_pathmaxrxt: 4,
            spt_pathpfthld: 1,
            spt_pathcpthld: 2,
          }),
      });
      if (scene === undefined) return;
      const { client, to6, to4, clientId: spt_assoc_id } = scene;
      const read = (): number[][] => [
        thresholds(client, 0),
        thresholds(client, spt_assoc_id),
        thresholds(client, spt_assoc_id, to6),
        thresholds(client, 0, to4),
      ];
      const ofFuture = [4, 1, 2];
      assert.deepEqual(read(), [ofFuture, ofFuture, ofFuture, ofFuture]);
      const change = { spt_assoc_id, spt_pathmaxrxt: 0, spt_pathpfthld: 3, spt_pathcpthld: 3 };
      client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, change);
      assert.deepEqual(read(), [ofFuture, [4, 3, 3], [4, 3, 3], [4, 3, 3]]);
      const ofPath = { spt_address: to4, spt_pathmaxrxt: 2, spt_pathpfthld: 0, spt_pathcpthld: 65_535 };
      client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, ofPath);
      assert.deepEqual(read(), [ofFuture, [4, 3, 3], [4, 3, 3], [2, 0, 65_535]]);
      assert.equal(parameters(client, spt_assoc_id, to4).spp_pathmaxrxt, 2, "it is the same threshold");
    },
  );

  contract("RFC 7829 §7.2: what is wrong with thresholds", async (world) => {
    const { client, clientId } = await world.connectMany();
    for (const id of [0, clientId]) {
      const set = (value: Partial<sctp_paddrthlds>): void =>
        client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, {
          ...(value as sctp_paddrthlds),
          spt_assoc_id: id,
        });
      assert.throws(() => set({ spt_pathpfthld: 3, spt_pathcpthld: 2 }), {
        code: "EINVAL",
        syscall: "setsockopt",
        message: /spt_pathcpthld/,
      });
      assert.throws(() => set({ spt_pathpfthld: 65_536, spt_pathcpthld: 65_535 }), { name: "RangeError" });
      // A threshold of 0 means something, so that none is left out by mistake.
      assert.throws(() => set({ spt_pathpfthld: 3 }), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
      assert.throws(() => set({ spt_pathcpthld: 3 }), { code: "ERR_SCTP_INVALID_ARG_TYPE" });
      assert.deepEqual(thresholds(client, id), [5, 0, 65_535], "a mistake changes nothing");
    }
    for (const spt_assoc_id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, 999]) {
      const value = { ...DEFAULT_THRESHOLDS, spt_assoc_id };
      assert.throws(() => client.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, value), { code: "EINVAL" });
      assert.throws(() => thresholds(client, spt_assoc_id), { code: "EINVAL" });
    }
  });

  contract("RFC 7829 §7.3: who wants to know of potentially failed paths", async (world) => {
    const { client, clientId } = await world.connectMany();
    const name = SCTP_EXPOSE_POTENTIALLY_FAILED_STATE;
    const read = (assoc_id: number): number =>
      client.getsockopt(IPPROTO_SCTP, name, { assoc_id }).assoc_value;
    client.setsockopt(IPPROTO_SCTP, name, { assoc_value: 7 });
    assert.deepEqual([read(0), read(clientId)], [1, 0]);
    client.setsockopt(IPPROTO_SCTP, name, { assoc_value: 0 });
    client.setsockopt(IPPROTO_SCTP, name, { assoc_id: clientId, assoc_value: 1 });
    assert.deepEqual([read(0), read(clientId)], [0, 1]);
    for (const assoc_id of [SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC, 999]) {
      assert.throws(() => read(assoc_id), { code: "EINVAL" });
      assert.throws(() => client.setsockopt(IPPROTO_SCTP, name, { assoc_id, assoc_value: 1 }), {
        code: "EINVAL",
      });
    }
  });

  contract(
    "RFC 6458 §7.2, §9.2: accepted and peeled-off sockets keep the parameters of paths",
    async (world) => {
      const prepare = (socket: SctpSocket): void => {
        const value = { spp_flags: SPP_HB_ENABLE, spp_hbinterval: 2000, spp_pathmaxrxt: 6 };
        socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, value);
        const threshold = { spt_pathmaxrxt: 7, spt_pathpfthld: 2, spt_pathcpthld: 3 };
        socket.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_THLDS, threshold);
        socket.setsockopt(IPPROTO_SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, { assoc_value: 1 });
      };
      const read = (socket: SctpSocket): number[] => [
        parameters(socket, 0).spp_hbinterval,
        socket.getsockopt(IPPROTO_SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE).assoc_value,
        ...thresholds(socket, 0),
      ];
      const { server } = await world.connect({ prepare });
      assert.deepEqual(read(server), [2000, 1, 7, 2, 3]);
      const [peer] = server.sctp_getpaddrs();
      assert.deepEqual(thresholds(server, 0, peer), [7, 2, 3]);
      const { server: many, serverId } = await world.connectMany({ prepare });
      const change = { spp_assoc_id: serverId, spp_flags: SPP_HB_ENABLE, spp_hbinterval: 4000 };
      many.setsockopt(IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, change);
      assert.deepEqual(read(world.keep(many.sctp_peeloff(serverId))), [4000, 1, 7, 2, 3]);
      assert.deepEqual(read(many), [2000, 1, 7, 2, 3]);
    },
  );
}
