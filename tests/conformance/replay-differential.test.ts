/** Replay held against independent bookkeeping, and against recordings that our own book has made. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TwinError } from '../../src/base/index.ts';
import {
  BookRow,
  LOBSTER_DUMMY_PRICE,
  LobsterBookReader,
  LobsterDecoder,
  MBO_ADD,
  MBO_HIDDEN_TRADE,
  MboBatch,
  Quarantine,
  readAllBytes,
} from '../../src/data/index.ts';
import { BUY, SELL } from '../../src/domain/index.ts';
import { FeedSessions } from '../../src/replay/feed-sessions.ts';
import { type ReplayMode, replayFiles } from '../../src/replay/index.ts';
import { LobsterMessages } from '../../src/replay/lobster-messages.ts';
import { LobsterQueues } from '../../src/replay/lobster-queues.ts';
import { LobsterRows } from '../../src/replay/lobster-rows.ts';
import { OrderIds } from '../../src/replay/order-ids.ts';
import { PriceScale } from '../../src/replay/price-scale.ts';
import { RunJournal } from '../../src/replay/run-journal.ts';
import { Tally } from '../../src/replay/tally.ts';
import { exportLobster, JournalReader } from '../../src/runs/index.ts';
import { makeCommands } from '../fuzz/book-commands.ts';
import { journalCommands } from '../support/journal-of-commands.ts';
import { sharedFile } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('replay');
const both = ['rebuild', 'match'] as const;

/** Level totals by price in plain maps: a message changes one, a row says what all in its view are. */
class TotalsByPrice {
  readonly sides = [new Map<number, number>(), new Map<number, number>()] as const;

  take(side: number, price: number, lots: number): void {
    const total = (this.sides[side as 0 | 1].get(price) ?? 0) + lots;
    if (total > 0) this.sides[side as 0 | 1].set(price, total);
    else this.sides[side as 0 | 1].delete(price);
  }

  showRow(row: BookRow): void {
    this.#showSide(BUY, row.bidPrice, row.bidQty, row.levels);
    this.#showSide(SELL, row.askPrice, row.askQty, row.levels);
  }

  #showSide(side: 0 | 1, prices: Float64Array, qtys: Float64Array, levels: number): void {
    const shown = new Map<number, number>();
    for (let at = 0; at < levels; at++) if (qtys[at]! > 0) shown.set(prices[at]!, qtys[at]!);
    const sign = side === BUY ? -1 : 1;
    const worst = Math.max(...[...shown.keys()].map((price) => sign * price));
    const horizon = shown.size === levels ? worst : LOBSTER_DUMMY_PRICE;
    for (const price of this.sides[side].keys()) {
      if (sign * price <= horizon && !shown.has(price)) this.sides[side].delete(price);
    }
    for (const [price, qty] of shown) this.sides[side].set(price, qty);
  }
}

const day = 'data/lobster/GOOG_2012-06-21_34200000_57600000';
const messageFile = sharedFile(`${day}_message_10.csv.gz`);
const orderbookFile = sharedFile(`${day}_orderbook_10.csv.gz`);

async function readPair(): Promise<{ decoder: LobsterDecoder; reader: LobsterBookReader }> {
  const decoder = new LobsterDecoder(new Quarantine('strict', 'messages'));
  const reader = new LobsterBookReader(new Quarantine('strict', 'rows'));
  decoder.write(await readAllBytes(messageFile!));
  reader.write(await readAllBytes(orderbookFile!));
  decoder.end();
  reader.end();
  return { decoder, reader };
}

function newReplay(mode: ReplayMode) {
  const journal = new RunJournal(null, false);
  const queues = new LobsterQueues(new OrderIds(), journal.events);
  const scale = new PriceScale('0.0001', 1);
  const tally = new Tally(0);
  const quarantine = new Quarantine('strict', 'messages');
  const sessions = new FeedSessions(journal);
  const instrument = { index: 0, number: 0, symbol: 'GOOG', scale };
  sessions.open(instrument);
  const messages = new LobsterMessages({
    queues,
    scale,
    tally,
    journal,
    quarantine,
    mode,
    sessions,
    instrument,
    hasRows: true,
  });
  return { journal, queues, messages, rows: new LobsterRows(queues, scale, tally, 0), tally };
}

describe.skipIf(messageFile === null || orderbookFile === null)('a real day against plain maps', () => {
  it.each(both)('the fast book is sound and has the same level totals all day, %s', async (mode) => {
    const { decoder, reader } = await readPair();
    const { journal, queues, messages, rows, tally } = newReplay(mode);
    const totals = new TotalsByPrice();
    const batch = new MboBatch();
    const row = new BookRow();
    let checks = 0;
    let previous: { side: number; price: number; lots: number } | null = null;
    while (decoder.read(batch) > 0) {
      for (let r = 0; r < batch.count; r++) {
        expect(reader.readRow(row)).toBe(true);
        const index = batch.sourceIndex[r]!;
        const side = batch.side[r]! as 0 | 1;
        const sign = batch.action[r] === MBO_ADD ? 1 : batch.action[r] === MBO_HIDDEN_TRADE ? 0 : -1;
        if (index === 0) rows.open(row, side, batch.price[r]!, -sign * batch.qty[r]!);
        queues.row = index;
        messages.apply(batch, r);
        previous = { side, price: batch.price[r]!, lots: sign * batch.qty[r]! };
        if (index > 0) totals.take(previous.side, previous.price, previous.lots);
        totals.showRow(row);
        rows.compare(row, batch.tsEventNs[r]!);
        if (index % 2500 === 0) {
          queues.book.validate();
          for (const at of [BUY, SELL] as const) {
            const sorted = [...totals.sides[at]].sort(([a], [b]) => (at === BUY ? b - a : a - b));
            const depth = queues.book.depth(at, 10_000);
            expect(depth.map(({ priceTicks, displayedLots }) => [priceTicks, displayedLots])).toEqual(sorted);
          }
          checks++;
        }
        journal.settle();
      }
    }
    expect(checks).toBe(60);
    expect(tally.result(mode, true).rowsUnexplained).toBe(0);
  });
});

describe('a recording made by our own book', () => {
  let files = 0;

  function record(seed: number, levels: number): string[] {
    const path = join(folder, `${files++}.bin`);
    // Orders that are placed without matching may cross the book, which no recording of a live market shows.
    const commands = makeCommands(seed, 300).filter(({ kind }) => kind !== 'place');
    journalCommands(path, seed, commands);
    const reader = new JournalReader(path);
    try {
      const exported = exportLobster(reader, 'ACME', levels, join(folder, `${files++}`));
      return exported.rows === 0 ? [] : [exported.orderbookPath, exported.messagePath];
    } catch (error) {
      // LOBSTER has no price of zero or below, nor of a million.
      if (error instanceof TwinError && error.message.includes('prices above 0')) return [];
      throw error;
    } finally {
      reader.close();
    }
  }

  it('replays with all rows equal and all executions matched if all levels are in view', async () => {
    let executions = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
        const paths = record(seed, 400);
        if (paths.length === 0) return;
        for (const mode of both) {
          const result = await replayFiles(paths, { mode, strictness: 'strict' });
          expect(result.rowsEqual).toBe(result.rows);
          if (mode === 'rebuild') continue;
          expect(result.missedExamples).toEqual([]);
          expect(result.executionsMatched).toBe(result.executions);
          executions += result.executions;
        }
      }),
      { numRuns: 40, seed: 20120621 },
    );
    expect(executions).toBeGreaterThan(500);
  });

  /** Drops what a vendor's file of few levels leaves out: messages at prices beyond the rows before and after them. */
  function leaveOutOfView(paths: readonly string[]): string[] {
    const [rows, messages] = paths.map((path) => readFileSync(path, 'utf8').trimEnd().split('\n')) as [
      string[],
      string[],
    ];
    const isShown = (row: string | undefined, price: number, isBid: boolean): boolean => {
      if (row === undefined) return false;
      const levels = row.split(',').map(Number);
      const worst = levels.at(isBid ? -2 : -4)!;
      return levels.at(isBid ? -1 : -3) === 0 || (isBid ? price >= worst : price <= worst);
    };
    const kept = messages.flatMap((message, at) => {
      const [, type, , , price, direction] = message.split(',').map(Number);
      const isBid = direction === 1;
      const isKept = type! > 4 || [rows[at - 1], rows[at]].some((row) => isShown(row, price!, isBid));
      return isKept ? [at] : [];
    });
    const out = join(folder, `${files++}`);
    const write = (kind: string, lines: readonly string[]): string => {
      const path = `${out}-${kind}.csv`;
      writeFileSync(path, kept.map((at) => `${lines[at]}\n`).join(''));
      return path;
    };
    return kept.length === 0 ? [] : [write('messages', messages), write('rows', rows)];
  }

  it('replays without an unexplained row if messages beyond the levels in view are left out', async () => {
    let excused = 0;
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 4 }),
        async (seed, levels) => {
          const full = record(seed, levels);
          const paths = full.length === 0 ? [] : leaveOutOfView(full);
          if (paths.length === 0) return;
          const result = await replayFiles(paths, { mode: 'match', strictness: 'strict' });
          expect(result.rowsUnexplained).toBe(0);
          expect(result.missedExamples).toEqual([]);
          excused += result.rowsExcused!;
          matched += result.executionsMatched!;
        },
      ),
      { numRuns: 150, seed: 20120621 },
    );
    expect(excused).toBeGreaterThan(100);
    expect(matched).toBeGreaterThan(100);
  });
});
