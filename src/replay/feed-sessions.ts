/**
 * The recorded sessions of all instruments of a replay: takes what the venue said, in the order of the recording, brings the
 * sessions up to date, and writes the event records. A message to the whole market reaches every instrument that has a book;
 * one that gets its book later begins with what was said before.
 */

import { assertNever } from '../base/index.ts';
import {
  type AuctionName,
  type CollarMessage,
  type CrossMessage,
  type ImbalanceMessage,
  type IpoReleaseMessage,
  type Quarantine,
  type ShortSaleMessage,
  type StatusMessage,
  UNDEF_PRICE,
  type VenueMessage,
  venuePrices,
} from '../data/index.ts';
import { UNDEF_INT32 } from '../domain/index.ts';
import {
  CLOSING_AUCTION,
  CLOSING_CALL,
  HALTED,
  INTRADAY_AUCTION,
  PAUSED,
  type SessionState,
  VOLATILITY_AUCTION,
} from '../market/index.ts';
import { CoarserTickNeeded, type PriceScale } from './price-scale.ts';
import { RecordedSession, type SessionChange, sessionStateName } from './recorded-session.ts';
import type { RunJournal } from './run-journal.ts';
import { SessionLog } from './session-log.ts';
import type { MarketEvent, SessionsResult, TradeOutsideTrading } from './session-results.ts';
import { emitAuction, emitCollar, emitIndicative, emitSession, emitShortSale } from './venue-records.ts';

/** Messages to the market that are kept. */
export const MARKET_EVENTS_MAX = 1000;

/** What a session needs to know of its instrument. */
export interface SessionInstrument {
  readonly index: number;
  /** The feed's number of it. */
  readonly number: number;
  readonly symbol: string;
  readonly scale: PriceScale;
}

/** An instrument's session; without a book it is only kept up to date. */
class Entry {
  readonly session: RecordedSession;
  readonly log = new SessionLog();
  instrument: SessionInstrument | null = null;

  constructor(market: RecordedSession) {
    this.session = new RecordedSession(market);
  }
}

export class FeedSessions {
  /** Messages about instruments without a book that say nothing that could be kept until they have one. */
  passedOver = 0;
  readonly #journal: RunJournal;
  readonly #market = new RecordedSession(null);
  readonly #marketEvents: MarketEvent[] = [];
  #marketEventCount = 0;
  #declineLevels: SessionsResult['declineLevels'] = null;
  /** By index of the instrument. */
  readonly #entries: Entry[] = [];
  /** By the feed's number: instruments of which something was said before they have a book. */
  readonly #early = new Map<number, Entry>();
  /** Last status of each group of instruments, with its time. */
  readonly #groups = new Map<string, { readonly status: StatusMessage; readonly timeNs: number }>();

  constructor(journal: RunJournal) {
    this.#journal = journal;
  }

  /** To be told of each instrument when it gets its book, in the order of the indices. */
  open(instrument: SessionInstrument): void {
    const entry = this.#early.get(instrument.number) ?? new Entry(this.#market);
    this.#early.delete(instrument.number);
    const { session, log } = entry;
    for (const [group, { status, timeNs }] of this.#groups) {
      if (concerns(group, instrument.symbol) && timeNs >= session.statusNs)
        session.hearStatus(status, timeNs);
    }
    entry.instrument = instrument;
    this.#entries[instrument.index] = entry;
    const change = session.introduction();
    if (change !== null) this.#tell(entry, change);
    if (log.isShortSaleRestricted === true) emitShortSale(this.#journal.events, true);
  }

  /**
   * Takes a message. `timeNs` is its time since the epoch of the replay; `instrument` is null if it is about more than one,
   * or about one without a book. Prices that do not fit the book go to the quarantine.
   */
  hear(
    message: VenueMessage,
    timeNs: number,
    instrument: SessionInstrument | null,
    quarantine: Quarantine,
  ): void {
    this.#journal.events.timeNs = timeNs;
    switch (message.kind) {
      case 'systemEvent':
        this.#noteMarketEvent(timeNs, message.event);
        if (message.event === 'startOfMessages') this.#groups.clear();
        this.#hearAll((session) => session.hearSystemEvent(message.event));
        return;
      case 'marketBreach':
        this.#noteMarketEvent(timeNs, `breachOfLevel${message.level}`);
        this.#hearAll((session) => session.hearMarketBreach());
        return;
      case 'declineLevels': {
        const [level1, level2, level3] = message.levelsE8;
        this.#declineLevels = [pointsText(level1), pointsText(level2), pointsText(level3)];
        this.#noteMarketEvent(timeNs, 'declineLevels');
        return;
      }
      case 'status':
        this.#hearStatus(message, timeNs, instrument);
        return;
      case 'shortSale':
        this.#hearShortSale(message, instrument);
        return;
      default:
        if (instrument === null) this.passedOver++;
        else if (this.#fits(message, instrument.scale, quarantine)) this.#hearPriced(message, instrument);
    }
  }

  /**
   * Why a trade is none of continuous trading: of an auction, or at a time when nothing trades. Null if it may be.
   * `isCross` says that the feed tells it is of an auction.
   */
  causeOutsideTrading(instrument: SessionInstrument, isCross: boolean): 'auction' | 'not-continuous' | null {
    const { session } = this.#entries[instrument.index]!;
    if (session.isMatching) return null;
    return isCross || session.isUncrossing ? 'auction' : 'not-continuous';
  }

  /** Counts a trade whose cause is 'not-continuous'. */
  addTradeOutside(instrument: SessionInstrument, trade: Omit<TradeOutsideTrading, 'state'>): void {
    const { session, log } = this.#entries[instrument.index]!;
    log.addTradeOutside({ ...trade, state: sessionStateName(session.state) });
  }

  result(): SessionsResult {
    return {
      market: this.#marketEvents,
      marketEventCount: this.#marketEventCount,
      declineLevels: this.#declineLevels,
      symbols: this.#entries.flatMap(
        ({ instrument, session, log }) => log.result(instrument!.symbol, session) ?? [],
      ),
    };
  }

  #noteMarketEvent(tsEventNs: number, event: string): void {
    if (this.#marketEventCount++ < MARKET_EVENTS_MAX) this.#marketEvents.push({ tsEventNs, event });
  }

  #hearAll(hear: (session: RecordedSession) => SessionChange | null): void {
    hear(this.#market);
    for (const entry of this.#early.values()) hear(entry.session);
    for (const entry of this.#entries) this.#tellIfChanged(entry, hear(entry.session));
  }

  #hearStatus(status: StatusMessage, timeNs: number, instrument: SessionInstrument | null): void {
    if (status.instrument !== null) {
      const entry = this.#entryOf(status.instrument, instrument);
      this.#tellIfChanged(entry, entry.session.hearStatus(status, timeNs));
      return;
    }
    this.#groups.set(status.group, { status, timeNs });
    for (const entry of this.#entries) {
      if (concerns(status.group, entry.instrument!.symbol))
        this.#tellIfChanged(entry, entry.session.hearStatus(status, timeNs));
    }
  }

  #hearShortSale(message: ShortSaleMessage, instrument: SessionInstrument | null): void {
    const { log } = this.#entryOf(message.instrument!, instrument);
    const wasRestricted = log.isShortSaleRestricted ?? false;
    log.isShortSaleRestricted = message.isRestricted;
    if (instrument === null || message.isRestricted === wasRestricted) return;
    this.#journal.events.instrument = instrument.index;
    emitShortSale(this.#journal.events, message.isRestricted);
  }

  #entryOf(number: number, instrument: SessionInstrument | null): Entry {
    if (instrument !== null) return this.#entries[instrument.index]!;
    const entry = this.#early.get(number) ?? new Entry(this.#market);
    this.#early.set(number, entry);
    return entry;
  }

  #tellIfChanged(entry: Entry, change: SessionChange | null): void {
    if (change !== null && entry.instrument !== null) this.#tell(entry, change);
  }

  #tell({ instrument, log }: Entry, change: SessionChange): void {
    const { events } = this.#journal;
    events.instrument = instrument!.index;
    log.addTransition(events.timeNs, change);
    emitSession(events, change);
  }

  #fits(message: VenueMessage, scale: PriceScale, quarantine: Quarantine): boolean {
    const bad = venuePrices(message).find((price) => Number.isNaN(scale.ticks(price)));
    if (bad === undefined) return true;
    if (this.#journal.mayRestart) throw new CoarserTickNeeded();
    quarantine.add('price-range', message.sourceIndex, `price=${bad}`);
    return false;
  }

  /** Messages with prices, which fit the book. */
  #hearPriced(
    message: ImbalanceMessage | CrossMessage | CollarMessage | IpoReleaseMessage,
    { index, scale }: SessionInstrument,
  ): void {
    const { events } = this.#journal;
    const { timeNs } = events;
    const { session, log } = this.#entries[index]!;
    events.instrument = index;
    switch (message.kind) {
      case 'imbalance': {
        const auction = message.auction ?? auctionIn(session.state);
        log.setImbalance(timeNs, auction, message, scale);
        emitIndicative(events, auction, message, {
          farTicks: ticksOf(scale, message.farPrice),
          nearTicks: ticksOf(scale, message.nearPrice),
          referenceTicks: ticksOf(scale, message.referencePrice),
        });
        return;
      }
      case 'cross': {
        const auction = message.auction ?? auctionIn(session.state);
        log.addCross(timeNs, auction, message, scale);
        emitAuction(events, auction, ticksOf(scale, message.price), message.qty);
        return;
      }
      case 'collar': {
        const [lowPrice, highPrice] = [message.lowPrice, message.highPrice].map((price) =>
          scale.ticks(price),
        );
        log.setCollar(timeNs, message, scale);
        emitCollar(events, lowPrice!, highPrice!);
        return;
      }
      case 'ipoRelease':
        log.setIpoRelease(timeNs, message, scale);
        return;
      default:
        assertNever(message);
    }
  }
}

/** Whether a message says more than that an instrument trades as usual, so that its book is made if it has none. */
export function asksForBook(message: VenueMessage): boolean {
  if (message.kind === 'status') return message.status !== 'trading';
  return message.kind !== 'shortSale' || message.isRestricted;
}

/** The auction that is meant where the feed does not say: it follows from what the session is in. */
function auctionIn(state: SessionState): AuctionName {
  if (state === HALTED || state === PAUSED || state === VOLATILITY_AUCTION) return 'reopening';
  if (state === CLOSING_CALL || state === CLOSING_AUCTION) return 'closing';
  return state === INTRADAY_AUCTION ? 'intraday' : 'opening';
}

/**
 * Whether a status of a group, or of no group and so of the whole market, is about a symbol. Symbols of CME's futures and
 * their spreads begin with the code of the group, the month of delivery and its year.
 */
function concerns(group: string, symbol: string): boolean {
  if (group === '') return true;
  return symbol.startsWith(group) && /^[FGHJKMNQUVXZ]\d/.test(symbol.slice(group.length));
}

function ticksOf(scale: PriceScale, priceUnits: number): number {
  return priceUnits === UNDEF_PRICE ? UNDEF_INT32 : scale.ticks(priceUnits);
}

/** Index points in 1e-8 as decimal text with at least two decimals. */
function pointsText(pointsE8: number): string {
  const digits = String(pointsE8).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8).replace(/0+$/, '').padEnd(2, '0')}`;
}
