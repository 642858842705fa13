/** A run's records by kind, as objects with names and local times of day: what tests of scenarios look at. */

import {
  AUCTION_KIND_NAMES,
  BUY,
  CMD_CANCEL,
  CMD_MASS_CANCEL,
  CMD_NEW,
  CMD_REPLACE,
  CONTINUOUS,
  DOUBLE_TIME,
  EV_AUCTION,
  EV_BANDS,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_INDICATIVE,
  EV_LEVEL,
  EV_LIMIT_STATE,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_SESSION,
  EV_SHOCK,
  EV_TRADE,
  type EventSink,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  LIMIT_STATE_NAMES,
  MARKET,
  RECORD_WORDS,
  readFloat64,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  SESSION_STATE_NAMES,
  SHOCK_KIND_NAMES,
  type Side,
  TERMS_TYPE_SHIFT,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import { isMatching } from '../../src/market/index.ts';

interface At {
  readonly timeNs: number;
  readonly instrument: number;
}

/** A command as the venue received it; `priceTicks` is 0 for market orders and cancels. */
export interface TapeCommand extends At {
  readonly kind: 'new' | 'cancel' | 'replace' | 'massCancel';
  readonly account: number;
  readonly orderId: number;
  readonly side: Side;
  readonly isMarket: boolean;
  readonly priceTicks: number;
  readonly qtyLots: number;
}

export interface TapeTrade extends At {
  readonly priceTicks: number;
  readonly qtyLots: number;
  readonly isAuction: boolean;
  readonly takerOrderId: number;
  readonly makerOrderId: number;
}

/** Best displayed prices once everything of a command is done; UNDEF_INT32 for an empty side. */
export interface TapeQuote extends At {
  readonly bidTicks: number;
  readonly askTicks: number;
  readonly bidLots: number;
  readonly askLots: number;
}

/** Kinds whose record opens a command or what time alone brings. */
const OPENERS = new Set([CMD_NEW, CMD_CANCEL, CMD_REPLACE, CMD_MASS_CANCEL]);
const COMMANDS = new Map([
  [CMD_NEW, 'new'],
  [CMD_CANCEL, 'cancel'],
  [CMD_REPLACE, 'replace'],
  [CMD_MASS_CANCEL, 'massCancel'],
] as const);
const REFUSALS = new Set([EV_REJECTED, EV_CANCEL_REJECTED, EV_REPLACE_REJECTED]);

export class MarketTape implements EventSink {
  readonly commands: TapeCommand[] = [];
  readonly trades: TapeTrade[] = [];
  readonly quotes: TapeQuote[] = [];
  readonly sessions: (At & { from: string; to: string; cause: string; rule: string })[] = [];
  readonly auctions: (At & { auction: string; priceTicks: number | null; lots: number })[] = [];
  readonly indicatives: (At & { priceTicks: number; pairedLots: number; imbalanceLots: number })[] = [];
  readonly bands: (At & { lowTicks: number; highTicks: number; rule: string })[] = [];
  readonly limitStates: (At & { what: string; rule: string })[] = [];
  readonly shocks: (At & { shock: string; isEnd: boolean })[] = [];
  readonly refusals: (At & { code: number; account: number })[] = [];
  readonly cancels: (At & { code: number; account: number; orderId: number })[] = [];
  /** Where the displayed book stood crossed while its session was matching: always empty. */
  readonly crossed: TapeQuote[] = [];
  /** Trades of no auction at a time when the session was not matching: always empty. */
  readonly tradesOutsideTrading: TapeTrade[] = [];
  recordCount = 0;
  readonly #levels: [Map<number, number>, Map<number, number>][] = [];
  readonly #states: number[] = [];
  readonly #touched = new Set<number>();
  #timeNs = 0;

  write(words: Int32Array, recordCount: number): void {
    const doubles = new Float64Array(words.buffer, words.byteOffset, words.length >> 1);
    for (let at = 0; at < recordCount * RECORD_WORDS; at += RECORD_WORDS) {
      this.recordCount++;
      const timeNs = doubles[(at >> 1) + DOUBLE_TIME]!;
      const kind = words[at]! & 0xff;
      if (timeNs !== this.#timeNs || OPENERS.has(kind)) this.#settle();
      this.#timeNs = timeNs;
      this.#take(kind, words, at, { timeNs, instrument: words[at + 1]! });
    }
  }

  /** Sessions as short texts: 'CONTINUOUS > HALTED interrupt luld'. */
  sessionTexts(instrument = 0): string[] {
    return this.sessions
      .filter((one) => one.instrument === instrument)
      .map(({ from, to, cause, rule }) => `${from} > ${to} ${cause} ${rule}`.trimEnd());
  }

  /** Quote in force at a time: the last one at or before it. */
  quoteAt(timeNs: number, instrument = 0): TapeQuote | undefined {
    return this.quotes.findLast((quote) => quote.instrument === instrument && quote.timeNs <= timeNs);
  }

  #take(kind: number, words: Int32Array, at: number, place: At): void {
    const head = words[at]!;
    const code = head >>> HEAD_CODE_SHIFT;
    const [low, high] = [code & 0xff, code >> 8];
    const side = ((head >> HEAD_SIDE_SHIFT) & 1) as Side;
    const word = (index: number): number => words[at + index]!;
    const command = COMMANDS.get(kind as never);
    if (command !== undefined) {
      this.commands.push({
        ...place,
        kind: command,
        account: word(8),
        orderId: word(4),
        side,
        isMarket: kind === CMD_NEW && ((word(7) >> TERMS_TYPE_SHIFT) & 7) === MARKET,
        priceTicks: word(5),
        qtyLots: word(6),
      });
    } else if (REFUSALS.has(kind)) this.refusals.push({ ...place, code, account: word(8) });
    else if (kind === EV_CANCELED) this.cancels.push({ ...place, code, account: word(8), orderId: word(4) });
    else if (kind === EV_TRADE) {
      const trade = {
        ...place,
        priceTicks: word(5),
        qtyLots: word(6),
        isAuction: (head & HEAD_FLAG_AUCTION) !== 0,
        takerOrderId: word(4),
        makerOrderId: word(8),
      };
      this.trades.push(trade);
      const isTrading = isMatching(this.#states[place.instrument] ?? CONTINUOUS);
      if (!isTrading && !trade.isAuction) this.tradesOutsideTrading.push(trade);
    } else if (kind === EV_LEVEL) this.#setLevel(place.instrument, side, word(5), readFloat64(words, at + 6));
    else this.#takeVenue(kind, { low, high, code }, place, word, (index) => readFloat64(words, at + index));
  }

  #takeVenue(
    kind: number,
    { low, high, code }: { low: number; high: number; code: number },
    place: At,
    word: (index: number) => number,
    double: (index: number) => number,
  ): void {
    if (kind === EV_SESSION) {
      this.#states[place.instrument] = word(4);
      this.#touched.add(place.instrument);
      this.sessions.push({
        ...place,
        from: SESSION_STATE_NAMES[word(5)]!,
        to: SESSION_STATE_NAMES[word(4)]!,
        cause: SESSION_CAUSE_NAMES[low]!,
        rule: SESSION_RULE_NAMES[high]!,
      });
    } else if (kind === EV_AUCTION) {
      const priceTicks = word(5) === UNDEF_INT32 ? null : word(5);
      this.auctions.push({ ...place, auction: AUCTION_KIND_NAMES[low]!, priceTicks, lots: double(6) });
    } else if (kind === EV_INDICATIVE) {
      this.indicatives.push({
        ...place,
        priceTicks: word(5),
        pairedLots: double(6),
        imbalanceLots: double(8),
      });
    } else if (kind === EV_BANDS) {
      this.bands.push({ ...place, lowTicks: word(5), highTicks: word(6), rule: SESSION_RULE_NAMES[low]! });
    } else if (kind === EV_LIMIT_STATE) {
      this.limitStates.push({ ...place, what: LIMIT_STATE_NAMES[high]!, rule: SESSION_RULE_NAMES[low]! });
    } else if (kind === EV_SHOCK) {
      this.shocks.push({ ...place, shock: SHOCK_KIND_NAMES[code]!, isEnd: word(5) === 1 });
    }
  }

  #setLevel(instrument: number, side: Side, priceTicks: number, lots: number): void {
    this.#levels[instrument] ??= [new Map(), new Map()];
    const levels = this.#levels[instrument][side];
    if (lots === 0) levels.delete(priceTicks);
    else levels.set(priceTicks, lots);
    this.#touched.add(instrument);
  }

  /** Everything of a command, or of an instant, has been said. */
  #settle(): void {
    for (const instrument of this.#touched) {
      const [bids, asks] = this.#levels[instrument] ?? [new Map<number, number>(), new Map<number, number>()];
      const bidTicks = bestOf(bids, BUY);
      const askTicks = bestOf(asks, 1);
      const quote = {
        timeNs: this.#timeNs,
        instrument,
        bidTicks,
        askTicks,
        bidLots: bids.get(bidTicks) ?? 0,
        askLots: asks.get(askTicks) ?? 0,
      };
      this.quotes.push(quote);
      const isCrossed = bids.size > 0 && asks.size > 0 && bidTicks >= askTicks;
      if (isCrossed && isMatching(this.#states[instrument] ?? CONTINUOUS)) this.crossed.push(quote);
    }
    this.#touched.clear();
  }
}

function bestOf(levels: ReadonlyMap<number, number>, side: Side): number {
  let best = UNDEF_INT32;
  for (const price of levels.keys())
    if (best === UNDEF_INT32 || (side === BUY ? price > best : price < best)) best = price;
  return best;
}
