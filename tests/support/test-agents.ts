/** Small agent groups for tests of the world: one that follows a script and notes all it is told, one that trades at random. */

import type { BinaryReader, BinaryWriter, Xoshiro128 } from '../../src/base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  DAY,
  EV_TRADE,
  GTC,
  GTD,
  LIMIT,
  MARKET,
  OrderTicket,
  type Side,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import type { GroupSpec, Links } from '../../src/world/index.ts';

export interface PrivateNote {
  readonly timeNs: number;
  readonly agent: number;
  readonly kind: number;
  readonly code: number;
  readonly instrument: number;
  readonly ref: number;
  readonly priceTicks: number;
  readonly qtyLots: number;
  readonly leavesLots: number;
}

export interface FeedNote {
  readonly timeNs: number;
  readonly agent: number;
  readonly record: readonly number[];
}

/** What a scripted agent does at a time: called with its port and number. */
export type Act = (port: AgentPort, agent: number) => void;

/** One agent that acts at given times. Keeps its notes out of snapshots: they are the test's, not the world's. */
export class ScriptedGroup implements AgentGroup {
  readonly name: string;
  readonly count = 1;
  readonly feeds: number;
  readonly answers = 'all';
  readonly privates: PrivateNote[] = [];
  readonly pushed: FeedNote[] = [];
  first = -1;
  port!: AgentPort;
  random!: Xoshiro128;
  readonly #script: readonly (readonly [number, Act])[];

  constructor(name: string, script: readonly (readonly [number, Act])[], feeds = 0) {
    this.name = name;
    this.#script = script;
    this.feeds = feeds;
  }

  start(port: AgentPort, first: number, random: Xoshiro128): void {
    this.port = port;
    this.first = first;
    this.random = random;
    this.#script.forEach(([timeNs], step) => {
      port.wakeAt(first, timeNs, step);
    });
  }

  onWake(agent: number, tag: number): void {
    this.#script[tag]![1](this.port, agent);
  }

  onPrivate(
    agent: number,
    kind: number,
    code: number,
    instrument: number,
    ref: number,
    priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ): void {
    const timeNs = this.port.nowNs;
    this.privates.push({ timeNs, agent, kind, code, instrument, ref, priceTicks, qtyLots, leavesLots });
  }

  onFeed(agent: number, words: Int32Array, at: number): void {
    this.pushed.push({ timeNs: this.port.nowNs, agent, record: [...words.subarray(at, at + 12)] });
  }

  writeState(): void {}
  readState(): void {}
}

/** A group spec of one scripted agent. `made` gets each instance, forks' included. */
export function scripted(group: () => ScriptedGroup, links: Links, made: ScriptedGroup[] = []): GroupSpec {
  return {
    create: () => {
      const one = group();
      made.push(one);
      return one;
    },
    links: () => links,
  };
}

/** A limit order's ticket. */
export function limit(
  side: Side,
  priceTicks: number,
  qtyLots: number,
  more: Partial<OrderTicket> = {},
): OrderTicket {
  return Object.assign(new OrderTicket(), { type: LIMIT, timeInForce: GTC, side, priceTicks, qtyLots }, more);
}

const REFS = 16;

/** Agents that do a bit of everything at random times and remember how many answers they got. */
export class NoisyGroup implements AgentGroup {
  readonly name: string;
  readonly count: number;
  readonly feeds: number;
  readonly answers = 'all';
  readonly #nextRef: Int32Array;
  /** A running hash of all that it was told. */
  #heard = 0;
  #port!: AgentPort;
  #random!: Xoshiro128;
  #first = 0;

  constructor(name: string, count: number, feeds = 0) {
    this.name = name;
    this.count = count;
    this.feeds = feeds;
    this.#nextRef = new Int32Array(count);
  }

  get heard(): number {
    return this.#heard;
  }

  start(port: AgentPort, first: number, random: Xoshiro128): void {
    this.#port = port;
    this.#random = random;
    this.#first = first;
    for (let agent = first; agent < first + this.count; agent++)
      port.wakeAt(agent, random.nextBelow(1000), 0);
  }

  onWake(agent: number): void {
    const [port, random] = [this.#port, this.#random];
    const instrument = random.nextBelow(port.instruments.length);
    const side = random.nextBelow(2) as Side;
    const opposite = port.bestTicks(agent, instrument, (side ^ 1) as Side);
    const middle = opposite === UNDEF_INT32 ? 1000 : opposite;
    const kind = random.nextBelow(12);
    const ref = random.nextBelow(REFS);
    if (kind === 0) port.cancel(agent, ref);
    else if (kind === 1) port.replace(agent, ref, middle + random.nextBelow(9) - 4, 1 + random.nextBelow(40));
    else if (kind === 2 && random.nextBelow(8) === 0)
      port.massCancel(agent, random.nextBelow(2) === 0 ? -1 : instrument);
    else this.#submit(agent, instrument, side, middle);
    port.wakeAt(agent, port.nowNs + random.nextBelow(2000), 0);
  }

  onPrivate(
    agent: number,
    kind: number,
    code: number,
    _instrument: number,
    ref: number,
    price: number,
  ): void {
    this.#hear(kind, code, ref, price, agent);
    // Reacting at once makes the order of answers matter.
    if (kind === EV_TRADE && ref % 5 === 0) this.#port.cancel(agent, (ref + 1) % REFS);
  }

  onFeed(agent: number, words: Int32Array, at: number): void {
    this.#hear(words[at]!, words[at + 5]!, words[at + 6]!, words[at + 8]!, agent);
  }

  writeState(writer: BinaryWriter): void {
    writer.section(this.name);
    writer.int32(this.#heard);
    writer.array(this.#nextRef);
  }

  readState(reader: BinaryReader): void {
    reader.section(this.name);
    this.#heard = reader.int32();
    this.#nextRef.set(reader.int32Array());
  }

  #submit(agent: number, instrument: number, side: Side, middle: number): void {
    const random = this.#random;
    const member = agent - this.#first;
    const price = middle + (random.nextBelow(12) - 3) * (side === 0 ? -1 : 1);
    const ticket = limit(side, price, 1 + random.nextBelow(30));
    const style = random.nextBelow(8);
    if (style === 0) ticket.type = MARKET;
    else if (style === 1) ticket.displayQtyLots = 1 + random.nextBelow(ticket.qtyLots);
    else if (style === 2) ticket.flags = 1;
    else if (style === 3) ticket.timeInForce = DAY;
    else if (style === 4) ticket.timeInForce = GTD;
    const ref = this.#nextRef[member]!;
    this.#nextRef[member] = (ref + 1) % REFS;
    this.#port.submit(
      agent,
      instrument,
      ref,
      ticket,
      style === 4 ? this.#port.nowNs + random.nextBelow(5000) : 0,
    );
  }

  #hear(...values: number[]): void {
    for (const value of values)
      this.#heard = (Math.imul(this.#heard ^ value, 0x01000193) + this.#port.nowNs) | 0;
  }
}

/** A sink that keeps every record, and the digests are over. */
export class RecordLog {
  readonly records: number[][] = [];

  write(words: Int32Array, recordCount: number): void {
    for (let i = 0; i < recordCount; i++) this.records.push([...words.subarray(i * 12, (i + 1) * 12)]);
  }
}
