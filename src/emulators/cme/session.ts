/**
 * One connection to Market Data over WebSocket: login by the token of the handshake, subscriptions of products, numbered messages.
 * Source: CME Market Data over WebSocket API, message examples; the shapes are those that the adapter `cme` reads.
 */

import type { CanonicalRecord } from '../../data/index.ts';
import type { Line, Session, Stage } from '../contract.ts';
import { ASK, BID } from '../market/events.ts';
import type { Best, Instrument, MarketChange, Print } from '../market/market.ts';
import { isoNanos, priceText } from '../words.ts';
import { type Contract, contractsOf, PRODUCT_TYPES } from './contracts.ts';

const VERSION = '1.0';
const TYPES: readonly string[] = ['TRD', 'TOB', 'STAT'];
const SPREADS: readonly string[] = ['OUTRIGHT', 'SPREADS'];

interface Wanted {
  readonly types: readonly string[];
  readonly productType: string;
  readonly productCode: string;
  /** Empty: all. */
  readonly periodCodes: readonly string[];
  readonly spreadReportTypes: readonly string[];
}

export class CmeSession implements Session {
  readonly #stage: Stage;
  readonly #line: Line;
  readonly #isKnown: boolean;
  #contracts: ReadonlyMap<string, Contract> = new Map();
  readonly #wanted: Wanted[] = [];
  /** Number of the next message of this connection. */
  #sequence = 0;

  constructor(stage: Stage, line: Line, isKnown: boolean) {
    this.#stage = stage;
    this.#line = line;
    this.#isKnown = isKnown;
    line.answer(this.#message('LOGINSTATUS', { status: isKnown ? 'authenticated' : 'denied' }));
  }

  onMessage(text: string): void {
    const asked = objectOf(parsed(text));
    const { messageType, requestId } = objectOf(asked.header);
    const payload = objectOf(asked.payload);
    const answer = (status: string, more: object = {}): void =>
      this.#line.answer(
        this.#message(
          'SUBSCRIPTION_STATUS',
          { ...payload, status, ...more },
          { requestId: String(requestId ?? '') },
        ),
      );
    if (!this.#isKnown) return;
    if (messageType !== 'SUBSCRIBE') {
      answer('REJECTED', { reason: 'a message is SUBSCRIBE' });
      return;
    }
    const problems: string[] = [];
    const wanted = readSubscriptions(payload, problems);
    if (problems.length > 0) {
      answer('REJECTED', { reason: problems.join('; ') });
      return;
    }
    void contractsOf(this.#stage).then((contracts) => {
      this.#contracts = contracts;
      this.#wanted.push(...wanted);
      answer('SUBSCRIBED');
      for (const instrument of this.#stage.market.instruments.values())
        if (instrument.best.some((best) => best !== null)) this.#quote(instrument);
      this.#stage.subscribed();
    });
  }

  onChange({ instrument, print, isQuote, figure, tsNs }: MarketChange): void {
    if (print !== null && print.qty > 0) this.#trade(instrument, print);
    if (isQuote) this.#quote(instrument);
    if (figure !== null) this.#figure(instrument, figure, tsNs);
  }

  onTime(): void {}

  #trade(instrument: Instrument, { id, priceSteps, qty, aggressor, tsNs }: Print): void {
    this.#send('TRD', instrument, (about) => [
      {
        instrument: about,
        lastUpdateTime: isoNanos(tsNs),
        tradeSummary: {
          aggressorSide: aggressor === BID ? 'BUY' : 'SELL',
          mdTradeEntryId: String(id),
          tradePrice: priceText(priceSteps, 0),
          tradeQty: String(qty),
          tradeUpdateAction: 'NEW',
        },
      },
    ]);
  }

  #quote(instrument: Instrument): void {
    const time = isoNanos(instrument.lastNs);
    const level = (best: Best | null): readonly unknown[] =>
      best === null
        ? []
        : [{ lastUpdateTime: time, price: priceText(best.priceSteps, 0), qty: String(best.qty) }];
    this.#send('TOB', instrument, (about) => ({
      instrument: about,
      lastUpdateTime: time,
      bidLevel: level(instrument.best[BID]),
      askLevel: level(instrument.best[ASK]),
    }));
  }

  #figure(instrument: Instrument, record: CanonicalRecord<'statistics'>, tsNs: bigint): void {
    const name = NAMES[record.kind] ?? record.detail;
    if (name === null || name === undefined) return;
    const value = record.price ?? record.value;
    const day =
      record.tsReference === null ? {} : { [`${name}Date`]: isoNanos(record.tsReference).slice(0, 10) };
    const isFinal = record.isFinal === null ? {} : { settlementFinal: record.isFinal };
    this.#send('STAT', instrument, (about) => [
      {
        instrument: about,
        lastUpdateTime: isoNanos(tsNs),
        tradeStatistics: { [name]: String(value), ...day, ...isFinal },
      },
    ]);
  }

  #send(type: string, instrument: Instrument, payload: (about: unknown) => unknown): void {
    const contract = this.#contracts.get(instrument.symbol);
    if (contract === undefined || !this.#wanted.some((one) => isWanted(one, type, contract))) return;
    this.#line.send(this.#message(type, payload(aboutOf(contract))));
  }

  #message(messageType: string, payload: unknown, more: Readonly<Record<string, string>> = {}): unknown {
    return {
      header: {
        messageType,
        sentTime: isoNanos(this.#stage.nowNs()),
        version: VERSION,
        sequenceNumber: String(this.#sequence++),
        ...more,
      },
      payload,
    };
  }
}

/** Statistics by the names that the feed has for them. */
const NAMES: Partial<Record<CanonicalRecord<'statistics'>['kind'], string>> = {
  settlement: 'settlementPrice',
  open: 'openPrice',
  high: 'highPrice',
  low: 'lowPrice',
  close: 'closePrice',
  last: 'lastPrice',
  highestBid: 'highBidPrice',
  lowestAsk: 'lowOfferPrice',
  fixing: 'fixingPrice',
  vwap: 'vwap',
  clearedVolume: 'clearedVolumeQty',
  openInterest: 'openInterestQty',
  volume: 'volume',
};

function aboutOf(contract: Contract): unknown {
  const { symbol, id, productCode, productType, periodCode, definition } = contract;
  return {
    definitionSource: 'E',
    exchangeMic: definition?.mic ?? 'XCME',
    id,
    marketSegmentId: '0',
    periodCode,
    productCode,
    productGroup: productCode,
    productType,
    symbol,
  };
}

function isWanted(one: Wanted, type: string, contract: Contract): boolean {
  return (
    one.types.includes(type) &&
    one.productType === contract.productType &&
    one.productCode === contract.productCode &&
    (one.periodCodes.length === 0 || one.periodCodes.includes(contract.periodCode)) &&
    (one.spreadReportTypes.length === 0 ||
      one.spreadReportTypes.includes(contract.isSpread ? 'SPREADS' : 'OUTRIGHT'))
  );
}

/** One entry that is wrong rejects them all. */
function readSubscriptions(payload: Readonly<Record<string, unknown>>, problems: string[]): Wanted[] {
  const types = textsOf(payload.subscriptionMessageTypes);
  if (types.length === 0 || types.some((type) => !TYPES.includes(type)))
    problems.push(`subscriptionMessageTypes (${TYPES.join(', ')})`);
  const list = Array.isArray(payload.subscriptions) ? payload.subscriptions : [];
  if (list.length === 0) problems.push('subscriptions');
  return list.map((entry) => {
    const { productType, productCode, periodCodes, spreadReportTypes } = objectOf(entry);
    if (!PRODUCT_TYPES.includes(String(productType)))
      problems.push(`productType=${String(productType)} (${PRODUCT_TYPES.join(', ')})`);
    const spreads = textsOf(spreadReportTypes);
    if (spreads.some((spread) => !SPREADS.includes(spread)))
      problems.push(`spreadReportTypes (${SPREADS.join(', ')})`);
    return {
      types,
      productType: String(productType),
      productCode: String(productCode),
      periodCodes: textsOf(periodCodes),
      spreadReportTypes: spreads,
    };
  });
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
