/**
 * Records under one name over time: whoever asks for an instrument by the name that it has on a day gets its records of all days, those
 * under its other names too, and none of other instruments that had the same name.
 */

import { TradingDays } from '../futures/trading-days.ts';
import type { RecordQuery, RecordSource } from '../lake/record-source.ts';
import type { SchemaName, SchemaOf } from '../registry.ts';
import { NS_PER_DAY, textOfDay } from '../schema/day.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import { isWithin, type NameSpan, type SymbolHistory } from './symbol-history.ts';

export interface Mapping {
  readonly history: SymbolHistory;
  /** The day on which names are meant, YYYY-MM-DD. */
  readonly day: string;
  /** Where days begin: an IANA zone. Records at midnight UTC are of that date, whatever the zone. */
  readonly zone: string;
}

export class MappedSource implements RecordSource {
  readonly #source: RecordSource;
  readonly #mapping: Mapping;
  readonly #days: TradingDays;

  constructor(source: RecordSource, mapping: Mapping) {
    this.#source = source;
    this.#mapping = mapping;
    this.#days = new TradingDays(mapping.zone, 0);
  }

  schemas(): Promise<readonly SchemaName[]> {
    return this.#source.schemas();
  }

  /** Names, on the day that is meant, of the instruments that have one then; the others are asked for by a day on which they have. */
  async symbols(schema: SchemaName): Promise<readonly string[]> {
    const { history, day } = this.#mapping;
    const names = new Set<string>();
    for (const symbol of await this.#source.symbols(schema)) {
      for (const spans of history.bearersOf(symbol)) {
        const name = spans.find((span) => isWithin(span, day))?.symbol;
        if (name !== undefined) names.add(name);
      }
    }
    return [...names].sort();
  }

  async *read<N extends SchemaName>(query: RecordQuery<N>): AsyncGenerator<RecordBatch<SchemaOf<N>>> {
    const { history, day } = this.#mapping;
    const wanted = query.symbols ?? (await this.symbols(query.schema));
    /** Spans by the name under which records are stored, with the name that is asked for. */
    const stored = new Map<string, (NameSpan & { readonly as: string })[]>();
    for (const as of new Set(wanted)) {
      for (const span of history.namesOf(as, day))
        stored.set(span.symbol, [...(stored.get(span.symbol) ?? []), { ...span, as }]);
    }
    const symbols = [...stored.keys()];
    for await (const read of this.#source.read({ ...query, symbols })) {
      const batch = read as unknown as RecordBatch;
      this.#rename(batch, stored);
      if (batch.count > 0) yield read;
    }
  }

  /** Gives rows the name that is asked for, and takes out those of other instruments. */
  #rename(
    batch: RecordBatch,
    stored: ReadonlyMap<string, readonly (NameSpan & { readonly as: string })[]>,
  ): void {
    const names = batch.column('symbol') as SymbolColumn;
    const times = (batch.column('tsEvent') as Int64Column).values;
    const marks = new Uint8Array(batch.capacity);
    let areAllKept = true;
    for (let row = 0; row < batch.count; row++) {
      const on = dayOfRecord(times[row]!, this.#days);
      const span = stored.get(names.name(row))?.find((one) => isWithin(one, on));
      if (span === undefined) {
        marks[row] = 1;
        areAllKept = false;
      } else names.set(row, span.as);
    }
    if (!areAllKept) batch.removeRows(marks);
  }
}

/** The day of a record: at midnight UTC that date, else that of the zone. */
export function dayOfRecord(ns: bigint, days: TradingDays): string {
  return ns % NS_PER_DAY === 0n ? textOfDay(Number(ns / NS_PER_DAY)) : days.dayOf(ns);
}
