/**
 * What the venue states of an instrument: volume, session prices, settlement and open interest, price limits. Daily figures name the
 * day they are about.
 */

import { textOfPriceSteps } from '../../../base/index.ts';
import type { NewRecord } from '../../registry.ts';
import { NS_PER_DAY } from '../../schema/day.ts';
import { isFinalSettle, SETTLE_NONE, settleWords } from '../settle-type.ts';
import type { MdpFeed } from './feed.ts';
import { hasPrice, readSize } from './fields.ts';
import type { MdpInstrument } from './instrument.ts';
import type { EntryLayout, MdpTemplate } from './layouts.ts';

export type StatisticsKind = NewRecord<'statistics'>['kind'];

/** By MDEntryType; prices and quantities as they stand there. */
export const STATISTICS_KINDS: Readonly<Record<string, StatisticsKind>> = {
  '2': 'last',
  '4': 'open',
  '6': 'settlement',
  '7': 'high',
  '8': 'low',
  '9': 'vwap',
  B: 'clearedVolume',
  C: 'openInterest',
  N: 'highestBid',
  O: 'lowestAsk',
  W: 'fixing',
  e: 'volume',
};

const ACTION_DELETE = 2;
const OPEN_INDICATIVE = 5;
const FLAG_NONE = 255;
const DATE_NONE = 65_535;
/** Midnight (UTC) of a LocalMktDate; null for none. */
export function dayNs(days: number | null): bigint | null {
  return days === null || days === DATE_NONE ? null : BigInt(days) * NS_PER_DAY;
}

export class StatisticsMessages {
  readonly #feed: MdpFeed;

  constructor(feed: MdpFeed) {
    this.#feed = feed;
  }

  readVolume(view: DataView, at: number, entryBytes: number, count: number, template: MdpTemplate): void {
    const layout = template.entries!.entry;
    for (let i = 0; i < count; i++) {
      const entryAt = at + i * entryBytes;
      const instrument = this.#follow(view, entryAt, layout);
      if (instrument === null) continue;
      const value = readSize(view, entryAt + layout.size, layout.isLong);
      this.#push(instrument, { kind: 'volume', value: value < 0 ? null : value });
    }
  }

  /** Session prices and daily figures. */
  readFigures(view: DataView, at: number, entryBytes: number, count: number, template: MdpTemplate): void {
    const layout = template.entries!.entry;
    for (let i = 0; i < count; i++) this.#figure(view, at + i * entryBytes, layout);
  }

  readLimits(view: DataView, at: number, entryBytes: number, count: number, template: MdpTemplate): void {
    const layout = template.entries!.entry;
    for (let i = 0; i < count; i++) {
      const entryAt = at + i * entryBytes;
      const instrument = this.#follow(view, entryAt, layout);
      if (instrument === null) continue;
      const price = (offset: number): string | null =>
        this.#price(instrument, view, entryAt + offset, layout.digits);
      this.tellLimits(instrument, price(layout.highLimit), price(layout.lowLimit), price(layout.variation));
    }
  }

  /** Limits as decimal texts; null where there is none. */
  tellLimits(
    instrument: MdpInstrument,
    high: string | null,
    low: string | null,
    variation: string | null,
  ): void {
    if (high !== null) this.#push(instrument, { kind: 'limitUp', price: high });
    if (low !== null) this.#push(instrument, { kind: 'limitDown', price: low });
    if (variation !== null)
      this.#push(instrument, { kind: 'other', price: variation, detail: 'maxPriceVariation' });
  }

  /** Adds a record of an instrument at the time of the message. */
  tell(instrument: MdpInstrument, figure: Figure): void {
    this.#push(instrument, figure);
  }

  #figure(view: DataView, at: number, layout: EntryLayout): void {
    const instrument = this.#follow(view, at, layout);
    if (instrument === null) return;
    const type = String.fromCharCode(view.getUint8(at + layout.type));
    const kind = kindOf(
      type,
      layout.openCloseFlag < 0 ? FLAG_NONE : view.getUint8(at + layout.openCloseFlag),
    );
    if (kind === null) {
      this.#feed.reject('unknown-type', `${instrument.facts.symbol} statistic, MDEntryType ${type}`);
      return;
    }
    const size = layout.size < 0 ? -1 : readSize(view, at + layout.size, layout.isLong);
    const settle =
      layout.settleType < 0 || kind !== 'settlement' ? SETTLE_NONE : view.getUint8(at + layout.settleType);
    const isDeleted = view.getUint8(at + layout.action) === ACTION_DELETE;
    this.#push(instrument, {
      kind,
      price: isDeleted ? null : this.#price(instrument, view, at + layout.price, layout.digits),
      value: size < 0 || isDeleted ? null : size,
      tsReference: layout.referenceDate < 0 ? null : dayNs(view.getUint16(at + layout.referenceDate, true)),
      isFinal: isFinalSettle(settle),
      detail: isDeleted ? 'deleted' : settleWords(settle),
    });
  }

  #follow(view: DataView, at: number, layout: EntryLayout): MdpInstrument | null {
    const instrument = this.#feed.instrument(view.getInt32(at + layout.securityId, true));
    return this.#feed.follow(instrument, view.getUint32(at + layout.rptSeq, true), false) ? instrument : null;
  }

  #price(instrument: MdpInstrument, view: DataView, at: number, digits: number): string | null {
    if (!hasPrice(view, at)) return null;
    const scale = digits === 7 ? instrument.scale7 : instrument.scale9;
    if (scale.make(view.getInt32(at + 4, true), view.getUint32(at, true))) {
      return textOfPriceSteps((BigInt(scale.high) << 32n) + BigInt(scale.low));
    }
    this.#feed.reject('price-range', `${instrument.facts.symbol} statistic`);
    return null;
  }

  #push(instrument: MdpInstrument, figure: Figure): void {
    const { output } = this.#feed;
    output.sink.push('statistics', { ...output.head(instrument.facts.symbol), ...figure });
  }
}

/** A statistics record without what all records have. */
export type Figure = Pick<
  NewRecord<'statistics'>,
  'kind' | 'price' | 'value' | 'tsReference' | 'isFinal' | 'detail' | 'quality'
>;

/** The kind of an entry; null for one that is none. */
export function kindOf(type: string, openCloseFlag: number): StatisticsKind | null {
  if (type === '4' && openCloseFlag === OPEN_INDICATIVE) return 'indicativeOpen';
  return STATISTICS_KINDS[type] ?? null;
}
