// hot: bench/lake.ts
/**
 * Records of orders with what the venue said between them, as a replay reads them: rows in batches, messages at their places. At
 * most one batch of orders, and the messages within its time, are in memory.
 *
 *   mbo ──────────────────────────┐
 *   status, imbalance ── objects ─┴─► MboBatch: a message stands before the first row behind it in (tsEvent, source, sourceIndex)
 */

import { MBO_CROSS, type MboBatch, type MboSourceInfo } from '../mbo-batch.ts';
import type { SchemaName, SchemaOf } from '../registry.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import type { VenueMessage, VenueMessageHead } from '../venue-message.ts';
import { MboFromRecords } from './mbo-from-records.ts';
import type { RecordSource } from './record-source.ts';
import {
  crossMessage,
  declineLevel,
  imbalanceMessage,
  statusMessage,
  type VenueWording,
} from './venue-from-records.ts';

/** Messages that are made ready at once. */
const MESSAGES_READY = 4096;
const MARKET_SYMBOL = '*';
/** Symbol of an instrument that no one named: its number in the feed. */
const NUMBERED = /^#(-?\d+)$/;

export interface MboRecordsOptions {
  readonly source: RecordSource;
  /** Only these; absent: all. */
  readonly symbols?: readonly string[];
  /** Whether the rows of orders are read, or only what the venue said. */
  readonly hasOrders: boolean;
  /** Instrument numbers by symbol, of all symbols: see `numberSymbols`. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly lotsPerUnit: (symbol: string) => number;
  /** Time 0 of the rows, of the time of the first record, ns since 1970 UTC. */
  readonly epochOf: (firstNs: bigint) => bigint;
  readonly wording: VenueWording;
}

/** Numbers for symbols, the same ones whatever their order: '*' is 0, '#7' is 7, others get what is free from 1 on. */
export function numberSymbols(symbols: Iterable<string>): Map<string, number> {
  const sorted = [...new Set(symbols)].sort();
  const numbers = new Map<string, number>();
  for (const symbol of sorted) {
    const named = NUMBERED.exec(symbol);
    if (symbol === MARKET_SYMBOL) numbers.set(symbol, 0);
    else if (named !== null) numbers.set(symbol, Number(named[1]));
  }
  const taken = new Set(numbers.values());
  let next = 1;
  for (const symbol of sorted) {
    if (numbers.has(symbol)) continue;
    while (taken.has(next)) next++;
    numbers.set(symbol, next++);
  }
  return numbers;
}

type VenueSchema = 'status' | 'imbalance' | 'statistics';

interface Place {
  readonly tsNs: bigint;
  readonly source: number;
  readonly sourceIndex: number;
}

interface WaitingMessage extends Place {
  /** Its row is set when it is handed out. */
  readonly message: VenueMessage;
}

export class MboRecords {
  hasEnded = false;
  /** Rows and messages handed out. */
  messages = 0;
  readonly symbols: ReadonlyMap<number, string>;
  readonly #options: MboRecordsOptions;
  readonly #orders: RecordStream<'mbo'> | null;
  readonly #venue: readonly RecordStream<VenueSchema>[];
  #way: MboFromRecords | null = null;
  #epochNs: bigint | null = null;
  #waiting: WaitingMessage[] = [];

  constructor(options: MboRecordsOptions) {
    const { source, symbols, hasOrders, numbers } = options;
    this.#options = options;
    this.symbols = new Map([...numbers].map(([symbol, number]) => [number, symbol]));
    const wanted = symbols === undefined ? undefined : [...symbols, MARKET_SYMBOL];
    this.#orders = hasOrders ? new RecordStream(source, 'mbo', wanted) : null;
    const isOfGroups = options.wording.hasGroups;
    this.#venue = [
      new RecordStream(source, 'status', isOfGroups ? undefined : wanted),
      new RecordStream(source, 'imbalance', wanted),
      new RecordStream(source, 'statistics', [MARKET_SYMBOL]),
    ];
  }

  get info(): MboSourceInfo {
    return { format: 'dbn', priceUnit: '0.000000001', epochNs: this.#epochNs };
  }

  /** Records say nothing of what was passed over when they were made. */
  remarks(): Record<string, number> {
    return {};
  }

  /** Makes rows and messages ready that `read` gives; finds the end. */
  async pull(): Promise<void> {
    const orders = this.#orders;
    if (orders?.isDry === true) await orders.next();
    const last = orders === null || orders.batch === null ? null : lastPlace(orders.batch);
    for (const stream of this.#venue) await this.#listen(stream, last);
    this.#waiting.sort(comparePlaces);
    const isDry = orders === null || orders.batch === null;
    this.hasEnded = isDry && this.#waiting.length === 0;
  }

  /** Clears the batch and fills it with what is ready; returns the number of rows. Messages may come without rows. */
  read(batch: MboBatch): number {
    const orders = this.#orders;
    const records = orders?.batch ?? null;
    if (orders === null || records === null || orders.isDry) {
      batch.clear();
      // While there are orders to come, what is said waits for its place among them.
      if (orders === null || records === null) this.#hand(batch, this.#waiting.length);
      return 0;
    }
    const from = orders.row;
    const count = this.#wayFrom(records).fill(records, from, batch);
    orders.row += count;
    this.#place(records, from, batch);
    this.#addCrosses(batch);
    this.messages += count;
    return count;
  }

  async close(): Promise<void> {
    this.hasEnded = true;
    await this.#orders?.close();
    for (const stream of this.#venue) await stream.close();
  }

  #wayFrom(records: RecordBatch<SchemaOf<'mbo'>>): MboFromRecords {
    if (this.#way !== null) return this.#way;
    const epochNs = this.#epoch(records.columns.tsEvent.values[0]!);
    const { numbers, lotsPerUnit, wording } = this.#options;
    const { priceSteps } = wording;
    this.#way = new MboFromRecords({ epochNs, priceSteps, lotsPerUnit, instruments: numbers });
    return this.#way;
  }

  #epoch(firstNs: bigint): bigint {
    this.#epochNs ??= this.#options.epochOf(firstNs);
    return this.#epochNs;
  }

  /** Reads messages up to a place, or a number of them. */
  async #listen(stream: RecordStream<VenueSchema>, last: Place | null): Promise<void> {
    for (let ready = 0; ready < MESSAGES_READY || last !== null; ready++) {
      if (stream.isDry) await stream.next();
      const { batch, row } = stream;
      if (batch === null) return;
      const place = placeOf(batch as unknown as RecordBatch<SchemaOf<'mbo'>>, row);
      if (last !== null && comparePlaces(place, last) > 0) return;
      stream.row++;
      const message = this.#message(stream.schema, batch, row, place);
      if (message !== null) this.#waiting.push({ ...place, message });
    }
  }

  #message(
    schema: VenueSchema,
    batch: RecordBatch<SchemaOf<VenueSchema>>,
    row: number,
    { tsNs, sourceIndex }: Place,
  ): VenueMessage | null {
    const { numbers, wording } = this.#options;
    const epochNs = this.#epoch(tsNs);
    const symbol = (batch.columns.symbol as { name(row: number): string }).name(row);
    const number = symbol === MARKET_SYMBOL ? null : (numbers.get(symbol) ?? null);
    const isGroup = wording.hasGroups && number === null;
    if (number === null && symbol !== MARKET_SYMBOL && !isGroup) return null;
    const head = { row: 0, sourceIndex, tsEventNs: Number(tsNs - epochNs), instrument: number };
    if (schema === 'status') return statusMessage(recordAt<'status'>(batch, row), head, wording);
    if (schema === 'imbalance')
      return imbalanceMessage(recordAt<'imbalance'>(batch, row), head, wording, epochNs);
    return this.#declineLevels(batch, row, head);
  }

  /** Three records make one message. */
  #declineLevels(
    batch: RecordBatch<SchemaOf<VenueSchema>>,
    row: number,
    head: VenueMessageHead,
  ): VenueMessage | null {
    const levels = [row - 2, row - 1, row].map((at) =>
      at < 0 ? null : declineLevel(recordAt<'statistics'>(batch, at)),
    );
    if (!levels.every((found, index) => found !== null && found.level === index + 1)) return null;
    const [one, two, three] = levels.map((found) => found!.pointsE8) as [number, number, number];
    return { ...head, kind: 'declineLevels', levelsE8: [one, two, three] };
  }

  /** Puts waiting messages before the rows that they come before. */
  #place(records: RecordBatch<SchemaOf<'mbo'>>, from: number, batch: MboBatch): void {
    let row = 0;
    let done = 0;
    while (done < this.#waiting.length) {
      const waiting = this.#waiting[done]!;
      while (row < batch.count && comparePlaces(placeOf(records, from + row), waiting) < 0) row++;
      if (row === batch.count) break;
      batch.venue.push({ ...waiting.message, row });
      done++;
    }
    this.#waiting.splice(0, done);
    this.messages += done;
  }

  /** Hands out messages behind all rows. */
  #hand(batch: MboBatch, count: number): void {
    for (const { message } of this.#waiting.splice(0, count))
      batch.venue.push({ ...message, row: batch.count });
    this.messages += count;
  }

  /** Auctions are rows of orders; whoever keeps sessions hears of them too. */
  #addCrosses(batch: MboBatch): void {
    for (let row = 0; row < batch.count; row++) {
      if (batch.action[row] !== MBO_CROSS) continue;
      const head = {
        row,
        sourceIndex: batch.sourceIndex[row]!,
        tsEventNs: batch.tsEventNs[row]!,
        instrument: batch.instrument[row]!,
      };
      const { wording } = this.#options;
      const message = crossMessage(head, batch.code[row]!, batch.qty[row]!, batch.price[row]!, wording);
      let at = batch.venue.length;
      while (at > 0 && batch.venue[at - 1]!.row > row) at--;
      batch.venue.splice(at, 0, message);
    }
  }
}

/** Records of one schema, batch by batch. */
class RecordStream<N extends SchemaName> {
  readonly schema: N;
  batch: RecordBatch<SchemaOf<N>> | null = null;
  /** Next row of the batch. */
  row = 0;
  readonly #batches: AsyncIterator<RecordBatch<SchemaOf<N>>>;
  #hasEnded = false;

  constructor(source: RecordSource, schema: N, symbols: readonly string[] | undefined) {
    this.schema = schema;
    const query = symbols === undefined ? { schema } : { schema, symbols };
    this.#batches = source.read(query)[Symbol.asyncIterator]();
  }

  /** Whether the batch at hand has no row left. */
  get isDry(): boolean {
    return this.batch === null || this.row >= this.batch.count;
  }

  async next(): Promise<void> {
    if (this.#hasEnded) return;
    const { done, value } = await this.#batches.next();
    this.#hasEnded = done === true;
    this.batch = done === true ? null : value;
    this.row = 0;
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    this.batch = null;
    await this.#batches.return?.();
  }
}

function recordAt<N extends VenueSchema>(batch: RecordBatch<SchemaOf<VenueSchema>>, row: number) {
  return (batch as unknown as RecordBatch<SchemaOf<N>>).row(row);
}

function placeOf({ columns }: RecordBatch<SchemaOf<'mbo'>>, row: number): Place {
  return {
    tsNs: columns.tsEvent.values[row]!,
    source: columns.source[row]!,
    sourceIndex: columns.sourceIndex.number(row),
  };
}

/** The latest place of a batch, whose rows need not be in the order of time. */
function lastPlace(records: RecordBatch<SchemaOf<'mbo'>>): Place {
  const { tsEvent } = records.columns;
  let last = records.count - 1;
  for (let row = 0; row < records.count; row++) if (tsEvent.compare(row, tsEvent, last) > 0) last = row;
  return placeOf(records, last);
}

function comparePlaces(a: Place, b: Place): number {
  if (a.tsNs !== b.tsNs) return a.tsNs < b.tsNs ? -1 : 1;
  return a.source - b.source || a.sourceIndex - b.sourceIndex;
}
