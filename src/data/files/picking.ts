/** Which records of a recording are wanted: kinds and symbols, by options. The others are made into nothing, and counted. */

import type { RecordSink } from '../ingest/adapter.ts';
import type { QuarantineReason } from '../quarantine.ts';
import { type NewRecord, SCHEMAS, type SchemaName, type SchemaOf } from '../registry.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import type { OptionReader } from './file-options.ts';

export const RECORDS_OPTION = {
  about: 'only these kinds of records, separated by +; empty: all',
  default: '',
};
export const SYMBOLS_OPTION = { about: 'only these symbols, separated by +; empty: all', default: '' };

export interface Pick {
  /** Null takes all. */
  readonly kinds: ReadonlySet<SchemaName> | null;
  readonly symbols: ReadonlySet<string> | null;
}

/** Reads the options `records` and `symbols`; kinds that the format does not make are a problem. */
export function pickOf(options: OptionReader, schemas: readonly SchemaName[]): Pick {
  const list = (name: string) =>
    options
      .text(name)
      .split('+')
      .filter((part) => part !== '');
  const kinds = list('records');
  const unknown = kinds.filter((kind) => !(schemas as readonly string[]).includes(kind));
  if (unknown.length > 0)
    options.problem('records', `is made of ${schemas.join(', ')}, not ${unknown.join(', ')}`);
  const symbols = list('symbols');
  return {
    kinds: kinds.length === 0 ? null : (new Set(kinds) as ReadonlySet<SchemaName>),
    symbols: symbols.length === 0 ? null : new Set(symbols),
  };
}

/** A sink that takes kinds that are not wanted away; `pick.symbols` holds for records that are pushed as objects. */
export class PickingSink implements RecordSink {
  readonly #sink: RecordSink;
  readonly #pick: Pick;
  /** Rows of kinds that nobody wants, written over and over. */
  readonly #scratch = new Map<SchemaName, RecordBatch>();

  constructor(sink: RecordSink, pick: Pick) {
    this.#sink = sink;
    this.#pick = pick;
  }

  push<N extends SchemaName>(schema: N, record: NewRecord<N>): void {
    const { kinds, symbols } = this.#pick;
    const { symbol } = record as unknown as { readonly symbol: string };
    if (kinds !== null && !kinds.has(schema)) return;
    if (symbols === null || symbols.has(symbol) || symbol === '*') this.#sink.push(schema, record);
    else this.#sink.remark('other-symbol');
  }

  batch<N extends SchemaName>(schema: N): RecordBatch<SchemaOf<N>> {
    const { kinds } = this.#pick;
    if (kinds === null || kinds.has(schema)) return this.#sink.batch(schema);
    let scratch = this.#scratch.get(schema);
    if (scratch === undefined) {
      scratch = new RecordBatch(SCHEMAS[schema]) as RecordBatch;
      this.#scratch.set(schema, scratch);
    }
    if (scratch.isFull) scratch.clear();
    return scratch as unknown as RecordBatch<SchemaOf<N>>;
  }

  reject(reason: QuarantineReason, sourceIndex: number, detail: string): void {
    this.#sink.reject(reason, sourceIndex, detail);
  }

  remark(name: string, count?: number): void {
    this.#sink.remark(name, count);
  }
}

/** The sink itself where everything is wanted. */
export function pickingSink(sink: RecordSink, pick: Pick): RecordSink {
  return pick.kinds === null && pick.symbols === null ? sink : new PickingSink(sink, pick);
}
