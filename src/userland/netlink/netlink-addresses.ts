import type { IpAddress } from "../../base/ip-address.js";
import { LITTLE_ENDIAN } from "../../base/byte-order.js";
import { type Addon, READABLE } from "../../native/addon.js";
import { type Watch, watchOf } from "../../native/watch.js";
import { type AddressListener, changeBetween } from "../address-change.js";
import { AddressMessages, type AddressNews } from "./address-messages.js";

/** Room for what one call takes: Linux makes no larger pieces of such messages. */
const RECEIVE_BYTES = 32 * 1024;
/** How many pieces are taken before others have their turn; what is left makes the socket ready again. */
const PIECES_PER_TURN = 16;

/**
 * Has Linux tell of addresses, over a NETLINK_ROUTE socket (rtnetlink(7)).
 *
 * @param list - answers the addresses of now
 * @returns ends it; `undefined` when the system tells nobody
 */
export function watchNetlink(
  addon: Addon,
  list: () => readonly IpAddress[],
  onChange: AddressListener,
): (() => void) | undefined {
  if (!AddressMessages.areKnownTo(addon)) return undefined;
  const id = openSocket(addon);
  if (id < 0) return undefined;
  const addresses = new NetlinkAddresses(id, addon, list, onChange);
  return () => addresses.close();
}

/** A socket that is told of addresses, and those that there are by its account. */
class NetlinkAddresses {
  private readonly id: number;
  private readonly addon: Addon;
  private readonly list: () => readonly IpAddress[];
  private readonly onChange: AddressListener;
  private readonly messages: AddressMessages;
  private readonly watch: Watch;
  private readonly bytes = new Uint8Array(RECEIVE_BYTES);
  private readonly sender: Uint8Array;
  private readonly out = new Int32Array(3);
  /** What the host has, by text. */
  private readonly known: Map<string, IpAddress>;
  /** What is to be told at the end of the turn, by text. */
  private readonly added = new Map<string, IpAddress>();
  private readonly removed = new Map<string, IpAddress>();
  private isOpen = true;

  constructor(id: number, addon: Addon, list: () => readonly IpAddress[], onChange: AddressListener) {
    this.id = id;
    this.addon = addon;
    this.list = list;
    this.onChange = onChange;
    this.messages = new AddressMessages(addon);
    this.sender = new Uint8Array(addon.structures["sockaddr_nl"]?.sizeBytes ?? 0);
    // The list is made when the socket hears already, so that nothing is missed; what is told twice is no news.
    this.known = new Map(list().map((address) => [address.text, address]));
    this.watch = watchOf(addon);
    this.watch.watch(id, () => this.handleReady());
    addon.poll(id, READABLE);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.watch.unwatch(this.id);
    this.addon.close(this.id);
  }

  private handleReady(): void {
    for (let pieces = 0; pieces < PIECES_PER_TURN && this.receive(); pieces += 1);
    // An error has ended the watching.
    this.addon.poll(this.id, READABLE);
    if (this.added.size + this.removed.size === 0) return;
    const change = { added: [...this.added.values()], removed: [...this.removed.values()] };
    this.added.clear();
    this.removed.clear();
    this.onChange(change);
  }

  /** Takes one piece; answers whether there may be more. */
  private receive(): boolean {
    const { addon, bytes, sender, out } = this;
    const answer = addon.recvmsg(this.id, bytes, sender, undefined, 0, out);
    if (answer === -(addon.errnos["EAGAIN"] ?? 0)) return false;
    const isCut = answer >= 0 && ((out[2] ?? 0) & (addon.constants["MSG_TRUNC"] ?? 0)) !== 0;
    if (answer < 0 || isCut) {
      // There was more to tell than there was room for, and what was lost can only be found by looking.
      this.lookAgain();
      return isCut || answer === -(addon.errnos["ENOBUFS"] ?? 0);
    }
    if (this.isFromKernel())
      for (const news of this.messages.read(bytes.subarray(0, answer))) this.note(news);
    return true;
  }

  private lookAgain(): void {
    const change = changeBetween([...this.known.values()], this.list());
    for (const address of change?.removed ?? []) this.note({ kind: "removed", address });
    for (const address of change?.added ?? []) this.note({ kind: "added", address });
  }

  private note({ kind, address }: AddressNews): void {
    const { known, added, removed } = this;
    const { text } = address;
    if (kind === "removed") {
      known.delete(text);
      // What has come and gone again in between is told too: it may have been there unknown.
      added.delete(text);
      removed.set(text, address);
    } else if (!known.has(text)) {
      known.set(text, address);
      // Lifetimes that are renewed are told of as well; they are known, and no news.
      if (!removed.delete(text)) added.set(text, address);
    }
  }

  /** netlink(7): other processes can send such messages as well, but only the kernel's come from port 0. */
  private isFromKernel(): boolean {
    const offset = this.addon.structures["sockaddr_nl"]?.fields["nl_pid"]?.offsetBytes ?? 0;
    return new DataView(this.sender.buffer).getUint32(offset, LITTLE_ENDIAN) === 0;
  }
}

/** A socket that hears of addresses of both families; the system's negative errno when there is none. */
function openSocket(addon: Addon): number {
  const { constants, structures } = addon;
  const number = (name: string): number => constants[name] ?? 0;
  const id = addon.socket(number("AF_NETLINK"), number("SOCK_RAW"), number("NETLINK_ROUTE"));
  if (id < 0) return id;
  const layout = structures["sockaddr_nl"];
  const address = new Uint8Array(layout?.sizeBytes ?? 0);
  const view = new DataView(address.buffer);
  view.setUint16(layout?.fields["nl_family"]?.offsetBytes ?? 0, number("AF_NETLINK"), LITTLE_ENDIAN);
  const groups = number("RTMGRP_IPV4_IFADDR") | number("RTMGRP_IPV6_IFADDR");
  view.setUint32(layout?.fields["nl_groups"]?.offsetBytes ?? 0, groups, LITTLE_ENDIAN);
  const answer = addon.bind(id, address);
  if (answer >= 0) return id;
  addon.close(id);
  return answer;
}
