/** The presets of configs/venues/allocation/: each is sound, and says what market-rules §1.1 to §1.7 say. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  BUY,
  EV_TRADE,
  EventBuffer,
  FLAG_HIDDEN,
  GTC,
  OrderTicket,
  RECORD_WORDS,
  SELL,
} from '../../src/domain/index.ts';
import {
  checkAllocationAlgorithm,
  checkParityRule,
  checkPriorityRule,
  cmeAlgorithm,
  comparePriority,
  DEFAULT_BOOK_RULES,
  FastBook,
  type InterestClass,
} from '../../src/market/index.ts';
import { venueOf } from '../support/venues.ts';

function preset<T>(name: string): T {
  const url = new URL(`../../configs/venues/allocation/${name}.yaml`, import.meta.url);
  return parse(readFileSync(url, 'utf8')) as T;
}

const cme = preset<{ products: { names: string[]; algorithm: unknown }[] }>('cme');
const generic = preset<{ algorithms: { name: string; algorithm: unknown }[] }>('generic');
const priority = preset<{ venues: Record<string, { categories: unknown[] }> }>('priority');

describe('allocation presets', () => {
  it('name the algorithm of each CME product', () => {
    const stepsOf = new Map(
      cme.products.flatMap(({ names, algorithm }) => {
        const { steps } = cmeAlgorithm(algorithm, names.join());
        return names.map((name) => [name, steps.map(({ step }) => step).join(' ')] as const);
      }),
    );
    expect(stepsOf.get('ES')).toBe('fifo');
    expect(stepsOf.get('SR3')).toBe('top proRata fifo');
    expect(stepsOf.get('ZC')).toBe('top lmm split fifo proRata fifo');
    expect(stepsOf.size).toBe(11);
  });

  it.each(generic.algorithms)('$name is sound', ({ name, algorithm }) => {
    expect(checkAllocationAlgorithm(algorithm, name).steps.length).toBeGreaterThan(0);
  });

  it('give the setter 15 % of the incoming quantity', () => {
    const { parity } = preset<{ parity: unknown }>('nyse-parity');
    expect(checkParityRule(parity, 'nyse')).toMatchObject({ roundLotLots: 100, setterBps: 1500 });
  });

  it.each([
    ['nasdaq', ['displayed', 'hidden', 'reserve']],
    ['nyse', ['market', 'displayed', 'hidden', 'reserve', 'yielding']],
    ['iex', ['displayed', 'hidden', 'reserve']],
    ['lse', ['displayed', 'hidden', 'reserve']],
    ['xetra', ['displayed', 'hidden', 'reserve']],
    ['tsx', ['displayed', 'reserve', 'hidden']],
    ['cme', ['displayed', 'reserve']],
    ['crypto', ['displayed', 'reserve']],
  ] as const)('%s ranks its classes in this order at equal time', (venue, classes) => {
    const rule = checkPriorityRule({ categories: priority.venues[venue]!.categories }, venue);
    const interest = (name: InterestClass, sequence: number) => ({
      class: name,
      lots: 100,
      sequence,
      isOfAggressorsBroker: false,
    });
    for (let i = 1; i < classes.length; i++) {
      expect(comparePriority(rule, interest(classes[i - 1]!, 1), interest(classes[i]!, 2))).toBeLessThan(0);
    }
  });

  it('every venue has a sound rule', () => {
    for (const [venue, { categories }] of Object.entries(priority.venues)) {
      expect(checkPriorityRule({ categories }, venue).categories.length).toBeGreaterThan(0);
    }
  });

  // Xetra, too: a new peak is visible, and so before hidden orders (XETRA-MODELS).
  it.each([
    ['nasdaq', ['displayed', 'hidden', 'reserve']],
    ['nyse', ['displayed', 'hidden', 'reserve']],
    ['lse', ['displayed', 'hidden', 'reserve']],
    ['xetra', ['displayed', 'reserve', 'hidden']],
    ['cme', ['displayed', 'reserve', 'hidden']],
    ['crypto-spot', ['displayed', 'reserve', 'hidden']],
  ] as const)(
    'the book of %s serves displayed interest, hidden orders and reserves in that order',
    (venue, order) => {
      const book = new FastBook({ ...DEFAULT_BOOK_RULES, ...venueOf(venue).rules }, new EventBuffer());
      const ticket = new OrderTicket();
      const enter = (orderId: number, fields: Partial<OrderTicket>): void => {
        book.submit(Object.assign(ticket.reset(), { orderId, priceTicks: 100, timeInForce: GTC }, fields));
      };
      // A hidden order, then an iceberg of one lot displayed, then a plain order.
      enter(1, { side: SELL, qtyLots: 2, flags: FLAG_HIDDEN });
      enter(2, { side: SELL, qtyLots: 3, displayQtyLots: 1 });
      enter(3, { side: SELL, qtyLots: 2 });
      book.events.clear();
      enter(4, { side: BUY, qtyLots: 7 });
      const served: string[] = [];
      const { words, count } = book.events;
      let peaks = 0;
      for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
        if ((words[at]! & 255) !== EV_TRADE) continue;
        const maker = words[at + 8]!;
        // The first peak of the iceberg is displayed interest, what follows is its reserve.
        served.push(maker === 1 ? 'hidden' : maker === 2 && peaks++ > 0 ? 'reserve' : 'displayed');
      }
      expect(served.filter((one, index) => served[index - 1] !== one)).toEqual(order);
      const { categories } = checkPriorityRule(
        { categories: priority.venues[venue === 'crypto-spot' ? 'crypto' : venue]!.categories },
        venue,
      );
      // Nothing that the venue ranks earlier by category is served later; a class that the venue does not have does not count.
      const ranks = order.map((name) => categories.findIndex(({ classes }) => classes.includes(name)));
      const known = ranks.filter((rank) => rank >= 0);
      expect(known).toEqual([...known].sort((a, b) => a - b));
    },
  );
});
