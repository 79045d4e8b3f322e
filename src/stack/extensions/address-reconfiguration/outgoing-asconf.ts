import { ipAddressFromBytes, sameAddress, type IpAddress } from "../../../base/ip-address.js";
import type { Millis } from "../../../base/millis.js";
import { tsn, tsnAdd, tsnDistance } from "../../../base/serial-number.js";
import type { AsconfAckChunk } from "../../../wire/chunks/asconf-ack-chunk.js";
import type { AsconfChunk } from "../../../wire/chunks/asconf-chunk.js";
import { type ErrorCause, parseErrorCauses } from "../../../wire/error-cause.js";
import { isMalformed } from "../../../wire/malformed.js";
import { maySendAsconf } from "../../association-state.js";
import { ASCONF_REQUESTS_PER_CHUNK_MAX } from "../../limits.js";
import type { Path } from "../../paths/path.js";
import { pathAnswered, pathFailedToAnswer } from "../../paths/path-failure.js";
import { abortAssociation } from "../../termination/abort.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import type {
  AddressReconfiguration,
  AddressRequest,
  OutstandingAsconf,
  RequestKind,
} from "./address-reconfiguration.js";
import { mayAskPeer, speaksOfWildcards, withdrawDeleted } from "./own-addresses.js";

/** All that a peer can be asked for. */
const REQUEST_KINDS: readonly RequestKind[] = [
  "Add IP Address",
  "Delete IP Address",
  "Set Primary IP Address",
];

/** The addresses that stand for where a packet comes from (RFC 5061 §4.2). */
const WILDCARDS: Readonly<Record<IpAddress["family"], IpAddress>> = {
  4: ipAddressFromBytes(new Uint8Array(4)),
  6: ipAddressFromBytes(new Uint8Array(16)),
};

/** Makes an ASCONF of what waits, unless another is outstanding (RFC 5061 §5.1 A1 to A3, §5.1.1 C1 and C4). */
export function beginAsconf(tcb: TransmissionControlBlock, state: AddressReconfiguration): void {
  if (state.outstanding !== undefined || state.requests.length === 0) return;
  if (!maySendAsconf(tcb.state.name)) return;
  const primary = tcb.paths.forData();
  // RFC 9260 §5.4: where no path is confirmed, it waits until one is.
  if (primary.state === "unconfirmed") return;
  // RFC 6951 §5.7: each wildcard stands for one address.
  state.outstanding = speaksOfWildcards(tcb.paths)
    ? askForWildcard(tcb, state)
    : askForAddresses(tcb, state, primary);
}

function askForAddresses(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  path: Path,
): OutstandingAsconf | undefined {
  // RFC 5061 §4.1.1, §5.3.2: one that the peer knows already, whatever the packet comes from.
  const { localAddress } = path;
  const known = tcb.sources.find((source) => localAddress !== undefined && sameAddress(source, localAddress));
  const address = known ?? tcb.sources[0];
  if (address === undefined) return undefined;
  const chosen: AddressRequest[] = [];
  state.requests = state.requests.filter((request) => {
    const isChosen = chosen.length < ASCONF_REQUESTS_PER_CHUNK_MAX && isPossible(tcb, state, request, chosen);
    if (isChosen) chosen.push(request);
    return !isChosen;
  });
  if (chosen.length === 0) return undefined;
  return { ...asconfOf(state, address, chosen, chosen), source: undefined, path };
}

/** One request whose address is where the packet leaves from (RFC 6951 §5.7). */
function askForWildcard(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
): OutstandingAsconf | undefined {
  // The peer may have given up its last address of a family meanwhile.
  state.requests = state.requests.filter((request) => mayAskPeer(tcb, request));
  for (const request of state.requests) {
    const source = sourceOfWildcard(tcb, state, request);
    const path = source === undefined ? undefined : pathOfFamily(tcb, source.family);
    if (source === undefined || path === undefined) continue;
    // A wildcard deletes all addresses but one (RFC 5061 §4.2.2), so that it stands for all that wait.
    const isMeant = (other: AddressRequest): boolean =>
      other === request ||
      (request.kind === "Delete IP Address" &&
        other.kind === "Delete IP Address" &&
        state.isWithdrawn(other.address));
    const requests = state.requests.filter(isMeant);
    state.requests = state.requests.filter((other) => !isMeant(other));
    const address = WILDCARDS[source.family];
    return { ...asconfOf(state, address, [{ ...request, address }], requests), source, path };
  }
  return undefined;
}

/** Where data goes if that is of the family, else any confirmed path that is. */
function pathOfFamily({ paths }: TransmissionControlBlock, family: IpAddress["family"]): Path | undefined {
  return [paths.forData(), ...paths.all].find(
    ({ address, state }) => address.family === family && state !== "unconfirmed",
  );
}

/** Where a request with a wildcard would have to leave from; `undefined` while it cannot be said with one. */
function sourceOfWildcard(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  request: AddressRequest,
): IpAddress | undefined {
  if (!isPossible(tcb, state, request, [])) return undefined;
  if (request.kind !== "Delete IP Address") return request.address;
  return tcb.sources.length === 1 ? tcb.sources[0] : undefined;
}

/** Whether a request can be made after those in `before`. */
function isPossible(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  { kind, address }: AddressRequest,
  before: readonly AddressRequest[],
): boolean {
  if (kind === "Add IP Address") return true;
  // RFC 5061 §5.3 F5: the last address waits for another.
  if (kind === "Delete IP Address") return state.isWithdrawn(address);
  // RFC 5061 §5.4: only to an address that is part of the association, or becomes that before.
  return [...tcb.sources, ...before.filter(isAddition).map((request) => request.address)].some((known) =>
    sameAddress(known, address),
  );
}

function asconfOf(
  state: AddressReconfiguration,
  address: IpAddress,
  asked: readonly AddressRequest[],
  requests: readonly AddressRequest[],
): Omit<OutstandingAsconf, "source" | "path"> {
  const { nextSequenceNumber: sequenceNumber } = state;
  // RFC 5061 §5.1 A1, A2.
  state.nextSequenceNumber = tsnAdd(sequenceNumber, 1);
  const parameters = asked.map((request, index) => ({ ...request, correlationId: index + 1 }));
  const chunk: AsconfChunk = { kind: "ASCONF", sequenceNumber, address, parameters };
  return { chunk, requests, transmissions: 0, isOnOneWay: true, isDue: true };
}

/** The address of ours that the ASCONF leaves from this time. */
export function sourceOfAsconf(
  { requests }: AddressReconfiguration,
  outstanding: OutstandingAsconf,
): IpAddress | undefined {
  if (outstanding.source !== undefined) return outstanding.source;
  const { localAddress, address } = outstanding.path;
  const ofFamily = (request: AddressRequest): boolean => request.address.family === address.family;
  const added = outstanding.requests.filter(isAddition).find(ofFamily);
  // RFC 5061 §5.3.2, §5.3 F1: this host may have lost its old address already, and only an ASCONF may leave from the
  // new one.
  const isToBeDeleted = requests.some(
    (request) =>
      request.kind === "Delete IP Address" &&
      localAddress !== undefined &&
      sameAddress(request.address, localAddress),
  );
  // One that waits behind this ASCONF would wait for ever if this could not leave from it.
  if (isToBeDeleted) return (added ?? requests.filter(isAddition).find(ofFamily))?.address ?? localAddress;
  return added !== undefined && outstanding.transmissions % 2 === 1 ? added.address : localAddress;
}

/** The T-4 RTO timer expired: once more, another way if there is one (RFC 5061 §5.1 B1 to B5). */
export function handleT4(tcb: TransmissionControlBlock, now: Millis): void {
  const outstanding = tcb.addressReconfiguration?.outstanding;
  if (outstanding === undefined || !maySendAsconf(tcb.state.name)) return;
  const { path } = outstanding;
  pathFailedToAnswer(tcb, path, { countsForAssociation: true }, now);
  if (tcb.state.name === "CLOSED") return;
  path.rto.backOff(tcb.config);
  const other = tcb.paths.forRetransmission(path);
  const isUsable =
    other.state !== "unconfirmed" &&
    (outstanding.source === undefined || other.address.family === outstanding.source.family);
  if (isUsable && other !== path) {
    outstanding.path = other;
    outstanding.isOnOneWay = false;
  }
  outstanding.isDue = true;
}

/** Handles an ASCONF-ACK that was authenticated (RFC 5061 §5.1 A5 to A8, §5.3 F0). */
export function handleAsconfAck(tcb: TransmissionControlBlock, chunk: AsconfAckChunk): void {
  const { addressReconfiguration: state } = tcb;
  if (state === undefined || !maySendAsconf(tcb.state.name)) return;
  const { outstanding } = state;
  if (outstanding === undefined) {
    // RFC 5061 §5.3 F0, §4.3.4: what has not been sent yet has been acknowledged.
    const isIllegal = tsnDistance(tsn(chunk.sequenceNumber), state.nextSequenceNumber) >= 0;
    if (isIllegal) abortAssociation(tcb, [{ kind: "Association Aborted Due to Illegal ASCONF-ACK" }]);
    return;
  }
  if (chunk.sequenceNumber !== outstanding.chunk.sequenceNumber) return;
  tcb.services.timers.stop(state.t4);
  state.outstanding = undefined;
  applyResponses(tcb, state, outstanding, chunk);
  withdrawDeleted(tcb, state);
  // RFC 5061 §5.1 A5; RFC 9260 §8.2: of several ways it is not known which one has worked.
  tcb.errorCount = 0;
  const { path } = outstanding;
  const hasWorked = outstanding.isOnOneWay && path.state !== "unconfirmed" && tcb.paths.all.includes(path);
  if (hasWorked) pathAnswered(tcb, path);
  tcb.services.schedule(tcb.association);
}

function applyResponses(
  tcb: TransmissionControlBlock,
  state: AddressReconfiguration,
  { chunk, requests }: OutstandingAsconf,
  { parameters }: AsconfAckChunk,
): void {
  // RFC 5061 §5.1 A7, A8: nothing said means success, but behind a failure.
  let hasFailed = false;
  for (const [index, request] of requests.entries()) {
    const asked = chunk.parameters[Math.min(index, chunk.parameters.length - 1)];
    const correlationId = asked !== undefined && "correlationId" in asked ? asked.correlationId : 0;
    const response = parameters.find(
      (other) => "correlationId" in other && other.correlationId === correlationId,
    );
    if (response?.kind === "Error Cause Indication") {
      hasFailed = true;
      fail(state, request, response.causes);
    } else if (hasFailed && response?.kind !== "Success Indication") {
      fail(state, request, new Uint8Array(0));
    } else if (request.kind === "Add IP Address") {
      addSource(tcb, state, request.address);
    }
  }
}

/** RFC 5061 §5.3 F2: packets may leave from the address now. */
function addSource(tcb: TransmissionControlBlock, state: AddressReconfiguration, address: IpAddress): void {
  if (state.hasRequest("Delete IP Address", address)) return;
  state.restore(address);
  tcb.changeSources([...tcb.sources, address]);
}

/** RFC 5061 §5.3 F3a, F3b, F10: what was refused has not happened; what was not understood is not asked for again. */
function fail(
  state: AddressReconfiguration,
  { kind, address }: AddressRequest,
  causeBytes: Uint8Array,
): void {
  const causes = parseErrorCauses(causeBytes, 0, causeBytes.length);
  if (!isMalformed(causes) && causes.some(isNotUnderstood)) {
    // RFC 5061 §5.3 F3a: neither of the two without the other.
    const isPrimary = kind === "Set Primary IP Address";
    forgetRequests(state, isPrimary ? [kind] : ["Add IP Address", "Delete IP Address"]);
  }
  if (kind !== "Add IP Address") return;
  // The peer does not know it: there is nothing to delete, and nothing to send to.
  state.requests = state.requests.filter((request) => !sameAddress(request.address, address));
}

function isNotUnderstood(cause: ErrorCause): boolean {
  return cause.kind === "Unrecognized Parameters";
}

/** The peer does not know ASCONF chunks at all, and gets no further ones (RFC 5061 §5.1 A9, §5.1.1). */
export function asconfNotUnderstood(tcb: TransmissionControlBlock): void {
  const { addressReconfiguration: state } = tcb;
  if (state === undefined) return;
  tcb.services.timers.stop(state.t4);
  state.outstanding = undefined;
  forgetRequests(state, REQUEST_KINDS);
}

function forgetRequests(state: AddressReconfiguration, kinds: readonly RequestKind[]): void {
  state.notUnderstood = [
    ...state.notUnderstood,
    ...kinds.filter((kind) => !state.notUnderstood.includes(kind)),
  ];
  state.requests = state.requests.filter(({ kind }) => !kinds.includes(kind));
}

function isAddition({ kind }: AddressRequest): boolean {
  return kind === "Add IP Address";
}
