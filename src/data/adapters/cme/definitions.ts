/** Pages of the Reference Data API to `definition`: what a product says holds for its instruments where they say nothing. */

import { priceStepsOfText } from '../../../base/index.ts';
import { type Normaliser, type RecordSink, wholePages } from '../../ingest/adapter.ts';
import type { NewRecord } from '../../registry.ts';
import { parseJson } from './access.ts';
import { dayOf, instantNs, isObject, type JsonObject, listOf, numberOf, objectOf, textOf } from './json.ts';

type Definition = NewRecord<'definition'>;

/** By `securityType` of the product. */
const CLASSES: Readonly<Record<string, Definition['assetClass']>> = {
  FUT: 'future',
  OOF: 'futureOption',
  OPT: 'futureOption',
  COMBO: 'spread',
  MLEG: 'spread',
  FXSPOT: 'fx',
};

export function definitionNormaliser(sink: RecordSink): Normaliser {
  const products = new Map<string, JsonObject>();
  let index = 0;
  return wholePages((bytes) => {
    const page = parseJson(bytes);
    if (!isObject(page)) {
      sink.reject('not-json', index++, new TextDecoder().decode(bytes.subarray(0, 100)));
      return;
    }
    const embedded = objectOf(page._embedded);
    for (const product of listOf(embedded.products)) noteProduct(product, products);
    for (const instrument of listOf(embedded.instruments)) {
      pushInstrument(instrument, products, index++, sink);
    }
    if (embedded.instruments === undefined && embedded.products === undefined) sink.remark('empty-page');
  });
}

function noteProduct(product: JsonObject, products: Map<string, JsonObject>): void {
  for (const key of [textOf(product.productGuid), textOf(product.productGuidInt)]) {
    if (key !== null) products.set(key, product);
  }
}

function pushInstrument(
  instrument: JsonObject,
  products: ReadonlyMap<string, JsonObject>,
  sourceIndex: number,
  sink: RecordSink,
): void {
  const key = textOf(instrument.productGuid) ?? textOf(instrument.productGuidInt) ?? '';
  const product = products.get(key) ?? {};
  if (products.get(key) === undefined) sink.remark('instrument-without-product');
  const symbol = textOf(instrument.globexSymbol);
  if (symbol === null) {
    // Cleared alone, not traded on Globex.
    sink.remark('instrument-without-globex-symbol');
    return;
  }
  const tsEvent = instantNs(instrument.lastUpdated) ?? instantNs(product.lastUpdated);
  if (tsEvent === null) {
    sink.reject('missing-value', sourceIndex, `${symbol} lastUpdated=${String(instrument.lastUpdated)}`);
    return;
  }
  sink.push('definition', { symbol, tsEvent, sourceIndex, ...fieldsOf(instrument, product) });
}

function fieldsOf(
  instrument: JsonObject,
  product: JsonObject,
): Omit<Definition, 'symbol' | 'tsEvent' | 'sourceIndex'> {
  const securityType = textOf(product.securityType) ?? '';
  return {
    assetClass: CLASSES[securityType] ?? 'other',
    name: textOf(instrument.instrumentName) ?? textOf(product.productName),
    mic: textOf(product.exchangeGlobex),
    currency: textOf(product.tradePxCcy),
    tick:
      decimalOf(instrument.tradeTick) ??
      decimalOf(product.globexMinTick) ??
      decimalOf(product.defaultMinTick),
    minQty: numberOf(product.minGlobexOrdQty),
    maxQty: numberOf(product.maxGlobexOrdQty),
    strike: decimalOf(instrument.strikePx),
    right: rightOf(textOf(instrument.putCallIndicator)),
    style: styleOf(textOf(product.optStyle) ?? textOf(product.exerciseStyleAmericanEuropean)),
    expiry: dayOf(instrument.lastTradeDate) ?? dayOf(instrument.globexLastTradeDate),
    listed: dayOf(instrument.firstTradeDate) ?? dayOf(instrument.globexFirstTradeDate),
    matching: textOf(product.globexMatchAlgo),
    productCode: textOf(product.globexProductCode),
    sector: textOf(product.sector),
    vendorId: textOf(instrument.globexSecurityId) ?? textOf(instrument.guid),
  };
}

/** A price that is written as a decimal; rules in words ("see …") are none. */
function decimalOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && priceStepsOfText(text) !== null ? text : null;
}

function rightOf(written: string | null): Definition['right'] {
  const letter = written?.[0]?.toUpperCase();
  return letter === 'C' ? 'call' : letter === 'P' ? 'put' : null;
}

function styleOf(written: string | null): Definition['style'] {
  const letter = written?.[0]?.toUpperCase();
  return letter === 'A' ? 'american' : letter === 'E' ? 'european' : null;
}
