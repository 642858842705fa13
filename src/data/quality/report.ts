/** The quality of a dataset: counts of what may be doubted, by symbol and day, with its gaps. */

import { QUALITY_BITS, type SchemaName } from '../registry.ts';
import { dayOfNs, NS_PER_DAY, textOfDay } from '../schema/day.ts';
import { Int64Column } from '../schema/int64-column.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import type { CheckedRows } from './check.ts';
import type { Gap } from './gap-log.ts';

/** Bits of a record and what was counted: number of records that have it. */
export type BitCounts = Readonly<Record<string, number>>;

export interface SymbolQuality {
  readonly symbol: string;
  readonly records: number;
  /** First and last `tsEvent`, ns since 1970 UTC. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  readonly quality: BitCounts;
  /** Records by day (UTC). */
  readonly days: Readonly<Record<string, number>>;
}

export interface SchemaQuality {
  readonly venue: string;
  readonly schema: SchemaName;
  readonly records: number;
  readonly quality: BitCounts;
  /** Bits that were found now and do not stand in the records. */
  readonly unmarked: BitCounts;
  readonly symbols: readonly SymbolQuality[];
}

export interface QualityReport {
  readonly dataset: string;
  readonly records: number;
  readonly schemas: readonly SchemaQuality[];
  /** Records that were set aside at the ingest, by reason. */
  readonly setAside: BitCounts;
  /** Records that were put back since. */
  readonly readmitted: number;
  /** Calendar of each venue that bars and hours were checked by; `day`: within a day (UTC). */
  readonly calendars: Readonly<Record<string, string>>;
  readonly gaps: Partial<Record<Gap['kind'], { readonly gaps: number; readonly missing: number }>>;
}

const BITS = QUALITY_BITS.length;
const DAY_NS = Number(NS_PER_DAY);

class Tally {
  records = 0;
  firstNs = 0n;
  lastNs = 0n;
  readonly bits = new Float64Array(BITS);
  readonly days = new Map<number, number>();
}

/** Counts the records of one schema. */
export class SchemaTally {
  readonly #bySlot: (Tally | undefined)[] = [];
  readonly #unmarked = new Float64Array(BITS);
  #stored = new Int32Array(0);
  /** Midnight of the day at hand. */
  readonly #midnight = new Int64Column(1);
  #day = Number.NaN;

  /** Remembers the bits that the records of a batch came with; before the checks. */
  start(batch: RecordBatch): void {
    if (this.#stored.length < batch.count) this.#stored = new Int32Array(batch.capacity);
    this.#stored.set((batch.column('quality') as Int32Array).subarray(0, batch.count));
  }

  /** Counts a batch; after the checks. */
  add({ batch, quality, slots }: CheckedRows): void {
    const times = batch.column('tsEvent') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      const tally = this.#tally(slots[row]!);
      const ns = times.values[row]!;
      if (tally.records++ === 0) tally.firstNs = ns;
      tally.lastNs = ns;
      const day = this.#dayOf(times, row);
      tally.days.set(day, (tally.days.get(day) ?? 0) + 1);
      countBits(tally.bits, quality[row]!);
      countBits(this.#unmarked, quality[row]! & ~this.#stored[row]!);
    }
  }

  /** `names` of the symbols by slot. */
  result(venue: string, schema: SchemaName, names: readonly string[]): SchemaQuality {
    const symbols = this.#bySlot.flatMap((tally, slot): SymbolQuality[] =>
      tally === undefined ? [] : [qualityOf(names[slot]!, tally)],
    );
    symbols.sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    const sum = new Float64Array(BITS);
    for (const tally of this.#bySlot)
      for (let bit = 0; tally !== undefined && bit < BITS; bit++) sum[bit]! += tally.bits[bit]!;
    return {
      venue,
      schema,
      records: symbols.reduce((all, { records }) => all + records, 0),
      quality: named(sum),
      unmarked: named(this.#unmarked),
      symbols,
    };
  }

  /** Day of a row; rows in the order of time rarely begin another. */
  #dayOf(times: Int64Column, row: number): number {
    const sinceNs = times.since(row, this.#midnight.high(0), this.#midnight.low(0));
    if (Number.isNaN(this.#day) || sinceNs < 0 || sinceNs >= DAY_NS) {
      this.#day = dayOfNs(times.values[row]!);
      this.#midnight.values[0] = BigInt(this.#day) * NS_PER_DAY;
    }
    return this.#day;
  }

  #tally(slot: number): Tally {
    let tally = this.#bySlot[slot];
    if (tally === undefined) {
      tally = new Tally();
      this.#bySlot[slot] = tally;
    }
    return tally;
  }
}

function qualityOf(symbol: string, tally: Tally): SymbolQuality {
  return {
    symbol,
    records: tally.records,
    firstNs: tally.firstNs,
    lastNs: tally.lastNs,
    quality: named(tally.bits),
    days: Object.fromEntries([...tally.days].map(([day, count]) => [textOfDay(day), count])),
  };
}

function countBits(counts: Float64Array, bits: number): void {
  for (let left = bits; left !== 0; left &= left - 1) counts[31 - Math.clz32(left & -left)]! += 1;
}

function named(counts: Float64Array): BitCounts {
  return Object.fromEntries(
    QUALITY_BITS.map((bit, index) => [bit, counts[index]!] as const).filter(([, count]) => count > 0),
  );
}
