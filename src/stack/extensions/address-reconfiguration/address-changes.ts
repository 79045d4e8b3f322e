import { isWildcard } from "../../../base/ip-address.js";
import type { Millis } from "../../../base/millis.js";
import { padded, readUint32 } from "../../../wire/bytes.js";
import { errorCauseBytes, type ErrorCause } from "../../../wire/error-cause.js";
import {
  byteLengthOfParameter,
  ipAddressParameter,
  parameterBytes,
  unknownParameterAction,
  type AddIpAddressParameter,
  type DeleteIpAddressParameter,
  type ErrorCauseIndicationParameter,
  type Parameter,
  type SetPrimaryIpAddressParameter,
  type SuccessIndicationParameter,
  type UnknownParameter,
} from "../../../wire/parameter.js";
import { destinationFrom, inZoneOf } from "../../establishment/destinations.js";
import { belongsToAnother } from "../../establishment/initiate.js";
import { PATHS_PER_ASSOCIATION_MAX, REPORTED_CAUSE_BYTES_MAX } from "../../limits.js";
import { startProbing } from "../../paths/heartbeat.js";
import type { Path } from "../../paths/path.js";
import { makePrimary, tellChange } from "../../paths/path-failure.js";
import type { ReceivedPacket } from "../../received-packet.js";
import type { TransmissionControlBlock } from "../../transmission-control-block.js";
import { preferPath } from "./preferred-primary.js";

type Change = AddIpAddressParameter | DeleteIpAddressParameter | SetPrimaryIpAddressParameter;
type Response = ErrorCauseIndicationParameter | SuccessIndicationParameter;

/** The moment, and how long the answer may become. */
export interface AnswerBounds {
  readonly roomBytes: number;
  readonly now: Millis;
}

/**
 * Does what the parameters of an ASCONF ask for, in their order (RFC 5061 §5.2 V1), and answers what there is to say
 * about them: nothing when all was done; from the first refusal on something about each (§5.1 A7, A8). Once there is
 * no more room for that, nothing further is done, and what nothing is said about counts as refused.
 */
export function applyRequests(
  tcb: TransmissionControlBlock,
  parameters: readonly Parameter[],
  packet: ReceivedPacket,
  { roomBytes, now }: AnswerBounds,
): Parameter[] {
  const responses: Response[] = [];
  let room = roomBytes;
  let changesAreRefused = false;
  for (const parameter of parameters) {
    let response: Response | undefined;
    if (isChange(parameter)) {
      if (responses.length > 0 && room < byteLengthOfParameter(refusalOf(parameter, shortage(parameter))))
        break;
      const isAboutSet = parameter.kind !== "Set Primary IP Address";
      // RFC 5061 §5.3 F11: no deletion without the addition that it counts on.
      const cause: ErrorCause | undefined =
        isAboutSet && changesAreRefused ? shortage(parameter) : applyChange(tcb, parameter, packet, now);
      if (cause !== undefined) response = refusalOf(parameter, cause);
      else if (responses.length > 0) response = successOf(parameter);
      changesAreRefused ||= isAboutSet && cause !== undefined;
    } else if (parameter.kind === "UNKNOWN" && unknownParameterAction(parameter.type).report) {
      response = notRecognized(parameter);
      if (responses.length > 0 && room < byteLengthOfParameter(response)) break;
    }
    // RFC 5061 §4.2, §4.2.6: what has no place in an ASCONF is ignored, an adaptation layer indication too.
    if (response === undefined) continue;
    responses.push(response);
    room -= padded(byteLengthOfParameter(response));
  }
  return responses;
}

function applyChange(
  tcb: TransmissionControlBlock,
  parameter: Change,
  packet: ReceivedPacket,
  now: Millis,
): ErrorCause | undefined {
  switch (parameter.kind) {
    case "Add IP Address":
      return addAddress(tcb, parameter, packet, now);
    case "Delete IP Address":
      return deleteAddress(tcb, parameter, packet);
    case "Set Primary IP Address":
      return setPrimary(tcb, parameter, packet);
  }
}

/** RFC 5061 §4.2.1, §5.3 F9 and F14. */
function addAddress(
  tcb: TransmissionControlBlock,
  parameter: AddIpAddressParameter,
  packet: ReceivedPacket,
  now: Millis,
): ErrorCause | undefined {
  const { paths, endpoint } = tcb;
  const { source, sourceUdpPort } = packet;
  const address = isWildcard(parameter.address)
    ? source
    : destinationFrom(source, parameter.address, endpoint);
  if (address === undefined) return unusable(parameter);
  if (paths.find(address) !== undefined) return undefined;
  if (belongsToAnother(tcb, [address])) return notAuthorized(parameter);
  if (paths.all.length >= PATHS_PER_ASSOCIATION_MAX) return shortage(parameter);
  const path = tcb.addPath(address, tcb.association.udpPortOfNewPaths ?? sourceUdpPort, false, now);
  if (path === undefined) {
    tcb.unreached.delete(address);
    return unusable(parameter);
  }
  tellChange(tcb, path, "added", path.state);
  // RFC 5061 §5.3 F1, F14: nothing but probes, and the answer to this, goes there until the path is confirmed.
  startProbing(tcb, path, now);
  return undefined;
}

/** RFC 5061 §4.2.2, §5.3 F7, F8, F12 and F13. */
function deleteAddress(
  tcb: TransmissionControlBlock,
  parameter: DeleteIpAddressParameter,
  packet: ReceivedPacket,
): ErrorCause | undefined {
  const { paths } = tcb;
  const source = paths.find(packet.source);
  if (isWildcard(parameter.address)) {
    // Without the source among them all addresses would be gone.
    if (source === undefined) return lastRemaining(parameter);
    for (const path of [...paths.all]) if (path !== source) deletePath(tcb, path);
    return undefined;
  }
  const address = inZoneOf(packet.source, parameter.address);
  const path = paths.find(address);
  if (path === undefined) return tcb.unreached.delete(address) ? undefined : unusable(parameter);
  if (paths.all.length === 1) return lastRemaining(parameter);
  if (path === source) {
    return { kind: "Request to Delete Source IP Address", parameter: parameterBytes(parameter) };
  }
  deletePath(tcb, path);
  return undefined;
}

/** Takes a destination out; whatever was to go there goes to another. */
function deletePath(tcb: TransmissionControlBlock, path: Path): void {
  const stateBefore = path.state;
  if (path === tcb.paths.primary) makePrimary(tcb, tcb.paths.heirOf(path));
  tcb.removePath(path);
  tellChange(tcb, path, "removed", stateBefore);
}

/** RFC 5061 §4.2.4, §5.4. */
function setPrimary(
  tcb: TransmissionControlBlock,
  parameter: SetPrimaryIpAddressParameter,
  packet: ReceivedPacket,
): ErrorCause | undefined {
  const { addressReconfiguration: state, paths } = tcb;
  const { address } = parameter;
  const path = paths.find(isWildcard(address) ? packet.source : inZoneOf(packet.source, address));
  if (path === undefined || state === undefined) return unusable(parameter);
  preferPath(tcb, state, path);
  return undefined;
}

function isChange(parameter: Parameter): parameter is Change {
  const { kind } = parameter;
  return kind === "Add IP Address" || kind === "Delete IP Address" || kind === "Set Primary IP Address";
}

/** RFC 5061 §5.2 V3: each response repeats the correlation id. */
function refusalOf({ correlationId }: Change, cause: ErrorCause): Response {
  return { kind: "Error Cause Indication", correlationId, causes: errorCauseBytes(cause) };
}

function successOf({ correlationId }: Change): Response {
  return { kind: "Success Indication", correlationId };
}

/** RFC 5061 §5.2 V2, RFC 9260 §3.3.10.8: what is not known has its correlation id where all others have it, if any. */
function notRecognized(unknown: UnknownParameter): Response {
  const { value } = unknown;
  const reported = { ...unknown, value: value.subarray(0, REPORTED_CAUSE_BYTES_MAX) };
  return {
    kind: "Error Cause Indication",
    correlationId: value.length < 4 ? 0 : readUint32(value, 0),
    causes: errorCauseBytes({ kind: "Unrecognized Parameters", parameters: parameterBytes(reported) }),
  };
}

/** An address that cannot be used, or is none of the peer's (RFC 9260 §3.3.10.5). */
function unusable({ address }: Change): ErrorCause {
  return { kind: "Unresolvable Address", address: parameterBytes(ipAddressParameter(address)) };
}

/** RFC 5061 §5.3 F9. */
function shortage(parameter: Change): ErrorCause {
  return { kind: "Operation Refused Due to Resource Shortage", parameter: parameterBytes(parameter) };
}

/** RFC 5061 §5.3 F7. */
function lastRemaining(parameter: Change): ErrorCause {
  return { kind: "Request to Delete Last Remaining IP Address", parameter: parameterBytes(parameter) };
}

/** RFC 5061 §4.3.5: no association takes the address of another's peer. */
function notAuthorized(parameter: Change): ErrorCause {
  return { kind: "Request Refused - No Authorization", parameter: parameterBytes(parameter) };
}
