import { IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT } from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { sctp_udpencaps } from "../../sockets/extension-types.js";
import type { SctpAddress } from "../../sockets/types.js";
import { socketAddress } from "../socket-addresses.js";
import type { SocketAssociation } from "../socket-association.js";
import type { SocketState } from "../socket-state.js";
import { changeConfig, findPath, option, type OptionFunctions, readTarget, setTargets } from "./option.js";

/** As the sockets hand it over: 0 in the place of an address stands for paths to come. */
type Encapsulation = Omit<sctp_udpencaps, "sue_address"> & { readonly sue_address: SctpAddress | 0 };

/** The option about the UDP ports of peers. */
export const ENCAPSULATION_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6951 §6.1.
  option<Pick<Encapsulation, "sue_assoc_id" | "sue_address">, Encapsulation>({
    level: IPPROTO_SCTP,
    name: SCTP_REMOTE_UDP_ENCAPS_PORT,
    get: readPort,
    set: setPort,
  }),
];

function readPort(
  state: SocketState,
  { sue_assoc_id, sue_address }: Pick<Encapsulation, "sue_assoc_id" | "sue_address">,
): sctp_udpencaps {
  if (sue_address !== 0) {
    const { owner, path } = findPath(state, sue_assoc_id, sue_address, "getsockopt");
    const { wantsMappedIpv4 } = state.settings;
    return {
      sue_assoc_id: owner.id,
      sue_address: socketAddress(path.address, owner.association.peerPort, wantsMappedIpv4),
      sue_port: path.udpPort,
    };
  }
  const target = readTarget(state, sue_assoc_id);
  return {
    sue_assoc_id: target?.id ?? sue_assoc_id,
    sue_address: undefined,
    sue_port:
      target === undefined
        ? state.settings.config.remoteEncapsulationPort
        : (target.association.udpPortOfNewPaths ?? target.association.primaryPath.udpPort),
  };
}

/** RFC 6951 §6.1: an address stands for its path; without one it is about paths to come. */
function setPort(state: SocketState, { sue_assoc_id, sue_address, sue_port }: Encapsulation): void {
  if (sue_address !== 0) {
    const { owner, path } = findPath(state, sue_assoc_id, sue_address, "setsockopt");
    refuseOtherForm(owner, sue_port);
    path.udpPort = sue_port;
    return;
  }
  const targets = setTargets(state, sue_assoc_id);
  if (targets.future)
    changeConfig(state, { future: true, current: [] }, { remoteEncapsulationPort: sue_port });
  for (const { association } of targets.current) association.udpPortOfNewPaths = sue_port;
}

/** What carries an association's packets does not change while it lives: they are in UDP, or they are not. */
function refuseOtherForm({ association }: SocketAssociation, port: number): void {
  const isInUdp = association.endpoint.localUdpPort !== 0;
  if ((port !== 0) === isInUdp) return;
  const message = isInUdp ? "packets travel in UDP here, to a port" : "packets do not travel in UDP here";
  throw systemError("EINVAL", "setsockopt", { message });
}
