import { createHash } from "node:crypto";
import type { IpAddress } from "../../../src/base/ip-address.js";
import type { Association } from "../../../src/stack/association.js";
import { ipAddressParameter } from "../../../src/wire/parameter.js";
import { ip } from "../../stack/pair.js";
import {
  cookieOf,
  dataOf,
  initOf,
  packetOf,
  PEER,
  Scene,
  type Origin,
  type Sent,
} from "../../stack/scene.js";
import { applyEdits, toHex } from "../byte-edits.js";
import { expect, type Outcome } from "../fuzz-target.js";
import { Arena } from "../packets/arena.js";
import { checkAssociation, checkEvents, checkPackets } from "../packets/oracles.js";
import type { CookieCase, CookieCaseStep, CookieStep } from "./cookie-case.js";

/** An address that belongs to nobody in the case. */
const STRANGER = "10.9.9.9";
/** Valid.Cookie.Life of the cases: RFC 9260 §16's. */
const COOKIE_LIFE_MS = 60_000;

/** A cookie that was made, and what it was made for. */
interface Issued {
  readonly cookie: Uint8Array;
  readonly tag: number;
  readonly at: number;
  readonly port: number;
  readonly addresses: readonly string[];
  readonly isOurs: boolean;
}

/** Everything of an association that a cookie could change, as text. */
function snapshotOf(association: Association): string {
  const { tcb } = association;
  const paths = association.paths.map(
    ({ address, state, udpPort, localAddress, errorCount }) =>
      `${address.text}/${state}/${udpPort}/${localAddress?.text}/${errorCount}`,
  );
  const { localTag, peerTag, localTieTag, peerTieTag, localInitialTsn, sendBufferBytes } = tcb;
  const numbers = [localTag, peerTag, localTieTag, peerTieTag, localInitialTsn, sendBufferBytes];
  const { cumulativeTsnAck } = tcb.reception.tracker;
  const streams = [association.outboundStreams, association.inboundStreams];
  return [
    association.state,
    ...numbers,
    cumulativeTsnAck,
    association.unackedChunks,
    ...streams,
    ...paths,
  ].join();
}

/** A case on its way. */
class Run {
  private readonly arena: Arena;
  private readonly scene: Scene;
  private readonly other: Scene;
  private readonly features = new Set<string>();
  private readonly hash = createHash("sha256");
  private readonly ended = new Set<Association>();
  private checkedEvents = 0;
  private earlier: Issued;
  /** All cookies that the stack has made, as hexadecimal digits. */
  private readonly made = new Set<string>();

  constructor({ state, homes, seed }: CookieCase) {
    this.arena = new Arena({ state, homes, seed, config: {} });
    this.scene = this.arena.scene;
    this.other = new Scene({ seed: seed + 1 });
    const { cookie, tag } = this.arena.lastCookie;
    const { peerAddresses } = this.arena;
    const isOurs = state !== "COOKIE-WAIT" && state !== "COOKIE-ECHOED" && state !== "ESTABLISHED by us";
    this.earlier = { cookie, tag, at: this.scene.now, port: PEER.port, addresses: peerAddresses, isOurs };
    if (isOurs) this.made.add(toHex(cookie));
    this.afterwards([]);
  }

  get outcome(): Outcome {
    return { features: this.features, digest: this.hash.digest("hex") };
  }

  step(step: CookieCaseStep): void {
    const { arena, scene } = this;
    const { target } = arena;
    switch (step.do) {
      case "echo":
        this.echo(step);
        return;
      case "wait":
        scene.advance(step.ms);
        break;
      case "associate":
        arena.associate();
        break;
      case "abort":
        target?.abort([]);
        break;
      case "shutdown":
        target?.shutdown(scene.now);
        break;
      case "listen":
        scene.endpoint.acceptance = () => true;
        break;
      case "stop listening":
        scene.endpoint.acceptance = undefined;
    }
    scene.drain();
    this.afterwards(arena.look());
  }

  private addressAt(index: number): IpAddress {
    return ip(this.arena.peerAddresses[index] ?? STRANGER);
  }

  private origin(from: number, port: number, toPort: number = PEER.toPort): Origin {
    const address = this.addressAt(from);
    const ours = this.scene.endpoint.addresses.find(({ family }) => family === address.family);
    return { address, port, udpPort: PEER.udpPort, to: ours ?? PEER.to, toPort };
  }

  /** Has a cookie made; `undefined` when the INIT is answered otherwise. */
  private obtain({ source, init }: CookieStep): Issued | undefined {
    if (source === "earlier") return this.earlier;
    const isOurs = source === "fresh";
    const scene = isOurs ? this.scene : this.other;
    const { peerAddresses } = this.arena;
    const listed = peerAddresses.length === 1 ? [] : peerAddresses;
    const origin = isOurs ? this.origin(init.from, init.port) : { ...PEER, port: init.port };
    const parameters = isOurs ? listed.map((text) => ipAddressParameter(ip(text))) : [];
    const chunk = initOf({ initiateTag: init.tag, parameters });
    const sent = scene.receiveBytes(packetOf(origin, 0, [chunk]), origin);
    if (isOurs) this.afterwards(this.arena.look());
    const initAck = sent.flatMap(({ chunks }) => chunks).find(({ kind }) => kind === "INIT ACK");
    if (initAck?.kind !== "INIT ACK") return undefined;
    const cookie = cookieOf(initAck);
    if (isOurs) this.made.add(toHex(cookie));
    const addresses = [origin.address.text, ...(isOurs ? listed : [])];
    return { cookie, tag: initAck.initiateTag, at: scene.now, port: init.port, addresses, isOurs };
  }

  private echo(step: CookieStep): void {
    const { arena, scene } = this;
    const issued = this.obtain(step);
    if (issued === undefined) return;
    scene.advance(step.waitMs);
    this.afterwards(arena.look());
    const cookie = applyEdits(issued.cookie, step.edits);
    const { packet } = step;
    const origin = this.origin(packet.from ?? step.init.from, packet.port ?? issued.port, packet.toPort);
    const tag = packet.tag ?? issued.tag;
    const data = dataOf(1000, { flags: 7 });
    const chunks = [{ kind: "COOKIE ECHO" as const, cookie }, ...(step.withData ? [data] : [])];

    const isForged = !issued.isOurs || !this.made.has(toHex(cookie));
    const isElsewhere =
      tag !== issued.tag ||
      origin.port !== issued.port ||
      origin.toPort !== PEER.toPort ||
      !issued.addresses.includes(origin.address.text);
    const isStale = scene.now - issued.at > COOKIE_LIFE_MS;
    const before = [...scene.endpoint.associations].map((each) => [each, snapshotOf(each)] as const);
    const eventsBefore = scene.events.length;
    const stateBefore = arena.target?.state ?? "none";
    scene.receiveBytes(packetOf(origin, tag, chunks), origin);
    const answers = arena.look();
    const kinds = answers.flatMap((sent) => sent.chunks.map((chunk) => chunk.kind));
    const wasD = before.some(([each]) => each.tcb.localTag === issued.tag && each.state !== "CLOSED");
    const refusal = isForged ? "forged" : isElsewhere ? "elsewhere" : isStale && !wasD ? "stale" : undefined;
    this.earlier = issued;
    this.afterwards(answers);
    this.features.add(`${stateBefore} ${step.source} ${refusal} > ${arena.target?.state} ${kinds.join()}`);
    if (refusal === undefined) return;

    const after = [...scene.endpoint.associations];
    expect(after.length === before.length, `a ${refusal} cookie makes or ends an association`);
    for (const [association, snapshot] of before) {
      const now = snapshotOf(association);
      expect(
        now === snapshot,
        () => `a ${refusal} cookie changes an association: ${snapshot} becomes ${now}`,
      );
    }
    expect(scene.events.length === eventsBefore, `a ${refusal} cookie makes an event`);
    const allowed = refusal === "stale" ? ["ERROR"] : origin.toPort === PEER.toPort ? [] : ["ABORT"];
    const wrong = kinds.filter((kind) => !allowed.includes(kind));
    expect(wrong.length === 0, () => `a ${refusal} cookie is answered with ${wrong.join(", ")}`);
  }

  private afterwards(sent: readonly Sent[]): void {
    const { scene, arena, hash } = this;
    checkPackets(sent);
    for (const { bytes, at, destination } of sent) hash.update(`${at} ${destination} `).update(bytes);
    checkEvents(arena, this.ended, this.checkedEvents);
    this.checkedEvents = scene.events.length;
    for (const association of scene.endpoint.associations) checkAssociation(association);
  }
}

/** Runs a case. @throws Finding, or whatever the stack throws */
export function runCookies(input: CookieCase): Outcome {
  const run = new Run(input);
  for (const step of input.steps) run.step(step);
  return run.outcome;
}
