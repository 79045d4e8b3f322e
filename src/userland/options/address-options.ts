import { isWildcard } from "../../base/ip-address.js";
import { IPPROTO_SCTP, SCTP_AUTO_ASCONF, SCTP_SET_PEER_PRIMARY_ADDR } from "../../sockets/constants.js";
import { systemError } from "../../sockets/errors.js";
import type { sctp_setpeerprim } from "../../sockets/extension-types.js";
import { ipAddressOf } from "../socket-addresses.js";
import type { SocketState } from "../socket-state.js";
import { option, type OptionFunctions, writeAssociation } from "./option.js";

/** The options about addresses that change while associations live (RFC 5061). */
export const ADDRESS_OPTIONS: readonly OptionFunctions[] = [
  // RFC 6458 §8.3.1.
  option<undefined, sctp_setpeerprim>({
    level: IPPROTO_SCTP,
    name: SCTP_SET_PEER_PRIMARY_ADDR,
    set: setPeerPrimaryAddress,
  }),
  // RFC 6458 §8.1.23.
  option<undefined, number>({
    level: IPPROTO_SCTP,
    name: SCTP_AUTO_ASCONF,
    get: ({ settings }) => Number(settings.followsAddresses),
    set: setAutoAsconf,
  }),
];

function setPeerPrimaryAddress(state: SocketState, { sspp_assoc_id, sspp_addr }: sctp_setpeerprim): void {
  const owner = writeAssociation(state, sspp_assoc_id);
  const refused = (code: "ENOTCONN" | "EOPNOTSUPP" | "EADDRNOTAVAIL", message: string): Error =>
    systemError(code, "setsockopt", { address: sspp_addr.address, message });
  if (owner.phase !== "up") throw refused("ENOTCONN", "the association is not up");
  const { driver } = state.context;
  const address = ipAddressOf(sspp_addr);
  if (!owner.association.mayAskPeer("Set Primary IP Address", address))
    throw refused("EOPNOTSUPP", "the peer takes no changes of addresses");
  const isNamed = sspp_addr.port === 0 || sspp_addr.port === state.bound?.port;
  // RFC 6458 §8.3.1: it is one of the association's, and the peer knows it (RFC 5061 §5.4).
  if (!isNamed || isWildcard(address) || !owner.association.setPeerPrimaryAddress(address))
    throw refused("EADDRNOTAVAIL", "the association does not have the address");
  driver.touch();
}

function setAutoAsconf(state: SocketState, value: number): void {
  const { bound, context, settings } = state;
  if (value !== 0) {
    if (bound?.isWildcard !== true) {
      const message = "only a socket that is bound to a wildcard address follows addresses";
      throw systemError("EINVAL", "setsockopt", { message });
    }
    context.following.follow(bound);
  }
  settings.followsAddresses = value !== 0;
}
