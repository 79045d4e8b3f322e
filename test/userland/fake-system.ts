import { endianness } from "node:os";
import { type Addon, READABLE, type StructureLayout, WRITABLE } from "../../src/native/addon.js";
import {
  BATCH_IP_HEADERS,
  RECEIVE_ROW_LENGTH,
  ReceiveRow,
  SEND_ROW_LENGTH,
  SendRow,
} from "../../src/native/packet-batch.js";

const LITTLE_ENDIAN = endianness() === "LE";

/** A structure in which every field stands somewhere else than on a real platform. */
function structure(sizeBytes: number, places: Record<string, [number, number]>): StructureLayout {
  const fields = Object.entries(places).map(([name, [offsetBytes, size]]) => [
    name,
    { offsetBytes, sizeBytes: size },
  ]);
  return { sizeBytes, fields: Object.fromEntries(fields) as StructureLayout["fields"] };
}

const STRUCTURES = {
  sockaddr_in: structure(20, { sin_family: [2, 2], sin_port: [6, 2], sin_addr: [12, 4] }),
  sockaddr_in6: structure(30, {
    sin6_family: [0, 2],
    sin6_port: [2, 2],
    sin6_addr: [4, 16],
    sin6_scope_id: [24, 4],
  }),
  in_pktinfo: structure(16, { ipi_ifindex: [12, 4], ipi_spec_dst: [0, 4], ipi_addr: [4, 4] }),
  in6_pktinfo: structure(20, { ipi6_addr: [0, 16], ipi6_ifindex: [16, 4] }),
  cmsghdr: structure(20, { cmsg_len: [4, 8], cmsg_level: [12, 4], cmsg_type: [16, 4] }),
  sock_extended_err: structure(20, {
    ee_errno: [4, 4],
    ee_origin: [3, 1],
    ee_type: [2, 1],
    ee_code: [1, 1],
    ee_info: [12, 4],
  }),
} as const;

const CMSG_HEADER_BYTES = 24;

const CONSTANTS = {
  AF_INET: 102,
  AF_INET6: 110,
  SOCK_RAW: 203,
  SOCK_DGRAM: 202,
  IPPROTO_SCTP: 132,
  IPPROTO_UDP: 17,
  IPPROTO_IP: 300,
  IPPROTO_IPV6: 341,
  IP_PKTINFO: 308,
  IP_RECVERR: 311,
  IP_MTU_DISCOVER: 310,
  IP_PMTUDISC_DONT: 40,
  IP_PMTUDISC_PROBE: 43,
  IP_MTU: 314,
  IPV6_PKTINFO: 350,
  IPV6_RECVPKTINFO: 349,
  IPV6_RECVERR: 325,
  IPV6_MTU_DISCOVER: 323,
  IPV6_PMTUDISC_DONT: 60,
  IPV6_PMTUDISC_PROBE: 63,
  IPV6_MTU: 324,
  IPV6_DONTFRAG: 362,
  IP_TOS: 401,
  IPV6_TCLASS: 467,
  SOL_SOCKET: 1,
  SO_ERROR: 4,
  SO_RCVBUF: 8,
  SO_SNDBUF: 7,
  SO_RCVBUFFORCE: 33,
  SO_SNDBUFFORCE: 32,
  MSG_ERRQUEUE: 8192,
  SO_EE_ORIGIN_LOCAL: 1,
  SO_EE_ORIGIN_ICMP: 2,
  SO_EE_ORIGIN_ICMP6: 3,
  "CMSG_LEN(0)": CMSG_HEADER_BYTES,
  "CMSG_SPACE(0)": CMSG_HEADER_BYTES,
  "CMSG_SPACE(1)": CMSG_HEADER_BYTES + 8,
} as const;

const ERRNOS = {
  EPERM: 1001,
  EAGAIN: 1011,
  EINVAL: 1022,
  EACCES: 1013,
  EMSGSIZE: 1090,
  EAFNOSUPPORT: 1097,
  EADDRNOTAVAIL: 1099,
  ENETUNREACH: 1101,
  ENOBUFS: 1105,
  EHOSTUNREACH: 1113,
} as const;

/** A message that was given to the system. */
export interface FakeSent {
  readonly destination: string;
  /** The address that it is to leave from, if the sender says so. */
  readonly source: string | undefined;
  /** The byte of the DSCP, if the sender says so. */
  readonly tos: number | undefined;
  readonly bytes: Uint8Array;
  /** Whether the system may fragment it. */
  readonly mayFragment: boolean;
}

/** A message that the system has for the receiver. */
export interface FakeReceived {
  readonly bytes: Uint8Array;
  /** {@link CHECKSUM_WRONG}, {@link CUT_SHORT}. */
  readonly flags?: number;
}

/** An entry of the error queue. */
export interface FakeError {
  readonly origin: number;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  readonly destination: readonly number[];
  readonly quotedBytes: Uint8Array;
}

/**
 * An operating system that does what a test says: IPv4 raw sockets, one at a time, and helper sockets for routes. Its
 * numbers and structures are no platform's.
 */
export class FakeSystem implements Addon {
  readonly structures = STRUCTURES;
  readonly constants = CONSTANTS;
  readonly errnos = ERRNOS;
  /** What the next calls of `sendBatch` answer: how many messages are taken at most, or the code of an error. */
  readonly sendAnswers: (number | keyof typeof ERRNOS)[] = [];
  /** What the next opening of a raw socket answers. */
  openFailure: keyof typeof ERRNOS | undefined;
  /** The families that the host has. */
  families: readonly number[] = [CONSTANTS.AF_INET];
  readonly sent: FakeSent[] = [];
  readonly arrivals: FakeReceived[] = [];
  readonly errors: FakeError[] = [];
  /** What a route says. */
  mtu = 1500;
  isHeld = false;
  /** What is watched: ids and events. */
  readonly polls = new Map<number, number>();
  readonly open = new Map<number, "raw" | "helper">();
  private mayFragment = true;
  private nextId = 1;
  private callback: (id: number, events: number) => void = () => {};

  /** The only raw socket. */
  get rawId(): number {
    const found = [...this.open].find(([, kind]) => kind === "raw");
    if (found === undefined) throw new Error("no raw socket is open");
    return found[0];
  }

  /**
   * Tells of readiness as far as it is asked for; an entry in the error queue is told as both, and ends the watch.
   */
  ready(events: number): void {
    const id = this.rawId;
    if (this.errors.length > 0) {
      this.polls.set(id, 0);
      this.callback(id, READABLE | WRITABLE);
      return;
    }
    const wanted = events & (this.polls.get(id) ?? 0);
    if (wanted !== 0) this.callback(id, wanted);
  }

  socket(domain: number, type: number): number {
    if (!this.families.includes(domain)) return -ERRNOS.EAFNOSUPPORT;
    const isRaw = type === CONSTANTS.SOCK_RAW;
    if (isRaw && this.openFailure !== undefined) return -ERRNOS[this.openFailure];
    this.nextId += 1;
    this.open.set(this.nextId, isRaw ? "raw" : "helper");
    return this.nextId;
  }

  close(id: number): number {
    this.polls.delete(id);
    return this.open.delete(id) ? 0 : -ERRNOS.EINVAL;
  }

  bind(_id: number, address: Uint8Array): number {
    return address[12] === 203 ? -ERRNOS.EADDRNOTAVAIL : 0;
  }

  connect(): number {
    return 0;
  }

  getsockname(_id: number, address: Uint8Array): number {
    address.set([10, 0, 0, 1], 12);
    return 20;
  }

  getsockopt(_id: number, _level: number, name: number, value: Uint8Array): number {
    if (name === CONSTANTS.IP_MTU) this.view(value).setInt32(0, this.mtu, LITTLE_ENDIAN);
    return 4;
  }

  setsockopt(_id: number, _level: number, name: number, value: Uint8Array): number {
    const number = this.view(value).getInt32(0, LITTLE_ENDIAN);
    if (name === CONSTANTS.IP_MTU_DISCOVER) this.mayFragment = number === CONSTANTS.IP_PMTUDISC_DONT;
    return 0;
  }

  sendBatch(...[, slab, rows, count, ways]: Parameters<Addon["sendBatch"]>): number {
    const answer = this.sendAnswers.shift() ?? count;
    if (typeof answer === "string") return -ERRNOS[answer];
    const taken = Math.min(answer, count);
    for (let index = 0; index < taken; index += 1) {
      this.sent.push(this.readSent(slab, rows.subarray(index * SEND_ROW_LENGTH), ways));
    }
    return taken;
  }

  receiveBatch(...[, slab, rows, , messages, flags]: Parameters<Addon["receiveBatch"]>): number {
    if (this.arrivals.length === 0) return -ERRNOS.EAGAIN;
    const batch = this.arrivals.splice(0, messages);
    for (const [index, arrival] of batch.entries()) {
      const start = index * (slab.length / messages);
      slab.set(arrival.bytes, start);
      const headerBytes = (flags & BATCH_IP_HEADERS) === 0 ? 0 : ((arrival.bytes[0] ?? 0) & 0x0f) * 4;
      rows[index * RECEIVE_ROW_LENGTH + ReceiveRow.dataOffset] = start + headerBytes;
      rows[index * RECEIVE_ROW_LENGTH + ReceiveRow.dataBytes] = arrival.bytes.length - headerBytes;
      rows[index * RECEIVE_ROW_LENGTH + ReceiveRow.message] = index;
      rows[index * RECEIVE_ROW_LENGTH + ReceiveRow.flags] = arrival.flags ?? 0;
    }
    return batch.length;
  }

  recvmsg(...[, data, address, control, flags, out]: Parameters<Addon["recvmsg"]>): number {
    const error = flags === CONSTANTS.MSG_ERRQUEUE ? this.errors.shift() : undefined;
    if (error === undefined || address === undefined || control === undefined) return -ERRNOS.EAGAIN;
    address.set(error.destination, 12);
    const view = this.view(control);
    const lengthOffset = LITTLE_ENDIAN ? 4 : 8;
    view.setUint32(lengthOffset, CMSG_HEADER_BYTES + 20, LITTLE_ENDIAN);
    view.setInt32(12, CONSTANTS.IPPROTO_IP, LITTLE_ENDIAN);
    view.setInt32(16, CONSTANTS.IP_RECVERR, LITTLE_ENDIAN);
    control.set([0, error.code, error.type, error.origin], CMSG_HEADER_BYTES);
    view.setUint32(CMSG_HEADER_BYTES + 12, error.info, LITTLE_ENDIAN);
    data.set(error.quotedBytes.subarray(0, data.length));
    out.set([20, CMSG_HEADER_BYTES + 24, 0]);
    return error.quotedBytes.length;
  }

  poll(id: number, events: number): number {
    this.polls.set(id, events);
    return 0;
  }

  onReady(callback: (id: number, events: number) => void): number {
    this.callback = callback;
    return 0;
  }

  hold(isHeld: boolean): number {
    this.isHeld = isHeld;
    return 0;
  }

  // What a raw socket needs no more than a helper socket does.
  listen = (): number => this.unasked();
  accept = (): number => this.unasked();
  shutdown = (): number => this.unasked();
  stayAwake = (): number => this.unasked();
  getpeername = (): number => this.unasked();
  bindx = (): number => this.unasked();
  connectx = (): number => this.unasked();
  peeloff = (): number => this.unasked();
  getladdrs = (): number => this.unasked();
  getpaddrs = (): number => this.unasked();
  sendmsg = (): number => this.unasked();
  sendmmsg = (): number => this.unasked();
  recvmmsg = (): number => this.unasked();

  private unasked(): number {
    return -ERRNOS.EINVAL;
  }

  private readSent(slab: Uint8Array, row: Int32Array, ways: Uint8Array): FakeSent {
    const at = (place: number): number => row[place] ?? 0;
    const start = at(SendRow.addressOffset);
    const addressAt = start + STRUCTURES.sockaddr_in.fields["sin_addr"]!.offsetBytes;
    const controlAt = start + STRUCTURES.sockaddr_in.sizeBytes;
    const control = this.readControl(ways.subarray(controlAt, controlAt + at(SendRow.controlBytes)));
    const source = control.get(CONSTANTS.IP_PKTINFO);
    const tos = control.get(CONSTANTS.IP_TOS);
    return {
      destination: ways.subarray(addressAt, addressAt + 4).join("."),
      source: source?.subarray(0, 4).join("."),
      tos: tos === undefined ? undefined : this.view(tos).getInt32(0, LITTLE_ENDIAN),
      bytes: slab.slice(at(SendRow.dataOffset), at(SendRow.dataOffset) + at(SendRow.dataBytes)),
      mayFragment: this.mayFragment,
    };
  }

  /** The data of ancillary data, by type. */
  private readControl(bytes: Uint8Array): Map<number, Uint8Array> {
    const view = this.view(bytes);
    const pieces = new Map<number, Uint8Array>();
    for (let offset = 0; offset < bytes.length; ) {
      const lengthBytes = view.getUint32(offset + (LITTLE_ENDIAN ? 4 : 8), LITTLE_ENDIAN);
      pieces.set(
        view.getInt32(offset + 16, LITTLE_ENDIAN),
        bytes.subarray(offset + CMSG_HEADER_BYTES, offset + lengthBytes),
      );
      offset += CMSG_HEADER_BYTES + Math.ceil((lengthBytes - CMSG_HEADER_BYTES) / 8) * 8;
    }
    return pieces;
  }

  private view(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
