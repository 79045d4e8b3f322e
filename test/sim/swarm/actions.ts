/**
 * What applications, hosts and the network do in a swarm, one function for each.
 *
 * @module
 */

import {
  IPPROTO_SCTP,
  SCTP_NODELAY,
  SCTP_PRIMARY_ADDR,
  SCTP_RTOINFO,
  SO_LINGER,
  SO_RCVBUF,
  SOL_SOCKET,
} from "../../../src/sockets/constants.js";
import { ADDRESS_ACTIONS } from "./address-actions.js";
import { FORGING_ACTIONS } from "./forging.js";
import { socketAddress, type SwarmHost } from "./swarm-host.js";
import { type ActionName, linkFaults } from "./swarm-plan.js";
import type { SwarmSocket, Talk } from "./swarm-socket.js";
import type { SwarmWorld } from "./swarm-world.js";

/** How many open associations a host begins at most. */
const TALKS_MAX = 6;
/** How long a fault or a pause lasts at most, as a share of the time in which there are faults. */
const FAULT_SHARE_MAX = 0.3;

/** A talk and the socket that has it. */
interface Place {
  readonly socket: SwarmSocket;
  readonly talk: Talk;
}

/** Does something. */
export function act(world: SwarmWorld, action: ActionName): void {
  ACTIONS[action](world);
}

const ACTIONS: Readonly<Record<ActionName, (world: SwarmWorld) => void>> = {
  ...ADDRESS_ACTIONS,
  ...FORGING_ACTIONS,
  abort: (world) => withTalk(world, ({ socket, talk }) => socket.abort(talk)),
  adjust,
  bulk: (world) => send(world, world.chances.logarithmic(20, 200)),
  "change faults": changeFaults,
  "close socket": closeSocket,
  connect,
  crash: (world) => crash(world, world.chances.happens(0.3) ? 0 : duration(world)),
  "one-way partition": (world) => partition(world, false),
  partition: (world) => partition(world, true),
  "pause reading": (world) => withSocket(world, (socket) => socket.pause(duration(world))),
  "peel off": peelOff,
  "ping-pong": pingPong,
  "remove address": removeAddress,
  "restart storm": restartStorm,
  send: (world) => send(world, world.chances.logarithmic(1, 10)),
  "send to all": sendToAll,
  "set primary": setPrimary,
  "shut down": (world) => withTalk(world, ({ socket, talk }) => socket.shutDown(talk)),
  "simultaneous open": openSimultaneously,
  "shrink MTU": shrinkMtu,
  unplug,
};

/** How long something lasts, in milliseconds. */
function duration({ chances, plan }: SwarmWorld): number {
  return chances.logarithmic(10, Math.max(20, plan.chaosMs * FAULT_SHARE_MAX));
}

function withHost(world: SwarmWorld, callback: (host: SwarmHost) => void): void {
  const host = world.chances.pickAny(world.hosts.filter(({ isUp }) => isUp));
  if (host !== undefined) callback(host);
}

function withSocket(world: SwarmWorld, callback: (socket: SwarmSocket) => void): void {
  withHost(world, ({ sockets }) => {
    const socket = world.chances.pickAny([...sockets]);
    if (socket !== undefined) callback(socket);
  });
}

function withTalk(world: SwarmWorld, callback: (place: Place) => void): void {
  withHost(world, (host) => {
    const place = world.chances.pickAny(talksOf(host));
    if (place !== undefined) callback(place);
  });
}

function talksOf(host: SwarmHost): Place[] {
  return [...host.sockets].flatMap((socket) => [...socket.talks.values()].map((talk) => ({ socket, talk })));
}

/** Two hosts that differ. */
function withPair(world: SwarmWorld, callback: (from: SwarmHost, to: SwarmHost) => void): void {
  withHost(world, (from) => {
    const to = world.chances.pickAny(world.hosts.filter((host) => host !== from));
    if (to !== undefined) callback(from, to);
  });
}

function send(world: SwarmWorld, messages: number): void {
  withTalk(world, ({ socket, talk }) => {
    talk.todo += messages;
    socket.write(talk);
  });
}

function pingPong(world: SwarmWorld): void {
  withTalk(world, ({ socket, talk }) => {
    talk.isPingPong = !talk.isPingPong;
    talk.todo += 1;
    socket.write(talk);
  });
}

function sendToAll(world: SwarmWorld): void {
  withHost(world, ({ service }) => {
    if (service?.isOneToOne === false) service.sendToAll();
  });
}

function connect(world: SwarmWorld): void {
  withPair(world, (from, to) => begin(world, from, to));
}

/** Both begin at the same moment, with the ports that they are found at where these are one-to-many sockets. */
function openSimultaneously(world: SwarmWorld): void {
  withPair(world, (from, to) => {
    begin(world, from, to);
    if (to.isUp) begin(world, to, from);
  });
}

function begin({ chances }: SwarmWorld, from: SwarmHost, to: SwarmHost): void {
  if (talksOf(from).length >= TALKS_MAX) return;
  const all = to.serviceAddresses;
  const [first] = all;
  const addresses = chances.happens(0.5) || first === undefined ? all : [chances.pickAny(all) ?? first];
  const usesService = from.service !== undefined && !from.service.isOneToOne && chances.happens(0.7);
  const socket = usesService ? from.service : from.createClient();
  socket?.connect(to, addresses, chances.logarithmic(1, 20));
}

function closeSocket(world: SwarmWorld): void {
  withSocket(world, (socket) => {
    const { host } = socket;
    if (world.chances.happens(0.3)) {
      socket.socket.setOption(SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: world.chances.below(3) });
    }
    const wasService = host.service === socket;
    socket.close();
    if (!wasService) return;
    world.later(duration(world), () => {
      if (host.isUp && !world.isCalm) host.openService();
    });
  });
}

function peelOff(world: SwarmWorld): void {
  withTalk(world, ({ socket, talk }) => {
    if (!socket.isOneToOne) socket.peelOff(talk);
  });
}

function setPrimary(world: SwarmWorld): void {
  withTalk(world, ({ socket, talk }) => {
    const { association } = talk.record;
    const path = world.chances.pickAny(association.paths);
    // An unconfirmed path is refused, and so is everything once the association has ended.
    if (path === undefined || path.state === "unconfirmed" || talk.record.ending !== undefined) return;
    const ssp_addr = socketAddress(path.address.text, association.peerPort);
    const value = { ssp_assoc_id: talk.id, ssp_addr };
    socket.attempt(() => socket.socket.setOption(IPPROTO_SCTP, SCTP_PRIMARY_ADDR, value));
  });
}

/** Changes parameters of what is under way. */
function adjust(world: SwarmWorld): void {
  const { chances } = world;
  withTalk(world, ({ socket: { socket }, talk: { id, record } }) => {
    if (record.ending !== undefined) return;
    const rtos = chances.pick([
      { srto_initial: 1000, srto_max: 60_000, srto_min: 1000 },
      { srto_initial: 100, srto_max: 400, srto_min: 100 },
    ]);
    chances.pick([
      () => socket.setOption(IPPROTO_SCTP, SCTP_RTOINFO, { srto_assoc_id: id, ...rtos }),
      () => socket.setOption(IPPROTO_SCTP, SCTP_NODELAY, chances.below(2)),
      () => socket.setOption(SOL_SOCKET, SO_RCVBUF, chances.pick([2000, 20_000, 1_000_000])),
    ])();
  });
}

function crash(world: SwarmWorld, downMs: number): void {
  withHost(world, (host) => {
    host.crash();
    comeBack(world, host, downMs);
  });
}

function comeBack(world: SwarmWorld, host: SwarmHost, downMs: number): void {
  world.later(downMs, () => {
    if (host.isUp) return;
    host.restart();
    const others = world.hosts.filter((other) => other !== host && other.isUp);
    // It goes on where it was: its peers, which know of no end yet, see it begin anew.
    if (!world.isCalm) for (const other of others) if (world.chances.happens(0.5)) begin(world, host, other);
  });
}

function restartStorm(world: SwarmWorld): void {
  withHost(world, (host) => {
    let atMs = 0;
    for (let count = 0; count < 4; count += 1) {
      world.later(atMs, () => {
        if (!host.isUp || world.isCalm) return;
        host.crash();
        comeBack(world, host, world.chances.logarithmic(1, 200));
      });
      atMs += world.chances.logarithmic(10, 1000);
    }
  });
}

function changeFaults(world: SwarmWorld): void {
  world.network.setFaults(linkFaults(world.chances));
  world.later(duration(world), () => {
    if (!world.isCalm) world.network.setFaults(world.plan.faults);
  });
}

/** An address of one host and one of another, of the same family. */
function withLink(world: SwarmWorld, callback: (from: string, to: string) => void): void {
  withPair(world, (fromHost, toHost) => {
    const from = world.chances.pickAny(fromHost.plan.addresses);
    const isV6 = from?.includes(":");
    const to = world.chances.pickAny(toHost.plan.addresses.filter((one) => one.includes(":") === isV6));
    if (from !== undefined && to !== undefined) callback(from, to);
  });
}

function partition(world: SwarmWorld, isTwoWay: boolean): void {
  const { network } = world;
  withLink(world, (from, to) => {
    world.log(`partition of ${from} and ${to}${isTwoWay ? "" : ", one way"}`);
    network.partition(from, to);
    if (isTwoWay) network.partition(to, from);
    world.later(duration(world), () => {
      network.heal(from, to);
      network.heal(to, from);
    });
  });
}

function shrinkMtu(world: SwarmWorld): void {
  withLink(world, (from, to) => {
    world.network.setMtu(world.chances.pick([1400, 1280, 576, 300]), { from, to });
  });
}

function unplug(world: SwarmWorld): void {
  const { network } = world;
  withHost(world, ({ plan }) => {
    const address = world.chances.pickAny(plan.addresses);
    if (address === undefined) return;
    world.log(`${address} is unplugged`);
    network.unplug(address);
    world.later(duration(world), () => network.plug(address));
  });
}

function removeAddress(world: SwarmWorld): void {
  withHost(world, (host) => {
    const { lowerLayer, missingAddresses } = host;
    // A host without any address could not be put in its place again.
    if (lowerLayer.addresses.length < 2) return;
    const address = world.chances.pickAny(lowerLayer.addresses)?.text;
    if (address === undefined) return;
    world.log(`${address} disappears`);
    lowerLayer.removeAddress(address);
    missingAddresses.add(address);
    world.later(duration(world), () => {
      if (!missingAddresses.delete(address)) return;
      host.lowerLayer.addAddress(address);
    });
  });
}

/** Everything works from now on, and applications come to their ends. */
export function calmDown(world: SwarmWorld): void {
  const { network, plan, hosts } = world;
  world.log("calm");
  world.isCalm = true;
  network.setFaults({ delayMs: 5 });
  const all = plan.hosts.flatMap(({ addresses }) => addresses);
  for (const from of all) {
    network.plug(from);
    for (const to of all) {
      network.heal(from, to);
      network.setFaults({ delayMs: 5 }, { from, to });
    }
  }
  for (const host of hosts) {
    for (const address of host.missingAddresses) host.lowerLayer.addAddress(address);
    host.missingAddresses.clear();
    if (!host.isUp) host.restart();
  }
  for (const host of hosts) {
    for (const socket of [...host.sockets]) socket.resume();
    world.later(world.chances.between(0, 5000), () => shutDownAll(host));
  }
}

/** Each association is ended gracefully by at least one side. */
function shutDownAll(host: SwarmHost): void {
  for (const { socket, talk } of talksOf(host)) {
    if (talk.todo > 0) host.world.later(500, () => endWhenSent(host.world, { socket, talk }));
    else socket.shutDown(talk);
  }
}

function endWhenSent(world: SwarmWorld, place: Place): void {
  const { socket, talk } = place;
  if (socket.isClosed || ![...socket.talks.values()].includes(talk)) return;
  if (talk.todo > 0) world.later(500, () => endWhenSent(world, place));
  else socket.shutDown(talk);
}
