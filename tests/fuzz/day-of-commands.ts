/** Random commands through the days of a venue, most of them close to where a phase begins or ends. */

import { Xoshiro128 } from '../../src/base/index.ts';
import {
  BUY,
  CANCEL_MASS,
  CLOSING_PRICE,
  DAY,
  FOK,
  GTC,
  IMBALANCE_ONLY_CLOSE,
  IMBALANCE_ONLY_OPEN,
  INTRADAY_AUCTIONS,
  IOC,
  LIMIT,
  MARKET,
  NEXT_AUCTION,
  ON_CLOSE,
  ON_OPEN,
  OrderTicket,
  ReplaceTicket,
  SELL,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import {
  dayEndNs,
  dayStartNs,
  HALT_INSTRUMENT,
  type InterruptRequest,
  type Listing,
  type SessionDay,
} from '../../src/market/index.ts';

export type ListingCommand = (listing: Listing) => void;

const CENTRE_TICKS = 10_000;
const HALF_WIDTH_TICKS = 30;
const ACCOUNTS = 4;
const STORM_REPLACES = 8;

export class DayOfCommands {
  readonly #random: Xoshiro128;
  readonly #boundaries: readonly number[];
  readonly #endNs: number;
  nowNs: number;
  lastOrderId = 0;

  constructor(seed: number, days: readonly SessionDay[]) {
    this.#random = new Xoshiro128(seed);
    this.#boundaries = days
      .flatMap(({ phases }) =>
        phases.flatMap(({ fromNs, windows }) => [fromNs, ...windows.map((window) => window.fromNs)]),
      )
      .sort((a, b) => a - b);
    this.#endNs = dayEndNs(days.at(-1)!);
    this.nowNs = dayStartNs(days[0]!);
  }

  get isOver(): boolean {
    return this.nowNs >= this.#endNs;
  }

  /** Moves time on: by little, to the very next boundary or just before it, or far enough to reach the end in time. */
  moveOn(stepsLeft: number): void {
    const next = this.#boundaries.find((atNs) => atNs > this.nowNs) ?? this.#endNs;
    const draw = this.#below(100);
    if (draw < 55) this.nowNs += this.#below(50_000_000);
    else if (draw < 62) this.nowNs = next;
    else if (draw < 66) this.nowNs = Math.max(this.nowNs, next - 1);
    else if (draw < 80) this.nowNs += this.#below(2_000_000_000);
    else this.nowNs += this.#below(Math.ceil((8 * (this.#endNs - this.nowNs)) / Math.max(1, stepsLeft)) + 1);
  }

  next(): ListingCommand {
    const draw = this.#below(100);
    if (draw < 62 || this.lastOrderId === 0) return this.#order();
    if (draw < 80) return this.#change();
    if (draw < 90) return this.#replaceStorm();
    if (draw >= 92) return this.#stop();
    const { nowNs } = this;
    const accountId = 1 + this.#below(ACCOUNTS);
    return (listing) => listing.massCancel(nowNs, accountId, CANCEL_MASS);
  }

  #order(): ListingCommand {
    const { nowNs } = this;
    const ticket = new OrderTicket();
    ticket.orderId = ++this.lastOrderId;
    ticket.accountId = 1 + this.#below(ACCOUNTS);
    ticket.side = this.#below(2) === 0 ? BUY : SELL;
    ticket.qtyLots = 1 + this.#below(40);
    ticket.priceTicks = this.#price();
    ticket.type = this.#pick([LIMIT, LIMIT, LIMIT, LIMIT, MARKET, STOP, STOP_LIMIT]);
    ticket.stopPriceTicks = ticket.priceTicks;
    ticket.timeInForce = this.#pick([DAY, DAY, DAY, GTC, IOC, FOK]);
    if (this.#below(8) === 0 && ticket.type <= MARKET) {
      ticket.auctionTerm = this.#pick([
        ON_OPEN,
        ON_CLOSE,
        IMBALANCE_ONLY_OPEN,
        IMBALANCE_ONLY_CLOSE,
        NEXT_AUCTION,
        INTRADAY_AUCTIONS,
        CLOSING_PRICE,
      ]);
    }
    const mayRest = ticket.type === LIMIT && (ticket.timeInForce === DAY || ticket.timeInForce === GTC);
    if (mayRest && this.#below(6) === 0) ticket.displayQtyLots = Math.ceil(ticket.qtyLots / 3);
    return (listing) => listing.submit(nowNs, Object.assign(new OrderTicket(), ticket), ticket.orderId);
  }

  #change(): ListingCommand {
    const orderId = 1 + this.#below(this.lastOrderId);
    const { nowNs } = this;
    return this.#below(2) === 0 ? (listing) => listing.cancel(nowNs, orderId, 0) : this.#replace(orderId);
  }

  #replace(orderId: number): ListingCommand {
    const { nowNs } = this;
    const change = new ReplaceTicket();
    change.orderId = orderId;
    if (this.#below(3) > 0) change.priceTicks = this.#price();
    change.qtyLots = this.#below(3) === 0 ? UNDEF_INT32 : 1 + this.#below(60);
    const arrival = this.lastOrderId + 0.5;
    return (listing) => listing.replace(nowNs, Object.assign(new ReplaceTicket(), change), arrival);
  }

  #replaceStorm(): ListingCommand {
    const storm = Array.from({ length: STORM_REPLACES }, () =>
      this.#replace(Math.max(1, this.lastOrderId - this.#below(20))),
    );
    return (listing) => {
      for (const replace of storm) replace(listing);
    };
  }

  /** Halts, interruptions and their ends, by hand. */
  #stop(): ListingCommand {
    const { nowNs } = this;
    const untilNs = nowNs + 1 + this.#below(600_000_000_000);
    const haltEndNs = this.#below(3) === 0 ? Number.POSITIVE_INFINITY : untilNs;
    const request: InterruptRequest = {
      rule: 'operator',
      phase: this.#pick(['pause', 'auctionCall', 'preOpen', 'reserved']),
      scope: 'instrument',
      untilNs,
      randomNsMax: this.#below(2) * 30_000_000_000,
    };
    return this.#pick<ListingCommand>([
      (listing) => listing.halt(nowNs, HALT_INSTRUMENT, 'news', haltEndNs),
      (listing) => listing.resume(nowNs, HALT_INSTRUMENT),
      (listing) => listing.resume(nowNs, HALT_INSTRUMENT),
      (listing) => {
        listing.interrupt(nowNs, request);
      },
      (listing) => {
        listing.endCall(nowNs);
      },
      (listing) => listing.holdCall(untilNs),
    ]);
  }

  /** Near the centre; now and then far away, to meet bounds. */
  #price(): number {
    const far = this.#below(40) === 0 ? this.#below(3000) - 1500 : 0;
    return CENTRE_TICKS + this.#below(2 * HALF_WIDTH_TICKS + 1) - HALF_WIDTH_TICKS + far;
  }

  #below(count: number): number {
    return Math.floor(this.#random.nextDouble() * count);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }
}
