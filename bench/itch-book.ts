/**
 * From ITCH bytes to standing books: decoding, ids to dense numbers, and every order placed, executed, reduced and
 * deleted. On a synthetic day of many stocks or on a LOBSTER message file rewritten as ITCH; against the readable codec,
 * a Map and the reference book on a prefix. Both must end with the same books. Prints one JSON line.
 *
 *   npm run bench:itch-book -- [--from message.csv[.gz]] [--tiny] [--pretty] [--rounds n]
 */

import { basename } from 'node:path';
import { IdMap, invariant } from '../src/base/index.ts';
import {
  decodeItchMessage,
  encodeBatchAsItch,
  ItchDecoder,
  ItchWriter,
  LobsterDecoder,
  MBO_ADD,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_REDUCE,
  MboBatch,
  Quarantine,
  readAllBytes,
} from '../src/data/index.ts';
import { EventBuffer, OrderTicket, type Side } from '../src/domain/index.ts';
import {
  DEFAULT_BOOK_RULES,
  FastBook,
  hashBookState,
  type OrderBook,
  OrderPool,
  ReferenceBook,
} from '../src/market/index.ts';
import { createBookFlow } from './support/book-flow.ts';
import { decodeAll } from './support/decode.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ResultHash,
  ratioOf,
  runBenchmark,
  type Timing,
} from './support/harness.ts';
import { createDay, PRICE_UNITS_PER_TICK } from './support/synthetic-day.ts';

const SEED = 20_261_124;
const CHUNK_BYTES = 1 << 20;
const SYMBOLS = 20;
const RULES = { ...DEFAULT_BOOK_RULES, publishLevels: true };
/** Actions that the format can say and a displayed book needs. */
const BOOK_ACTIONS = new Set([MBO_ADD, MBO_DELETE, MBO_REDUCE, MBO_EXECUTE]);

/** Books of all stocks of a stream, kept by rows of the decoder. */
class StandingBooks {
  readonly events = new EventBuffer(1 << 12);
  readonly pool = new OrderPool();
  readonly ids = new IdMap();
  readonly books: FastBook[] = [];
  readonly #ticket = new OrderTicket();
  readonly #ticksPerUnit: number;
  #nextId = 1;

  constructor(stocks: number, priceUnitsPerTick: number) {
    this.#ticksPerUnit = 1 / priceUnitsPerTick;
    for (let index = 0; index <= stocks; index++) {
      this.books.push(new FastBook(RULES, this.events, { pool: this.pool, index }));
    }
  }

  apply(batch: MboBatch): void {
    const { action, instrument, orderIdHi, orderIdLo, qty } = batch;
    for (let row = 0; row < batch.count; row++) {
      const kind = action[row]!;
      const book = this.books[instrument[row]!]!;
      const hi = orderIdHi[row]!;
      const lo = orderIdLo[row]!;
      if (kind === MBO_ADD) {
        const orderId = this.#nextId++;
        this.ids.set(hi, lo, orderId);
        const ticket = this.#ticket;
        ticket.orderId = orderId;
        ticket.side = batch.side[row] as Side;
        ticket.priceTicks = Math.round(batch.price[row]! * this.#ticksPerUnit);
        ticket.qtyLots = qty[row]!;
        book.place(ticket);
      } else if (kind === MBO_DELETE) {
        book.cancel(this.ids.delete(hi, lo), 0);
      } else if (kind === MBO_EXECUTE || kind === MBO_REDUCE) {
        const orderId = this.ids.get(hi, lo);
        book.reduce(orderId, 0, qty[row]!);
        if (!book.has(orderId)) this.ids.delete(hi, lo);
      }
      if (this.events.count >= 512) this.events.clear();
    }
  }
}

/** The same, as one would write it first: an object per message, a Map, arrays. */
function applyAsObjects(bytes: Uint8Array, stocks: number, priceUnitsPerTick: number): ReferenceBook[] {
  const events = new EventBuffer();
  const books = Array.from({ length: stocks + 1 }, () => new ReferenceBook(RULES, events));
  const ids = new Map<bigint, number>();
  const ticket = new OrderTicket();
  let nextId = 1;
  for (let at = 0; at < bytes.length; ) {
    const length = (bytes[at]! << 8) | bytes[at + 1]!;
    const message = decodeItchMessage(bytes, at + 2, length);
    at += 2 + length;
    events.clear();
    const book = books[message.stockLocate]!;
    if (message.type === 'A') {
      ids.set(message.orderRef, nextId);
      ticket.orderId = nextId++;
      ticket.side = message.side === 'B' ? 0 : 1;
      ticket.priceTicks = Math.round(message.priceE4 / priceUnitsPerTick);
      ticket.qtyLots = message.shares;
      book.place(ticket);
    } else if (message.type === 'D') {
      book.cancel(ids.get(message.orderRef) ?? 0, 0);
      ids.delete(message.orderRef);
    } else if (message.type === 'E') {
      book.reduce(ids.get(message.orderRef) ?? 0, 0, message.shares);
    } else if (message.type === 'X') {
      book.reduce(ids.get(message.orderRef) ?? 0, 0, message.shares);
    }
  }
  return books;
}

interface Stream {
  readonly bytes: Uint8Array;
  readonly stocks: number;
  readonly messages: number;
  readonly title: string;
}

function createStream(day: MboBatch, stocks: number, title: string): Stream {
  const writer = new ItchWriter();
  for (let locate = 1; locate <= stocks; locate++) writer.stockDirectory(locate, 0, `STOCK${locate}`);
  encodeBatchAsItch(day, writer, { isExecutedAtOrderPrice: true });
  return { bytes: writer.bytes, stocks, messages: day.count + stocks, title };
}

function syntheticStream(isTiny: boolean): Stream {
  const messages = isTiny ? 5_000 : 1_500_000;
  const shape = { symbols: SYMBOLS, messages, resting: isTiny ? 500 : 40_000, seed: SEED };
  return createStream(
    createDay(createBookFlow(shape)),
    SYMBOLS,
    `synthetic day, ${SYMBOLS} stocks, seed ${SEED}`,
  );
}

/** The displayed orders of a LOBSTER day as one stock; records of orders from before the file are left out. */
async function streamFrom(path: string): Promise<Stream> {
  const bytes = await readAllBytes(path);
  const lines = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  const day = new MboBatch(lines);
  const open = new Map<number, number>();
  const decoder = new LobsterDecoder(new Quarantine('lenient', basename(path)));
  decodeAll(decoder, bytes, CHUNK_BYTES, new MboBatch(), (rows) => {
    for (let row = 0; row < rows.count; row++) if (isOfTheDay(open, rows, row)) copyRow(rows, row, day);
  });
  return createStream(day, 1, `${basename(path)} as ITCH`);
}

function isOfTheDay(open: Map<number, number>, rows: MboBatch, row: number): boolean {
  const action = rows.action[row]!;
  if (!BOOK_ACTIONS.has(action)) return false;
  const id = (rows.orderIdHi[row]! >>> 0) * 2 ** 32 + (rows.orderIdLo[row]! >>> 0);
  if (action === MBO_ADD) {
    open.set(id, rows.qty[row]!);
    return true;
  }
  const qty = open.get(id);
  if (qty === undefined) return false;
  const left = action === MBO_DELETE ? 0 : qty - rows.qty[row]!;
  if (left > 0) open.set(id, left);
  else open.delete(id);
  return true;
}

function copyRow(from: MboBatch, row: number, to: MboBatch): void {
  const at = to.count++;
  to.sourceIndex[at] = at;
  to.tsEventNs[at] = from.tsEventNs[row]!;
  to.instrument[at] = 1;
  to.action[at] = from.action[row]!;
  to.side[at] = from.side[row]!;
  to.price[at] = from.price[row]!;
  to.qty[at] = from.qty[row]!;
  to.orderIdHi[at] = from.orderIdHi[row]!;
  to.orderIdLo[at] = from.orderIdLo[row]!;
}

/** The first messages of a stream, up to about `byteCount` bytes, and how many they are. */
function prefixOf(bytes: Uint8Array, byteCount: number): { bytes: Uint8Array; messages: number } {
  let at = 0;
  let messages = 0;
  while (at < Math.min(byteCount, bytes.length)) {
    at += 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
    messages++;
  }
  return { bytes: bytes.subarray(0, at), messages };
}

function hashOfBooks(books: readonly OrderBook[]): string {
  const hash = new ResultHash();
  for (const book of books) {
    const state = hashBookState(book);
    hash.mix(state | 0);
    hash.mix(Math.floor(state / 2 ** 32));
  }
  return hash.hex;
}

async function main(): Promise<void> {
  const options = benchOptions(7, ['from']);
  const { from } = options.own;
  const stream = from === undefined ? syntheticStream(options.isTiny) : await streamFrom(from);
  const prefix = prefixOf(stream.bytes, options.isTiny ? 60_000 : 3_000_000);
  const batch = new MboBatch();
  const stand = (bytes: Uint8Array): StandingBooks => {
    const books = new StandingBooks(stream.stocks, PRICE_UNITS_PER_TICK);
    const decoder = new ItchDecoder(new Quarantine('strict', 'bench'));
    decodeAll(decoder, bytes, CHUNK_BYTES, batch, (rows) => books.apply(rows));
    return books;
  };
  const whole = stand(stream.bytes);
  const reference = applyAsObjects(prefix.bytes, stream.stocks, PRICE_UNITS_PER_TICK);
  invariant(
    hashOfBooks(stand(prefix.bytes).books) === hashOfBooks(reference),
    'fast and simple way end with the same books',
  );
  const timings = interleave(
    [
      { name: 'decode and book', units: stream.messages, run: () => stand(stream.bytes) },
      { name: 'decode and book, prefix', units: prefix.messages, run: () => stand(prefix.bytes) },
      {
        name: 'objects, Map and reference book, prefix',
        units: prefix.messages,
        run: () => applyAsObjects(prefix.bytes, stream.stocks, PRICE_UNITS_PER_TICK),
      },
    ],
    options.rounds,
  );
  const [ours, onPrefix, simple] = timings as [Timing, Timing, Timing];
  printResult(
    options,
    {
      bench: 'itch-book',
      workload: `${stream.messages} messages, ${stream.title}, ${stream.bytes.length} bytes, ${whole.pool.liveCount} resting at the end`,
      hash: hashOfBooks(whole.books),
      rounds: options.rounds,
      baseline: `readable codec, Map and ReferenceBook on the first ${prefix.messages} messages`,
      ratio: ratioOf(simple, onPrefix),
      decodeAndBook: figuresOf(ours),
      onPrefix: figuresOf(onPrefix),
      simple: figuresOf(simple),
    },
    timings,
  );
}

await runBenchmark(main);
