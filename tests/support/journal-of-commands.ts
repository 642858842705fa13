/** Runs random order-book commands and keeps what the book said as a journal, as a world would. */

import { EventBuffer, type InstrumentSpec, RECORD_WORDS } from '../../src/domain/index.ts';
import { FastBook } from '../../src/market/index.ts';
import { type JournalHeader, JournalWriter } from '../../src/runs/index.ts';
import { RunDigest } from '../../src/sim/index.ts';
import { applyCommand, type BookCommand, rulesOfSeed } from '../fuzz/book-commands.ts';

export const TEST_INSTRUMENT: InstrumentSpec = {
  symbol: 'ACME',
  tickSize: '0.01',
  lotSize: '1',
  currency: 'USD',
  minorUnit: '0.01',
};

export interface JournaledBook {
  readonly records: number;
  readonly digest: string;
  /** Displayed levels after each command, bids and asks: [priceTicks, displayedLots] best first. */
  readonly depths: { readonly records: number; readonly bids: number[][]; readonly asks: number[][] }[];
}

/** Writes the journal of one book. Command c happens at c milliseconds. Depths are kept for the best `levels`. */
export function journalCommands(
  path: string,
  seed: number,
  commands: readonly BookCommand[],
  options: { header?: Partial<JournalHeader>; levels?: number } = {},
): JournaledBook {
  const events = new EventBuffer();
  const book = new FastBook({ ...rulesOfSeed(seed), publishLevels: true, allocation: 'fifo' }, events);
  const digest = new RunDigest();
  const writer = new JournalWriter(path, {
    runId: `seed-${seed}`,
    epochNs: null,
    instruments: [TEST_INSTRUMENT],
    createdBy: 'test',
    ...options.header,
  });
  const depths: JournaledBook['depths'] = [];
  const levels = options.levels ?? 0;
  const depthOf = (side: 0 | 1): number[][] =>
    levels === 0
      ? []
      : book.depth(side, levels).map(({ priceTicks, displayedLots }) => [priceTicks, displayedLots]);
  for (const [i, command] of commands.entries()) {
    events.clear();
    events.timeNs = i * 1_000_000;
    applyCommand(book, command);
    digest.seal(events.words, 0, events.count, RECORD_WORDS);
    writer.write(events.words, events.count);
    depths.push({ records: writer.recordCount, bids: depthOf(0), asks: depthOf(1) });
  }
  writer.close();
  return { records: writer.recordCount, digest: digest.hex(), depths };
}
