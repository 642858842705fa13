/** Mass quotes over several instruments and market maker protection. */

import { describe, expect, it } from 'vitest';
import { giveCommand, ladderOf, orderTicketOf } from '../../../tests/support/book-script.ts';
import { eventLines } from '../../../tests/support/event-text.ts';
import type { BookClass } from '../../../tests/support/test-desk.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import {
  BUY,
  EventBuffer,
  FLAG_POST_ONLY_REJECT,
  FLAG_POST_ONLY_SLIDE,
  GTC,
  PRICE_TICKS_MAX,
  QTY_LOTS_MAX,
  REJECT_POST_ONLY_WOULD_TAKE,
  REJECT_PRICE_RANGE,
  REJECT_QTY_RANGE,
  REJECT_QUOTES_STOPPED,
  REJECT_TERMS_CONFLICT,
  REJECT_UNKNOWN_INSTRUMENT,
  SELL,
} from '../../domain/index.ts';
import { type BookRules, DEFAULT_BOOK_RULES, type OrderBook } from '../book/contract.ts';
import { FastBook } from '../book/fast-book.ts';
import { ReferenceBook } from '../book/reference-book.ts';
import { ManagedDesk } from './managed-desk.ts';
import type { QuoteAnswer, QuoteEntry, QuoteTerms } from './mass-quotes.ts';
import { checkProtection, type ProtectionLimits, WHOLE_VENUE } from './quote-protection.ts';

const MAKER: QuoteTerms = { accountId: 7, timeInForce: GTC, flags: 0, stpGroup: 0, stpMode: 0 };

/** Three instruments and their desk. */
class QuoteDesk {
  readonly events = new EventBuffer();
  readonly books: OrderBook[];
  readonly source = { nextId: 1 };
  timeNs = 0;
  desk: ManagedDesk;

  constructor(Book: BookClass, rules: Partial<BookRules> = {}) {
    this.books = [0, 1, 2].map(
      () => new Book({ ...DEFAULT_BOOK_RULES, publishLevels: false, ...rules }, this.events),
    );
    this.desk = this.#newDesk();
  }

  /** Gives a command to a book; lines of all that was said, with the instrument where it is not 0. */
  give(instrument: number, command: string): string[] {
    return this.act(instrument, () => giveCommand(this.books[instrument]!, command, this.source));
  }

  quote(entries: readonly Partial<QuoteEntry>[], terms: Partial<QuoteTerms> = {}): QuoteAnswer[] {
    let answers: QuoteAnswer[] = [];
    this.act(WHOLE_VENUE, () => {
      answers = this.desk.quotes.quote(
        { ...MAKER, ...terms },
        entries.map((entry) => ({
          instrument: 0,
          bidTicks: 0,
          bidLots: 0,
          askTicks: 0,
          askLots: 0,
          ...entry,
        })),
      );
    });
    return answers;
  }

  act(instrument: number, action: () => void): string[] {
    this.restoreDesk();
    this.events.clear();
    this.events.timeNs = this.timeNs;
    this.events.instrument = Math.max(instrument, 0);
    action();
    this.desk.afterCommand(instrument, 0);
    for (const book of this.books) book.validate();
    return this.lines;
  }

  get lines(): string[] {
    return eventLines(this.events).map((line, record) => {
      const instrument = this.events.words[record * 12 + 1]!;
      return instrument === 0 ? line : `#${instrument} ${line}`;
    });
  }

  ladder(instrument: number): string {
    return ladderOf(this.books[instrument]!);
  }

  /** Every command finds a desk that was restored from bytes. */
  restoreDesk(): void {
    const writer = new BinaryWriter();
    this.desk.writeState(writer);
    this.desk = this.#newDesk();
    const reader = new BinaryReader(writer.finish());
    this.desk.readState(reader);
    expect(reader.isAtEnd).toBe(true);
  }

  #newDesk(): ManagedDesk {
    return new ManagedDesk(this.books, this.events, () => this.source.nextId++);
  }
}

const quoteAt = (bidTicks: number, askTicks: number, lots: number, instrument = 0): QuoteEntry => ({
  instrument,
  bidTicks,
  bidLots: lots,
  askTicks,
  askLots: lots,
});

describe.each([
  ['FastBook', FastBook],
  ['ReferenceBook', ReferenceBook],
] as const)('mass quotes, %s', (_, Book) => {
  it('enter in many instruments by one command, each entry with its answer', () => {
    const desk = new QuoteDesk(Book);
    const answers = desk.quote([
      quoteAt(100, 102, 5),
      { ...quoteAt(50, 52, 3, 2), askLots: 0 },
      quoteAt(10, 10, 1, 1),
      quoteAt(10, 12, 1, 9),
      quoteAt(10, 12, QTY_LOTS_MAX + 1, 1),
      quoteAt(10, PRICE_TICKS_MAX + 1, 1, 1),
    ]);
    expect(answers).toEqual([
      { instrument: 0, bid: 'entered', ask: 'entered', code: 0 },
      { instrument: 2, bid: 'entered', ask: 'none', code: 0 },
      { instrument: 1, bid: 'refused', ask: 'refused', code: REJECT_TERMS_CONFLICT },
      { instrument: 9, bid: 'refused', ask: 'refused', code: REJECT_UNKNOWN_INSTRUMENT },
      { instrument: 1, bid: 'refused', ask: 'refused', code: REJECT_QTY_RANGE },
      { instrument: 1, bid: 'refused', ask: 'refused', code: REJECT_PRICE_RANGE },
    ]);
    expect(desk.lines).toEqual([
      'accepted 1 buy 5@100 acct=7',
      'rested 1 buy 5 of 5@100 acct=7',
      'accepted 2 sell 5@102 acct=7',
      'rested 2 sell 5 of 5@102 acct=7',
      '#2 accepted 3 buy 3@50 acct=7',
      '#2 rested 3 buy 3 of 3@50 acct=7',
    ]);
    expect([BUY, SELL].map((side) => desk.desk.quotes.orderIdOf(7, 0, side as 0 | 1))).toEqual([1, 2]);
    expect(desk.desk.quotes.orderIdOf(7, 1, BUY)).toBe(0);
  });

  it('unchanged sides are not touched, a decrease keeps its place, an increase and a new price lose it', () => {
    for (const replaceLosesPriority of ['standard', 'always'] as const) {
      const desk = new QuoteDesk(Book, { replaceLosesPriority });
      desk.quote([quoteAt(100, 102, 5)]);
      desk.give(0, 'buy 1 @ 100');
      desk.give(0, 'sell 1 @ 102');
      expect(desk.quote([{ ...quoteAt(100, 102, 5), askLots: 4 }])[0]).toMatchObject({
        bid: 'unchanged',
        ask: 'reduced',
      });
      expect(desk.lines).toEqual(['reduced 2 sell by 1 to 4@102 acct=7']);
      expect(desk.quote([{ ...quoteAt(100, 103, 4), bidLots: 6 }])[0]).toMatchObject({
        bid: 'replaced',
        ask: 'replaced',
      });
      expect(desk.lines).toEqual([
        'replaced 1 buy 6@100 was 5@100 acct=7',
        'rested 1 buy 6 of 6@100 acct=7',
        'replaced 2 sell 4@103 was 4@102 acct=7',
        'rested 2 sell 4 of 4@103 acct=7',
      ]);
    }
  });

  it('the quantity is what is to be open, whatever was filled', () => {
    for (const replaceQty of ['total', 'open'] as const) {
      const desk = new QuoteDesk(Book, { replaceQty });
      desk.quote([quoteAt(100, 102, 5)]);
      desk.give(0, 'sell 2 @ 100');
      expect(desk.quote([quoteAt(100, 102, 5)])[0]).toMatchObject({ bid: 'replaced', ask: 'unchanged' });
      expect(desk.ladder(0)).toBe('bid 100 5 (1) | ask 102 5 (1)');
    }
  });

  it('an order that could not fill more in its life is followed by another one', () => {
    const desk = new QuoteDesk(Book);
    desk.quote([{ instrument: 0, bidTicks: 100, bidLots: QTY_LOTS_MAX }]);
    desk.give(0, 'sell 10 @ 100');
    expect(desk.quote([{ instrument: 0, bidTicks: 100, bidLots: QTY_LOTS_MAX }])[0]!.bid).toBe('replaced');
    expect(desk.ladder(0)).toBe(`bid 100 ${QTY_LOTS_MAX} (1)`);
    expect(desk.desk.quotes.orderIdOf(7, 0, BUY)).toBe(3);
  });

  it('a new bid above the old ask, or a new ask below the old bid, never meets it', () => {
    const desk = new QuoteDesk(Book);
    desk.quote([quoteAt(100, 102, 5)]);
    desk.quote([quoteAt(104, 106, 5)]);
    expect(desk.lines.map((line) => line.split(' acct')[0])).toEqual([
      'replaced 2 sell 5@106 was 5@102',
      'rested 2 sell 5 of 5@106',
      'replaced 1 buy 5@104 was 5@100',
      'rested 1 buy 5 of 5@104',
    ]);
    desk.quote([quoteAt(98, 101, 5)]);
    expect(desk.ladder(0)).toBe('bid 98 5 (1) | ask 101 5 (1)');
    expect(desk.lines.some((line) => line.startsWith('trade'))).toBe(false);
    // The old ask goes; the bid that crosses it stays.
    desk.quote([{ ...quoteAt(103, 0, 5), askLots: 0 }]);
    expect(desk.ladder(0)).toBe('bid 103 5 (1)');
    expect(desk.lines.some((line) => line.startsWith('trade'))).toBe(false);
  });

  it('a side whose new price the book refuses is pulled, so that no stale quote stays', () => {
    const desk = new QuoteDesk(Book);
    desk.quote([quoteAt(100, 102, 5)], { flags: FLAG_POST_ONLY_REJECT });
    desk.give(0, 'sell 1 @ 101');
    expect(desk.quote([quoteAt(101, 103, 5)], { flags: FLAG_POST_ONLY_REJECT })).toEqual([
      { instrument: 0, bid: 'refused', ask: 'replaced', code: REJECT_POST_ONLY_WOULD_TAKE },
    ]);
    expect(desk.ladder(0)).toBe('ask 101 1 (1) | ask 103 5 (1)');
    expect(desk.quote([quoteAt(101, 103, 5)], { flags: FLAG_POST_ONLY_REJECT })).toEqual([
      { instrument: 0, bid: 'refused', ask: 'unchanged', code: REJECT_POST_ONLY_WOULD_TAKE },
    ]);
  });

  it('a quote that slid is unchanged while the same price is asked for', () => {
    const desk = new QuoteDesk(Book);
    desk.give(0, 'sell 1 @ 101');
    desk.quote([quoteAt(101, 103, 5)], { flags: FLAG_POST_ONLY_SLIDE });
    expect(desk.ladder(0)).toBe('bid 100 5 (1) | ask 101 1 (1) | ask 103 5 (1)');
    expect(desk.quote([quoteAt(101, 103, 5)], { flags: FLAG_POST_ONLY_SLIDE })[0]).toMatchObject({
      bid: 'unchanged',
      ask: 'unchanged',
    });
  });

  it('are pulled in one instrument or in all, in order, the bid first', () => {
    const desk = new QuoteDesk(Book);
    desk.quote([quoteAt(50, 52, 3, 2), quoteAt(100, 102, 5)]);
    desk.quote([quoteAt(99, 103, 1)], { accountId: 8 });
    expect(desk.act(WHOLE_VENUE, () => desk.desk.quotes.cancel(7, WHOLE_VENUE))).toEqual([
      'canceled 3 buy 5@100 requested acct=7',
      'canceled 4 sell 5@102 requested acct=7',
      '#2 canceled 1 buy 3@50 requested acct=7',
      '#2 canceled 2 sell 3@52 requested acct=7',
    ]);
    expect(desk.act(0, () => desk.desk.quotes.cancel(8, 0)).length).toBe(2);
    expect(desk.act(0, () => desk.desk.quotes.cancel(8, 0))).toEqual([]);
    expect(desk.desk.quotes.isIdle).toBe(true);
  });

  it('a filled quote enters anew', () => {
    const desk = new QuoteDesk(Book);
    desk.quote([quoteAt(100, 102, 5)]);
    desk.give(0, 'sell 5 @ 100');
    expect(desk.quote([quoteAt(100, 102, 5)])[0]).toMatchObject({ bid: 'entered', ask: 'unchanged' });
    desk.give(0, 'massCancel 7');
    expect(desk.quote([quoteAt(100, 102, 5)])[0]).toMatchObject({ bid: 'entered', ask: 'entered' });
  });
});

const LIMITS: ProtectionLimits = {
  windowNs: 1_000,
  fillsMax: 2,
  lotsMax: null,
  scope: 'instrument',
  stoppedNs: null,
};

describe.each([
  ['FastBook', FastBook],
  ['ReferenceBook', ReferenceBook],
] as const)('market maker protection, %s', (_, Book) => {
  function quoted(limits: Partial<ProtectionLimits>): QuoteDesk {
    const desk = new QuoteDesk(Book);
    desk.desk.quotes.setProtection(7, { ...LIMITS, ...limits });
    desk.quote([quoteAt(100, 102, 10), quoteAt(50, 52, 10, 1)]);
    return desk;
  }

  it('pulls the quotes of the instrument after so many fills, after the command that brought them', () => {
    const desk = quoted({});
    expect(desk.give(0, 'sell 1 @ 100').length).toBe(2);
    expect(desk.give(0, 'buy 1 @ 102')).toEqual([
      'accepted 6 buy 1@102',
      'trade 2: 6 buy 1@102 with 2, leaves 0 and 9',
      'canceled 1 buy 9@100 quoteProtection acct=7',
      'canceled 2 sell 9@102 quoteProtection acct=7',
    ]);
    expect(desk.ladder(1)).toBe('bid 50 10 (1) | ask 52 10 (1)');
    expect(desk.quote([quoteAt(100, 102, 10), quoteAt(50, 52, 9, 1)])).toEqual([
      { instrument: 0, bid: 'refused', ask: 'refused', code: REJECT_QUOTES_STOPPED },
      { instrument: 1, bid: 'reduced', ask: 'reduced', code: 0 },
    ]);
    desk.desk.quotes.resetProtection(7);
    expect(desk.quote([quoteAt(100, 102, 10)])[0]!.code).toBe(0);
  });

  it('pulls them in all instruments, by lots, and lets them back after a time', () => {
    const desk = quoted({ fillsMax: null, lotsMax: 8, scope: 'venue', stoppedNs: 500 });
    desk.give(0, 'sell 5 @ 100');
    expect(desk.give(1, 'sell 3 @ 50').slice(2)).toEqual([
      'canceled 1 buy 5@100 quoteProtection acct=7',
      'canceled 2 sell 10@102 quoteProtection acct=7',
      '#1 canceled 3 buy 7@50 quoteProtection acct=7',
      '#1 canceled 4 sell 10@52 quoteProtection acct=7',
    ]);
    desk.timeNs = 499;
    expect(desk.quote([quoteAt(100, 102, 10)])[0]!.code).toBe(REJECT_QUOTES_STOPPED);
    expect(desk.quote([{ instrument: 0 }])[0]).toEqual({ instrument: 0, bid: 'none', ask: 'none', code: 0 });
    desk.timeNs = 500;
    expect(desk.quote([quoteAt(100, 102, 10)])[0]!.code).toBe(0);
  });

  it('a fill as old as the window no longer counts', () => {
    const desk = quoted({});
    desk.give(0, 'sell 1 @ 100');
    desk.timeNs = 1_000;
    expect(desk.give(0, 'sell 1 @ 100').length).toBe(2);
    desk.timeNs = 1_999;
    expect(desk.give(0, 'sell 1 @ 100').length).toBe(4);
  });

  it('counts fills as taker too', () => {
    const desk = quoted({ fillsMax: 3 });
    desk.give(0, 'sell 4 @ 100');
    desk.give(0, 'buy 1 @ 102');
    desk.give(0, 'sell 2 @ 101');
    expect(desk.quote([quoteAt(101, 103, 10)])[0]!.code).toBe(0);
    expect(desk.lines.filter((line) => /^(?:trade|canceled)/.test(line))).toEqual([
      'trade 3: 1 buy 2@101 with 7, leaves 8 and 0',
      'canceled 1 buy 8@101 quoteProtection acct=7',
      'canceled 2 sell 10@103 quoteProtection acct=7',
    ]);
  });

  it('a peg that followed the pulled quote is re-priced after the pull', () => {
    const desk = quoted({ fillsMax: 1 });
    desk.give(0, 'buy 5 @ 98');
    desk.act(0, () => {
      const ticket = orderTicketOf('buy 3 @ 1000', desk.source);
      desk.desk.orders[0]!.submit(ticket, { kind: 'peg', to: 'primary', offsetTicks: 0 });
    });
    expect(desk.give(0, 'sell 1 @ 100').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'accepted 7',
      'trade 1:',
      'canceled 1',
      'canceled 2',
      'replaced 6',
      'rested 6',
    ]);
  });

  it('has limits that are whole numbers', () => {
    for (const bad of [{ windowNs: 0 }, { fillsMax: 0.5 }, { lotsMax: 0 }, { stoppedNs: -1 }]) {
      expect(() => checkProtection({ ...LIMITS, ...bad })).toThrow(/market maker protection/);
    }
  });
});
