/**
 * Cboe (BATS) Multicast PITCH as text, the form of the historical files: one message per line, times in ms since midnight.
 *
 *   time[8] A order[12] side[1] shares[6] symbol[6] price[10] display[1]         add
 *   time[8] d order[12] side[1] shares[6] symbol[8] price[10] display[1] mpid[4]  add, long
 *   time[8] E order[12] shares[6] execution[12]                                  execution
 *   time[8] X order[12] shares[6]                                                cancel
 *   time[8] P order[12] side[1] shares[6] symbol[6] price[10] execution[12]       trade with an order that was not shown
 *   time[8] r order[12] side[1] shares[6] symbol[8] price[10] execution[12]       the same, long
 *   time[8] H symbol[8] status[1] regSho[1] -[2]                                  status (T trading, H halted, Q quoting, S suspended)
 *   time[8] B execution[12]                                                      a trade is broken
 *   time[8] s symbol[8]                                                          the book of a symbol is empty
 *
 * Order and execution ids are numbers in base 36; prices have four decimals; a line may begin with an S.
 * Source: Cboe US Equities TCP PITCH specification.
 */

import { BUY, SELL } from '../../../domain/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat } from '../../ingest/file-format.ts';
import {
  MBO_ADD,
  MBO_CLEAR,
  MBO_EXECUTE,
  MBO_FLAG_LAST,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MBO_STATUS,
  MboBatch,
  SIDE_UNKNOWN,
  STATUS_HALTED,
  STATUS_QUOTE_ONLY,
  STATUS_TRADING,
  UNDEF_PRICE,
  UNDEF_TS,
} from '../../mbo-batch.ts';
import type { VenueStatus } from '../../venue-message.ts';
import { DATE_OPTION, OptionReader, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { pickingSink, pickOf, RECORDS_OPTION, SYMBOLS_OPTION } from '../picking.ts';
import { headRows, type Table, TableNormaliser } from '../tables/table-normaliser.ts';
import { dateOfName } from './itch-file.ts';
import { E4_STEPS } from './lobster-file.ts';
import { MboRecordWriter } from './mbo-record-writer.ts';
import { VenueRecordWriter } from './venue-record-writer.ts';

const LINE = /^S?(\d{8})([A-Za-z])(.*)$/;
/** Fields behind the letter of the type. */
const BODIES: Readonly<Record<string, RegExp>> = {
  A: /^([0-9A-Z]{12})([BS])([\d ]{6})(.{6})([\d ]{10})([YN])?\s*$/,
  d: /^([0-9A-Z]{12})([BS])([\d ]{6})(.{8})([\d ]{10})([YN])?.{0,5}$/,
  E: /^([0-9A-Z]{12})([\d ]{6})([0-9A-Z]{12})\s*$/,
  X: /^([0-9A-Z]{12})([\d ]{6})\s*$/,
  P: /^([0-9A-Z]{12})([BS])([\d ]{6})(.{6})([\d ]{10})([0-9A-Z]{12})\s*$/,
  r: /^([0-9A-Z]{12})([BS])([\d ]{6})(.{8})([\d ]{10})([0-9A-Z]{12})\s*$/,
  H: /^(.{8})([HQTS])(.).{0,2}$/,
  B: /^([0-9A-Z]{12})\s*$/,
  s: /^(.{8})\s*$/,
};
/** Valid types that make no record: auction updates and summaries, retail interest. */
const PASSED = 'IJR';
const SNIFF_ROWS = 20;
const NS_PER_MS = 1_000_000;
const DAY_MS = 86_400_000;

const STATUSES: Readonly<Record<string, { readonly status: VenueStatus; readonly code: number }>> = {
  H: { status: 'halted', code: STATUS_HALTED },
  S: { status: 'halted', code: STATUS_HALTED },
  Q: { status: 'quoting', code: STATUS_QUOTE_ONLY },
  T: { status: 'trading', code: STATUS_TRADING },
};

const SCHEMAS = ['mbo', 'trade', 'status'] as const;

export const PITCH_FILE: FileFormat = {
  name: 'pitch',
  version: 1,
  about: 'Cboe (BATS) PITCH, text',
  schemas: SCHEMAS,
  options: {
    records: RECORDS_OPTION,
    symbols: SYMBOLS_OPTION,
    date: DATE_OPTION,
    zone: ZONE_OPTION,
    venue: VENUE_OPTION('BATS'),
  },
  recognise(head, isWhole) {
    const rows = headRows(head, isWhole).slice(0, SNIFF_ROWS);
    return rows.length > 0 && rows.every((row) => isMessage(row));
  },
  open(context, sink) {
    const options = new OptionReader('pitch', context);
    const zone = options.zone();
    const date = options.date(dateOfName(context.fileName));
    const pick = pickOf(options, SCHEMAS);
    options.check();
    return new TableNormaliser(
      options.text('venue') || 'BATS',
      new PitchLines(pickingSink(sink, pick), pick.symbols, zone.midnightNs(date)!),
    );
  },
};

function isMessage(row: string): boolean {
  const found = LINE.exec(row);
  return found !== null && (BODIES[found[2]!]?.test(found[3]!) ?? PASSED.includes(found[2]!));
}

/** An id in base 36 as two halves. */
function idOf(text: string): bigint {
  let id = 0n;
  for (const letter of text) id = id * 36n + BigInt(Number.parseInt(letter, 36));
  return id;
}

/** Gathers rows in a batch and hands it on when it is full: the order of the records is that of the lines. */
class PitchLines implements Table {
  readonly #sink: RecordSink;
  readonly #rows = new MboBatch();
  readonly #orders: MboRecordWriter;
  readonly #messages: VenueRecordWriter;
  readonly #symbols = new Map<string, number>();
  readonly #names: string[] = ['*'];
  /** Live orders: later messages name the order only. */
  readonly #live = new Map<string, LiveOrder>();
  #lastMs = 0;

  constructor(sink: RecordSink, wanted: ReadonlySet<string> | null, midnightNs: bigint) {
    this.#sink = sink;
    const symbolOf = (instrument: number) => this.#names[instrument] ?? null;
    this.#orders = new MboRecordWriter(sink, {
      priceSteps: E4_STEPS,
      symbolOf,
      symbols: wanted,
      isPriceOfOrder: true,
    });
    this.#messages = new VenueRecordWriter(sink, { priceSteps: E4_STEPS, symbolOf });
    this.#orders.setEpoch(midnightNs);
    this.#messages.setEpoch(midnightNs);
  }

  row(row: string, index: number): void {
    const line = LINE.exec(row);
    const type = line?.[2] ?? '';
    const body = BODIES[type]?.exec(line?.[3] ?? '') ?? null;
    const ms = Number(line?.[1]);
    if (line === null) this.#reject('column-count', index, row);
    else if (PASSED.includes(type)) this.#sink.remark(`message-${type}`);
    else if (BODIES[type] === undefined) this.#reject('unknown-type', index, row);
    else if (body === null) this.#reject('length-mismatch', index, row);
    else if (ms >= DAY_MS) this.#reject('time-range', index, row);
    else this.#take(type, body, ms, index);
  }

  end(): void {
    this.#flush();
  }

  #take(type: string, body: RegExpExecArray, ms: number, index: number): void {
    // Files are joined of the units of the venue: each goes on by itself.
    if (ms < this.#lastMs) this.#sink.remark('time-backwards');
    this.#lastMs = Math.max(this.#lastMs, ms);
    const head = { ms, index };
    if (type === 'A' || type === 'd') this.#add(head, body);
    else if (type === 'E' || type === 'X') this.#change(head, body, type);
    else if (type === 'P' || type === 'r') this.#hiddenTrade(head, body);
    else if (type === 'H') this.#status(head, body);
    else if (type === 's') this.#append(head, MBO_CLEAR, this.#instrument(body[1]!.trim()), 0n);
    else this.#sink.remark('broken-trade');
  }

  #add(head: Head, [, order, side, shares, symbol, price]: RegExpExecArray): void {
    const instrument = this.#instrument(symbol!.trim());
    this.#live.set(order!, { instrument, openShares: Number(shares) });
    const row = this.#append(head, MBO_ADD, instrument, idOf(order!));
    this.#rows.side[row] = side === 'B' ? BUY : SELL;
    this.#rows.qty[row] = Number(shares);
    this.#rows.price[row] = Number(price);
  }

  #change(head: Head, [, order, shares, execution]: RegExpExecArray, type: string): void {
    const live = this.#live.get(order!);
    if (live === undefined) {
      this.#reject('unknown-order', head.index, `${type} of ${order}`);
      return;
    }
    const row = this.#append(head, type === 'E' ? MBO_EXECUTE : MBO_REDUCE, live.instrument, idOf(order!));
    this.#rows.qty[row] = Number(shares);
    live.openShares -= Number(shares);
    if (live.openShares <= 0) this.#live.delete(order!);
    this.#rows.sequence[row] = executionNumber(execution);
  }

  #hiddenTrade(head: Head, [, order, side, shares, symbol, price, execution]: RegExpExecArray): void {
    const row = this.#append(head, MBO_HIDDEN_TRADE, this.#instrument(symbol!.trim()), idOf(order!));
    this.#rows.side[row] = side === 'B' ? BUY : SELL;
    this.#rows.qty[row] = Number(shares);
    this.#rows.price[row] = Number(price);
    this.#rows.sequence[row] = executionNumber(execution);
  }

  #status(head: Head, [, symbol, letter]: RegExpExecArray): void {
    const { status, code } = STATUSES[letter!]!;
    const instrument = this.#instrument(symbol!.trim());
    const row = this.#append(head, MBO_STATUS, instrument, 0n);
    this.#rows.code[row] = code;
    this.#messages.write({
      row,
      sourceIndex: head.index,
      tsEventNs: head.ms * NS_PER_MS,
      instrument,
      kind: 'status',
      status,
      layer: 'trading',
      rule: '',
      reason: '',
      group: '',
    });
  }

  /** Begins a row and returns its number. */
  #append({ ms, index }: Head, action: number, instrument: number, id: bigint): number {
    const rows = this.#rows;
    if (rows.count === rows.capacity) this.#flush();
    const row = rows.count++;
    rows.sourceIndex[row] = index;
    rows.tsEventNs[row] = ms * NS_PER_MS;
    rows.tsRecvNs[row] = UNDEF_TS;
    rows.instrument[row] = instrument;
    rows.action[row] = action;
    rows.side[row] = SIDE_UNKNOWN;
    rows.price[row] = UNDEF_PRICE;
    rows.qty[row] = 0;
    rows.orderIdHi[row] = Number(id >> 32n) | 0;
    rows.orderIdLo[row] = Number(id & 0xffff_ffffn) | 0;
    rows.newOrderIdHi[row] = 0;
    rows.newOrderIdLo[row] = 0;
    rows.sequence[row] = 0;
    rows.flags[row] = MBO_FLAG_LAST;
    rows.code[row] = 0;
    return row;
  }

  #flush(): void {
    this.#orders.write(this.#rows);
    this.#rows.clear();
  }

  #instrument(symbol: string): number {
    let instrument = this.#symbols.get(symbol);
    if (instrument === undefined) {
      instrument = this.#names.length;
      this.#names.push(symbol);
      this.#symbols.set(symbol, instrument);
    }
    return instrument;
  }

  #reject(reason: Parameters<RecordSink['reject']>[0], index: number, detail: string): void {
    this.#sink.reject(reason, index, detail.slice(0, 160));
  }
}

interface LiveOrder {
  readonly instrument: number;
  openShares: number;
}

interface Head {
  readonly ms: number;
  readonly index: number;
}

/** Executions are numbered in base 36 beyond 2^53: the last nine letters tell those of a day apart. */
function executionNumber(execution: string | undefined): number {
  return execution === undefined ? 0 : Number.parseInt(execution.slice(-9), 36);
}
