/** The normalised messages of Tardis, one form for all exchanges: trades, books, tickers, bars, option summaries, instruments. */

import type { RecordSink } from '../ingest/adapter.ts';
import type { NewRecord } from '../registry.ts';
import { FeedWriter, type Level, type MessageHead, sideOf } from './feed-writer.ts';
import { type Instant, instantOfIso, nsOfInstant } from './instant.ts';
import { isMessage, type Message, messagesOf, numberOf, priceOf, textOf, wholeOf } from './messages.ts';
import type { VenueMessages } from './venue-messages.ts';

export class TardisMessages implements VenueMessages {
  readonly writer: FeedWriter;
  /** Exchange of the messages, once one told it. */
  exchange: string | null = null;

  constructor(sink: RecordSink) {
    this.writer = new FeedWriter(sink);
  }

  frame(message: unknown, tsReceived: Instant | null): void {
    if (!isMessage(message)) {
      this.writer.reject('not-json', 'a message of Tardis is an object');
      return;
    }
    this.exchange ??= textOf(message.exchange);
    if (message.type === 'disconnect') {
      this.writer.skip('tardis-disconnect');
      return;
    }
    if ('availableSince' in message) {
      this.#instrument(message);
      return;
    }
    const symbol = textOf(message.symbol);
    const tsEvent = instantOfIso(message.timestamp);
    if (symbol === null || tsEvent === null) {
      this.writer.reject(
        'missing-value',
        `${String(message.type)}: symbol=${String(message.symbol)} timestamp=${String(message.timestamp)}`,
      );
      return;
    }
    const tsRecv = instantOfIso(message.localTimestamp) ?? tsReceived;
    this.#write({ symbol, tsEvent, tsRecv, sequence: null, quality: 0 }, message);
  }

  answer(_url: string, body: unknown, tsRecv: Instant | null): void {
    for (const message of messagesOf(body) ?? [body]) this.frame(message, tsRecv);
  }

  interrupt(_atMs: number): void {}

  end(): void {}

  #write(head: MessageHead, message: Message): void {
    switch (message.type) {
      case 'trade':
        this.writer.trade(head, {
          price: message.price,
          qty: message.amount,
          aggressor: sideOf(message.side),
          tradeId: textOf(message.id),
        });
        break;
      case 'book_change':
      case 'book_snapshot': {
        const [bids, asks] = [levelsOf(message.bids), levelsOf(message.asks)];
        const isWhole = message.type === 'book_snapshot' || message.isSnapshot === true;
        if (isWhole) this.writer.snapshot(head, bids, asks);
        else this.writer.levels(head, bids, asks);
        break;
      }
      case 'derivative_ticker':
        writeDerivative(this.writer, head, {
          last: message.lastPrice,
          mark: message.markPrice,
          index: message.indexPrice,
          interest: message.openInterest,
          rate: message.fundingRate,
          fundingAt: instantOfIso(message.fundingTimestamp),
        });
        break;
      case 'trade_bar':
        this.#bar(head, message);
        break;
      case 'option_summary':
        this.#option(head, message);
        break;
      default:
        this.writer.reject('unknown-type', `type=${String(message.type)}`);
    }
  }

  #bar(head: MessageHead, message: Message): void {
    const openTime = instantOfIso(message.openTimestamp) ?? head.tsEvent;
    const intervalMs = wholeOf(message.interval);
    const [open, high, low, close] = [message.open, message.high, message.low, message.close].map(priceOf);
    const isWholeSeconds = message.kind === 'time' && intervalMs !== null && intervalMs % 1000 === 0;
    if (!isWholeSeconds || open == null || high == null || low == null || close == null) {
      this.writer.reject(
        'field-value',
        `bar: kind=${String(message.kind)} interval=${String(message.interval)} (whole seconds)`,
      );
      return;
    }
    const intervalS = intervalMs / 1000;
    // The first trade of the bar tells where its interval begins.
    const seconds = Math.floor(openTime.seconds / intervalS) * intervalS;
    this.writer.record(
      'bar',
      { ...head, tsEvent: { seconds, ns: 0 } },
      {
        intervalS,
        basis: 'trade',
        adjusted: 'raw',
        open,
        high,
        low,
        close,
        volume: numberOf(message.volume),
        vwap: numberOf(message.vwap),
        trades: wholeOf(message.trades),
      },
    );
  }

  #option(head: MessageHead, message: Message): void {
    const level = (price: unknown, qty: unknown): Level | null =>
      numberOf(price) === null ? null : [price, qty];
    this.writer.quote(
      head,
      level(message.bestBidPrice, message.bestBidAmount),
      level(message.bestAskPrice, message.bestAskAmount),
    );
    writeOption(this.writer, head, {
      last: message.lastPrice,
      mark: message.markPrice,
      underlying: message.underlyingPrice,
      interest: message.openInterest,
      volatility: message.markIV,
      delta: message.delta,
      gamma: message.gamma,
      theta: message.theta,
      vega: message.vega,
      rho: message.rho,
    });
  }

  #instrument(message: Message): void {
    const symbol = textOf(message.id);
    const tsEvent = instantOfIso(message.availableSince);
    const kind = ASSET_CLASSES[String(message.type)];
    if (symbol === null || tsEvent === null || kind === undefined) {
      this.writer.reject(
        'missing-value',
        `instrument: id=${String(message.id)} type=${String(message.type)}`,
      );
      return;
    }
    const expiry = instantOfIso(message.expiry);
    const head: MessageHead = { symbol, tsEvent, tsRecv: null, sequence: null, quality: 0 };
    this.writer.record('definition', head, {
      assetClass: kind,
      currency: textOf(message.quoteCurrency),
      baseCurrency: textOf(message.baseCurrency),
      tick: this.writer.tick(message.priceIncrement),
      lot: numberOf(message.amountIncrement),
      minQty: numberOf(message.minTradeAmount),
      multiplier: numberOf(message.contractMultiplier),
      underlying: textOf(message.underlyingIndex),
      strike: priceOf(message.strikePrice),
      right: message.optionType === 'call' || message.optionType === 'put' ? message.optionType : null,
      tsExpiry: expiry === null ? null : nsOfInstant(expiry),
      expiry: textOf(message.expiry)?.slice(0, 10) ?? null,
      listed: textOf(message.listing)?.slice(0, 10) ?? null,
      isActive: message.active === true,
      productCode: textOf(message.contractType),
    });
  }
}

const ASSET_CLASSES: Readonly<Record<string, NewRecord<'definition'>['assetClass']>> = {
  spot: 'crypto',
  perpetual: 'cryptoFuture',
  future: 'cryptoFuture',
  option: 'option',
  combo: 'spread',
};

function levelsOf(value: unknown): Level[] {
  return (messagesOf(value) ?? []).map(({ price, amount }) => [price, amount]);
}

export interface DerivativeFigures {
  readonly last: unknown;
  readonly mark: unknown;
  readonly index: unknown;
  readonly interest: unknown;
  readonly rate: unknown;
  readonly fundingAt: Instant | null;
}

/** Figures of a ticker of derivatives; those that are absent make no record. */
export function writeDerivative(writer: FeedWriter, head: MessageHead, figures: DerivativeFigures): void {
  for (const [kind, price, detail] of [
    ['last', figures.last, null],
    ['other', figures.mark, 'markPrice'],
    ['other', figures.index, 'indexPrice'],
  ] as const) {
    if (priceOf(price) !== null) writer.record('statistics', head, { kind, price: priceOf(price), detail });
  }
  const interest = numberOf(figures.interest);
  if (interest !== null) writer.record('statistics', head, { kind: 'openInterest', value: interest });
  const rate = numberOf(figures.rate);
  if (rate === null) return;
  const tsReference = figures.fundingAt === null ? null : nsOfInstant(figures.fundingAt);
  writer.record('statistics', head, { kind: 'other', detail: 'fundingRate', value: rate, tsReference });
}

export interface OptionFigures {
  readonly last: unknown;
  readonly mark: unknown;
  readonly underlying: unknown;
  readonly interest: unknown;
  /** Of the mark price, as the source writes it. */
  readonly volatility: unknown;
  readonly delta: unknown;
  readonly gamma: unknown;
  readonly theta: unknown;
  readonly vega: unknown;
  readonly rho: unknown;
}

export function writeOption(writer: FeedWriter, head: MessageHead, figures: OptionFigures): void {
  for (const [kind, price, detail] of [
    ['last', figures.last, null],
    ['theoretical', figures.mark, 'markPrice'],
    ['other', figures.underlying, 'underlyingPrice'],
  ] as const) {
    if (priceOf(price) !== null) writer.record('statistics', head, { kind, price: priceOf(price), detail });
  }
  for (const [kind, value] of [
    ['openInterest', figures.interest],
    ['impliedVolatility', figures.volatility],
    ['delta', figures.delta],
    ['gamma', figures.gamma],
    ['theta', figures.theta],
    ['vega', figures.vega],
    ['rho', figures.rho],
  ] as const) {
    const figure = numberOf(value);
    if (figure !== null) writer.record('statistics', head, { kind, value: figure });
  }
}
