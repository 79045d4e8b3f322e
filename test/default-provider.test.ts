import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { kernelUnavailability } from "../src/kernel/kernel-provider.js";

const entry = pathToFileURL(join(dirname(fileURLToPath(import.meta.url)), "..", "src", "index.js")).href;

/** Runs a script in a process of its own, because the choice and its warning are made once for each process. */
function run(script: string, environment: Record<string, string> = {}): { stdout: string; stderr: string } {
  const source = `import { AF_INET, SOCK_SEQPACKET, SctpSocket } from ${JSON.stringify(entry)};\n${script}`;
  const { SCTP_PROVIDER, SCTP_UDP_REMOTE_PORT, ...inherited } = process.env;
  void SCTP_PROVIDER;
  void SCTP_UDP_REMOTE_PORT;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], {
    env: { ...inherited, ...environment },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return { stdout, stderr };
}

const open = "new SctpSocket(AF_INET, SOCK_SEQPACKET)";

const lacking = kernelUnavailability();
console.log(`These tests run ${lacking === undefined ? "with the kernel's SCTP" : `without: ${lacking}`}.`);

test("without a choice it is the kernel's SCTP, else userland with one warning that names the wire form", () => {
  const { stdout, stderr } = run(`
    process.on("warning", ({ code }) => console.log(code));
    const first = ${open};
    const second = new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: "auto" });
    console.log(first.provider, second.provider);
    await Promise.all([first.close(), second.close()]);
  `);
  const lines = stdout.trim().split("\n").sort();
  if (lacking === undefined) {
    assert.deepEqual([lines, stderr], [["kernel kernel"], ""]);
  } else {
    assert.deepEqual(lines, ["SCTP_USERLAND", "userland userland"]);
    assert.match(stderr, /in UDP packets to port 9899/);
    assert.ok(stderr.includes(lacking), "the warning says why");
  }
});

test("the kernel provider, where it is named and there is none, says why and what to do", () => {
  const attempt = `try { const socket = ${open}; console.log(socket.provider); await socket.close(); }
    catch (error) { console.log(error.code, error.message); }`;
  const { stdout } = run(attempt, { SCTP_PROVIDER: "kernel" });
  if (lacking === undefined) return assert.equal(stdout, "kernel\n");
  assert.equal(stdout, `ERR_SCTP_PROVIDER_UNAVAILABLE there is no kernel provider: ${lacking}\n`);
  assert.match(lacking, /userland provider/);
});

test("naming the provider silences the warning", () => {
  assert.equal(run(`await ${open}.close();`, { SCTP_PROVIDER: "userland" }).stderr, "");
  const named = `await new SctpSocket(AF_INET, SOCK_SEQPACKET, { provider: "userland" }).close();`;
  assert.equal(run(named).stderr, "");
});

test("a choice that there is not is refused", () => {
  const attempt = `try { ${open}; } catch (error) { console.log(error.code, error.message); }`;
  const wrong = run(attempt, { SCTP_PROVIDER: "quick" }).stdout;
  assert.match(
    wrong,
    /^ERR_SCTP_INVALID_ARG_VALUE the environment variable SCTP_PROVIDER must be .* "quick"/,
  );
});

test("nothing happens at import: no socket, no timer, no choice of a provider", () => {
  const script = "console.log(process.getActiveResourcesInfo().join());";
  const { stdout, stderr } = run(script, { SCTP_PROVIDER: "quick" });
  assert.equal(stderr, "");
  assert.doesNotMatch(stdout, /UDP|Timeout|Immediate|TTY|Signal/);
});
