import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { type IpAddress, parseIpAddress } from "../../src/base/ip-address.js";
import { type Addon, loadAddon, READABLE } from "../../src/native/addon.js";
import type { AddressChange } from "../../src/userland/address-change.js";
import { AddressMessages } from "../../src/userland/netlink/address-messages.js";
import { watchNetlink } from "../../src/userland/netlink/netlink-addresses.js";

const ip = (text: string): IpAddress => parseIpAddress(text)!;

/** What Linux's own headers say. */
const linux = JSON.parse(
  readFileSync(new URL("../../../test/kernel/fixtures/layout-linux-x64.json", import.meta.url), "utf8"),
) as Pick<Addon, "structures" | "constants" | "errnos">;
const number = (name: string): number => linux.constants[name]!;

/** Bytes in this machine's order, as Linux writes them. */
function u16(...values: number[]): number[] {
  return [...new Uint8Array(Uint16Array.from(values).buffer)];
}
function u32(...values: number[]): number[] {
  return [...new Uint8Array(Uint32Array.from(values).buffer)];
}

function attribute(name: string, data: readonly number[]): number[] {
  const bytes = [...u16(4 + data.length, number(name)), ...data];
  while (bytes.length % 4 !== 0) bytes.push(0);
  return bytes;
}

interface MessageOptions {
  readonly flags?: number;
  readonly index?: number;
  readonly attributes?: readonly number[];
}

/** A message as rtnetlink(7) describes it. */
function message(name: string, text: string, options: MessageOptions = {}): number[] {
  const { bytes, family } = ip(text);
  const { flags = 0, index = 1, attributes = attribute("IFA_ADDRESS", [...bytes]) } = options;
  const domain = number(family === 4 ? "AF_INET" : "AF_INET6");
  const body = [domain, 24, flags, 0, ...u32(index), ...attributes];
  return [...u32(16 + body.length), ...u16(number(name), 0), ...u32(0, 0), ...body];
}

const read = (...messages: number[][]): string[] =>
  new AddressMessages(linux)
    .read(Uint8Array.from(messages.flat()))
    .map(({ kind, address }) => `${kind} ${address.text}`);

test("rtnetlink(7): addresses of both families that come and go", () => {
  assert.ok(AddressMessages.areKnownTo(linux));
  assert.ok(!AddressMessages.areKnownTo({ structures: {}, constants: {} }));
  const news = read(
    message("RTM_NEWADDR", "192.0.2.1"),
    message("RTM_DELADDR", "2001:db8::1"),
    message("RTM_NEWADDR", "192.0.2.2"),
  );
  assert.deepEqual(news, ["added 192.0.2.1", "removed 2001:db8::1", "added 192.0.2.2"]);
});

test("rtnetlink(7): on a point-to-point link IFA_ADDRESS is the other end's, and IFA_LOCAL ours", () => {
  const ends = [...attribute("IFA_ADDRESS", [10, 0, 0, 2]), ...attribute("IFA_LOCAL", [10, 0, 0, 1])];
  assert.deepEqual(read(message("RTM_NEWADDR", "10.0.0.2", { attributes: ends })), ["added 10.0.0.1"]);
});

test("RFC 4862 §5.4: an address comes when it is nobody else's, and goes whatever it was", () => {
  const own = attribute("IFA_ADDRESS", [...ip("2001:db8::1").bytes]);
  for (const flag of [number("IFA_F_TENTATIVE"), number("IFA_F_DADFAILED")]) {
    assert.deepEqual(read(message("RTM_NEWADDR", "2001:db8::1", { flags: flag })), []);
    const wide = [...own, ...attribute("IFA_FLAGS", u32(flag | 0x10000))];
    assert.deepEqual(read(message("RTM_NEWADDR", "2001:db8::1", { attributes: wide })), []);
    assert.deepEqual(read(message("RTM_DELADDR", "2001:db8::1", { flags: flag })), ["removed 2001:db8::1"]);
  }
  // The wide flags are the whole of them.
  const ready = [...own, ...attribute("IFA_FLAGS", u32(0x80))];
  const flags = number("IFA_F_TENTATIVE");
  assert.deepEqual(read(message("RTM_NEWADDR", "2001:db8::1", { flags, attributes: ready })), [
    "added 2001:db8::1",
  ]);
});

test("a link-local address has its zone; an interface that is no more has its number", () => {
  assert.deepEqual(read(message("RTM_DELADDR", "fe80::1", { index: 65_432 })), ["removed fe80::1%65432"]);
});

test("what is not whole, or of another kind, says nothing", () => {
  const whole = message("RTM_NEWADDR", "192.0.2.1");
  for (let length = 0; length < whole.length; length += 1) assert.deepEqual(read(whole.slice(0, length)), []);
  const short = { attributes: attribute("IFA_ADDRESS", [192, 0, 2]) };
  assert.deepEqual(read(message("RTM_NEWADDR", "192.0.2.1", short)), []);
  assert.deepEqual(read(message("RTM_NEWADDR", "192.0.2.1", { attributes: [] })), []);
  // 16 is RTM_NEWLINK.
  const link = [...u32(16), ...u16(16, 0), ...u32(0, 0)];
  assert.deepEqual(read(link, whole), ["added 192.0.2.1"]);
});

test("no bytes make the reader of messages throw or run for ever", () => {
  const messages = new AddressMessages(linux);
  const start = message("RTM_NEWADDR", "2001:db8::1");
  const mutated = fc
    .array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 6 })
    .map((changes) => {
      const bytes = Uint8Array.from(start);
      for (const [index, value] of changes) bytes[index] = value;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 96 }), mutated), (bytes) => {
      messages.read(bytes);
    }),
  );
});

/** What the next call of `recvmsg` answers. */
type Piece =
  | { readonly bytes: number[]; readonly port?: number; readonly flags?: number }
  | { readonly error: string };

/** A system with one NETLINK_ROUTE socket. */
class FakeLinux {
  readonly calls: string[] = [];
  readonly pieces: Piece[] = [];
  private ready: (id: number, events: number) => void = () => {};
  readonly addon: Addon;

  constructor(failing?: "socket" | "bind") {
    const answer = (name: string, value: number): number => {
      this.calls.push(name);
      return name === failing ? -linux.errnos["EPERM"]! : value;
    };
    const calls: Partial<Addon> = {
      socket: (...words) => answer(words.join(" ") === socketWords ? "socket" : words.join(" "), 7),
      bind: (_id, address) => {
        this.calls.push([...address].join(" "));
        return answer("bind", 0);
      },
      poll: (_id, events) => answer(`poll ${events}`, 0),
      close: () => answer("close", 0),
      recvmsg: (...words) => this.receive(...words),
      onReady: (callback) => {
        this.ready = callback;
        return 0;
      },
    };
    this.addon = { ...linux, ...calls } as Addon;
  }

  /** Hands over what there is. */
  turn(...pieces: Piece[]): void {
    this.pieces.push(...pieces);
    this.ready(7, READABLE);
  }

  private receive(...[, data, address, , , out]: Parameters<Addon["recvmsg"]>): number {
    const piece = this.pieces.shift() ?? { error: "EAGAIN" };
    if ("error" in piece) return -linux.errnos[piece.error]!;
    data.set(piece.bytes);
    const { offsetBytes } = linux.structures["sockaddr_nl"]!.fields["nl_pid"]!;
    address!.set(u32(piece.port ?? 0), offsetBytes);
    out.set([12, 0, piece.flags ?? 0]);
    return piece.bytes.length;
  }
}

const socketWords = [number("AF_NETLINK"), number("SOCK_RAW"), number("NETLINK_ROUTE")].join(" ");

/** A watch over a fake system, with what it tells and what it finds when it looks. */
function watched(): { system: FakeLinux; told: string[]; host: Set<string>; end: () => void } {
  const system = new FakeLinux();
  const host = new Set(["127.0.0.1", "192.0.2.1"]);
  const told: string[] = [];
  const tell = ({ added, removed }: AddressChange): void => {
    const words = (sign: string, addresses: readonly IpAddress[]): string[] =>
      addresses.map(({ text }) => sign + text);
    told.push([...words("+", added), ...words("-", removed)].join(" "));
  };
  const end = watchNetlink(system.addon, () => [...host].map(ip), tell);
  assert.ok(end !== undefined);
  return { system, told, host, end };
}

test("a NETLINK_ROUTE socket hears of addresses, watches without holding the process, and is closed", () => {
  const { system, end, told } = watched();
  const groups = u32(number("RTMGRP_IPV4_IFADDR") | number("RTMGRP_IPV6_IFADDR"));
  const name = [...u16(number("AF_NETLINK"), 0), ...u32(0), ...groups].join(" ");
  assert.deepEqual(system.calls, ["socket", name, "bind", `poll ${READABLE}`]);
  system.turn({ bytes: message("RTM_NEWADDR", "192.0.2.9") });
  assert.deepEqual(told, ["+192.0.2.9"]);
  assert.deepEqual(system.calls.slice(4), [`poll ${READABLE}`], "an error would have ended the watching");
  end();
  end();
  assert.deepEqual(system.calls.slice(5), ["close"]);
  system.turn({ bytes: message("RTM_DELADDR", "192.0.2.9") });
  assert.equal(told.length, 1);
});

test("one turn tells once what has come of all, and renewed lifetimes are no news", () => {
  const { system, told } = watched();
  system.turn(
    { bytes: [...message("RTM_NEWADDR", "192.0.2.1"), ...message("RTM_NEWADDR", "192.0.2.2")] },
    { bytes: message("RTM_DELADDR", "192.0.2.1") },
    { bytes: [...message("RTM_NEWADDR", "192.0.2.3"), ...message("RTM_DELADDR", "192.0.2.3")] },
  );
  assert.deepEqual(told, ["+192.0.2.2 -192.0.2.1 -192.0.2.3"]);
  system.turn({ bytes: [...message("RTM_DELADDR", "192.0.2.2"), ...message("RTM_NEWADDR", "192.0.2.2")] });
  system.turn({ bytes: message("RTM_NEWADDR", "192.0.2.2") });
  assert.equal(told.length, 1, "what has gone and come back is there");
  system.turn({ bytes: message("RTM_NEWADDR", "192.0.2.1") });
  assert.equal(told[1], "+192.0.2.1");
});

test("netlink(7): only the kernel is believed", () => {
  const { system, told } = watched();
  system.turn({ bytes: message("RTM_DELADDR", "192.0.2.1"), port: 4711 });
  assert.deepEqual(told, []);
});

test("netlink(7): after an overrun, and after what was cut, the host's addresses are looked at", () => {
  for (const piece of [{ error: "ENOBUFS" }, { bytes: [0], flags: number("MSG_TRUNC") }]) {
    const { system, told, host } = watched();
    host.delete("192.0.2.1");
    host.add("192.0.2.7");
    system.turn(piece, { bytes: message("RTM_NEWADDR", "192.0.2.8") });
    assert.deepEqual(told, ["+192.0.2.7 +192.0.2.8 -192.0.2.1"]);
  }
});

test("where the system gives no such socket, nobody is told, and nothing stays open", () => {
  const nothing = (): void => assert.fail("nobody tells");
  for (const failing of ["socket", "bind"] as const) {
    const system = new FakeLinux(failing);
    assert.equal(
      watchNetlink(system.addon, () => [], nothing),
      undefined,
    );
    assert.equal(system.calls.includes("close"), failing === "bind");
  }
  const { addon } = new FakeLinux();
  assert.equal(
    watchNetlink({ ...addon, structures: {} }, () => [], nothing),
    undefined,
  );
});

const real = loadAddon();
const reason =
  "reason" in real ? real.reason : AddressMessages.areKnownTo(real) ? false : "not on this system";

test("the real system has such a socket for everybody", { skip: reason }, (t) => {
  const end = watchNetlink(
    real as Addon,
    () => [],
    () => assert.fail("no address of this host changes"),
  );
  t.after(() => end?.());
  assert.ok(end !== undefined);
});
