/**
 * Definitions of instruments: futures, options, spreads, bonds, repos and spot FX. The venue repeats them all day; a definition that
 * says what the last one said is counted and passed over.
 * Prices, strikes and ticks go by the display factor of the same message, like those of the book.
 */

import type { NewRecord } from '../../registry.ts';
import { textOfDay } from '../../schema/day.ts';
import type { SbeDecoded, SbeValues } from '../sbe/index.ts';
import { isFinalSettle, SETTLE_NONE, settleWords } from '../settle-type.ts';
import { bigOf, decimalOf, entriesOf, numberOf, scaledPrice, textOf } from './decoded.ts';
import type { MdpFeed } from './feed.ts';
import { MdpInstrument } from './instrument.ts';
import { type Fraction, fractionOf } from './price-scale.ts';
import { dayNs, type StatisticsMessages } from './statistics-messages.ts';
import type { StatusMessages } from './status-messages.ts';

const EVENT_ACTIVATION = 5;
const EVENT_LAST_TRADE = 7;
const DAY_NS = 86_400_000_000_000n;
const FEED_OUTRIGHT = 'GBX';
const FEED_IMPLIED = 'GBI';
const ALT_ID_CUSIP = 1;
const ALT_ID_ISIN = 4;

type AssetClass = NewRecord<'definition'>['assetClass'];
type Style = NewRecord<'definition'>['style'];

/** By the kind of the message; futures and options of a spread are told by their own. */
const CLASSES: Readonly<Record<string, AssetClass>> = {
  Future: 'future',
  Option: 'futureOption',
  Spread: 'spread',
  FixedIncome: 'bond',
  Repo: 'other',
  FX: 'fx',
};

/** Third letter of the CFI code of an option. */
const STYLES: Readonly<Record<string, Style>> = { A: 'american', E: 'european', B: 'bermudan' };

export class DefinitionMessages {
  readonly #feed: MdpFeed;
  readonly #statistics: StatisticsMessages;
  readonly #status: StatusMessages;
  readonly #seen = new Map<number, Uint8Array>();

  constructor(feed: MdpFeed, statistics: StatisticsMessages, status: StatusMessages) {
    this.#feed = feed;
    this.#statistics = statistics;
    this.#status = status;
  }

  /** `bytes`: the message as it came, to see whether it says anything new; `sentNs`: when its packet was sent. */
  read(decoded: SbeDecoded, bytes: Uint8Array, sentNs: bigint): void {
    const { values } = decoded;
    const { output, facts } = this.#feed;
    const id = numberOf(values, 'SecurityID');
    const symbol = textOf(values, 'Symbol');
    if (id === null || symbol === null) {
      this.#feed.reject('missing-value', `${decoded.name} without number or symbol`);
      return;
    }
    if (this.#isRepeated(id, bytes)) {
      output.sink.remark('repeated-definition');
      return;
    }
    this.#noteFacts(id, symbol, values);
    const updatedNs = bigOf(values, 'LastUpdateTime') ?? 0n;
    const eventNs = updatedNs > 0n ? updatedNs : sentNs;
    output.eventHigh = Number(eventNs >> 32n);
    output.eventLow = Number(eventNs & 0xffff_ffffn);
    // A scale of its own: a definition of prices that the book has otherwise is still right for itself.
    const own = new MdpInstrument(id, this.#feed.channel, { ...facts.of(id), factor: facts.factor(id) });
    output.sink.push('definition', { ...output.head(own.facts.symbol), ...this.#record(decoded, own) });
    this.#tellFigures(values, own);
    const status = numberOf(values, 'MDSecurityTradingStatus');
    if (status !== null) this.#status.tellIfNew(this.#feed.instrument(id), status);
  }

  #isRepeated(id: number, bytes: Uint8Array): boolean {
    const before = this.#seen.get(id);
    if (before !== undefined && Buffer.compare(before, bytes) === 0) return true;
    this.#seen.set(id, bytes.slice());
    return false;
  }

  #noteFacts(id: number, symbol: string, values: SbeValues): void {
    const factor = decimalOf(values, 'DisplayFactor');
    const depths = new Map<string | null, number>();
    for (const entry of entriesOf(values, 'NoMDFeedTypes')) {
      const depth = numberOf(entry, 'MarketDepth') ?? 0;
      if (depth < 0) this.#feed.reject('field-value', `${symbol} with a book of ${depth} levels`);
      else depths.set(textOf(entry, 'MDFeedType'), depth);
    }
    this.#feed.facts.define({
      id,
      symbol,
      group: textOf(values, 'SecurityGroup') ?? '',
      asset: textOf(values, 'Asset') ?? '',
      factor: factor === null ? null : fractionOf(factor.mantissa, factor.exponent),
      outrightDepth: depths.get(FEED_OUTRIGHT) || null,
      // An instrument whose feeds are listed without implied ones has none.
      impliedDepth: depths.size === 0 ? null : (depths.get(FEED_IMPLIED) ?? 0),
    });
    const met = this.#feed.instruments.get(id);
    if (met === undefined) return;
    const isOther =
      met.facts.symbol !== symbol || !isSameFraction(met.facts.factor, this.#feed.facts.factor(id));
    if (isOther) this.#feed.output.sink.remark('late-definition');
  }

  #record(
    { name, values }: SbeDecoded,
    own: MdpInstrument,
  ): Omit<NewRecord<'definition'>, 'symbol' | 'tsEvent' | 'sourceIndex'> {
    const priced = (field: string): string | null => scaledPrice(own, decimalOf(values, field))?.text ?? null;
    const kind = /^MDInstrumentDefinition(\D+)/.exec(name)?.[1] ?? '';
    const isDeleted = textOf(values, 'SecurityUpdateAction') === 'D';
    const times = new Map(
      entriesOf(values, 'NoEvents').map((entry) => [numberOf(entry, 'EventType'), bigOf(entry, 'EventTime')]),
    );
    const lastTradeNs = times.get(EVENT_LAST_TRADE) ?? null;
    const altId = textOf(values, 'SecurityAltID');
    const altSource = numberOf(values, 'SecurityAltIDSource');
    const right = numberOf(values, 'PutOrCall');
    const isOption = kind === 'Option';
    return {
      assetClass: CLASSES[kind] ?? 'other',
      name: textOf(values, 'FinancialInstrumentFullName'),
      mic: textOf(values, 'SecurityExchange'),
      currency: textOf(values, 'Currency'),
      tick: priced('MinPriceIncrement'),
      multiplier: multiplierOf(values, own.facts.factor),
      minQty: numberOf(values, 'MinTradeVol'),
      maxQty: numberOf(values, 'MaxTradeVol'),
      underlying: textOf(entriesOf(values, 'NoUnderlyings')[0] ?? {}, 'UnderlyingSymbol'),
      legs: this.#legs(values),
      strike: priced('StrikePrice'),
      right: !isOption || right === null ? null : right === 1 ? 'call' : 'put',
      style: isOption ? (STYLES[textOf(values, 'CFICode')?.[2] ?? ''] ?? null) : null,
      expiry: dayOf(lastTradeNs) ?? dayOf(dayNs(numberOf(values, 'MaturityDate'))),
      tsExpiry: lastTradeNs,
      listed: dayOf(times.get(EVENT_ACTIVATION) ?? null),
      delisted: isDeleted ? dayOf(this.#feed.output.eventNs) : null,
      isActive: !isDeleted,
      matching: textOf(values, 'MatchAlgorithm'),
      productCode: textOf(values, 'Asset'),
      cusip: altSource === ALT_ID_CUSIP ? altId : null,
      isin: altSource === ALT_ID_ISIN ? altId : null,
      country: textOf(values, 'CountryOfIssue'),
      vendorId: String(own.id),
    };
  }

  /** '1xESH4,-1xESM4'; a leg that was not defined is its number. */
  #legs(values: SbeValues): string | null {
    const legs = entriesOf(values, 'NoLegs').map((leg) => {
      const ratio = numberOf(leg, 'LegRatioQty') ?? 1;
      const sign = numberOf(leg, 'LegSide') === 2 ? '-' : '';
      return `${sign}${ratio}x${this.#feed.facts.symbol(numberOf(leg, 'LegSecurityID') ?? 0)}`;
    });
    return legs.length === 0 ? null : legs.join(',');
  }

  /** Figures of the last session that a definition brings. */
  #tellFigures(values: SbeValues, own: MdpInstrument): void {
    const priced = (field: string): string | null => scaledPrice(own, decimalOf(values, field))?.text ?? null;
    const tsReference = dayNs(numberOf(values, 'TradingReferenceDate'));
    const reference = priced('TradingReferencePrice');
    const settle = numberOf(values, 'SettlPriceType') ?? SETTLE_NONE;
    if (reference !== null) {
      const detail = settleWords(settle);
      this.#statistics.tell(own, {
        kind: 'settlement',
        price: reference,
        tsReference,
        isFinal: isFinalSettle(settle),
        detail,
      });
    }
    const openInterest = numberOf(values, 'OpenInterestQty');
    if (openInterest !== null)
      this.#statistics.tell(own, { kind: 'openInterest', value: openInterest, tsReference });
    const clearedVolume = numberOf(values, 'ClearedVolume');
    if (clearedVolume !== null)
      this.#statistics.tell(own, { kind: 'clearedVolume', value: clearedVolume, tsReference });
    this.#statistics.tellLimits(
      own,
      priced('HighLimitPrice'),
      priced('LowLimitPrice'),
      priced('MaxPriceVariation'),
    );
  }
}

/** Money per unit of the conventional price: what a tick is worth, by the tick. */
function multiplierOf(values: SbeValues, factor: Fraction | null): number | null {
  const tick = decimalOf(values, 'MinPriceIncrement');
  const worth = decimalOf(values, 'MinPriceIncrementAmount');
  if (tick === null || worth === null || tick.mantissa === 0n) return null;
  const ratio =
    (Number(worth.mantissa) * 10 ** worth.exponent) / (Number(tick.mantissa) * 10 ** tick.exponent);
  const scaled = factor === null ? ratio : (ratio * factor.divisor) / factor.multiplier;
  // Both are decimals of few digits: what lies behind the ninth is the double's.
  return Number(scaled.toPrecision(12));
}

function isSameFraction(a: Fraction | null, b: Fraction | null): boolean {
  return a?.multiplier === b?.multiplier && a?.divisor === b?.divisor;
}

function dayOf(ns: bigint | null): string | null {
  return ns === null ? null : textOfDay(Number(ns / DAY_NS));
}
