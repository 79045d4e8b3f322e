import { IPPROTO_SCTP, SCTP_UNORDERED } from "../sockets/constants.js";
import type { sctp_authinfo, sctp_prinfo, sctp_rcvinfo, sctp_sndinfo } from "../sockets/types.js";
import type { PlatformNumbers } from "./platform-numbers.js";
import { AncillaryData, type AncillaryKind } from "../native/ancillary-data.js";
import { assert } from "../base/assert.js";
import { type IntegerField, type PlatformTable, structOf, type Struct } from "./struct-layout.js";

/** What goes with a message to be sent. */
export interface OutgoingInfo {
  readonly sndinfo?: sctp_sndinfo | undefined;
  readonly prinfo?: sctp_prinfo | undefined;
  readonly authinfo?: sctp_authinfo | undefined;
}

/** A structure that travels beside messages, by its fields. */
class InfoStruct<Name extends string> implements AncillaryKind {
  readonly level: number;
  readonly type: number;
  readonly sizeBytes: number;
  readonly fields: Readonly<Record<Name, IntegerField>>;

  constructor(level: number, type: number | undefined, struct: Struct, names: readonly Name[]) {
    assert(type !== undefined, `The platform delivers struct ${struct.name} beside messages.`);
    this.level = level;
    this.type = type;
    this.sizeBytes = struct.sizeBytes;
    const entries = names.map((name) => [name, struct.integer(name, kindOf(name))]);
    this.fields = Object.fromEntries(entries) as Record<Name, IntegerField>;
  }
}

/** RFC 6458 §5.3.4: the payload protocol identifier is not swapped, so its bytes are those on the wire. */
function kindOf(name: string): "network order" | "signed" | "unsigned" {
  if (name.endsWith("_ppid")) return "network order";
  return name.endsWith("_assoc_id") ? "signed" : "unsigned";
}

const SNDINFO_FIELDS = ["snd_sid", "snd_flags", "snd_ppid", "snd_context", "snd_assoc_id"] as const;
const RCVINFO_FIELDS = [
  "rcv_sid",
  "rcv_ssn",
  "rcv_flags",
  "rcv_ppid",
  "rcv_tsn",
  "rcv_cumtsn",
  "rcv_context",
  "rcv_assoc_id",
] as const;

/** Ancillary data of messages (RFC 6458 §5.3) in the platform's bytes. */
export class AncillaryDataCodec {
  /** Room for everything that a message can be sent with. */
  readonly outgoingBytes: number;
  /** Room for what a message is received with. */
  readonly incomingBytes: number;
  private readonly numbers: PlatformNumbers;
  private readonly ancillary: AncillaryData;
  private readonly sndinfo: InfoStruct<(typeof SNDINFO_FIELDS)[number]>;
  private readonly prinfo: InfoStruct<"pr_policy" | "pr_value">;
  private readonly authinfo: InfoStruct<"auth_keynumber">;
  private readonly rcvinfo: InfoStruct<(typeof RCVINFO_FIELDS)[number]>;

  constructor(table: PlatformTable, numbers: PlatformNumbers) {
    const { constants } = table;
    const level = numbers.number("levels", IPPROTO_SCTP);
    this.numbers = numbers;
    this.ancillary = new AncillaryData(table);
    this.sndinfo = new InfoStruct(
      level,
      constants["SCTP_SNDINFO"],
      structOf(table, "sctp_sndinfo"),
      SNDINFO_FIELDS,
    );
    this.prinfo = new InfoStruct(level, constants["SCTP_PRINFO"], structOf(table, "sctp_prinfo"), [
      "pr_policy",
      "pr_value",
    ]);
    this.authinfo = new InfoStruct(level, constants["SCTP_AUTHINFO"], structOf(table, "sctp_authinfo"), [
      "auth_keynumber",
    ]);
    this.rcvinfo = new InfoStruct(
      level,
      constants["SCTP_RCVINFO"],
      structOf(table, "sctp_rcvinfo"),
      RCVINFO_FIELDS,
    );
    this.outgoingBytes = this.spaceOf(this.sndinfo) + this.spaceOf(this.prinfo) + this.spaceOf(this.authinfo);
    // Twice what is asked for: a system that adds something of its own does not push it out.
    this.incomingBytes = 2 * this.spaceOf(this.rcvinfo);
  }

  /**
   * Writes what goes with a message into `outgoingBytes` bytes.
   *
   * @returns how many bytes it takes; `undefined` when a flag or policy is one that the platform has not
   */
  write(info: OutgoingInfo, view: DataView, offset: number): number | undefined {
    const { sndinfo, prinfo, authinfo } = info;
    let end = offset;
    if (sndinfo !== undefined) {
      const flags =
        sndinfo.snd_flags === 0 ? 0 : this.numbers.flagsToPlatform("sendFlags", sndinfo.snd_flags);
      if (flags === undefined) return undefined;
      const { fields } = this.sndinfo;
      const start = this.ancillary.begin(view, end, this.sndinfo);
      fields.snd_sid.write(view, start, sndinfo.snd_sid);
      fields.snd_flags.write(view, start, flags);
      fields.snd_ppid.write(view, start, sndinfo.snd_ppid);
      fields.snd_context.write(view, start, sndinfo.snd_context);
      fields.snd_assoc_id.write(view, start, sndinfo.snd_assoc_id);
      end += this.spaceOf(this.sndinfo);
    }
    if (prinfo !== undefined) {
      const policy = this.numbers.toPlatform("reliabilityPolicies", prinfo.pr_policy);
      if (policy === undefined) return undefined;
      const start = this.ancillary.begin(view, end, this.prinfo);
      this.prinfo.fields.pr_policy.write(view, start, policy);
      this.prinfo.fields.pr_value.write(view, start, prinfo.pr_value);
      end += this.spaceOf(this.prinfo);
    }
    if (authinfo !== undefined) {
      const start = this.ancillary.begin(view, end, this.authinfo);
      this.authinfo.fields.auth_keynumber.write(view, start, authinfo.auth_keynumber);
      end += this.spaceOf(this.authinfo);
    }
    return end - offset;
  }

  /** What a message was received with; `undefined` when it says nothing. */
  read(view: DataView, offset: number, lengthBytes: number): sctp_rcvinfo | undefined {
    const start = this.ancillary.find(view, offset, offset + lengthBytes, this.rcvinfo);
    return start < 0 ? undefined : this.readRcvinfo(view, start);
  }

  private readRcvinfo(view: DataView, start: number): sctp_rcvinfo {
    const { fields } = this.rcvinfo;
    const flags = fields.rcv_flags.read(view, start);
    return {
      rcv_sid: fields.rcv_sid.read(view, start),
      rcv_ssn: fields.rcv_ssn.read(view, start),
      rcv_flags: flags === 0 ? 0 : this.numbers.flagsFromPlatform("sendFlags", flags) & SCTP_UNORDERED,
      rcv_ppid: fields.rcv_ppid.read(view, start),
      rcv_tsn: fields.rcv_tsn.read(view, start),
      rcv_cumtsn: fields.rcv_cumtsn.read(view, start),
      rcv_context: fields.rcv_context.read(view, start),
      rcv_assoc_id: fields.rcv_assoc_id.read(view, start),
    };
  }

  private spaceOf({ sizeBytes }: AncillaryKind): number {
    return this.ancillary.spaceBytes(sizeBytes);
  }
}
