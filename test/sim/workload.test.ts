import assert from "node:assert/strict";
import { test } from "node:test";
import { MSG_EOR, SCTP_RECVV_RCVINFO } from "../../src/sockets/constants.js";
import type { ReceivedMessage } from "../../src/sockets/types.js";
import { Workload, WorkloadCheck, WorkloadError } from "./workload.js";

const workload = new Workload(5, 3000);

/** The messages as they arrive when nothing goes wrong. */
function arrivals(): ReceivedMessage[] {
  const counts = new Map<number, number>();
  return Array.from({ length: workload.messages }, (_, index) => {
    const { snd_sid, snd_flags, snd_ppid } = workload.infoOf(index);
    const ssn = counts.get(snd_sid) ?? 0;
    if (snd_flags === 0) counts.set(snd_sid, ssn + 1);
    const info = {
      ...{ rcv_sid: snd_sid, rcv_ssn: ssn, rcv_flags: snd_flags, rcv_ppid: snd_ppid },
      ...{ rcv_tsn: 0, rcv_cumtsn: 0, rcv_context: 0, rcv_assoc_id: 3 },
    };
    const data = workload.contentOf(index).slice();
    return { data, address: undefined, flags: MSG_EOR, infotype: SCTP_RECVV_RCVINFO, info };
  });
}

function complaintAbout(change: (messages: ReceivedMessage[]) => void): string {
  const messages = arrivals();
  change(messages);
  const check = new WorkloadCheck(workload);
  try {
    for (const message of messages) check.take(message);
  } catch (error) {
    assert.ok(error instanceof WorkloadError);
    return error.message;
  }
  return check.isComplete ? "" : "incomplete";
}

/** Two ordered messages that follow each other on the same stream. */
function neighbours(): [number, number] {
  const last = new Map<number, number>();
  for (let index = 0; index < workload.messages; index += 1) {
    if (workload.isUnordered(index)) continue;
    const before = last.get(workload.streamOf(index));
    if (before !== undefined) return [before, index];
    last.set(workload.streamOf(index), index);
  }
  throw new Error("no stream has two ordered messages");
}

function swap(messages: ReceivedMessage[], [left, right]: [number, number]): void {
  [messages[left], messages[right]] = [messages[right] as ReceivedMessage, messages[left] as ReceivedMessage];
}

test("the check is content with what was sent, in one piece or in several", () => {
  assert.equal(
    complaintAbout(() => {}),
    "",
  );
  const inPieces = complaintAbout((messages) => {
    const index = messages.findIndex(({ data }) => data.length > 1000);
    const whole = messages[index] as ReceivedMessage;
    const first = { ...whole, data: whole.data.subarray(0, 600), flags: 0 };
    messages.splice(index, 1, first, { ...whole, data: whole.data.subarray(600) });
  });
  assert.equal(inPieces, "");
});

test("the check finds a flipped bit, a wrong order, a loss, a second copy, a length and a stream", () => {
  const [before, after] = neighbours();
  assert.match(
    complaintAbout((messages) => {
      const { data } = messages[1234] as ReceivedMessage;
      data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    }),
    /^byte \d+ of message 1234 .* is wrong$/,
  );
  assert.match(
    complaintAbout((messages) => swap(messages, [before, after])),
    /was to be the next$/,
  );
  assert.match(
    complaintAbout((messages) => messages.splice(before, 1)),
    /was to be the next$/,
  );
  const unordered = firstUnordered();
  assert.equal(
    complaintAbout((messages) => messages.splice(unordered, 1)),
    "incomplete",
  );
  assert.match(
    complaintAbout((messages) => messages.push(messages[unordered] as ReceivedMessage)),
    /arrived twice$/,
  );
  assert.match(
    complaintAbout((messages) => {
      const message = messages[after] as ReceivedMessage;
      messages[after] = { ...message, data: message.data.subarray(0, message.data.length - 1) };
    }),
    /bytes instead of/,
  );
  assert.match(
    complaintAbout((messages) => {
      const { info } = messages[after] as { info: { rcv_sid: number } };
      info.rcv_sid += 1;
    }),
    /arrived on stream/,
  );
});

function firstUnordered(): number {
  for (let index = 0; index < workload.messages; index += 1) if (workload.isUnordered(index)) return index;
  throw new Error("no message is unordered");
}
