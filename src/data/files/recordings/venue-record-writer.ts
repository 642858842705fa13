/**
 * What a venue says besides orders as canonical records:
 *   status, short sale, collar, system event, market-wide breach   status
 *   imbalance, IPO release                                          imbalance
 *   decline levels                                                  statistics
 * A cross is a trade, which the order records tell.
 */

import { assertNever, textOfPriceSteps } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import { UNDEF_PRICE } from '../../mbo-batch.ts';
import type { NewRecord } from '../../registry.ts';
import type {
  ImbalanceDirectionName,
  ImbalanceMessage,
  SystemEventName,
  VenueMessage,
  VenueStatus,
} from '../../venue-message.ts';
import { ALL_SYMBOLS } from './mbo-record-writer.ts';

export interface VenueWriterOptions {
  /** Steps of 1e-9 in one unit of the feed's prices. */
  readonly priceSteps: number;
  readonly symbolOf: (instrument: number) => string | null;
}

type Direction = NonNullable<NewRecord<'imbalance'>['direction']>;

const DIRECTIONS: Readonly<Record<ImbalanceDirectionName, Direction>> = {
  B: 'buy',
  S: 'sell',
  N: 'none',
  O: 'insufficient',
  P: 'paused',
};

const PHASES: Readonly<Record<SystemEventName, VenueStatus>> = {
  startOfMessages: 'closed',
  startOfSystemHours: 'preOpen',
  startOfMarketHours: 'trading',
  endOfMarketHours: 'postClose',
  endOfSystemHours: 'closed',
  endOfMessages: 'closed',
  unknown: 'unknown',
};

type StatusLike = Extract<
  VenueMessage,
  { readonly kind: 'status' | 'systemEvent' | 'marketBreach' | 'shortSale' | 'collar' }
>;

/** Fields that a record has beyond its message. */
export interface VenueExtras {
  readonly tsRecv?: bigint;
  readonly imbalance?: ImbalanceExtras;
}

/** What few feeds tell of an auction. */
export type ImbalanceExtras = Pick<
  NewRecord<'imbalance'>,
  | 'collarLow'
  | 'collarHigh'
  | 'tsAuction'
  | 'matchPrice'
  | 'shortSalePrice'
  | 'marketImbalanceQty'
  | 'unpairedQty'
  | 'unpairedSide'
  | 'auctionStatus'
  | 'isFrozen'
  | 'extensions'
>;

export class VenueRecordWriter {
  readonly #sink: RecordSink;
  readonly #options: VenueWriterOptions;
  /** Status told last, by symbol: what is said about short sales or limits does not change it. */
  readonly #status = new Map<string, VenueStatus>();
  #epochNs = 0n;

  constructor(sink: RecordSink, options: VenueWriterOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Where the times of messages count from, ns since 1970 UTC. */
  setEpoch(epochNs: bigint): void {
    this.#epochNs = epochNs;
  }

  write(message: VenueMessage, extras: VenueExtras = {}): void {
    switch (message.kind) {
      case 'status':
      case 'systemEvent':
      case 'marketBreach':
      case 'shortSale':
      case 'collar':
        this.#sink.push('status', { ...this.#head(message, extras), ...this.#statusOf(message) });
        return;
      case 'declineLevels':
        for (const [index, levelE8] of message.levelsE8.entries()) {
          this.#sink.push('statistics', {
            ...this.#head(message, extras),
            kind: 'other',
            value: levelE8 / 1e8,
            detail: `market-wide decline level ${index + 1}`,
          });
        }
        return;
      case 'ipoRelease':
        if (message.isCancelled) this.#sink.remark('ipo-release-cancelled');
        this.#sink.push('imbalance', {
          ...this.#head(message, extras),
          auction: 'ipo',
          referencePrice: this.#price(message.price),
          tsAuction: message.isCancelled ? null : this.#epochNs + BigInt(message.releaseNs),
        });
        return;
      case 'imbalance':
        this.#imbalance(message, extras);
        return;
      case 'cross':
        if (message.qty === 0) this.#sink.remark('cross-without-trade');
        return;
      default:
        assertNever(message);
    }
  }

  #head(message: VenueMessage, { tsRecv }: VenueExtras) {
    const isOfGroup = message.kind === 'status' && message.group !== '';
    return {
      symbol: isOfGroup ? message.group : this.#symbol(message.instrument),
      tsEvent: this.#epochNs + BigInt(Math.round(message.tsEventNs)),
      tsRecv: tsRecv ?? null,
      sourceIndex: message.sourceIndex,
    };
  }

  /** What a status record says besides its head. */
  #statusOf(message: StatusLike): Omit<NewRecord<'status'>, 'symbol' | 'tsEvent' | 'sourceIndex'> {
    const symbol = this.#head(message, {}).symbol;
    switch (message.kind) {
      case 'status':
        this.#status.set(symbol, message.status);
        return {
          status: message.status,
          rule: message.layer === 'service' ? 'outage' : message.rule || null,
          reason: message.reason || null,
        };
      case 'systemEvent':
        return { status: PHASES[message.event], rule: 'schedule', reason: message.event };
      case 'marketBreach':
        return { status: 'halted', rule: 'marketWide', reason: `level ${message.level}` };
      case 'shortSale':
        return {
          status: this.#last(symbol),
          rule: 'regSho201',
          isShortRestricted: message.isRestricted,
        };
      case 'collar':
        return {
          status: this.#last(symbol),
          rule: 'luld',
          reason: `auction collar, extension ${message.extension}`,
          limitUp: this.#price(message.highPrice),
          limitDown: this.#price(message.lowPrice),
        };
      default:
        return assertNever(message);
    }
  }

  #imbalance(message: ImbalanceMessage, extras: VenueExtras): void {
    this.#sink.push('imbalance', {
      ...this.#head(message, extras),
      auction: message.auction ?? 'unknown',
      referencePrice: this.#price(message.referencePrice),
      nearPrice: this.#price(message.nearPrice),
      farPrice: this.#price(message.farPrice),
      pairedQty: message.pairedQty,
      imbalanceQty: message.imbalanceQty,
      direction: DIRECTIONS[message.direction],
      variation: message.variation || null,
      ...extras.imbalance,
    });
  }

  #symbol(instrument: number | null): string {
    if (instrument === null) return ALL_SYMBOLS;
    return this.#options.symbolOf(instrument) ?? (instrument === 0 ? ALL_SYMBOLS : `#${instrument}`);
  }

  #last(symbol: string): VenueStatus {
    return this.#status.get(symbol) ?? 'unknown';
  }

  #price(units: number): string | null {
    return units === UNDEF_PRICE ? null : textOfPriceSteps(BigInt(units) * BigInt(this.#options.priceSteps));
  }
}
