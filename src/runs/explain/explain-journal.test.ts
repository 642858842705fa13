import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf, journalOfScript } from '../../../tests/support/explain-script.ts';
import { TEST_INSTRUMENT } from '../../../tests/support/journal-of-commands.ts';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import {
  BUY,
  defineInstrument,
  EV_ACCEPTED,
  EV_LEVEL,
  EV_REFRESHED,
  EV_RESTED,
  EV_TRADE,
  EventBuffer,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  type InstrumentSpec,
  OrderTicket,
  RECORD_BYTES,
  RECORD_WORDS,
  SELL,
  type Side,
} from '../../domain/index.ts';
import { Venue } from '../../market/index.ts';
import { RunDigest } from '../../sim/index.ts';
import { verifyJournal } from '../journal-reader.ts';
import { JournalWriter } from '../journal-writer.ts';
import { explainJournal } from './explain-journal.ts';

const folder = temporaryFolder('explain');
let files = 0;

function journal(script: string): string {
  const path = join(folder, `${++files}.bin`);
  journalOfScript(path, script);
  return path;
}

describe('a journal', () => {
  it('without the order names the ids that it has', () => {
    const path = journal('buy 5 @ 100 acct=1 id=7\nbuy 5 @ 100 acct=1');
    expect(() => explainJournal(path, 9, contextOf())).toThrow(
      'an order id is one that the run has: orderId=9 firstOrderId=7 lastOrderId=8',
    );
    const holed = journal('buy 5 @ 100 acct=1\nbuy 5 @ 100 acct=1 id=7\nbuy 5 @ 100 acct=1 id=9');
    expect(() => explainJournal(holed, 8, contextOf())).toThrow('nearestOrderIds=[7,9]');
    const bare = journal('session CONTINUOUS');
    expect(() => explainJournal(bare, 1, contextOf())).toThrow('this run has none: orderId=1');
  });

  it('with a damaged tail is told up to the damage', () => {
    const path = journal('buy 5 @ 100 acct=1\nbuy 5 @ 101 acct=2\nsell 5 @ 100 acct=3');
    const { size } = statSync(path);
    // The last command has four records: itself, its answer, the trade and the level. None of them is left whole.
    truncateSync(path, size - 3 * RECORD_BYTES - 20);
    const torn = explainJournal(path, 2, contextOf());
    expect(torn.tail).toMatchObject({ tornBytes: RECORD_BYTES - 20 });
    expect(torn.outcome).toMatchObject({ ending: 'journalEnds', status: 'unfilled' });
    expect(() => explainJournal(path, 3, contextOf())).toThrow('recordsBeforeDamage=8');
  });

  it('that is cut between two records is told from a whole one by the digest of its run', () => {
    const path = journal('buy 5 @ 100 acct=1\nsell 5 @ 100 acct=2');
    const { digest } = verifyJournal(path);
    expect(explainJournal(path, 1, contextOf({ digest })).outcome.ending).toBe('filled');
    truncateSync(path, statSync(path).size - 4 * RECORD_BYTES);
    const cut = explainJournal(path, 1, contextOf({ digest }));
    expect(cut.tail).toBeNull();
    expect(cut.outcome.ending).toBe('journalEnds');
  });

  it('that is torn behind an order leaves it without an answer', () => {
    const path = journal('buy 5 @ 100 acct=1');
    truncateSync(path, statSync(path).size - 3 * RECORD_BYTES);
    const { outcome, lots, why } = explainJournal(path, 1, contextOf());
    expect(outcome).toMatchObject({ ending: 'unanswered', obstacle: null, status: 'unfilled' });
    expect(lots).toMatchObject({ sent: 5, open: 5, rejected: 0 });
    expect(why).toBe('The journal ends before the venue answered.');
  });

  it('whose levels contradict its orders is damaged', () => {
    const path = join(folder, 'wrong.bin');
    const events = new EventBuffer();
    emitResting(events, 1, BUY, 5, 5);
    events.emitLevel(EV_LEVEL, 100, 6, 1);
    writeJournal(path, events);
    expect(() => explainJournal(path, 1, contextOf())).toThrow('a level record agrees with the orders');
  });

  it('takes what is shown before the reserve in an auction, on both sides', () => {
    const path = join(folder, 'auction.bin');
    const events = new EventBuffer();
    emitResting(events, 1, BUY, 2, 5);
    events.emitLevel(EV_LEVEL, 100, 2, 1);
    emitResting(events, 2, SELL, 3, 3);
    events.emitLevel(EV_LEVEL | (SELL << HEAD_SIDE_SHIFT), 100, 3, 1);
    events.emit(EV_TRADE | HEAD_FLAG_AUCTION, 1, 100, 3, 2, 2, 0, 1);
    events.emitLevel(EV_LEVEL, 100, 0, 0);
    events.emitLevel(EV_LEVEL | (SELL << HEAD_SIDE_SHIFT), 100, 0, 0);
    events.emit(EV_REFRESHED, 1, 100, 2, 2, 8, 0, 0);
    events.emitLevel(EV_LEVEL, 100, 2, 1);
    writeJournal(path, events);
    const bought = explainJournal(path, 1, contextOf());
    expect(bought.fills).toMatchObject([
      { role: 'auction', lots: 3, leavesLots: 2, counterOrderId: 2, counterparty: { accountId: 8 } },
    ]);
    expect(bought.lots).toMatchObject({ filled: 3, open: 2 });
    expect(explainJournal(path, 2, contextOf()).outcome.ending).toBe('filled');
  });

  it('refuses late changes under its first instrument; they are told all the same', () => {
    const path = join(folder, 'late.bin');
    const events = new EventBuffer();
    const instruments = ['AAA', 'BBB'].map((symbol, i) =>
      defineInstrument({ ...TEST_INSTRUMENT, symbol }, i),
    );
    const venue = new Venue(instruments, events);
    const ticket = Object.assign(new OrderTicket(), { priceTicks: 100, qtyLots: 5, accountId: 1 });
    venue.submit(0, 1, ticket);
    venue.cancel(1000, 1, 1);
    venue.cancel(2000, 1, 1);
    writeJournal(path, events, instruments);
    const { steps, instrument } = explainJournal(path, 1, contextOf());
    expect(instrument.symbol).toBe('BBB');
    expect(steps.at(-1)).toMatchObject({
      kind: 'cancelRejected',
      timeNs: 2000,
      reason: 'the order is already filled, cancelled or expired',
    });
  });
});

function emitResting(events: EventBuffer, orderId: number, side: Side, shown: number, lots: number): void {
  const sideBit = side << HEAD_SIDE_SHIFT;
  events.emit(EV_ACCEPTED | sideBit, orderId, 100, lots, lots, 8, 0, 0);
  events.emit(EV_RESTED | sideBit, orderId, 100, shown, lots, 8, 0, 0);
}

function writeJournal(
  path: string,
  events: EventBuffer,
  instruments: readonly InstrumentSpec[] = [TEST_INSTRUMENT],
): void {
  new RunDigest().seal(events.words, 0, events.count, RECORD_WORDS);
  const writer = new JournalWriter(path, { runId: 'test', epochNs: null, instruments, createdBy: 'test' });
  writer.write(events.words, events.count);
  writer.close();
}
