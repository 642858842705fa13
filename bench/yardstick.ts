/**
 * Runs a workload file of the neutral matching-engine yardstick through the full order book, against the reference book
 * on a prefix, and prints one JSON line. Timed: interning of ids, matching, and making of the reports. Not timed: reading
 * the file, text and SHA-256.
 *
 *   npm run bench:yardstick -- workload.bin[.gz] [--tiny] [--pretty] [--rounds n]
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { IdMap, inputFileFault, invariant, TwinError } from '../src/base/index.ts';
import {
  EV_ACCEPTED,
  EV_CANCEL_REJECTED,
  EV_CANCELED,
  EV_REJECTED,
  EV_REPLACE_REJECTED,
  EV_REPLACED,
  EV_TRADE,
  EventBuffer,
  IOC,
  OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  RECORD_WORDS,
  ReplaceTicket,
  type Side,
} from '../src/domain/index.ts';
import {
  type BookRules,
  DEFAULT_BOOK_RULES,
  FastBook,
  type OrderBook,
  ReferenceBook,
} from '../src/market/index.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ratioOf,
  rounded,
  runBenchmark,
  type Timing,
} from './support/harness.ts';
import { FeeMeter, ListedBook } from './support/venue-books.ts';

const HEADER_BYTES = 16;
const MESSAGE_BYTES = 40;
const REFERENCE_MESSAGES = 100_000;
/** Words of one report: type, message row, side, id row, price, quantity, other id row. */
const REPORT_WORDS = 7;

interface Workload {
  count: number;
  type: Uint8Array;
  side: Uint8Array;
  ioc: Uint8Array;
  qty: Float64Array;
  sequence: Float64Array;
  idHi: Int32Array;
  idLo: Int32Array;
  /** Prices as int32 ticks; `priceOf` gives the file's price back. */
  ticks: Int32Array;
  priceOf: (ticks: number) => string;
}

interface Reports {
  rows: Int32Array;
  count: number;
  trades: number;
  /** Row in the workload at which the order of a dense id was new. */
  rowOfId: Int32Array;
}

function readWorkload(bytes: Uint8Array): Workload {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES) fail('a workload has a 16-byte header', { bytes: bytes.length });
  const count = view.getUint32(12, true);
  if (bytes.length !== HEADER_BYTES + count * MESSAGE_BYTES) {
    fail('a workload has as many 40-byte records as its header says', {
      bytes: bytes.length,
      records: count,
    });
  }
  const load: Workload = {
    count,
    type: new Uint8Array(count),
    side: new Uint8Array(count),
    ioc: new Uint8Array(count),
    qty: new Float64Array(count),
    sequence: new Float64Array(count),
    idHi: new Int32Array(count),
    idLo: new Int32Array(count),
    ticks: new Int32Array(count),
    priceOf: String,
  };
  const prices = new BigInt64Array(count);
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + i * MESSAGE_BYTES;
    load.type[i] = view.getUint8(at);
    load.side[i] = view.getUint8(at + 1);
    load.ioc[i] = view.getUint8(at + 2);
    load.qty[i] = view.getUint32(at + 4, true);
    load.sequence[i] = view.getUint32(at + 12, true) * 4294967296 + view.getUint32(at + 8, true);
    load.idLo[i] = view.getInt32(at + 16, true);
    load.idHi[i] = view.getInt32(at + 20, true);
    prices[i] = view.getBigInt64(at + 24, true);
    if (load.type[i]! > 2 || load.side[i]! > 1)
      fail('a record is new, cancel or modify, buy or sell', { record: i });
  }
  setTicks(load, prices);
  return load;
}

/** Prices that fit int32 are ticks as they are; others keep their order as ranks. */
function setTicks(load: Workload, prices: BigInt64Array): void {
  const fits = prices.every((price) => price >= BigInt(PRICE_TICKS_MIN) && price <= BigInt(PRICE_TICKS_MAX));
  if (fits) {
    for (let i = 0; i < load.count; i++) load.ticks[i] = Number(prices[i]);
    return;
  }
  const distinct = [...new Set(prices)].sort((a, b) => (a < b ? -1 : 1));
  const rankOf = new Map(distinct.map((price, rank) => [price, rank]));
  for (let i = 0; i < load.count; i++) load.ticks[i] = rankOf.get(prices[i]!)!;
  load.priceOf = (ticks) => String(distinct[ticks]);
}

/** What takes the commands of a workload. */
type CommandTaker = Pick<OrderBook, 'submit' | 'cancel' | 'replace'>;
type CreateBook = (events: EventBuffer) => CommandTaker;

const RULES: BookRules = {
  ...DEFAULT_BOOK_RULES,
  replaceLosesPriority: 'always',
  replaceQty: 'open',
  publishLevels: false,
};
const createFast: CreateBook = (events) => new FastBook(RULES, events);
const createWithLevels: CreateBook = (events) => new FastBook({ ...RULES, publishLevels: true }, events);
const createListed: CreateBook = (events) => new ListedBook({ ...RULES, publishLevels: true }, events, false);
const createBanded: CreateBook = (events) => new ListedBook({ ...RULES, publishLevels: true }, events, true);
const createReference: CreateBook = (events) => new ReferenceBook(RULES, events);

/** Feeds the first `limit` messages to a fresh book and collects the reports. */
function runWorkload(
  load: Workload,
  createBook: CreateBook,
  reports: Reports,
  limit: number,
  fees: FeeMeter | null = null,
): void {
  const events = new EventBuffer(1 << 12);
  const book = createBook(events);
  const ids = new IdMap(1 << 12);
  const ticket = new OrderTicket();
  const change = new ReplaceTicket();
  reports.count = 0;
  reports.trades = 0;
  let nextId = 1;
  for (let i = 0; i < limit; i++) {
    const type = load.type[i]!;
    if (type === 0) {
      const orderId = nextId++;
      ids.set(load.idHi[i]!, load.idLo[i]!, orderId);
      reports.rowOfId[orderId] = i;
      ticket.orderId = orderId;
      ticket.side = load.side[i] as Side;
      ticket.timeInForce = load.ioc[i] === 1 ? IOC : 0;
      ticket.priceTicks = load.ticks[i]!;
      ticket.qtyLots = load.qty[i]!;
      book.submit(ticket);
    } else {
      const orderId = ids.get(load.idHi[i]!, load.idLo[i]!);
      if (type === 1) {
        book.cancel(orderId, 0);
      } else {
        change.orderId = orderId;
        change.priceTicks = load.ticks[i]!;
        change.qtyLots = load.qty[i]!;
        book.replace(change);
      }
    }
    if (fees !== null) fees.take(events);
    report(load, reports, events, i, ids);
    events.clear();
  }
}

/** Room for the reports of a workload: reused by every round, so that no round pays for fresh memory pages. */
function createReports(load: Workload): Reports {
  return {
    rows: new Int32Array(load.count * 2 * REPORT_WORDS),
    count: 0,
    trades: 0,
    rowOfId: new Int32Array(load.count + 1),
  };
}

/** Turns the events of one message into report rows, and forgets the ids of orders that are gone. */
function report(load: Workload, reports: Reports, events: EventBuffer, row: number, ids: IdMap): void {
  const words = events.words;
  const end = events.count * RECORD_WORDS;
  if ((reports.count + events.count) * REPORT_WORDS > reports.rows.length) {
    const grown = new Int32Array(reports.rows.length * 2 + end);
    grown.set(reports.rows);
    reports.rows = grown;
  }
  const rows = reports.rows;
  const rowOfId = reports.rowOfId;
  for (let at = 0; at < end; at += RECORD_WORDS) {
    const head = words[at]!;
    const type = REPORT_TYPES[head & 255]!;
    if (type < 0) continue;
    const to = reports.count++ * REPORT_WORDS;
    rows[to] = type;
    rows[to + 1] = row;
    rows[to + 2] = (head >> 8) & 1;
    rows[to + 3] = type >= 4 ? row : rowOfId[words[at + 4]!]!;
    rows[to + 4] = words[at + 5]!;
    rows[to + 5] = words[at + 6]!;
    if (type === 1) {
      const makerRow = rowOfId[words[at + 8]!]!;
      rows[to + 6] = makerRow;
      reports.trades++;
      if (words[at + 9] === 0) ids.delete(load.idHi[makerRow]!, load.idLo[makerRow]!);
    }
    if (type === 2 || (type === 1 && words[at + 7] === 0)) {
      const goneRow = rows[to + 3]!;
      ids.delete(load.idHi[goneRow]!, load.idLo[goneRow]!);
    }
  }
}

/** Event kind to report type of the yardstick; -1 = not reported. */
const REPORT_TYPES = new Int8Array(256).fill(-1);
REPORT_TYPES[EV_ACCEPTED] = 0;
REPORT_TYPES[EV_TRADE] = 1;
REPORT_TYPES[EV_CANCELED] = 2;
REPORT_TYPES[EV_REPLACED] = 3;
REPORT_TYPES[EV_CANCEL_REJECTED] = 4;
REPORT_TYPES[EV_REPLACE_REJECTED] = 5;
REPORT_TYPES[EV_REJECTED] = 6;

/** SHA-256 of the report text, sorted by (sequence, type); trades of one message stay in order. */
export function hashReports(load: Workload, reports: Reports): string {
  const { rows } = reports;
  const order = Array.from({ length: reports.count }, (_, i) => i);
  const sequenceOf = (i: number): number => load.sequence[rows[i * REPORT_WORDS + 1]!]!;
  order.sort(
    (a, b) => sequenceOf(a) - sequenceOf(b) || rows[a * REPORT_WORDS]! - rows[b * REPORT_WORDS]! || a - b,
  );
  const hash = createHash('sha256');
  let text = '';
  order.forEach((index, n) => {
    text += (n === 0 ? '' : '\n') + reportLine(load, rows, index * REPORT_WORDS);
    if (text.length > 1 << 20) {
      hash.update(text);
      text = '';
    }
  });
  return hash.update(text).digest('hex');
}

function reportLine(load: Workload, rows: Int32Array, at: number): string {
  const type = rows[at]!;
  const head = `${type},${load.sequence[rows[at + 1]!]}`;
  const id = idText(load, rows[at + 3]!);
  if (type === 1)
    return `${head},${load.priceOf(rows[at + 4]!)},${rows[at + 5]},${idText(load, rows[at + 6]!)},${id}`;
  if (type === 4 || type === 5) return `${head},${id}`;
  if (type === 6) fail('the venue accepts every new order of a workload', { message: rows[at + 1]! });
  const withPrice = `${head},${rows[at + 2]},${id},${load.priceOf(rows[at + 4]!)}`;
  return type === 2 ? withPrice : `${withPrice},${rows[at + 5]}`;
}

function idText(load: Workload, row: number): string {
  const hi = load.idHi[row]! >>> 0;
  const lo = load.idLo[row]! >>> 0;
  return hi < 0x20_0000 ? String(hi * 4294967296 + lo) : String((BigInt(hi) << 32n) | BigInt(lo));
}

function fail(rule: string, details: Record<string, unknown>): never {
  throw new TwinError('DATA_FORMAT', rule, details);
}

/** The bytes of a file, unpacked if it is gzip. */
function readWhole(path: string): Uint8Array {
  let raw: Buffer;
  try {
    raw = readFileSync(path);
  } catch (error) {
    throw inputFileFault(path, error);
  }
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) return raw;
  try {
    return gunzipSync(raw);
  } catch (error) {
    fail('a packed workload is whole gzip', { path, found: (error as Error).message });
  }
}

/** The same with everything switched on, one rule after another. Sessions and bands change no report here. */
function timeEverything(load: Workload, reports: Reports, rounds: number): Everything {
  const run = (createBook: CreateBook, createMeter?: () => FeeMeter) => () =>
    runWorkload(load, createBook, reports, load.count, createMeter?.());
  return interleave(
    [
      { name: 'with levels, again', units: load.count, run: run(createWithLevels) },
      { name: '+ sessions', units: load.count, run: run(createListed) },
      { name: '+ bands', units: load.count, run: run(createBanded) },
      { name: '+ fees', units: load.count, run: run(createBanded, () => new FeeMeter()) },
    ],
    Math.min(rounds, 3),
  ) as unknown as Everything;
}

/** Timings with levels alone, then with sessions, with bands too, with fees too. */
type Everything = readonly [Timing, Timing, Timing, Timing];

function figuresOfEverything(full: Everything): object {
  const [alone, sessions, bands, fees] = full;
  return {
    sessions: figuresOf(sessions),
    bands: figuresOf(bands),
    fees: figuresOf(fees),
    costOfSessions: rounded(ratioOf(sessions, alone)),
    costOfBands: rounded(ratioOf(bands, sessions)),
    costOfFees: rounded(ratioOf(fees, bands)),
  };
}

function main(): void {
  const options = benchOptions(5);
  const path = options.files[0];
  if (path === undefined)
    fail('a workload file is named', { usage: 'npm run bench:yardstick -- workload.bin[.gz]' });
  const load = readWorkload(readWhole(path));
  const prefix = Math.min(load.count, options.isTiny ? 2_000 : REFERENCE_MESSAGES);
  const reports = createReports(load);
  const run = (createBook: CreateBook, limit: number) => () => runWorkload(load, createBook, reports, limit);
  const timings = interleave(
    [
      { name: 'with levels', units: load.count, run: run(createWithLevels, load.count) },
      { name: 'bare', units: load.count, run: run(createFast, load.count) },
    ],
    options.rounds,
  );
  const sha256 = hashReports(load, reports);
  const { trades, count } = reports;
  const full = timeEverything(load, reports, options.rounds);
  invariant(hashReports(load, reports) === sha256, 'a venue with all its rules gives the same reports');
  // The reference book comes last: before, it would only teach the compiler of a second kind of book.
  const onPrefix = interleave(
    [
      { name: 'reference, prefix', units: prefix, run: run(createReference, prefix) },
      { name: 'bare, prefix', units: prefix, run: run(createFast, prefix) },
    ],
    options.rounds,
  );
  const [withLevels, bare] = timings as [Timing, Timing];
  const [reference, fast] = onPrefix as [Timing, Timing];
  printResult(
    options,
    {
      bench: 'yardstick',
      workload: `${load.count} messages of ${basename(path)}`,
      hash: sha256,
      rounds: options.rounds,
      baseline: `ReferenceBook on the first ${prefix} messages`,
      ratio: ratioOf(reference, fast),
      // The line that the yardstick asks for: the full engine, with everything it publishes.
      sha256,
      trades,
      reports: count,
      messages: load.count,
      seconds: rounded((withLevels.wallNs * load.count) / 1e9),
      millionPerSecond: rounded(withLevels.millionPerSecond),
      bare: figuresOf(bare),
      withLevels: figuresOf(withLevels),
      everything: figuresOfEverything(full),
      reference: figuresOf(reference),
    },
    [...timings, ...full, ...onPrefix],
  );
}

await runBenchmark(main);
