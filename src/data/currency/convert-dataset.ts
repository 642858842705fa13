/**
 * A dataset whose prices are in another currency, made of another and of rates. A trade or quote takes the rate that was known then, a
 * bar that which was known at its end, for all of its prices. Quantities stay; figures of other schemas stay in the parent.
 */

import { TwinError } from '../../base/index.ts';
import { sumOf } from '../lake/dataset.ts';
import { derive } from '../lake/derive.ts';
import type { Lake } from '../lake/lake.ts';
import type { RecordSource } from '../lake/record-source.ts';
import { DEFINITION, type SchemaName } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { PriceColumns } from '../schema/price-columns.ts';
import { RecordBatch, UNDEF_FLOAT64 } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import { parsePair } from './pairs.ts';
import type { RateBook } from './rate-book.ts';
import { readRates } from './read-rates.ts';

const MAKER = { name: 'convert', version: 1 };
const CONVERTED: readonly SchemaName[] = ['bar', 'trade', 'bbo'];
const CURRENCY = /^[A-Z][A-Z0-9]{1,9}$/;
const NS_PER_S = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

export interface ConvertRequest {
  readonly dataset: string;
  /** Datasets with rates. */
  readonly rates: readonly string[];
  readonly to: string;
  /** Currency of the prices; null: as definitions say, else what a pair is priced in. */
  readonly from: string | null;
  /** Age from which a rate is none, s. */
  readonly maxAgeS: number;
  readonly name: string | null;
}

export interface ConvertResult {
  readonly dataset: string;
  readonly records: number;
  /** Records by the way that their rate went: `USD>EUR`. */
  readonly ways: Readonly<Record<string, number>>;
  /** Whether it was there already. */
  readonly isOld: boolean;
}

/** Makes the dataset, or what is left of it to make. Raises DATA_NOT_FOUND, DATA_REQUEST where no rate is, DATA_LAKE. */
export async function convertDataset(
  lake: Lake,
  request: ConvertRequest,
  codeVersion: string,
  signal?: AbortSignal,
): Promise<ConvertResult> {
  checkRequest(request);
  const { dataset: parent, rates, to, from, maxAgeS, name } = request;
  const source = lake.source([parent]);
  const schemas = (await source.schemas()).filter((schema) => CONVERTED.includes(schema));
  if (schemas.length === 0)
    throw new TwinError('DATA_REQUEST', 'a dataset that is converted has bars, trades or quotes', { parent });
  const currencyOf = await currencies(source, schemas, request);
  const book = await readRates(lake.source(rates));
  const { dataset, tasks, records, isOld } = await derive(
    lake,
    {
      maker: MAKER,
      parents: [parent, ...rates],
      request: { to, from, maxAgeS },
      name,
      codeVersion,
      ...(signal === undefined ? {} : { signal }),
    },
    async (ofVenue, take) => {
      const conversion = new Conversion(book, currencyOf, request);
      for (const schema of (await ofVenue.schemas()).filter((one) => CONVERTED.includes(one))) {
        for await (const batch of ofVenue.read({ schema })) {
          conversion.convert(batch as unknown as RecordBatch);
          await take(batch as unknown as RecordBatch);
        }
      }
      await takeDefinitions(ofVenue, to, take);
      return Object.fromEntries(conversion.ways);
    },
  );
  return { dataset, records, ways: sumOf(tasks.map(({ remarks }) => remarks)), isOld };
}

function checkRequest({ to, from, maxAgeS, rates }: ConvertRequest): void {
  const problems: string[] = [];
  if (!CURRENCY.test(to)) problems.push(`to=${to} (a code like EUR)`);
  if (from !== null && !CURRENCY.test(from)) problems.push(`from=${from} (a code like USD)`);
  if (!(maxAgeS > 0 && maxAgeS <= 1e9)) problems.push(`max-age=${maxAgeS} (more than 0 s, up to 1e9)`);
  if (rates.length === 0) problems.push('rates: at least one dataset');
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'a conversion names its currencies and its rates', { problems });
}

/** Currency of each symbol. */
async function currencies(
  source: RecordSource,
  schemas: readonly SchemaName[],
  { from }: ConvertRequest,
): Promise<ReadonlyMap<string, string>> {
  const symbols = new Set<string>();
  for (const schema of schemas) for (const symbol of await source.symbols(schema)) symbols.add(symbol);
  const told = new Map<string, string>();
  if (from === null && (await source.schemas()).includes('definition')) {
    for await (const batch of source.read({ schema: 'definition' }))
      for (const { symbol, currency } of batch.rows()) if (currency !== null) told.set(symbol, currency);
  }
  const found = new Map<string, string>();
  const unknown: string[] = [];
  for (const symbol of symbols) {
    const currency = from ?? told.get(symbol) ?? parsePair(symbol)?.quote;
    if (currency === undefined) unknown.push(symbol);
    else found.set(symbol, currency);
  }
  if (unknown.length > 0) {
    throw new TwinError(
      'DATA_REQUEST',
      'the currency of prices is told by definitions, by the name of a pair, or by --from',
      {
        unknown: unknown.length,
        symbols: unknown.slice(0, 10),
      },
    );
  }
  return found;
}

class Conversion {
  /** Records by the way of their rate. */
  readonly ways = new Map<string, number>();
  readonly #book: RateBook;
  readonly #currencyOf: ReadonlyMap<string, string>;
  readonly #to: string;
  readonly #maxAgeNs: bigint;

  constructor(book: RateBook, currencyOf: ReadonlyMap<string, string>, { to, maxAgeS }: ConvertRequest) {
    this.#book = book;
    this.#currencyOf = currencyOf;
    this.#to = to;
    this.#maxAgeNs = BigInt(Math.round(maxAgeS * 1000)) * NS_PER_MS;
  }

  /** Converts a batch in place. */
  convert(batch: RecordBatch): void {
    const prices = new PriceColumns(batch);
    const times = batch.column('tsEvent') as Int64Column;
    const symbols = batch.column('symbol') as SymbolColumn;
    const isBar = batch.schema.name === 'bar';
    const intervals = isBar ? (batch.column('intervalS') as Int32Array) : null;
    const turnovers = isBar ? (batch.column('turnover') as Float64Array) : null;
    for (let row = 0; row < batch.count; row++) {
      const knownNs = times.values[row]! + BigInt(intervals?.[row] ?? 0) * NS_PER_S;
      const rate = this.#rate(symbols.name(row), knownNs);
      prices.change(row, rate, 0);
      if (turnovers !== null && turnovers[row] !== UNDEF_FLOAT64) turnovers[row] = turnovers[row]! * rate;
    }
  }

  #rate(symbol: string, ns: bigint): number {
    const from = this.#currencyOf.get(symbol)!;
    const found = this.#book.rateAt(from, this.#to, ns, this.#maxAgeNs);
    if (found === null) {
      const age = this.#book.lastAgeNs(from, this.#to, ns);
      throw new TwinError('DATA_REQUEST', 'there is a rate, young enough, for every record', {
        symbol,
        from,
        to: this.#to,
        at: new Date(Number(ns / NS_PER_MS)).toISOString(),
        maxAgeS: Number(this.#maxAgeNs / NS_PER_S),
        lastRateAgeS: age === null ? 'none' : Number(age / NS_PER_S),
        pairs: this.#book.pairs.slice(0, 20),
      });
    }
    const way = found.path.join('>');
    this.ways.set(way, (this.ways.get(way) ?? 0) + 1);
    return found.rate;
  }
}

/** Definitions in the new currency, without what was a number of the old one. */
async function takeDefinitions(
  source: RecordSource,
  to: string,
  take: (batch: RecordBatch) => Promise<void>,
): Promise<void> {
  if (!(await source.schemas()).includes('definition')) return;
  const changed = new RecordBatch(DEFINITION);
  for await (const batch of source.read({ schema: 'definition' })) {
    for (const row of batch.rows()) {
      if (changed.isFull) {
        await take(changed as unknown as RecordBatch);
        changed.clear();
      }
      changed.push({ ...row, currency: to, tick: null, strike: null, minNotional: null });
    }
  }
  if (changed.count > 0) await take(changed as unknown as RecordBatch);
}
