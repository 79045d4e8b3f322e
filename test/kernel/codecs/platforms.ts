import { readFileSync } from "node:fs";
import { AncillaryDataCodec } from "../../../src/kernel/ancillary-data-codec.js";
import { NotificationCodec } from "../../../src/kernel/notification-codec.js";
import { OptionCodec } from "../../../src/kernel/option-codec.js";
import { PlatformNumbers } from "../../../src/kernel/platform-numbers.js";
import { SockaddrCodec } from "../../../src/kernel/sockaddr-codec.js";
import type { PlatformTable } from "../../../src/kernel/struct-layout.js";

/** The codecs of one platform, made from what its headers say. */
export interface Platform {
  readonly name: string;
  readonly table: PlatformTable;
  readonly numbers: PlatformNumbers;
  readonly sockaddrs: SockaddrCodec;
  readonly options: OptionCodec;
  readonly ancillaryData: AncillaryDataCodec;
  readonly notifications: NotificationCodec;
}

function platformOf(name: string): Platform {
  const file = new URL(`../../../../test/kernel/fixtures/layout-${name}.json`, import.meta.url);
  const table = JSON.parse(readFileSync(file, "utf8")) as PlatformTable;
  const numbers = new PlatformNumbers(table);
  const sockaddrs = new SockaddrCodec(table, numbers);
  const context = { table, numbers, sockaddrs };
  return {
    name,
    table,
    numbers,
    sockaddrs,
    options: new OptionCodec(context),
    ancillaryData: new AncillaryDataCodec(table, numbers),
    notifications: new NotificationCodec(context),
  };
}

export const LINUX: Platform = platformOf("linux-x64");
export const FREEBSD: Platform = platformOf("freebsd-x64");
export const PLATFORMS: readonly Platform[] = [LINUX, FREEBSD];
