/** What `exchangeInfo` says about each instrument; a filter of zero sets no rule (market-rules §7.5). */

import type { NewRecord } from '../../registry.ts';
import type { FeedWriter, MessageHead } from '../feed-writer.ts';
import { type Instant, instantOfMs, nsOfInstant } from '../instant.ts';
import { type Message, messagesOf, numberOf, textOf } from '../messages.ts';

/** Every symbol, or only those of `symbols`. */
export function writeDefinitions(
  writer: FeedWriter,
  info: Message,
  tsRecv: Instant | null,
  symbols: ReadonlySet<string> | null = null,
): void {
  const tsEvent = instantOfMs(info.serverTime) ?? tsRecv;
  const list = messagesOf(info.symbols);
  if (tsEvent === null || list === null) {
    writer.reject('missing-value', 'exchangeInfo: serverTime and symbols');
    return;
  }
  for (const instrument of list) {
    const symbol = textOf(instrument.symbol);
    if (symbol === null) writer.reject('missing-value', 'exchangeInfo: an instrument has a symbol');
    else if (symbols === null || symbols.has(symbol)) {
      const head: MessageHead = { symbol, tsEvent, tsRecv, sequence: null, quality: 0 };
      writer.record('definition', head, definitionOf(writer, instrument));
    } else writer.skip('instrument-not-asked-for');
  }
}

type DefinitionFields = Omit<
  NewRecord<'definition'>,
  'symbol' | 'tsEvent' | 'sourceIndex' | 'tsRecv' | 'sequence' | 'quality'
>;

function definitionOf(writer: FeedWriter, instrument: Message): DefinitionFields {
  const filters = new Map(
    (messagesOf(instrument.filters) ?? []).map((filter) => [filter.filterType, filter]),
  );
  const priceFilter = filters.get('PRICE_FILTER');
  const lotSize = filters.get('LOT_SIZE');
  const notional = filters.get('NOTIONAL') ?? filters.get('MIN_NOTIONAL');
  const contract = textOf(instrument.contractType);
  const isPerpetual = contract?.includes('PERPETUAL') ?? false;
  const expiry = contract === null || isPerpetual ? null : instantOfMs(instrument.deliveryDate);
  return {
    assetClass: contract === null ? 'crypto' : 'cryptoFuture',
    currency: textOf(instrument.quoteAsset),
    baseCurrency: textOf(instrument.baseAsset),
    underlying: contract === null ? null : textOf(instrument.pair),
    productCode: contract,
    tick: ruleOf(priceFilter?.tickSize) === null ? null : writer.tick(priceFilter?.tickSize),
    lot: ruleOf(lotSize?.stepSize),
    minQty: ruleOf(lotSize?.minQty),
    maxQty: ruleOf(lotSize?.maxQty),
    minNotional: ruleOf(notional?.minNotional ?? notional?.notional),
    multiplier: contract === null ? null : 1,
    tsExpiry: expiry === null ? null : nsOfInstant(expiry),
    expiry: expiry === null ? null : new Date(expiry.seconds * 1000).toISOString().slice(0, 10),
    isActive: textOf(instrument.status ?? instrument.contractStatus) === 'TRADING',
  };
}

function ruleOf(value: unknown): number | null {
  const rule = numberOf(value);
  return rule === 0 ? null : rule;
}
