/** Rows of order flow as events of the flow twin's types, with what was around each: what a flow is fitted to. */

import {
  ACTIONS,
  CANCEL_AT,
  CANCEL_BEHIND,
  FEATURE_LEVELS,
  FLOW_TYPES,
  type FlowHistory,
  FOLLOWS_MOVE,
  FOLLOWS_REACTION,
  GAP_MAX,
  HIDDEN_HIT,
  LIMIT_AT,
  LIMIT_BEHIND,
  LIMIT_INSIDE,
  LostBest,
  MARKET_HIT,
  OFFSET_PARTS,
  typeOf,
  UNSEEN_AGE_NS,
} from '../../agents/index.ts';
import { BUY, SELL, type Side } from '../../domain/index.ts';
import {
  FLOW_CANCEL,
  FLOW_HALT,
  FLOW_HIDDEN_TRADE,
  FLOW_LIMIT,
  FLOW_OPENING,
  FLOW_REDUCE,
  FLOW_TRADE,
  type FlowStream,
} from '../../fidelity/index.ts';

/** Events, and the rows of the stream that each is made of. Fills at one instant on one side are one market order. */
export interface FlowEvents extends FlowHistory {
  readonly firstRow: Int32Array;
  readonly lastRow: Int32Array;
  /** Rows that are no event of a type: halts, books without two sides, limit orders that cross. */
  readonly skippedRows: number;
}

/** An event less than `reactionNs` after the one before is a reaction to it. */
export function eventsOfFlow(stream: FlowStream, reactionNs: number): FlowEvents {
  return new Classifier(stream, reactionNs).events();
}

type Columns = {
  -readonly [Key in keyof FlowEvents]: FlowEvents[Key];
};

class Classifier {
  readonly #stream: FlowStream;
  readonly #reactionNs: number;
  readonly #columns: Columns;
  /** Lots left of orders whose entry was seen. */
  readonly #left = new Map<number, number>();
  /** Events at which orders came. */
  readonly #bornAt = new Map<number, number>();
  #count = 0;
  #skipped = 0;
  readonly #lost = new LostBest();
  /** Row and side of the market order that the next fill may belong to; -1: none. */
  #hitRow = -1;
  #hitSide: Side = BUY;

  constructor(stream: FlowStream, reactionNs: number) {
    const rows = stream.count;
    this.#stream = stream;
    this.#reactionNs = reactionNs;
    this.#columns = {
      count: 0,
      dayOffsetNs: stream.dayOffsetNs,
      timeNs: new Float64Array(rows),
      type: new Uint8Array(rows),
      typeBefore: new Uint8Array(rows),
      delayNs: new Float64Array(rows),
      before: new Uint8Array(rows),
      spreadTicks: new Int32Array(rows),
      gapTicks: new Int32Array(rows),
      lastGapTicks: new Int32Array(rows),
      touchLots: new Int32Array(rows),
      offsetTicks: new Int32Array(rows),
      joins: new Uint8Array(rows),
      lostTicks: new Int32Array(rows),
      lots: new Int32Array(rows),
      fills: new Uint8Array(rows),
      lastLots: new Int32Array(rows),
      isLastWhole: new Uint8Array(rows),
      hiddenLots: new Int32Array(rows),
      goesOn: new Uint8Array(rows),
      bornAt: new Int32Array(rows).fill(-1),
      rank: new Int32Array(rows),
      ageNs: new Float64Array(rows),
      spreadAfter: new Int32Array(rows),
      bidLotsAfter: new Int32Array(rows),
      askLotsAfter: new Int32Array(rows),
      bidGapAfter: new Int32Array(rows),
      askGapAfter: new Int32Array(rows),
      bidDepthAfter: new Int32Array(rows),
      askDepthAfter: new Int32Array(rows),
      firstRow: new Int32Array(rows),
      lastRow: new Int32Array(rows),
      skippedRows: 0,
    };
  }

  events(): FlowEvents {
    const { count } = this.#stream;
    for (let row = 1; row < count; row++) {
      this.#seeBook(row - 1);
      this.#take(row);
    }
    this.#columns.count = this.#count;
    this.#columns.skippedRows = this.#skipped;
    this.#link();
    return cut(this.#columns);
  }

  #seeBook(row: number): void {
    const { levels, bidTicks, askTicks } = this.#stream;
    if (this.#isTwoSided(row)) this.#lost.see(bidTicks[row * levels]!, askTicks[row * levels]!);
  }

  #take(row: number): void {
    const { kind, timeNs, side } = this.#stream;
    const isWhole = this.#takeOff(row);
    const isTrade = kind[row] === FLOW_TRADE || kind[row] === FLOW_HIDDEN_TRADE;
    const goesOn =
      isTrade && this.#hitRow >= 0 && timeNs[row] === timeNs[this.#hitRow] && side[row] === this.#hitSide;
    if (goesOn) {
      this.#goOn(row, isWhole);
      return;
    }
    this.#hitRow = -1;
    const isNoEvent = kind[row] === FLOW_OPENING || kind[row] === FLOW_HALT || !this.#isTwoSided(row - 1);
    if (isNoEvent || this.#isCrossing(row)) {
      this.#skipped++;
      return;
    }
    this.#begin(row, isWhole);
    if (isTrade) {
      this.#hitRow = row;
      this.#hitSide = side[row] as Side;
    }
  }

  #begin(row: number, isWhole: boolean): void {
    const stream = this.#stream;
    const columns = this.#columns;
    const side = stream.side[row] as Side;
    const kind = stream.kind[row]!;
    const before = (row - 1) * stream.levels;
    const bid = stream.bidTicks[before]!;
    const ask = stream.askTicks[before]!;
    const price = stream.priceTicks[row]!;
    const better = side === BUY ? price - bid : ask - price;
    const event = this.#count++;
    columns.timeNs[event] = stream.timeNs[row]!;
    columns.firstRow[event] = row;
    columns.lastRow[event] = row;
    columns.spreadTicks[event] = ask - bid;
    columns.gapTicks[event] = this.#gapOf(side, before);
    columns.touchLots[event] = (side === BUY ? stream.bidLots : stream.askLots)[before]!;
    columns.lostTicks[event] = this.#lost.ticks[side]!;
    columns.lots[event] = stream.sizeLots[row]!;
    columns.type[event] = typeOf(side, this.#actionOf(kind, better));
    if (kind === FLOW_CANCEL || kind === FLOW_REDUCE) {
      const bornAt = this.#bornAt.get(stream.orderId[row]!) ?? -1;
      columns.bornAt[event] = bornAt;
      columns.ageNs[event] = bornAt < 0 ? UNSEEN_AGE_NS : stream.timeNs[row]! - columns.timeNs[bornAt]!;
      columns.rank[event] = this.#rankOf(side, before, price);
    }
    if (kind === FLOW_LIMIT) {
      this.#bornAt.set(stream.orderId[row]!, event);
      columns.offsetTicks[event] = Math.abs(better);
      if (better < 0) columns.joins[event] = this.#hasLevel(side, before, price) ? 1 : 0;
    } else if (kind === FLOW_TRADE) {
      columns.fills[event] = 1;
      columns.lastLots[event] = stream.sizeLots[row]!;
      columns.isLastWhole[event] = isWhole ? 1 : 0;
    } else if (kind === FLOW_HIDDEN_TRADE) {
      columns.offsetTicks[event] = Math.round(((price - bid) / (ask - bid)) * OFFSET_PARTS);
    }
  }

  /** Level of a price, from 0 for the best. */
  #rankOf(side: Side, at: number, price: number): number {
    const { levels, bidTicks, askTicks, bidLots, askLots } = this.#stream;
    const ticks = side === BUY ? bidTicks : askTicks;
    const lots = side === BUY ? bidLots : askLots;
    let rank = 0;
    const isBetter = (other: number): boolean => (side === BUY ? other > price : other < price);
    while (rank < levels && lots[at + rank]! > 0 && isBetter(ticks[at + rank]!)) rank++;
    return rank;
  }

  #gapOf(side: Side, at: number): number {
    const { levels, bidTicks, askTicks, bidLots, askLots } = this.#stream;
    const ticks = side === BUY ? bidTicks : askTicks;
    const lots = side === BUY ? bidLots : askLots;
    if (levels < 2 || !(lots[at + 1]! > 0)) return GAP_MAX;
    return Math.min(GAP_MAX, Math.abs(ticks[at]! - ticks[at + 1]!));
  }

  #actionOf(kind: number, better: number): number {
    if (kind === FLOW_LIMIT) return better > 0 ? LIMIT_INSIDE : better === 0 ? LIMIT_AT : LIMIT_BEHIND;
    if (kind === FLOW_CANCEL || kind === FLOW_REDUCE) return better >= 0 ? CANCEL_AT : CANCEL_BEHIND;
    return kind === FLOW_TRADE ? MARKET_HIT : HIDDEN_HIT;
  }

  /** Another fill of the market order at hand. */
  #goOn(row: number, isWhole: boolean): void {
    const { kind, sizeLots } = this.#stream;
    const columns = this.#columns;
    const event = this.#count - 1;
    const isHiddenOnly = columns.type[event]! % ACTIONS === HIDDEN_HIT;
    columns.lastRow[event] = row;
    if (kind[row] === FLOW_HIDDEN_TRADE) {
      if (isHiddenOnly) columns.lots[event]! += sizeLots[row]!;
      else columns.hiddenLots[event]! -= sizeLots[row]!;
      return;
    }
    if (isHiddenOnly) {
      columns.type[event] = typeOf(this.#hitSide, MARKET_HIT);
      columns.hiddenLots[event] = columns.lots[event]!;
      columns.lots[event] = 0;
      columns.offsetTicks[event] = 0;
    }
    columns.lots[event]! += sizeLots[row]!;
    columns.fills[event] = Math.min(255, columns.fills[event]! + 1);
    columns.lastLots[event] = sizeLots[row]!;
    columns.isLastWhole[event] = isWhole ? 1 : 0;
  }

  /** Keeps count of what is left of orders; whether the row takes all that was left of one. */
  #takeOff(row: number): boolean {
    const { kind, orderId, sizeLots } = this.#stream;
    const id = orderId[row]!;
    if (kind[row] === FLOW_LIMIT) {
      this.#left.set(id, sizeLots[row]!);
      return false;
    }
    if (kind[row] === FLOW_CANCEL) {
      this.#left.delete(id);
      return true;
    }
    if (kind[row] !== FLOW_TRADE && kind[row] !== FLOW_REDUCE) return false;
    const known = this.#left.get(id);
    if (known === undefined) return this.#emptiesLevel(row);
    const left = known - sizeLots[row]!;
    if (left > 0) this.#left.set(id, left);
    else this.#left.delete(id);
    return left <= 0;
  }

  #emptiesLevel(row: number): boolean {
    const { side, levels, bidTicks, askTicks } = this.#stream;
    const ticks = side[row] === BUY ? bidTicks : askTicks;
    return ticks[row * levels] !== ticks[(row - 1) * levels];
  }

  #hasLevel(side: Side, at: number, price: number): boolean {
    const { levels, bidTicks, askTicks, bidLots, askLots } = this.#stream;
    const ticks = side === BUY ? bidTicks : askTicks;
    const lots = side === BUY ? bidLots : askLots;
    for (let level = 0; level < levels && lots[at + level]! > 0; level++) {
      if (ticks[at + level] === price) return true;
    }
    return false;
  }

  #isTwoSided(row: number): boolean {
    const { levels, bidTicks, askTicks, bidLots, askLots } = this.#stream;
    const at = row * levels;
    return bidLots[at]! > 0 && askLots[at]! > 0 && bidTicks[at]! < askTicks[at]!;
  }

  /** A limit order at or beyond the best of the other side: it trades, or the book is crossed. */
  #isCrossing(row: number): boolean {
    const { kind, side, priceTicks, levels, bidTicks, askTicks } = this.#stream;
    if (kind[row] !== FLOW_LIMIT) return false;
    const at = (row - 1) * levels;
    return side[row] === BUY ? priceTicks[row]! >= askTicks[at]! : priceTicks[row]! <= bidTicks[at]!;
  }

  #noteBookAfter(event: number): void {
    const columns = this.#columns;
    const { levels, bidTicks, askTicks, bidLots, askLots } = this.#stream;
    const at = columns.lastRow[event]! * levels;
    const depth = (lots: Int32Array | Float64Array): number => {
      let sum = 0;
      for (let level = 0; level < Math.min(levels, FEATURE_LEVELS); level++) sum += lots[at + level]!;
      return sum;
    };
    columns.spreadAfter[event] = Math.max(0, askTicks[at]! - bidTicks[at]!);
    columns.bidLotsAfter[event] = bidLots[at]!;
    columns.askLotsAfter[event] = askLots[at]!;
    columns.bidGapAfter[event] = this.#gapOf(BUY, at);
    columns.askGapAfter[event] = this.#gapOf(SELL, at);
    columns.bidDepthAfter[event] = depth(bidLots);
    columns.askDepthAfter[event] = depth(askLots);
    if (!(bidLots[at]! > 0) || !(askLots[at]! > 0)) columns.spreadAfter[event] = GAP_MAX;
  }

  /** What came before each event, and how soon. */
  #link(): void {
    const columns = this.#columns;
    const { levels, bidTicks, askTicks } = this.#stream;
    for (let event = 0; event < this.#count; event++) {
      this.#noteBookAfter(event);
      columns.goesOn[event] = event + 1 < this.#count ? 1 : 0;
      columns.typeBefore[event] = event === 0 ? FLOW_TYPES : columns.type[event - 1]!;
      if (event === 0) continue;
      columns.delayNs[event] = columns.timeNs[event]! - columns.timeNs[event - 1]!;
      const isReaction = event > 1 && columns.delayNs[event - 1]! < this.#reactionNs;
      const from = (columns.firstRow[event - 1]! - 1) * levels;
      const to = columns.lastRow[event - 1]! * levels;
      const hasMoved = bidTicks[from] !== bidTicks[to] || askTicks[from] !== askTicks[to];
      const lastSide: Side = columns.type[event - 1]! < ACTIONS ? BUY : SELL;
      columns.lastGapTicks[event] = this.#gapOf(lastSide, (columns.firstRow[event]! - 1) * levels);
      columns.before[event] = (isReaction ? FOLLOWS_REACTION : 0) | (hasMoved ? FOLLOWS_MOVE : 0);
    }
  }
}

function cut(columns: Columns): FlowEvents {
  const entries = Object.entries(columns).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : value.slice(0, columns.count),
  ]);
  return Object.fromEntries(entries) as FlowEvents;
}

/** The events that are taken, as a history to draw from: reactions whose cause is not taken have no event before them. */
export function historyOf(events: FlowEvents, isTaken: (event: number) => boolean): FlowHistory {
  const taken: number[] = [];
  for (let event = 0; event < events.count; event++) if (isTaken(event)) taken.push(event);
  const pick = <T extends Uint8Array | Int32Array | Float64Array>(from: T): T => {
    const picked = from.slice(0, taken.length) as T;
    taken.forEach((event, entry) => {
      picked[entry] = from[event]!;
    });
    return picked;
  };
  const typeBefore = pick(events.typeBefore);
  taken.forEach((event, entry) => {
    if (event > 0 && !isTaken(event - 1)) typeBefore[entry] = FLOW_TYPES;
  });
  const entryOf = new Int32Array(events.count).fill(-1);
  taken.forEach((event, entry) => {
    entryOf[event] = entry;
  });
  return {
    count: taken.length,
    dayOffsetNs: events.dayOffsetNs,
    timeNs: pick(events.timeNs),
    type: pick(events.type),
    typeBefore,
    delayNs: pick(events.delayNs),
    before: pick(events.before),
    spreadTicks: pick(events.spreadTicks),
    gapTicks: pick(events.gapTicks),
    lastGapTicks: pick(events.lastGapTicks),
    touchLots: pick(events.touchLots),
    offsetTicks: pick(events.offsetTicks),
    joins: pick(events.joins),
    lostTicks: pick(events.lostTicks),
    lots: pick(events.lots),
    fills: pick(events.fills),
    lastLots: pick(events.lastLots),
    isLastWhole: pick(events.isLastWhole),
    hiddenLots: pick(events.hiddenLots),
    goesOn: goesOnOf(taken),
    bornAt: pick(events.bornAt).map((event) => (event < 0 ? -1 : entryOf[event]!)),
    rank: pick(events.rank),
    ageNs: pick(events.ageNs),
    spreadAfter: pick(events.spreadAfter),
    bidLotsAfter: pick(events.bidLotsAfter),
    askLotsAfter: pick(events.askLotsAfter),
    bidGapAfter: pick(events.bidGapAfter),
    askGapAfter: pick(events.askGapAfter),
    bidDepthAfter: pick(events.bidDepthAfter),
    askDepthAfter: pick(events.askDepthAfter),
  };
}

/** 1 for each entry whose event is followed in the record by that of the next one. */
function goesOnOf(taken: readonly number[]): Uint8Array {
  return Uint8Array.from(taken, (event, entry) => (taken[entry + 1] === event + 1 ? 1 : 0));
}
