/**
 * What callers may say for an address, and what it becomes: numeric, canonical, checked.
 *
 * @module
 */
import { promises as dns } from "node:dns";
import {
  internIpAddress,
  isMappedIpv4,
  isMulticastOrBroadcast,
  isWildcard,
  unmapIpv4,
} from "../base/ip-address.js";
import { AF_INET, SCTP_BINDX_ADD_ADDR, SCTP_BINDX_REM_ADDR } from "./constants.js";
import { argumentError, outOfRange, systemError, wrongType, wrongValue } from "./errors.js";
import type { AddressFamily, SctpAddress, SctpAddressInput } from "./types.js";

/**
 * Finds the numeric address of a host; the first that fits is enough. It rejects when there is none.
 *
 * @param hostname - the name
 * @param family - 4 or 6 when only such an address will do, else 0
 */
export type Resolver = (hostname: string, family: 0 | 4 | 6) => Promise<string>;

/** The resolver of sockets that were given none: the system's, as `dns.lookup` asks it. */
export const resolveWithDns: Resolver = async (hostname, family) => {
  const { address } = await dns.lookup(hostname, { family });
  return address;
};

/** What an address is for: one of our own, or one that messages go to. */
export type AddressUse = "local" | "destination";

const FLOWLABEL_MAX = 0xfffff;

function givenFamily(family: SctpAddressInput["family"], argument: string): 0 | 4 | 6 {
  switch (family) {
    case undefined:
      return 0;
    case 4:
    case "IPv4":
    case "ipv4":
      return 4;
    case 6:
    case "IPv6":
    case "ipv6":
      return 6;
    default:
      throw wrongValue(`${argument}.family`, '"IPv4", "IPv6", 4 or 6', family);
  }
}

function checkShape({ address, port, flowlabel }: SctpAddressInput, argument: string, use: AddressUse): void {
  if (typeof address !== "string") throw wrongType(`${argument}.address`, "a string", address);
  if (typeof port !== "number") throw wrongType(`${argument}.port`, "a number", port);
  const lowest = use === "local" ? 0 : 1;
  if (!Number.isInteger(port) || port < lowest || port > 0xffff) {
    throw outOfRange(`${argument}.port`, `an integer from ${lowest} to 65535`, port);
  }
  if (flowlabel === undefined) return;
  if (typeof flowlabel !== "number") throw wrongType(`${argument}.flowlabel`, "a number", flowlabel);
  if (!Number.isInteger(flowlabel) || flowlabel < 0 || flowlabel > FLOWLABEL_MAX) {
    throw outOfRange(`${argument}.flowlabel`, `an integer from 0 to ${FLOWLABEL_MAX}`, flowlabel);
  }
}

function invalid(argument: string, rule: string, address: string): Error {
  return argumentError(
    "ERR_SCTP_INVALID_ADDRESS",
    `${argument}.address must be ${rule}, and is "${address}"`,
  );
}

/** A name may stand where a numeric address is wanted, unless it cannot be one: a colon and a percent sign cannot. */
function looksLikeHostName(address: string): boolean {
  return address !== "" && !/[:%\0\s]/.test(address);
}

/** Checks an input and answers the numeric address; `undefined` when it is a host name. */
function normalise(
  given: SctpAddressInput,
  argument: string,
  socketFamily: AddressFamily,
  use: AddressUse,
): SctpAddress | undefined {
  if (typeof given !== "object" || given === null) {
    throw wrongType(argument, "an object with address and port", given);
  }
  const input = copyOf(given);
  checkShape(input, argument, use);
  const family = givenFamily(input.family, argument);
  const parsed = internIpAddress(input.address);
  if (parsed === undefined) {
    if (looksLikeHostName(input.address)) return undefined;
    throw invalid(argument, "a numeric IPv4 or IPv6 address or a host name", input.address);
  }
  if (family !== 0 && parsed.family !== family)
    throw invalid(argument, `an IPv${family} address`, input.address);
  // RFC 6458 §3.1.2, §4.1.2: an IPv4 socket has IPv4 addresses only; an IPv6 socket has both.
  if (socketFamily === AF_INET && parsed.family === 6) {
    throw invalid(argument, "an IPv4 address, because the socket is an IPv4 socket", input.address);
  }
  const ip = isMappedIpv4(parsed) ? unmapIpv4(parsed) : parsed;
  if (use === "destination" && (isWildcard(ip) || isMulticastOrBroadcast(ip))) {
    throw invalid(argument, "the address of one host", input.address);
  }
  const address: SctpAddress = {
    address: ip.text,
    // As everywhere, −0 becomes 0.
    port: input.port + 0,
    family: ip.family === 4 ? "IPv4" : "IPv6",
  };
  if (input.flowlabel !== undefined && input.flowlabel !== 0 && ip.family === 6) {
    address.flowlabel = input.flowlabel;
  }
  return address;
}

/**
 * The address that a caller means, canonical; an IPv4 address in IPv6 form becomes plain.
 *
 * @param input - what the caller has given
 * @param argument - its name, for messages
 * @param socketFamily - the family of the socket: an IPv4 socket takes no IPv6 address
 * @param use - a destination needs a port, and may be neither a wildcard nor a group
 * @throws TypeError (`ERR_SCTP_INVALID_ADDRESS`) also when it is a host name
 */
export function numericAddress(
  input: SctpAddressInput,
  argument: string,
  socketFamily: AddressFamily,
  use: AddressUse,
): SctpAddress {
  const address = normalise(input, argument, socketFamily, use);
  if (address !== undefined) return address;
  throw invalid(argument, "numeric, because this call does not wait for a look-up", input.address);
}

/**
 * An address of a peer that a caller means, or all of them.
 *
 * @returns `undefined` for a wildcard, whatever its port
 * @throws as {@link numericAddress} for a destination
 */
export function peerAddress(
  input: SctpAddressInput,
  argument: string,
  socketFamily: AddressFamily,
): SctpAddress | undefined {
  const address = numericAddress(input, argument, socketFamily, "local");
  if (address.address === "0.0.0.0" || address.address === "::") return undefined;
  return numericAddress(input, argument, socketFamily, "destination");
}

/** One or several inputs as a list that has at least one. */
export function addressList(
  input: SctpAddressInput | readonly SctpAddressInput[],
  argument: string,
): readonly SctpAddressInput[] {
  if (!Array.isArray(input)) return [input as SctpAddressInput];
  if (input.length === 0) throw wrongValue(argument, "at least one address", input);
  return input as readonly SctpAddressInput[];
}

/** Destinations as {@link numericAddress} reads them; none is a host name. */
export function numericDestinations(
  inputs: readonly SctpAddressInput[],
  argument: string,
  socketFamily: AddressFamily,
): SctpAddress[] {
  return Array.from(inputs, (input, index) =>
    numericAddress(
      input,
      inputs.length === 1 ? argument : `${argument}[${index}]`,
      socketFamily,
      "destination",
    ),
  );
}

/**
 * Destinations that are all numeric; `undefined` when one is a host name, but all are checked as far as they can be.
 */
export function destinationsUnlessNamed(
  inputs: readonly SctpAddressInput[],
  argument: string,
  socketFamily: AddressFamily,
): SctpAddress[] | undefined {
  const addresses: SctpAddress[] = [];
  for (const [index, input] of inputs.entries()) {
    const name = inputs.length === 1 ? argument : `${argument}[${index}]`;
    const address = normalise(input, name, socketFamily, "destination");
    if (address !== undefined) addresses.push(address);
  }
  return addresses.length === inputs.length ? addresses : undefined;
}

/**
 * Looks up the host names among checked destinations; the answers stand in the order of the names.
 *
 * @throws what the resolver rejects with; TypeError when its answer is not a fitting numeric address
 */
export function resolveDestinations(
  inputs: readonly SctpAddressInput[],
  argument: string,
  socketFamily: AddressFamily,
  resolver: Resolver,
): Promise<SctpAddress[]> {
  const resolve = async (input: SctpAddressInput): Promise<SctpAddress> => {
    const address = normalise(input, argument, socketFamily, "destination");
    if (address !== undefined) return address;
    const family = givenFamily(input.family, argument) || (socketFamily === AF_INET ? 4 : 0);
    const found = await resolver(input.address, family);
    return numericAddress({ ...copyOf(input), address: found }, argument, socketFamily, "destination");
  };
  return Promise.all(inputs.map(resolve));
}

/**
 * Checks what `sctp_bindx` was given (RFC 6458 §9.1), as far as that can be seen without the socket.
 *
 * @throws EINVAL when the flags are not one of the two, the ports differ, or a wildcard is not alone
 */
export function bindxAddresses(
  inputs: readonly SctpAddressInput[],
  flags: unknown,
  socketFamily: AddressFamily,
): SctpAddress[] {
  if (typeof flags !== "number") throw wrongType("flags", "a number", flags);
  if (!Array.isArray(inputs)) throw wrongType("addresses", "an array of addresses", inputs);
  if (inputs.length === 0) throw wrongValue("addresses", "at least one address", inputs);
  const refuse = (message: string): Error => systemError("EINVAL", "sctp_bindx", { message });
  // RFC 6458 §9.1: the two flags exclude each other.
  if (flags !== SCTP_BINDX_ADD_ADDR && flags !== SCTP_BINDX_REM_ADDR) {
    throw refuse("flags must be SCTP_BINDX_ADD_ADDR or SCTP_BINDX_REM_ADDR");
  }
  const addresses = Array.from(inputs, (input, index) =>
    numericAddress(input as SctpAddressInput, `addresses[${index}]`, socketFamily, "local"),
  );
  // RFC 6458 §9.1: all are 0 or the same. That a first port of 0 wants all to be 0 holds before the socket has a port.
  const ports = new Set(addresses.map((address) => address.port).filter((port) => port !== 0));
  if (ports.size > 1) throw refuse("the ports must be the same");
  // RFC 6458 §9.1: a wildcard does not go together with other addresses.
  const hasWildcard = addresses.some(({ address }) => address === "0.0.0.0" || address === "::");
  if (hasWildcard && addresses.length > 1) throw refuse("a wildcard address must be the only one");
  return addresses;
}

/** A snapshot, because a caller's object may have getters (`net.SocketAddress`) and may change meanwhile. */
export function copyOf(input: SctpAddressInput): SctpAddressInput {
  const { address, port, family, flowlabel } = input;
  return { address, port, family, flowlabel };
}
