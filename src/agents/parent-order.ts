/**
 * A large order that is worked in small ones over a time (fidelity.md §1.7): in equal shares of time, or as a share of what the
 * others trade. Each child takes at most what the opposite best shows and never walks the book. It goes through the
 * same gateway as everybody's orders.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  BUY,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REJECTED,
  EV_TRADE,
  FEED_TRADES,
  IOC,
  LIMIT,
  OrderTicket,
  SELL,
  type Side,
  UNDEF_INT32,
  WORD_QTY,
} from '../domain/index.ts';

export interface ParentLeg {
  readonly side: Side;
  /** Lots that are wanted; null: what the leg before it got. */
  readonly qtyLots: number | null;
  /** When it is worked, ns since the run's epoch. What is not filled by the end stays undone. */
  readonly fromNs: number;
  readonly untilNs: number;
  /** Share of all volume, above 0 and below 1; null: in equal shares of its time. */
  readonly volumeShare: number | null;
}

export interface ParentOrderParameters {
  readonly name: string;
  readonly instrument: number;
  /** One after another; a round trip has two. */
  readonly legs: readonly ParentLeg[];
  /** A child is sent when so many lots are due, or all that is left. */
  readonly childLots: number;
  /** Time between two looks at what is due, ns. */
  readonly everyNs: number;
}

/** A fill of a child, in the order in which they came. */
export interface ParentFill {
  readonly leg: number;
  readonly timeNs: number;
  readonly priceTicks: number;
  readonly lots: number;
}

const ONLY_REF = 0;

export class ParentOrder implements AgentGroup {
  readonly name: string;
  readonly count = 1;
  readonly feeds = FEED_TRADES;
  readonly answers = 'endings';
  readonly fills: ParentFill[] = [];
  readonly #parameters: ParentOrderParameters;
  readonly #ticket = new OrderTicket();
  #port!: AgentPort;
  #leg = 0;
  /** Of the leg at hand: lots filled, and lots that all have traded. */
  #filledLots = 0;
  #tradedLots = 0;
  #filledBefore = 0;
  /** A child is on its way or in the book. */
  #isOut = false;
  /** The time of the leg at hand is over. */
  #isLegOver = false;

  /** Raises WORLD_CONFIG. */
  constructor(parameters: ParentOrderParameters) {
    this.name = parameters.name;
    this.#parameters = parameters;
    checkParentOrder(parameters);
  }

  start(port: AgentPort, first: number): void {
    this.#port = port;
    const { legs, everyNs } = this.#parameters;
    port.wakeAt(first, Math.max(port.nowNs, legs[0]!.fromNs + everyNs), 0);
  }

  onWake(agent: number): void {
    const { legs, everyNs } = this.#parameters;
    const nowNs = this.#port.nowNs;
    const isLast = this.#leg === legs.length - 1;
    if (this.#isLegOver) {
      // Its last child may still be on its way.
      if (this.#isOut) this.#port.wakeAt(agent, nowNs + everyNs, 0);
      else this.#beginNext(agent, nowNs);
      return;
    }
    this.#work(agent, nowNs);
    const { untilNs } = legs[this.#leg]!;
    this.#isLegOver = nowNs >= untilNs;
    if (this.#isLegOver && isLast) return;
    this.#port.wakeAt(agent, this.#isLegOver ? nowNs : Math.min(nowNs + everyNs, untilNs), 0);
  }

  onPrivate(
    _agent: number,
    kind: number,
    _code: number,
    _instrument: number,
    _ref: number,
    priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ): void {
    if (kind === EV_TRADE) {
      this.fills.push({ leg: this.#leg, timeNs: this.#port.nowNs, priceTicks, lots: qtyLots });
      this.#filledLots += qtyLots;
      if (leavesLots === 0) this.#isOut = false;
    } else if (kind === EV_CANCELED || kind === EV_REJECTED || kind === EV_EXPIRED) {
      this.#isOut = false;
    }
  }

  onFeed(_agent: number, words: Int32Array, at: number): void {
    const nowNs = this.#port.nowNs;
    const { fromNs, untilNs } = this.#parameters.legs[this.#leg]!;
    if ((words[at]! & 255) === EV_TRADE && nowNs > fromNs && nowNs <= untilNs)
      this.#tradedLots += words[at + WORD_QTY]!;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('parentOrder');
    for (const value of [this.#leg, Number(this.#isOut), Number(this.#isLegOver)]) writer.int32(value);
    for (const value of [this.#filledLots, this.#tradedLots, this.#filledBefore]) writer.float64(value);
    for (const name of FILL_COLUMNS) writer.array(Float64Array.from(this.fills, (fill) => fill[name]));
  }

  readState(reader: BinaryReader): void {
    reader.section('parentOrder');
    this.#leg = reader.int32();
    this.#isOut = reader.int32() === 1;
    this.#isLegOver = reader.int32() === 1;
    this.#filledLots = reader.float64();
    this.#tradedLots = reader.float64();
    this.#filledBefore = reader.float64();
    const [leg, timeNs, priceTicks, lots] = FILL_COLUMNS.map(() => reader.float64Array());
    this.fills.length = 0;
    leg!.forEach((of, i) => {
      this.fills.push({ leg: of, timeNs: timeNs![i]!, priceTicks: priceTicks![i]!, lots: lots![i]! });
    });
  }

  #beginNext(agent: number, nowNs: number): void {
    const { legs, everyNs } = this.#parameters;
    this.#leg++;
    this.#isLegOver = false;
    this.#filledBefore = this.#filledLots;
    this.#filledLots = 0;
    this.#tradedLots = 0;
    const { fromNs, untilNs } = legs[this.#leg]!;
    this.#port.wakeAt(agent, Math.max(nowNs, Math.min(Math.max(nowNs, fromNs) + everyNs, untilNs)), 0);
  }

  #work(agent: number, nowNs: number): void {
    const { legs, childLots, instrument } = this.#parameters;
    const { side, qtyLots, fromNs, untilNs, volumeShare } = legs[this.#leg]!;
    const wanted = qtyLots ?? this.#filledBefore;
    const left = wanted - this.#filledLots;
    if (this.#isOut || left <= 0 || nowNs <= fromNs) return;
    const target =
      volumeShare === null
        ? Math.floor((wanted * (nowNs - fromNs)) / (untilNs - fromNs))
        : Math.floor((volumeShare / (1 - volumeShare)) * (this.#tradedLots - this.#filledLots));
    const due = Math.min(left, target - this.#filledLots);
    if (due < Math.min(childLots, left)) return;
    const opposite = side === BUY ? SELL : BUY;
    const priceTicks = this.#port.bestTicks(agent, instrument, opposite);
    if (priceTicks === UNDEF_INT32) return;
    const ticket = this.#ticket;
    ticket.side = side;
    ticket.type = LIMIT;
    ticket.timeInForce = IOC;
    ticket.priceTicks = priceTicks;
    ticket.qtyLots = Math.min(due, this.#port.bestLots(agent, instrument, opposite));
    this.#isOut = true;
    this.#port.submit(agent, instrument, ONLY_REF, ticket);
  }
}

const FILL_COLUMNS = ['leg', 'timeNs', 'priceTicks', 'lots'] as const;

function checkParentOrder({ name, legs, childLots, everyNs }: ParentOrderParameters): void {
  const problems: string[] = [];
  if (legs.length === 0) problems.push('it has a leg');
  if (!(Number.isSafeInteger(childLots) && childLots > 0))
    problems.push(`childLots is a whole number above 0, not ${childLots}`);
  if (!(everyNs > 0)) problems.push(`everyNs is above 0, not ${everyNs}`);
  legs.forEach(({ qtyLots, fromNs, untilNs, volumeShare }, i) => {
    const of = `legs[${i}]`;
    if (qtyLots === null ? i === 0 : !(Number.isSafeInteger(qtyLots) && qtyLots > 0))
      problems.push(`${of}.qtyLots is a whole number above 0, not ${qtyLots}`);
    if (!(untilNs > fromNs)) problems.push(`${of} ends after it begins`);
    if (i > 0 && fromNs < legs[i - 1]!.untilNs) problems.push(`${of} begins when the one before it is over`);
    if (volumeShare !== null && !(volumeShare > 0 && volumeShare < 1))
      problems.push(`${of}.volumeShare is above 0 and below 1, not ${volumeShare}`);
  });
  if (problems.length > 0)
    throw new TwinError('WORLD_CONFIG', `a parent order can be worked: ${problems.join('; ')}`, {
      group: name,
    });
}
