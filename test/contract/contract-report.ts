/** What came of a case with one provider. */
interface Outcome {
  passed: boolean;
  /** Why the provider answers otherwise, when it does so on purpose. */
  readonly difference: string | undefined;
}

/** Lists every case of the contract against every provider that ran it. */
export class ContractReport {
  readonly #providers: string[] = [];
  /** By case, then by provider. */
  readonly #cases = new Map<string, Map<string, Outcome>>();

  /** Announces a case: one that is announced and does not pass has failed. */
  expect(provider: string, part: string, title: string, difference: string | undefined): void {
    if (!this.#providers.includes(provider)) this.#providers.push(provider);
    const name = `${part} › ${title}`;
    const outcomes = this.#cases.get(name) ?? new Map<string, Outcome>();
    outcomes.set(provider, { passed: false, difference });
    this.#cases.set(name, outcomes);
  }

  /** Notes that a case has passed. */
  pass(provider: string, part: string, title: string): void {
    const outcome = this.#cases.get(`${part} › ${title}`)?.get(provider);
    if (outcome !== undefined) outcome.passed = true;
  }

  /** A line for each case, the reasons of differences below it, and the counts. */
  toString(): string {
    const lines = [`The contract with ${this.#providers.join(", ")}:`];
    const counts = { ok: 0, differs: 0, FAIL: 0 };
    for (const [name, outcomes] of this.#cases) {
      const words = this.#providers.map((provider) => wordOf(outcomes.get(provider)));
      for (const word of words) if (word !== "-") counts[word] += 1;
      lines.push(`${words.map((word) => word.padEnd("differs".length)).join(" ")}  ${name}`);
      for (const [provider, { difference }] of outcomes) {
        if (difference !== undefined) lines.push(`        ${provider}: ${difference}`);
      }
    }
    const sum = `${counts.ok} ok, ${counts.differs} differ on purpose and pass so, ${counts.FAIL} failed`;
    return [...lines, `${this.#cases.size} cases: ${sum}`].join("\n");
  }
}

function wordOf(outcome: Outcome | undefined): "ok" | "differs" | "FAIL" | "-" {
  if (outcome === undefined) return "-";
  if (!outcome.passed) return "FAIL";
  return outcome.difference === undefined ? "ok" : "differs";
}
