/** A book behind a venue's rules, with the commands of a book: what sessions, bands and fees cost on the same stream. */

import {
  BUY,
  EV_TRADE,
  type EventBuffer,
  HEAD_SIDE_SHIFT,
  type OrderTicket,
  RECORD_WORDS,
  type ReplaceTicket,
  SELL,
} from '../../src/domain/index.ts';
import {
  answerOf,
  type BookRules,
  CmeVelocityBreaker,
  CONTINUOUS,
  type DayBreaker,
  FastBook,
  FeeAmounts,
  FeeEngine,
  type FeeSchedule,
  type InterruptionPlan,
  instructionMatrix,
  Listing,
  PLAIN_BOUNDS,
  type SessionDay,
  type SessionRules,
} from '../../src/market/index.ts';

const DAY = '2026-01-05';
const HOUR_NS = 3600e9;
const NOW_NS = HOUR_NS;
/** Continuous all day, with a window that never opens in the middle of the stream: the answers are those of a real session. */
const DAYS: readonly SessionDay[] = [
  {
    tradingDay: DAY,
    phases: [
      {
        name: 'core',
        state: CONTINUOUS,
        fromNs: 0,
        untilNs: 8 * HOUR_NS,
        randomEndNsMax: 0,
        uncross: null,
        lengthNsMin: 0,
        expiresDay: false,
        windows: [
          {
            name: 'late',
            fromNs: 7 * HOUR_NS,
            untilNs: 8 * HOUR_NS,
            instructions: [0],
            answer: answerOf('tooLate'),
          },
        ],
        imbalances: [],
      },
    ],
    marks: [],
  },
];
const PLAN: InterruptionPlan = { state: CONTINUOUS, uncross: false, imbalanceEveryNs: null };
const SESSION: SessionRules = {
  matrix: instructionMatrix(),
  interruptions: {
    pause: PLAN,
    auctionCall: PLAN,
    preOpen: PLAN,
    reserved: PLAN,
    halt: PLAN,
    closed: PLAN,
  },
  reopening: null,
};
const FEES: FeeSchedule = {
  venue: 'bench',
  currency: 'USD',
  regulatory: 'none',
  microRounding: 'halfUp',
  periods: [
    {
      from: '2020-01-01',
      sources: ['bench'],
      discounts: {},
      serves: { session: ['continuous'], liquidity: ['add', 'remove'] },
      feeAsset: 'quote',
      rules: [
        { when: { liquidity: ['add'] }, perUnit: '-0.0020' },
        { when: { liquidity: ['remove'] }, perUnit: '0.0030' },
      ],
      clearing: [],
    },
  ],
} as unknown as FeeSchedule;

/** Bands that move with every trade over a window of time, and are never reached. */
function wideBands(): DayBreaker {
  const breaker = new CmeVelocityBreaker({
    moveTicks: 1_000_000_000,
    windowNs: 1_000_000_000,
    pauseNs: 5_000_000_000,
    isLeadMonth: false,
  });
  return { breaker, startDay: () => breaker.startDay() };
}

/** A book behind a session, and bands if asked for. */
export class ListedBook {
  readonly book: FastBook;
  readonly #listing: Listing;
  #nowNs = NOW_NS;

  constructor(rules: BookRules, events: EventBuffer, hasBands: boolean) {
    this.book = new FastBook(rules, events);
    this.#listing = new Listing(this.book, {
      days: DAYS,
      session: SESSION,
      auctions: null,
      breakers: hasBands ? [wideBands()] : [],
      bounds: PLAIN_BOUNDS,
      entryChecks: [],
      referenceTicks: 0,
    });
    this.#listing.onTime(NOW_NS, () => 0);
    events.clear();
  }

  /** A microsecond passes before each command, so that windows of time slide. */
  submit(ticket: OrderTicket): void {
    this.#listing.submit(this.#tick(), ticket, ticket.orderId);
  }

  cancel(orderId: number, accountId: number): void {
    this.#listing.cancel(this.#tick(), orderId, accountId);
  }

  replace(ticket: ReplaceTicket): void {
    this.#listing.replace(this.#tick(), ticket, ticket.orderId);
  }

  #tick(): number {
    this.#nowNs += 1000;
    if (this.#listing.nextTimeNs <= this.#nowNs) this.#listing.onTime(this.#nowNs, () => 0);
    return this.#nowNs;
  }
}

/** Computes the fees of both sides of every trade in a buffer. */
export class FeeMeter {
  readonly #engine = new FeeEngine(FEES, null, { tickSize: '0.01', unitsPerLot: '1', multiplier: '1' });
  readonly #amounts = new FeeAmounts();
  totalMicro = 0;

  take({ words, count }: EventBuffer): void {
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      if ((words[at]! & 255) !== EV_TRADE) continue;
      const takerSide = ((words[at]! >> HEAD_SIDE_SHIFT) & 1) as 0 | 1;
      for (const liquidity of ['remove', 'add'] as const) {
        const isTaker = liquidity === 'remove';
        const fees = this.#engine.compute(
          {
            day: DAY,
            session: 'continuous',
            side: isTaker === (takerSide === BUY) ? BUY : SELL,
            liquidity,
            isDisplayed: true,
            isMidpoint: false,
            tape: 'none',
            auctionOrder: 'none',
            priceTicks: words[at + 5]!,
            qtyLots: words[at + 6]!,
            tier: null,
            discount: null,
          },
          this.#amounts,
        );
        this.totalMicro += fees.totalMicro;
      }
    }
  }
}
