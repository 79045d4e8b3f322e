import { errnoCode } from "../native/errno.js";
import type { Addon } from "../native/addon.js";
import { type Watch, watchOf } from "../native/watch.js";
import {
  type SystemError,
  type SystemErrorCode,
  type SystemErrorDetails,
  systemError,
} from "../sockets/errors.js";
import { AncillaryDataCodec } from "./ancillary-data-codec.js";
import { BatchSlab, MessageSlab } from "./message-slab.js";
import { PieceReader } from "./piece-reader.js";
import { NotificationCodec } from "./notification-codec.js";
import { OptionCodec } from "./option-codec.js";
import { PlatformNumbers } from "./platform-numbers.js";
import { SockaddrCodec } from "./sockaddr-codec.js";

/** What all sockets of a provider share: the addon, the codecs for this platform, and the memory for calls. */
export class KernelContext {
  readonly addon: Addon;
  readonly watch: Watch;
  readonly numbers: PlatformNumbers;
  readonly sockaddrs: SockaddrCodec;
  readonly options: OptionCodec;
  readonly ancillaryData: AncillaryDataCodec;
  readonly notifications: NotificationCodec;
  readonly slab: MessageSlab;
  /** For messages to be sent. */
  readonly outgoingBatch: BatchSlab;
  readonly reader: PieceReader;
  /** How long `close()` waits for a graceful end, unless SO_LINGER says otherwise; then it aborts. */
  readonly closeLimitMs: number;

  constructor(addon: Addon, closeLimitMs: number) {
    this.addon = addon;
    this.closeLimitMs = closeLimitMs;
    this.watch = watchOf(addon);
    this.numbers = new PlatformNumbers(addon);
    this.sockaddrs = new SockaddrCodec(addon, this.numbers);
    const codecs = { table: addon, numbers: this.numbers, sockaddrs: this.sockaddrs };
    this.options = new OptionCodec(codecs);
    this.ancillaryData = new AncillaryDataCodec(addon, this.numbers);
    this.notifications = new NotificationCodec(codecs);
    const { storageBytes } = this.sockaddrs;
    this.slab = new MessageSlab(storageBytes, this.ancillaryData);
    this.outgoingBatch = new BatchSlab(storageBytes, this.ancillaryData);
    this.reader = new PieceReader(this, new BatchSlab(storageBytes, this.ancillaryData));
  }

  /** The error that a call of the addon has answered, a negative number. */
  failure(answer: number, syscall: string, details?: SystemErrorDetails): SystemError {
    // The system may know more errors than RFC 6458 names.
    return systemError(this.codeOf(answer) as SystemErrorCode, syscall, details);
  }

  /** The code of an error that a call of the addon has answered, for instance `EAGAIN`. */
  codeOf(answer: number): string {
    return errnoCode(this.addon, answer);
  }
}
