import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCommands } from '../../tests/fuzz/book-commands.ts';
import { journalCommands, TEST_INSTRUMENT } from '../../tests/support/journal-of-commands.ts';
import {
  LobsterReplayBook,
  readLobsterMessages,
  readLobsterRows,
} from '../../tests/support/lobster-replay.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { TwinError } from '../base/index.ts';
import { lobsterEpochNs, parseLobsterFileName } from '../data/index.ts';
import { BUY, EventBuffer, LIMIT, OrderTicket, RECORD_WORDS, ReplaceTicket, SELL } from '../domain/index.ts';
import { DEFAULT_BOOK_RULES, FastBook } from '../market/index.ts';
import { RunDigest } from '../sim/index.ts';
import {
  exportLobster,
  type JournalHeader,
  JournalReader,
  JournalWriter,
  type LobsterExport,
} from './index.ts';

const root = temporaryFolder('lobster');
const LEVELS = 6;
const CENT = 100;
let files = 0;

function exportOf(path: string, symbol = 'ACME', levels = LEVELS): LobsterExport {
  const reader = new JournalReader(path);
  const out = join(root, `out-${++files}`);
  try {
    return exportLobster(reader, symbol, levels, out);
  } finally {
    reader.close();
  }
}

function scaled(levels: readonly number[][]): number[][] {
  return levels.map(([ticks, lots]) => [ticks! * CENT, lots!]);
}

/** A journal of a few commands given to a book directly. */
function journalOf(act: (book: FastBook) => void, header: Partial<JournalHeader> = {}): string {
  const path = join(root, `${++files}.bin`);
  const events = new EventBuffer();
  const book = new FastBook({ ...DEFAULT_BOOK_RULES, icebergRefresh: 'roundRobin' }, events);
  act(book);
  new RunDigest().seal(events.words, 0, events.count, RECORD_WORDS);
  const writer = new JournalWriter(path, {
    runId: 'x',
    epochNs: null,
    instruments: [TEST_INSTRUMENT],
    createdBy: 'test',
    ...header,
  });
  writer.write(events.words, events.count);
  writer.close();
  return path;
}

function order(book: FastBook, fields: Partial<OrderTicket>): void {
  book.submit(Object.assign(new OrderTicket(), { type: LIMIT, accountId: 1 }, fields));
}

function faultOf(act: () => unknown): TwinError {
  try {
    act();
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('a fault was expected');
}

describe('a LOBSTER export', () => {
  it('is consistent: its messages give every row of its book, and the rows are those of the venue (random commands)', () => {
    let exported = 0;
    let rows = 0;
    let unfit = 0;
    const actions = new Set<number>();
    for (let seed = 1; seed <= 60; seed++) {
      const path = join(root, `seed-${seed}.bin`);
      const { depths } = journalCommands(path, seed, makeCommands(seed, 400), { levels: LEVELS });
      let pair: LobsterExport;
      try {
        pair = exportOf(path);
      } catch (error) {
        // LOBSTER has no price of zero or below, nor of a million.
        expect(error).toBeInstanceOf(TwinError);
        expect((error as TwinError).code).toBe('DATA_FORMAT');
        expect((error as TwinError).message).toContain('prices above 0 and below 999999.9999');
        unfit++;
        continue;
      }
      exported++;
      const messages = readLobsterMessages(pair.messagePath);
      const ladders = readLobsterRows(pair.orderbookPath);
      expect(messages).toHaveLength(pair.rows);
      expect(ladders).toHaveLength(pair.rows);
      const book = new LobsterReplayBook();
      for (const [i, message] of messages.entries()) {
        book.apply(message);
        actions.add(message.action);
        expect(
          { bids: book.depth(BUY, LEVELS), asks: book.depth(SELL, LEVELS) },
          `seed ${seed} row ${i}`,
        ).toEqual(ladders[i]);
      }
      rows += pair.rows;
      // Command c happened at c milliseconds: the last row until then is the venue's book after it.
      let row = -1;
      for (const [command, depth] of depths.entries()) {
        while (row + 1 < messages.length && messages[row + 1]!.tsNs <= command * 1_000_000) row++;
        if (row < 0) continue;
        expect(ladders[row], `seed ${seed} command ${command}`).toEqual({
          bids: scaled(depth.bids),
          asks: scaled(depth.asks),
        });
      }
    }
    expect(unfit).toBeGreaterThan(0);
    expect(exported).toBeGreaterThan(20);
    expect(rows).toBeGreaterThan(3000);
    expect(actions.size).toBe(5);
  });

  it('writes what happened as the vendor does', () => {
    const path = journalOf((book) => {
      order(book, { orderId: 1, side: BUY, priceTicks: 1000, qtyLots: 10 });
      order(book, { orderId: 2, side: SELL, priceTicks: 1002, qtyLots: 9, displayQtyLots: 4 });
      order(book, { orderId: 3, side: BUY, priceTicks: 1002, qtyLots: 6 });
      book.reduce(1, 1, 3);
      order(book, { orderId: 4, side: BUY, priceTicks: 999, qtyLots: 5, flags: 1 });
      order(book, { orderId: 5, side: SELL, priceTicks: 999, qtyLots: 8 });
      book.replace(Object.assign(new ReplaceTicket(), { orderId: 2, accountId: 1, priceTicks: 1003 }));
      book.cancel(2, 1);
    });
    const pair = exportOf(path, 'ACME', 1);
    const second = 2 ** 32 + 2;
    const third = 2 * 2 ** 32 + 2;
    expect(readFileSync(pair.messagePath, 'utf8').split('\n')).toEqual([
      '0,1,1,10,100000,1',
      '0,1,2,4,100200,-1',
      '0,4,2,4,100200,-1',
      `0,1,${second},4,100200,-1`,
      `0,4,${second},2,100200,-1`,
      '0,2,1,3,100000,1',
      '0,4,1,7,100000,1',
      '0,5,0,1,99900,1',
      `0,3,${second},2,100200,-1`,
      `0,1,${third},3,100300,-1`,
      `0,3,${third},3,100300,-1`,
      '',
    ]);
    expect(readFileSync(pair.orderbookPath, 'utf8').split('\n').slice(0, 4)).toEqual([
      '9999999999,0,100000,10',
      '100200,4,100000,10',
      '9999999999,0,100000,10',
      '100200,4,100000,10',
    ]);
  });

  it('counts its time from New York midnight of the epoch and says the window in its names', () => {
    const start = lobsterEpochNs('2012-06-21') + 34_200_000_000_000n;
    const act = (book: FastBook): void => {
      book.events.timeNs = 4_241_176;
      order(book, { orderId: 1, side: BUY, priceTicks: 58_533, qtyLots: 18 });
    };
    const pair = exportOf(journalOf(act, { epochNs: String(start) }));
    expect(readFileSync(pair.messagePath, 'utf8')).toBe('34200.004241176,1,1,18,5853300,1\n');
    expect(parseLobsterFileName(pair.messagePath)).toEqual({
      symbol: 'ACME',
      date: '2012-06-21',
      startMs: 34_200_004,
      endMs: 34_200_005,
      kind: 'message',
      levels: LEVELS,
      compression: '',
    });
    expect(basename(pair.orderbookPath)).toBe('ACME_2012-06-21_34200004_34200005_orderbook_6.csv');
  });

  it('of a run without orders is a pair of empty files', () => {
    const pair = exportOf(journalOf(() => {}));
    expect(pair.rows).toBe(0);
    expect(readFileSync(pair.messagePath)).toHaveLength(0);
    expect(readFileSync(pair.orderbookPath)).toHaveLength(0);
  });

  it('takes only the records of its instrument and keeps odd symbols out of paths', () => {
    const other = { ...TEST_INSTRUMENT, symbol: '../BTC/USD', tickSize: '0.5' };
    const act = (book: FastBook): void => {
      order(book, { orderId: 1, side: BUY, priceTicks: 1000, qtyLots: 1 });
      book.events.instrument = 1;
      order(book, { orderId: 2, side: BUY, priceTicks: 999, qtyLots: 2 });
    };
    const path = journalOf(act, { instruments: [TEST_INSTRUMENT, other] });
    // The book of this test is one for both, so its second level is alone in the export of the second instrument.
    const pair = exportOf(path, '../BTC/USD', 2);
    expect(basename(pair.messagePath)).toMatch(/^..-BTC-USD_/);
    expect(readFileSync(pair.messagePath, 'utf8')).toBe('0,1,2,2,4995000,1\n');
  });

  it('refuses what LOBSTER cannot say', () => {
    const act = (book: FastBook): void =>
      order(book, { orderId: 1, side: BUY, priceTicks: 1000, qtyLots: 1 });
    const withSpec = (spec: object): string =>
      journalOf(act, { instruments: [{ ...TEST_INSTRUMENT, ...spec }] });
    const fine = faultOf(() => exportOf(withSpec({ tickSize: '0.00001' })));
    expect(fine.code).toBe('DATA_FORMAT');
    expect(fine.message).toContain('tickSize that is a multiple of 0.0001');
    expect(faultOf(() => exportOf(withSpec({ lotSize: '0.001' }))).message).toContain('lotSize');
    expect(readFileSync(exportOf(withSpec({ tickSize: '0.0001', lotSize: '100' })).messagePath, 'utf8')).toBe(
      '0,1,1,100,1000,1\n',
    );
    const path = journalOf(act);
    const unknown = faultOf(() => exportOf(path, 'ACMEE'));
    expect(unknown.code).toBe('CLI_USAGE');
    expect(unknown.message).toContain('symbols=["ACME"]');
    for (const levels of [0, 1.5, 10_000])
      expect(faultOf(() => exportOf(path, 'ACME', levels)).code).toBe('CLI_USAGE');
  });

  it('leaves nothing behind when it fails', () => {
    const path = journalOf((book) => order(book, { orderId: 1, side: BUY, priceTicks: -5, qtyLots: 1 }));
    const out = join(root, 'failing');
    mkdirSync(out);
    const reader = new JournalReader(path);
    expect(faultOf(() => exportLobster(reader, 'ACME', 1, out)).message).toContain('price=-500e-4');
    reader.close();
    expect(readdirSync(out)).toEqual([]);
  });

  it('finds a journal whose levels contradict its orders', () => {
    const path = journalOf((book) => {
      order(book, { orderId: 1, side: BUY, priceTicks: 1000, qtyLots: 10 });
      const { words, doubles, count } = book.events;
      doubles[(count - 1) * (RECORD_WORDS / 2) + 3] = 11;
      expect(words[(count - 1) * RECORD_WORDS]! & 0xff).toBe(35);
    });
    const fault = faultOf(() => exportOf(path));
    expect(fault.code).toBe('RUNS_DAMAGED');
    expect(fault.message).toContain('recordLots=11');
  });

  it('gives what precedes a damaged tail and says so', () => {
    const path = journalOf((book) => {
      order(book, { orderId: 1, side: BUY, priceTicks: 1000, qtyLots: 10 });
      order(book, { orderId: 2, side: BUY, priceTicks: 1001, qtyLots: 10 });
    });
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 100));
    const pair = exportOf(path);
    expect(pair.rows).toBe(1);
    expect(pair.tail).toMatchObject({ wholeRecords: 3, reason: 'the last record is not whole' });
  });
});
