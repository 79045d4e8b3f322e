import {
  AF_INET6,
  IPPROTO_SCTP,
  SCTP_ASSOC_CHANGE,
  SCTP_EVENT,
  SCTP_FRAGMENT_INTERLEAVE,
  SCTP_FUTURE_ASSOC,
  SCTP_I_WANT_MAPPED_V4_ADDR,
  SCTP_RECVRCVINFO,
  SOCK_SEQPACKET,
} from "../sockets/constants.js";
import type { AddressFamily, SocketType } from "../sockets/types.js";
import type { KernelContext } from "./kernel-context.js";
import { writeOption } from "./kernel-options.js";

/**
 * Opens a descriptor with the options that a socket begins with: the provider's own, which are hidden from the
 * application, and those whose defaults on Linux are not RFC 6458's.
 *
 * @returns the addon's id
 */
export function openDescriptor(context: KernelContext, family: AddressFamily, type: SocketType): number {
  const { addon, numbers } = context;
  const domain = numbers.number("addressFamilies", family);
  const protocol = numbers.number("levels", IPPROTO_SCTP);
  const id = addon.socket(domain, numbers.number("socketTypes", type), protocol);
  if (id < 0) throw context.failure(id, "socket");
  try {
    // Which association a message is of, and when associations come up and end, the provider has to know itself.
    writeOption(context, id, [IPPROTO_SCTP, SCTP_RECVRCVINFO], 1);
    writeOption(context, id, [IPPROTO_SCTP, SCTP_EVENT], {
      se_assoc_id: SCTP_FUTURE_ASSOC,
      se_type: SCTP_ASSOC_CHANGE,
      se_on: 1,
    });
    // RFC 6458 §8.1.15: off by default.
    if (family === AF_INET6) writeOption(context, id, [IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR], 0);
    // RFC 6458 §8.1.20: messages of other associations may come between the parts of one, by default.
    const value = type === SOCK_SEQPACKET ? 1 : 0;
    writeOption(context, id, [IPPROTO_SCTP, SCTP_FRAGMENT_INTERLEAVE], value);
  } catch (error) {
    addon.close(id);
    throw error;
  }
  return id;
}
