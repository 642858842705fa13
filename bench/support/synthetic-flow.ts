/**
 * A day of order flow without intelligence, deterministic: limits at a geometric distance from the opposite best, cancels of any live
 * order, market orders that eat the best level. `spread` and `burst` change its character, so that two of them can be told apart.
 */

import { Xoshiro128 } from '../../src/base/index.ts';
import { BUY, SELL, type Side } from '../../src/domain/index.ts';
import {
  FLOW_CANCEL,
  FLOW_LIMIT,
  FLOW_TRADE,
  FlowBook,
  type FlowMessage,
  FlowStream,
} from '../../src/fidelity/index.ts';

export interface SyntheticFlowOptions {
  readonly messages: number;
  readonly seed: number;
  readonly levels?: number;
  /** Mean time between messages, ns. */
  readonly meanGapNs?: number;
  /** Mean distance of limits from the opposite best, ticks. */
  readonly spread?: number;
  /** Share of messages that follow the one before within 10 us. */
  readonly burst?: number;
  /** Time of the first message, ns since midnight. */
  readonly startNs?: number;
}

interface LiveOrder {
  readonly id: number;
  readonly side: Side;
  readonly ticks: number;
  lots: number;
}

const MIDDLE_TICKS = 50_000;
const LIVE_MIN = 200;
const LIVE_MAX = 600;

export function syntheticFlow(options: SyntheticFlowOptions): FlowStream {
  const { messages, levels = 10, startNs = 34_200e9 } = options;
  const info = { symbol: 'SYNTH', tickSize: '0.01', lotSize: '1', levels, dayOffsetNs: 0 };
  return new Market(new FlowStream(info, messages), options).play(messages, startNs);
}

class Market {
  readonly #stream: FlowStream;
  readonly #book = new FlowBook();
  readonly #random: Xoshiro128;
  readonly #options: Required<Pick<SyntheticFlowOptions, 'meanGapNs' | 'spread' | 'burst'>>;
  readonly #live: LiveOrder[] = [];
  readonly #message: FlowMessage = {
    timeNs: 0,
    kind: FLOW_LIMIT,
    side: BUY,
    orderId: 0,
    priceTicks: 0,
    sizeLots: 0,
  };
  #lastId = 0;
  #bid = MIDDLE_TICKS - 1;
  #ask = MIDDLE_TICKS + 1;

  constructor(
    stream: FlowStream,
    { seed, meanGapNs = 1.5e8, spread = 8, burst = 0.3 }: SyntheticFlowOptions,
  ) {
    this.#stream = stream;
    this.#random = new Xoshiro128(seed);
    this.#options = { meanGapNs, spread, burst };
  }

  play(messages: number, startNs: number): FlowStream {
    for (let side = 0; side <= 1; side++) {
      for (let i = 1; i <= LIVE_MIN / 2; i++)
        this.#enter(side as Side, side === BUY ? MIDDLE_TICKS - i : MIDDLE_TICKS + i);
    }
    this.#message.timeNs = startNs;
    this.#stream.appendOpening(startNs, { askTicks: [], askLots: [], bidTicks: [], bidLots: [] });
    this.#book.copyTo(this.#stream);
    while (this.#stream.count <= messages) this.#step();
    return this.#stream;
  }

  #step(): void {
    this.#message.timeNs += this.#gapNs();
    const draw = this.#random.nextFloat();
    const side = (this.#random.nextBelow(2) === 0 ? BUY : SELL) as Side;
    const room = this.#live.length;
    if (draw < 0.05 && this.#canTrade(side)) this.#trade(side);
    else if ((draw < 0.5 && room > LIVE_MIN) || room > LIVE_MAX) this.#cancel();
    else this.#limit(side);
  }

  #gapNs(): number {
    const { meanGapNs, burst } = this.#options;
    if (this.#random.nextFloat() < burst) return this.#random.nextBelow(10_000);
    return Math.ceil((-Math.log(1 - this.#random.nextDouble()) * meanGapNs) / (1 - burst));
  }

  #limit(side: Side): void {
    const distance = 1 + Math.floor(-Math.log(1 - this.#random.nextDouble()) * this.#options.spread);
    const ticks = side === BUY ? this.#ask - distance : this.#bid + distance;
    const order = this.#enter(side, ticks);
    this.#say(FLOW_LIMIT, order, order.lots);
  }

  #enter(side: Side, ticks: number): LiveOrder {
    const order = { id: ++this.#lastId, side, ticks, lots: 100 * (1 + this.#random.nextBelow(4)) };
    this.#live.push(order);
    this.#book.add(side, ticks, order.lots);
    this.#findBest();
    return order;
  }

  /** Any order, but never the last level of a side. */
  #cancel(): void {
    const at = this.#random.nextBelow(this.#live.length);
    const order = this.#live[at]!;
    const { side, lots } = order;
    if (!this.#live.some((other) => other.side === side && other.ticks !== order.ticks)) {
      this.#limit(side);
      return;
    }
    this.#live[at] = this.#live[this.#live.length - 1]!;
    this.#live.pop();
    this.#book.remove(side, order.ticks, lots);
    this.#findBest();
    this.#say(FLOW_CANCEL, order, lots);
  }

  #canTrade(side: Side): boolean {
    const best = side === BUY ? this.#bid : this.#ask;
    return this.#live.some((order) => order.side === side && order.ticks !== best);
  }

  #trade(side: Side): void {
    const best = side === BUY ? this.#bid : this.#ask;
    let left = 100 * (1 + this.#random.nextBelow(6));
    for (let at = 0; at < this.#live.length && left > 0; ) {
      const order = this.#live[at]!;
      if (order.side !== side || order.ticks !== best) {
        at++;
        continue;
      }
      const lots = Math.min(left, order.lots);
      left -= lots;
      order.lots -= lots;
      this.#book.remove(side, best, lots);
      if (order.lots === 0) {
        this.#live[at] = this.#live[this.#live.length - 1]!;
        this.#live.pop();
      } else at++;
      this.#findBest();
      this.#say(FLOW_TRADE, order, lots);
    }
  }

  #findBest(): void {
    this.#bid = 0;
    this.#ask = Number.POSITIVE_INFINITY;
    for (const { side, ticks } of this.#live) {
      if (side === BUY) this.#bid = Math.max(this.#bid, ticks);
      else this.#ask = Math.min(this.#ask, ticks);
    }
  }

  #say(kind: number, { id, side, ticks }: LiveOrder, lots: number): void {
    const message = this.#message;
    message.kind = kind;
    message.side = side;
    message.orderId = id;
    message.priceTicks = ticks;
    message.sizeLots = lots;
    this.#stream.appendMessage(message);
    this.#book.copyTo(this.#stream);
  }
}
