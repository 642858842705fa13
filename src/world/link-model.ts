/**
 * When messages arrive (market-rules §6): order within a session, a gateway that serves one message after another, batches,
 * speed bumps, and whether the market or the owner hears first. Delays come drawn, as whole nanoseconds, from a DelaySource
 * (LatencySampler of math is one): there is no distribution here.
 *
 *   send --delay--> [session: in order] --> [gateway: one server] --> [speed bump] --> [batch: next tick] --> engine
 */

import {
  type BinaryReader,
  type BinaryWriter,
  invariant,
  TwinError,
  type Xoshiro128,
} from '../base/index.ts';
import type { Stateful } from '../domain/index.ts';

/** Draws delays of whole nanoseconds, never negative. `nowNs` does not fall from draw to draw. */
export interface DelaySource extends Stateful {
  sampleNs(random: Xoshiro128, nowNs: number): number;
}

/** One direction of one session: messages arrive in the order in which they were sent. */
export interface LinkModel extends Stateful {
  /** Arrival of a message sent at `sendNs`; neither send times nor arrivals of a session fall. */
  arrivalNs(sendNs: number, random: Xoshiro128): number;
}

/** A session over one connection: arrival(n) = max(arrival(n-1) + spacing, send(n) + delay(n)) (market-rules §6.3). */
export class SessionLink implements LinkModel {
  readonly #delay: DelaySource;
  readonly #spacingNs: number;
  #lastNs = Number.NEGATIVE_INFINITY;

  /** `spacingNs`: least time between two arrivals. Raises WORLD_CONFIG. */
  constructor(delay: DelaySource, spacingNs: number) {
    checkNs('spacingNs', spacingNs, 0);
    this.#delay = delay;
    this.#spacingNs = spacingNs;
  }

  arrivalNs(sendNs: number, random: Xoshiro128): number {
    const alone = sendNs + this.#delay.sampleNs(random, sendNs);
    const behind = this.#lastNs + this.#spacingNs;
    this.#lastNs = alone > behind ? alone : behind;
    return this.#lastNs;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('session-link');
    writer.float64(this.#lastNs);
    this.#delay.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('session-link');
    this.#lastNs = reader.float64();
    this.#delay.readState(reader);
  }
}

/**
 * A gateway with one server: messages wait for those before them, so that load makes delay by itself. It may be shared by many
 * sessions; then whoever shares it brings messages in order of arrival, which is when the event loop delivers them.
 */
export class GatewayServer implements Stateful {
  readonly #service: DelaySource;
  #lastArrivalNs = Number.NEGATIVE_INFINITY;
  #freeNs = Number.NEGATIVE_INFINITY;

  constructor(service: DelaySource) {
    this.#service = service;
  }

  /** When a message that arrives now has been served. Arrivals must not fall. */
  departNs(arrivalNs: number, random: Xoshiro128): number {
    invariant(arrivalNs >= this.#lastArrivalNs, 'messages reach a gateway in order of arrival');
    this.#lastArrivalNs = arrivalNs;
    const startNs = arrivalNs > this.#freeNs ? arrivalNs : this.#freeNs;
    this.#freeNs = startNs + this.#service.sampleNs(random, startNs);
    return this.#freeNs;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('gateway-server');
    writer.float64(this.#lastArrivalNs);
    writer.float64(this.#freeNs);
    this.#service.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('gateway-server');
    this.#lastArrivalNs = reader.float64();
    this.#freeNs = reader.float64();
    this.#service.readState(reader);
  }
}

/** A link into a gateway of its own. */
export class QueuedLink implements LinkModel {
  readonly #link: LinkModel;
  readonly #gateway: GatewayServer;

  constructor(link: LinkModel, gateway: GatewayServer) {
    this.#link = link;
    this.#gateway = gateway;
  }

  arrivalNs(sendNs: number, random: Xoshiro128): number {
    return this.#gateway.departNs(this.#link.arrivalNs(sendNs, random), random);
  }

  writeState(writer: BinaryWriter): void {
    this.#link.writeState(writer);
    this.#gateway.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.#link.readState(reader);
    this.#gateway.readState(reader);
  }
}

/** Delays in ns that a venue adds by rule. Constant bumps have equal inbound delays (IEX: 350,000 each). */
export interface SpeedBumpSpec {
  /** For orders that would take liquidity. */
  readonly takingNs: number;
  /** For every other order and for cancels. */
  readonly otherNs: number;
  /** For order messages and market data on the way out. */
  readonly outboundNs: number;
}

/** A speed bump (market-rules §6.5). What the venue does itself, such as repricing pegs, does not pass it. */
export class SpeedBump {
  readonly #spec: SpeedBumpSpec;

  /** Raises WORLD_CONFIG for delays that are no whole numbers from 0. */
  constructor(spec: SpeedBumpSpec) {
    for (const name of ['takingNs', 'otherNs', 'outboundNs'] as const) checkNs(name, spec[name], 0);
    this.#spec = spec;
  }

  /** When a message that reaches the bump is past it. Each delay is constant, so messages of one kind keep their order. */
  inboundNs(arrivalNs: number, isTaking: boolean): number {
    return arrivalNs + (isTaking ? this.#spec.takingNs : this.#spec.otherNs);
  }

  outboundNs(departNs: number): number {
    return departNs + this.#spec.outboundNs;
  }
}

/** A link behind a speed bump that treats all messages alike. */
export class BumpedLink implements LinkModel {
  readonly #link: LinkModel;
  readonly #bump: SpeedBump;
  readonly #isTaking: boolean;

  constructor(link: LinkModel, bump: SpeedBump, isTaking: boolean) {
    this.#link = link;
    this.#bump = bump;
    this.#isTaking = isTaking;
  }

  arrivalNs(sendNs: number, random: Xoshiro128): number {
    return this.#bump.inboundNs(this.#link.arrivalNs(sendNs, random), this.#isTaking);
  }

  writeState(writer: BinaryWriter): void {
    this.#link.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.#link.readState(reader);
  }
}

/** Batch times of a venue that processes what has arrived at every tick of a period (latency floor, frequent batches). */
export class BatchClock {
  readonly #periodNs: number;
  readonly #offsetNs: number;

  /** Ticks at offset + k * period. Raises WORLD_CONFIG. */
  constructor(periodNs: number, offsetNs: number) {
    checkNs('periodNs', periodNs, 1);
    checkNs('offsetNs', offsetNs, 0);
    this.#periodNs = periodNs;
    this.#offsetNs = offsetNs % periodNs;
  }

  /** First tick at or after an arrival: who arrives at the tick itself is still in that batch. */
  tickNs(arrivalNs: number): number {
    const since = (arrivalNs - this.#offsetNs) % this.#periodNs;
    if (since === 0) return arrivalNs;
    return since > 0 ? arrivalNs + this.#periodNs - since : arrivalNs - since;
  }
}

/** A link whose messages wait for the next batch. */
export class BatchedLink implements LinkModel {
  readonly #link: LinkModel;
  readonly #clock: BatchClock;

  constructor(link: LinkModel, clock: BatchClock) {
    this.#link = link;
    this.#clock = clock;
  }

  arrivalNs(sendNs: number, random: Xoshiro128): number {
    return this.#clock.tickNs(this.#link.arrivalNs(sendNs, random));
  }

  writeState(writer: BinaryWriter): void {
    this.#link.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    this.#link.readState(reader);
  }
}

/**
 * Shuffles the first `count` messages of a batch in place, every order of sessions equally likely; messages of one session
 * keep the order among themselves. `sessions[i]` is the session of `messages[i]`; both arrays are rearranged.
 */
export function shuffleBatch(
  messages: Int32Array,
  sessions: Int32Array,
  count: number,
  random: Xoshiro128,
): void {
  const inOrder = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const queue = inOrder.get(sessions[i]!);
    if (queue === undefined) inOrder.set(sessions[i]!, [messages[i]!]);
    else queue.push(messages[i]!);
  }
  for (let i = count - 1; i > 0; i--) {
    const j = random.nextBelow(i + 1);
    const session = sessions[i]!;
    sessions[i] = sessions[j]!;
    sessions[j] = session;
  }
  const taken = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const session = sessions[i]!;
    const next = taken.get(session) ?? 0;
    messages[i] = inOrder.get(session)![next]!;
    taken.set(session, next + 1);
  }
}

/** Whether the public feed or the owner of a fill hears of it first (market-rules §6.4). */
export interface FeedAckSpec {
  /** Probability that the public feed leads, from 0 to 1. */
  readonly publicFirst: number;
  /** How far the later of the two is behind. */
  readonly lead: DelaySource;
}

/** Draws when an event of the engine leaves on both ways: the leader at once, the other one `lead` later. */
export class FeedAckSplit implements Stateful {
  readonly #spec: FeedAckSpec;
  /** Times of the last draw. */
  publicNs = 0;
  privateNs = 0;

  /** Raises WORLD_CONFIG. */
  constructor(spec: FeedAckSpec) {
    if (!(spec.publicFirst >= 0 && spec.publicFirst <= 1)) {
      throw new TwinError('WORLD_CONFIG', 'a probability is from 0 to 1', { publicFirst: spec.publicFirst });
    }
    this.#spec = spec;
  }

  /** Sets publicNs and privateNs for an event at a time. */
  draw(engineNs: number, random: Xoshiro128): void {
    const isPublicFirst = random.nextDouble() < this.#spec.publicFirst;
    const laterNs = engineNs + this.#spec.lead.sampleNs(random, engineNs);
    this.publicNs = isPublicFirst ? engineNs : laterNs;
    this.privateNs = isPublicFirst ? laterNs : engineNs;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('feed-ack-split');
    writer.float64(this.publicNs);
    writer.float64(this.privateNs);
    this.#spec.lead.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('feed-ack-split');
    this.publicNs = reader.float64();
    this.privateNs = reader.float64();
    this.#spec.lead.readState(reader);
  }
}

function checkNs(name: string, valueNs: number, leastNs: number): void {
  if (Number.isSafeInteger(valueNs) && valueNs >= leastNs) return;
  throw new TwinError('WORLD_CONFIG', `${name} is a whole number of ns from ${leastNs}`, { [name]: valueNs });
}
