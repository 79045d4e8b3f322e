import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { AssertionError } from "../../src/base/assert.js";
import { RingQueue } from "../../src/base/ring-queue.js";

type Command =
  | { readonly kind: "push" | "unshift"; readonly item: number }
  | { readonly kind: "shift" | "clear" }
  | { readonly kind: "retain"; readonly divisor: number };

const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("push" as const), item: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("unshift" as const), item: fc.nat(99) }) },
  { weight: 4, arbitrary: fc.constant({ kind: "shift" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("retain" as const), divisor: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "clear" as const }) },
);

/** Does to a queue and to an array the same, and compares what each answers. */
function apply(command: Command, queue: RingQueue<number>, model: number[]): void {
  switch (command.kind) {
    case "push":
      queue.push(command.item);
      model.push(command.item);
      return;
    case "unshift":
      queue.unshift(command.item);
      model.unshift(command.item);
      return;
    case "shift":
      assert.equal(queue.shift(), model.shift());
      return;
    case "clear":
      queue.clear();
      model.length = 0;
      return;
    case "retain": {
      const visited: number[] = [];
      const keep = (item: number): boolean => item % command.divisor !== 0;
      queue.retain((item) => {
        visited.push(item);
        return keep(item);
      });
      assert.deepEqual(visited, model);
      model.splice(0, model.length, ...model.filter(keep));
    }
  }
}

test("a ring queue is an array with cheap ends", () => {
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 300, size: "max" }), (list) => {
      const queue = new RingQueue<number>();
      const model: number[] = [];
      for (const command of list) {
        apply(command, queue, model);
        assert.equal(queue.length, model.length);
        assert.equal(queue.peek(), model[0]);
      }
      assert.deepEqual([...queue], model);
      for (const [index, item] of model.entries()) assert.equal(queue.at(index), item);
    }),
    { numRuns: 300 },
  );
});

test("a ring queue grows while its contents lie across the end of its array", () => {
  const queue = new RingQueue<number>();
  for (let item = 0; item < 6; item += 1) queue.push(item);
  for (let item = 0; item < 5; item += 1) queue.shift();
  for (let item = 6; item < 40; item += 1) queue.push(item);
  assert.deepEqual(
    [...queue],
    Array.from({ length: 35 }, (_, index) => index + 5),
  );
});

test("a place outside of a ring queue is our own error", () => {
  const queue = new RingQueue<number>();
  assert.throws(() => queue.at(0), AssertionError);
  queue.push(1);
  assert.equal(queue.at(0), 1);
  assert.throws(() => queue.at(1), AssertionError);
  assert.throws(() => queue.at(-1), AssertionError);
});

test("a ring queue holds undefined and null like anything else", () => {
  const queue = new RingQueue<undefined | null>();
  queue.push(undefined);
  queue.push(null);
  assert.equal(queue.length, 2);
  assert.deepEqual([...queue], [undefined, null]);
});
