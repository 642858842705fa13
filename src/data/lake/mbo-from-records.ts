/**
 * Canonical mbo records as the columns that replay reads: the way back of `MboRecordWriter`. A record that was made of a row
 * gives the same row again.
 */

import { invariant } from '../../base/index.ts';
import { type MboBatch, SIDE_UNKNOWN, UNDEF_PRICE, UNDEF_TS } from '../mbo-batch.ts';
import type { SchemaOf } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import { type RecordBatch, UNDEF_FLOAT64, UNDEF_INT32_VALUE, UNDEF_UINT8 } from '../schema/record-batch.ts';

const TWO_32 = 2n ** 32n;

export interface MboFromRecordsOptions {
  /** Time 0 of the rows, ns since 1970 UTC. */
  readonly epochNs: bigint;
  /** The same for the clock of the receiver, where it is another. */
  readonly recvEpochNs?: bigint;
  /** Steps of 1e-9 in one unit of the rows' prices: 100,000 for prices in 1e-4. */
  readonly priceSteps: number;
  /** Lots of one unit of quantity of a symbol, where quantities are not whole; absent: 1. */
  readonly lotsPerUnit?: (symbol: string) => number;
  /** Instrument numbers by symbol; symbols that are not in it get the numbers from 1 on that are free, '*' gets 0. */
  readonly instruments?: ReadonlyMap<string, number>;
}

/** Epoch in two halves, for differences without bigints. */
interface Epoch {
  readonly high: number;
  readonly low: number;
}

/** What is known of the symbols of a column, by their codes. */
interface Known {
  readonly names: readonly string[];
  readonly numbers: number[];
  readonly lots: number[];
}

export class MboFromRecords {
  readonly #event: Epoch;
  readonly #recv: Epoch;
  readonly #priceSteps: number;
  readonly #lotsPerUnit: (symbol: string) => number;
  readonly #instruments: Map<string, number>;
  /** By code of the symbol in the column at hand. */
  #known: Known = { names: [], numbers: [], lots: [] };
  #next = 1;

  constructor({ epochNs, recvEpochNs, priceSteps, lotsPerUnit, instruments }: MboFromRecordsOptions) {
    invariant(Number.isInteger(priceSteps) && priceSteps > 0, 'a price unit is a whole number of steps');
    this.#event = halves(epochNs);
    this.#recv = halves(recvEpochNs ?? epochNs);
    this.#priceSteps = priceSteps;
    this.#lotsPerUnit = lotsPerUnit ?? (() => 1);
    this.#instruments = new Map(instruments ?? []);
  }

  /** Symbol by instrument number, as in a decoder, of what was seen or given. */
  get symbols(): ReadonlyMap<number, string> {
    return new Map([...this.#instruments].map(([symbol, number]) => [number, symbol]));
  }

  /** Clears the batch and fills it with the records from `from` on; returns how many were taken. */
  fill(records: RecordBatch<SchemaOf<'mbo'>>, from: number, batch: MboBatch): number {
    batch.clear();
    const columns = records.columns;
    const count = Math.min(batch.capacity, records.count - from);
    const { codes, names } = columns.symbol;
    // A column keeps its list of names and only adds to it.
    if (this.#known.names !== names) this.#known = { names, numbers: [], lots: [] };
    const { numbers, lots } = this.#known;
    for (let code = numbers.length; code < names.length; code++) {
      // The first code stands for no symbol.
      numbers.push(code === 0 ? 0 : this.#instrument(names[code]!));
      lots.push(code === 0 ? 1 : this.#lotsPerUnit(names[code]!));
    }
    for (let row = 0; row < count; row++) {
      const at = from + row;
      batch.sourceIndex[row] = columns.sourceIndex.number(at);
      batch.tsEventNs[row] = columns.tsEvent.since(at, this.#event.high, this.#event.low);
      batch.tsRecvNs[row] = columns.tsRecv.isAbsent(at)
        ? UNDEF_TS
        : columns.tsRecv.since(at, this.#recv.high, this.#recv.low);
      const code = codes[at]!;
      batch.instrument[row] = numbers[code]!;
      batch.action[row] = columns.action[at]!;
      batch.side[row] = columns.side[at] === UNDEF_UINT8 ? SIDE_UNKNOWN : columns.side[at]!;
      batch.price[row] = columns.price.isAbsent(at)
        ? UNDEF_PRICE
        : columns.price.number(at) / this.#priceSteps;
      const qty = columns.qty[at]!;
      // Of lots that are fractions of a unit the product is whole but for its rounding.
      batch.qty[row] = qty === UNDEF_FLOAT64 ? 0 : lots[code] === 1 ? qty : Math.round(qty * lots[code]!);
      setId(batch.orderIdHi, batch.orderIdLo, row, columns.orderId, at);
      setId(batch.newOrderIdHi, batch.newOrderIdLo, row, columns.newOrderId, at);
      batch.sequence[row] = columns.sequence.isAbsent(at) ? 0 : columns.sequence.number(at);
      batch.flags[row] = columns.flags[at]!;
      batch.code[row] = columns.code[at] === UNDEF_INT32_VALUE ? 0 : columns.code[at]!;
    }
    batch.count = count;
    return count;
  }

  #instrument(symbol: string): number {
    const known = this.#instruments.get(symbol);
    if (known !== undefined) return known;
    const named = /^#(-?\d+)$/.exec(symbol);
    const number = symbol === '*' ? 0 : named === null ? this.#free() : Number(named[1]);
    this.#instruments.set(symbol, number);
    return number;
  }

  #free(): number {
    const taken = new Set(this.#instruments.values());
    while (taken.has(this.#next)) this.#next++;
    return this.#next++;
  }
}

function setId(hi: Int32Array, lo: Int32Array, row: number, ids: Int64Column, at: number): void {
  const isAbsent = ids.isAbsent(at);
  hi[row] = isAbsent ? 0 : ids.high(at);
  lo[row] = isAbsent ? 0 : ids.low(at) | 0;
}

function halves(ns: bigint): Epoch {
  const high = ns / TWO_32;
  return { high: Number(high), low: Number(ns - high * TWO_32) };
}
