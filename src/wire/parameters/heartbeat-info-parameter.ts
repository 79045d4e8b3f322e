import { copyInto, copyOf } from "../bytes.js";
import { formatBytes } from "../format.js";
import { TLV_HEADER_BYTES, type TlvCodec, writeTlvHeader } from "../tlv.js";

/** Heartbeat Info (RFC 9260 §3.3.5). */
export const PARAMETER_HEARTBEAT_INFO = 1;

/**
 * Heartbeat Info (RFC 9260 §3.3.5): what HEARTBEAT carries and HEARTBEAT ACK gives back. The chunks read and
 * write it themselves; it is a parameter of its own only where somebody put it into another chunk.
 */
export interface HeartbeatInfoParameter {
  readonly kind: "Heartbeat Info";
  /** Only its sender understands it. */
  readonly info: Uint8Array;
}

/** The row of Heartbeat Info in the registry. */
export const HEARTBEAT_INFO_CODEC: TlvCodec<HeartbeatInfoParameter> = {
  kind: "Heartbeat Info",
  type: PARAMETER_HEARTBEAT_INFO,
  parse(bytes, offset, lengthBytes) {
    const info = copyOf(bytes, offset + TLV_HEADER_BYTES, lengthBytes - TLV_HEADER_BYTES);
    return { kind: "Heartbeat Info", info };
  },
  byteLength: (parameter) => TLV_HEADER_BYTES + parameter.info.length,
  write(parameter, bytes, offset) {
    const { info } = parameter;
    writeTlvHeader(bytes, offset, PARAMETER_HEARTBEAT_INFO, TLV_HEADER_BYTES + info.length);
    copyInto(bytes, offset + TLV_HEADER_BYTES, info, 0, info.length);
  },
  format: (parameter) => `Heartbeat Info ${formatBytes(parameter.info)}`,
};
