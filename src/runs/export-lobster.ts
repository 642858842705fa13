/**
 * One instrument of a run as a LOBSTER pair: a message file and the orderbook after each message.
 *
 * | event | message |
 * |---|---|
 * | an order rests and is displayed, an iceberg shows its next peak | 1 |
 * | reduced, restated, replaced in place to less: the displayed part of it | 2 |
 * | canceled, expired, or replaced with loss of its place while displayed | 3 |
 * | trade with a displayed order | 4, direction of the resting order |
 * | trade with an order that is not displayed | 5, order id 0 |
 *
 * What never shows leaves no message: orders that trade fully on entry, hidden orders, waiting stops.
 *
 * Order ids: the run's order id at its first display. Each further display (a peak, a re-entry after a replace) is a new
 * order to the public, as at the exchange, and gets id + displays x 2^32; modulo 2^32 it is the run's id again.
 *
 * Times count from New York midnight of the day the run's epoch falls on, as the vendor's do; without an epoch from the
 * start of the run, with the date 1970-01-01 in the file name. Prices are in 1e-4 currency units, quantities in units
 * of the instrument; what is no whole number of them is refused.
 */

import { join } from 'node:path';
import { TwinError } from '../base/index.ts';
import {
  BookRow,
  formatLobsterFileName,
  LOBSTER_DUMMY_PRICE,
  LobsterBookWriter,
  type LobsterFileKind,
  LobsterMessageWriter,
  lobsterEpochNs,
  MBO_ADD,
  MBO_DELETE,
  MBO_EXECUTE,
  MBO_HIDDEN_TRADE,
  MBO_REDUCE,
  MboBatch,
} from '../data/index.ts';
import {
  BUY,
  DOUBLE_TIME,
  type InstrumentSpec,
  parseLots,
  parseTicks,
  RECORD_WORDS,
  WORD_INSTRUMENT,
} from '../domain/index.ts';
import { DisplayedBook, type DisplayedChange, type DisplayedEvent } from './displayed-book.ts';
import type { JournalReader, JournalTail } from './journal-reader.ts';
import type { LevelTotals } from './level-totals.ts';
import { makeFolder } from './make-folder.ts';
import { TextFile } from './text-file.ts';

const BATCH_RECORDS = 8192;
const STAGED_BYTES = 1 << 20;
const DAY_MS = 86_400_000;
const NS_PER_MS = 1e6;
const QTY_MAX = 999_999_999_999_999;
/** Most levels a LOBSTER file name can say. */
export const LOBSTER_LEVELS_MAX = 9999;

/** The canonical action that tells a change of the displayed book. */
export const MBO_ACTION_OF_CHANGE: Readonly<Record<DisplayedChange, number>> = {
  shown: MBO_ADD,
  reduced: MBO_REDUCE,
  removed: MBO_DELETE,
  executed: MBO_EXECUTE,
  hiddenTrade: MBO_HIDDEN_TRADE,
};

export interface LobsterExport {
  readonly messagePath: string;
  readonly orderbookPath: string;
  /** Rows of each of the two files. */
  readonly rows: number;
  /** Set when the journal has a damaged tail, which is not in the export. */
  readonly tail: JournalTail | null;
}

/**
 * Writes the pair into `outFolder`. The reader stands at its first record. Raises CLI_USAGE for an unknown symbol or a
 * number of levels outside 1 to 9999, DATA_FORMAT for what LOBSTER cannot say, RUNS_WRITE.
 */
export function exportLobster(
  reader: JournalReader,
  symbol: string,
  levels: number,
  outFolder: string,
): LobsterExport {
  const index = findInstrument(reader, symbol);
  if (!Number.isInteger(levels) || levels < 1 || levels > LOBSTER_LEVELS_MAX) {
    throw new TwinError('CLI_USAGE', 'levels is a whole number from 1 to LOBSTER_LEVELS_MAX', { levels });
  }
  makeFolder(outFolder);
  const safeSymbol = symbol.replace(/[^A-Za-z0-9.-]/g, '-');
  const { date, offsetNs } = lobsterClock(reader.header.epochNs);
  const pair = new LobsterPairFiles(
    reader.header.instruments[index]!,
    levels,
    join(outFolder, safeSymbol),
    offsetNs,
  );
  try {
    pair.takeAll(reader, index);
    const nameOf = (kind: LobsterFileKind): string =>
      join(
        outFolder,
        formatLobsterFileName({
          symbol: safeSymbol,
          date,
          startMs: Math.min(DAY_MS, Math.floor(pair.firstNs / NS_PER_MS)),
          endMs: Math.min(DAY_MS, Math.ceil(pair.lastNs / NS_PER_MS)),
          kind,
          levels,
          compression: '',
        }),
      );
    const [messagePath, orderbookPath] = [nameOf('message'), nameOf('orderbook')];
    pair.finish(messagePath, orderbookPath);
    return { messagePath, orderbookPath, rows: pair.rows, tail: reader.tail };
  } finally {
    pair.discard();
  }
}

/** Day of the file name, and what is added to run time to count from New York midnight, in ns. */
export function lobsterClock(epochNs: string | null): { date: string; offsetNs: number } {
  if (epochNs === null) return { date: '1970-01-01', offsetNs: 0 };
  const epoch = BigInt(epochNs);
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });
  const date = format.format(Number(epoch / 1_000_000n));
  return { date, offsetNs: Number(epoch - lobsterEpochNs(date)) };
}

class LobsterPairFiles {
  rows = 0;
  firstNs = 0;
  lastNs = 0;
  readonly #priceUnits: number;
  readonly #lotUnits: number;
  readonly #offsetNs: number;
  readonly #book: DisplayedBook;
  readonly #batch = new MboBatch(1);
  readonly #row = new BookRow();
  readonly #messages = new LobsterMessageWriter();
  readonly #books: LobsterBookWriter;
  readonly #messageFile: TextFile;
  readonly #bookFile: TextFile;
  #timeNs = 0;

  constructor(instrument: InstrumentSpec, levels: number, stem: string, offsetNs: number) {
    this.#priceUnits = wholeUnits('tickSize', instrument, instrument.tickSize, '0.0001');
    this.#lotUnits = wholeUnits('lotSize', instrument, instrument.lotSize, '1');
    this.#offsetNs = offsetNs;
    this.#book = new DisplayedBook((event) => this.#takeEvent(event));
    this.#books = new LobsterBookWriter(levels);
    this.#row.resize(levels);
    this.#messageFile = new TextFile(`${stem}_message`);
    try {
      this.#bookFile = new TextFile(`${stem}_orderbook`);
    } catch (error) {
      this.#messageFile.discard();
      throw error;
    }
  }

  takeAll(reader: JournalReader, instrument: number): void {
    let index = reader.recordCount;
    for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
      for (let r = 0; r < batch.count; r++, index++) {
        const at = r * RECORD_WORDS;
        if (batch.words[at + WORD_INSTRUMENT] !== instrument) continue;
        const timeNs = batch.doubles[(at >> 1) + DOUBLE_TIME]! + this.#offsetNs;
        // A replace in place is told by the record behind it, which has the same time.
        this.#timeNs = timeNs;
        this.#book.take(batch, r, index);
      }
    }
    this.#book.end();
  }

  finish(messagePath: string, orderbookPath: string): void {
    this.#messageFile.appendBytes(this.#messages.take());
    this.#bookFile.appendBytes(this.#books.take());
    this.#messageFile.finish(messagePath);
    this.#bookFile.finish(orderbookPath);
  }

  discard(): void {
    this.#messageFile.discard();
    this.#bookFile.discard();
  }

  #takeEvent(event: DisplayedEvent): void {
    this.#checkRange(event);
    const batch = this.#batch;
    const isHidden = event.change === 'hiddenTrade';
    batch.sourceIndex[0] = this.rows;
    batch.tsEventNs[0] = this.#timeNs;
    batch.action[0] = MBO_ACTION_OF_CHANGE[event.change];
    batch.side[0] = event.side;
    batch.price[0] = event.priceTicks * this.#priceUnits;
    batch.qty[0] = event.qtyLots * this.#lotUnits;
    batch.orderIdHi[0] = isHidden ? 0 : event.displays;
    batch.orderIdLo[0] = isHidden ? 0 : event.orderId;
    this.#messages.append(batch, 0);
    this.#fillSide(this.#book.asks, this.#row.askPrice, this.#row.askQty);
    this.#fillSide(this.#book.bids, this.#row.bidPrice, this.#row.bidQty);
    this.#books.append(this.#row);
    if (this.rows === 0) this.firstNs = this.#timeNs;
    this.lastNs = this.#timeNs;
    this.rows++;
    if (this.#messages.byteLength >= STAGED_BYTES) this.#messageFile.appendBytes(this.#messages.take());
    if (this.#books.byteLength >= STAGED_BYTES) this.#bookFile.appendBytes(this.#books.take());
  }

  /** The format has one price that means "none", and numbers of 15 digits. */
  #checkRange({ side, priceTicks }: DisplayedEvent): void {
    const price = priceTicks * this.#priceUnits;
    const totals = side === BUY ? this.#book.bids : this.#book.asks;
    const qty = totals.lotsAt(priceTicks) * this.#lotUnits;
    if (price > 0 && price < LOBSTER_DUMMY_PRICE && qty <= QTY_MAX) return;
    throw new TwinError(
      'DATA_FORMAT',
      'LOBSTER can say prices above 0 and below 999999.9999 and quantities below 1e15',
      {
        row: this.rows,
        price: `${price}e-4`,
        qty,
      },
    );
  }

  #fillSide(totals: LevelTotals, prices: Float64Array, quantities: Float64Array): void {
    for (let level = 0; level < prices.length; level++) {
      const ticks = totals.prices[level];
      prices[level] = ticks === undefined ? 0 : ticks * this.#priceUnits;
      quantities[level] = ticks === undefined ? 0 : totals.lotsAt(ticks) * this.#lotUnits;
    }
  }
}

function findInstrument(reader: JournalReader, symbol: string): number {
  const { instruments } = reader.header;
  const index = instruments.findIndex((instrument) => instrument.symbol === symbol);
  if (index >= 0) return index;
  throw new TwinError('CLI_USAGE', 'the symbol is one of the run', {
    symbol,
    symbols: instruments.map((instrument) => instrument.symbol),
  });
}

/** How many of the format's units one step of the instrument is. */
function wholeUnits(
  what: 'tickSize' | 'lotSize',
  instrument: InstrumentSpec,
  step: string,
  unit: string,
): number {
  const measure = { ...instrument, tickSize: unit, lotSize: unit };
  try {
    return what === 'tickSize' ? parseTicks(measure, step) : parseLots(measure, step);
  } catch (error) {
    const rule = `LOBSTER can say a ${what} that is a multiple of ${unit}`;
    throw new TwinError('DATA_FORMAT', rule, { symbol: instrument.symbol, [what]: step }, error);
  }
}
