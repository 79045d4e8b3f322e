import assert from "node:assert/strict";
import { test } from "node:test";
import { READABLE } from "../../src/native/addon.js";
import { ADDRESS_BYTES } from "./platform.js";
import { describeAddon } from "./with-addon.js";

describeAddon("raw sockets of protocol 132", (platform) => {
  const { addon } = platform;

  for (const address of ["127.0.0.1", "::1"]) {
    test(`carry bytes of any form over ${address}`, async (context) => {
      const [family, type] = [platform.family(address), platform.constant("SOCK_RAW")];
      const open = (): number => addon.socket(family, type, platform.constant("IPPROTO_SCTP"));
      const receiver = open();
      if (receiver === platform.failure("EPERM") || receiver === platform.failure("EACCES")) {
        context.skip(`raw sockets need CAP_NET_RAW: the system answered ${platform.codeOf(receiver)}`);
        return;
      }
      const sender = platform.ok(open());
      platform.ok(addon.bind(receiver, platform.address(address, 0)));
      platform.ok(addon.bind(sender, platform.address(address, 0)));

      // Far from an SCTP packet, so that a kernel with SCTP drops it and answers nothing; 12 bytes, as a
      // common header.
      const payload = new TextEncoder().encode("not an SCTP!");
      assert.equal(
        addon.sendmsg(sender, payload, platform.address(address, 0), undefined, 0),
        payload.length,
      );
      const data = new Uint8Array(128);
      const source = new Uint8Array(ADDRESS_BYTES);
      const out = new Int32Array(3);
      // RFC 3542 §3: IPv6's raw sockets leave the header out; IPv4's have always had it.
      const headerBytes = address === "::1" ? 0 : 20;
      let received = "";
      // A raw socket hears all of its protocol, so that another test's packets may come first.
      while (received !== "not an SCTP!") {
        await platform.ready(receiver, READABLE);
        const length = platform.ok(addon.recvmsg(receiver, data, source, undefined, 0, out));
        received = new TextDecoder().decode(data.subarray(headerBytes, length));
      }
      if (headerBytes > 0) assert.equal((data[0] ?? 0) & 0xf, headerBytes / 4);
      if (headerBytes > 0) assert.equal(data[9], platform.constant("IPPROTO_SCTP"));
      const sourceText = platform.addressText(source.subarray(0, out[0]));
      assert.ok(sourceText.startsWith(address === "::1" ? "[::1]:" : "127.0.0.1:"), sourceText);
      for (const id of [sender, receiver]) platform.ok(addon.close(id));
    });
  }
});
