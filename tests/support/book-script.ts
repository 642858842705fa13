/**
 * Runs a text script against an order book: commands in, expected event lines out (see event-text.ts).
 *
 * ```
 * > sell 10 @ 100 display=2 acct=7        ids count up by themselves; id= sets one
 * = accepted 1 sell 10@100 acct=7
 * = rested 1 sell 2 of 10@100 acct=7
 * > buy market 4                          market, mtl, stop 99, stop 99 @ 98; words: ioc fok day gtd hidden post slide
 * > place | cancel 1 | reduce 1 4 | replace 1 qty=5 px=99 display=1 stop=98 | massCancel 7 | expire 1 | expireDay
 * ~ sell 10 @ 101                         a command whose events are not looked at (setting the scene)
 * book: bid 100 6 (1) | ask 101 5 (2)     displayed levels, best first
 * ```
 *
 * Every script also checks the book's structure, the conservation of every order's quantity after each command, and
 * that a book restored from a snapshot before each command says the same.
 */

import { expect } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../src/base/index.ts';
import {
  BUY,
  type EventBuffer,
  FLAG_HIDDEN,
  FLAG_POST_ONLY_REJECT,
  FLAG_POST_ONLY_SLIDE,
  FOK,
  GTC,
  IOC,
  LIMIT,
  MARKET,
  MARKET_TO_LIMIT,
  OrderTicket,
  ReplaceTicket,
  SELL,
  STOP,
  STOP_LIMIT,
  STP_MODE_NAMES,
  type StpMode,
  TIME_IN_FORCE_NAMES,
} from '../../src/domain/index.ts';
import { type BookRules, hashBookState, type OrderBook } from '../../src/market/index.ts';
import { EventAudit } from './event-audit.ts';
import { eventLines } from './event-text.ts';

export type CreateBook = (rules: Partial<BookRules>) => OrderBook;

interface Step {
  readonly command: string;
  /** Null when the events are not looked at. */
  readonly expected: string[] | null;
  readonly book: string | null;
}

/** Runs a script on a new book, then again with a snapshot before each command. Gives the book of the first run. */
export function runBookScript(create: CreateBook, rules: Partial<BookRules>, script: string): OrderBook {
  const steps = parseSteps(script);
  const book = runSteps(steps, create(rules), (same) => same);
  const restored = runSteps(steps, create(rules), (old) => throughSnapshot(old, create(rules)));
  expect(hashBookState(restored), 'state after snapshots').toBe(hashBookState(book));
  return book;
}

/** A new book with the state of another, through bytes. */
export function throughSnapshot(book: OrderBook, fresh: OrderBook): OrderBook {
  const writer = new BinaryWriter();
  book.writeState(writer);
  const reader = new BinaryReader(writer.finish());
  fresh.readState(reader);
  expect(reader.isAtEnd, 'a restored book has read everything').toBe(true);
  return fresh;
}

function runSteps(
  steps: readonly Step[],
  first: OrderBook,
  between: (book: OrderBook) => OrderBook,
): OrderBook {
  const audit = new EventAudit();
  const source = { nextId: 1 };
  let book = first;
  for (const { command, expected, book: ladder } of steps) {
    if (command !== '') {
      book = between(book);
      book.events.clear();
      giveCommand(book, command, source);
      const found = eventLines(book.events);
      if (expected) expect(found, command).toEqual(expected);
      else
        expect(
          found.filter((line) => /rejected/i.test(line)),
          `${command} sets the scene`,
        ).toEqual([]);
      audit.follow(book.events);
      book.validate();
      audit.compareWithBook(book);
    }
    if (ladder !== null) expect(ladderOf(book), `book after: ${command}`).toBe(ladder);
  }
  return book;
}

function parseSteps(script: string): Step[] {
  const steps: { command: string; expected: string[] | null; book: string | null }[] = [];
  for (const line of script.split('\n').map((raw) => raw.trim())) {
    const last = steps.at(-1);
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('> ')) steps.push({ command: line.slice(2).trim(), expected: [], book: null });
    else if (line.startsWith('~ ')) steps.push({ command: line.slice(2).trim(), expected: null, book: null });
    else if (line.startsWith('= ') && last?.expected) last.expected.push(line.slice(2).trim());
    else if (line.startsWith('book:'))
      steps.push({ command: '', expected: null, book: line.slice(5).trim() });
    else
      throw new Error(`a script line is a command (> or ~), an event (=) after >, or book:, not "${line}"`);
  }
  return steps;
}

/** Displayed levels as `bid 100 6 (1) | ask 101 5 (2)`, bids best first, then asks best first; `empty` without any. */
export function ladderOf(book: OrderBook): string {
  const lines: string[] = [];
  for (const side of [BUY, SELL] as const) {
    for (const level of book.depth(side, 100)) {
      lines.push(
        `${side === BUY ? 'bid' : 'ask'} ${level.priceTicks} ${level.displayedLots} (${level.orderCount})`,
      );
    }
  }
  return lines.length === 0 ? 'empty' : lines.join(' | ');
}

/** Gives one command of the script language to a book. Order ids count up in `source`. */
export function giveCommand(book: OrderBook, command: string, source: { nextId: number }): void {
  const words = command.split(/\s+/);
  const named = new Map(words.filter((word) => word.includes('=')).map((word) => splitPair(word)));
  const plain = words.filter((word) => !word.includes('='));
  const account = Number(named.get('acct') ?? 0);
  const [verb, first, second] = plain;
  switch (verb) {
    case 'buy':
    case 'sell':
      book.submit(ticketOf(plain, named, source));
      return;
    case 'place':
      book.place(ticketOf(plain.slice(1), named, source));
      return;
    case 'cancel':
      book.cancel(Number(first), account);
      return;
    case 'reduce':
      book.reduce(Number(first), account, Number(second));
      return;
    case 'replace':
      book.replace(replaceOf(Number(first), account, named));
      return;
    case 'massCancel':
      book.massCancel(Number(first));
      return;
    case 'expire':
      book.expire(Number(first));
      return;
    case 'expireDay':
      book.expireDay();
      return;
    default:
      throw new Error(`a script command is one of those in book-script.ts, not "${command}"`);
  }
}

/** The order of a script command such as `buy 10 @ 100 hidden acct=7`. Ids count up in `source`. */
export function orderTicketOf(command: string, source: { nextId: number }): OrderTicket {
  const words = command.split(/\s+/);
  const named = new Map(words.filter((word) => word.includes('=')).map((word) => splitPair(word)));
  const plain = words.filter((word) => !word.includes('='));
  return ticketOf(plain, named, source);
}

function splitPair(word: string): [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

/** The ticket of an order line: its words without `name=value` pairs, and the pairs. */
export function ticketOf(
  plain: readonly string[],
  named: ReadonlyMap<string, string>,
  source: { nextId: number },
): OrderTicket {
  const ticket = new OrderTicket();
  ticket.side = plain[0] === 'buy' ? BUY : SELL;
  ticket.timeInForce = GTC;
  ticket.type = LIMIT;
  for (let at = 1; at < plain.length; at++) {
    const word = plain[at]!;
    if (/^-?\d+$/.test(word)) ticket.qtyLots = Number(word);
    else if (word === '@') ticket.priceTicks = Number(plain[++at]);
    else if (word === 'stop') ticket.stopPriceTicks = Number(plain[++at]);
    else applyWord(ticket, word);
  }
  if (plain.includes('stop')) ticket.type = plain.includes('@') ? STOP_LIMIT : STOP;
  ticket.orderId = Number(named.get('id') ?? source.nextId);
  source.nextId = Math.max(source.nextId, ticket.orderId + 1);
  ticket.accountId = Number(named.get('acct') ?? 0);
  ticket.displayQtyLots = Number(named.get('display') ?? 0);
  ticket.minQtyLots = Number(named.get('min') ?? 0);
  // stp=<group>:<mode>; the mode of a resting order has no effect.
  const [group, mode = 'none'] = (named.get('stp') ?? '0').split(':');
  ticket.stpGroup = Number(group);
  ticket.stpMode = (STP_MODE_NAMES as readonly string[]).indexOf(mode) as StpMode;
  return ticket;
}

function applyWord(ticket: OrderTicket, word: string): void {
  if (word === 'market') ticket.type = MARKET;
  else if (word === 'mtl') ticket.type = MARKET_TO_LIMIT;
  else if (word === 'hidden') ticket.flags |= FLAG_HIDDEN;
  else if (word === 'post') ticket.flags |= FLAG_POST_ONLY_REJECT;
  else if (word === 'slide') ticket.flags |= FLAG_POST_ONLY_SLIDE;
  else if (word === 'ioc') ticket.timeInForce = IOC;
  else if (word === 'fok') ticket.timeInForce = FOK;
  else if (word in TIME_IN_FORCE_NAMES) {
    ticket.timeInForce = TIME_IN_FORCE_NAMES[word as keyof typeof TIME_IN_FORCE_NAMES];
  } else throw new Error(`an order word is one of those in book-script.ts, not "${word}"`);
}

function replaceOf(orderId: number, accountId: number, named: ReadonlyMap<string, string>): ReplaceTicket {
  const ticket = new ReplaceTicket();
  ticket.orderId = orderId;
  ticket.accountId = accountId;
  if (named.has('qty')) ticket.qtyLots = Number(named.get('qty'));
  if (named.has('px')) ticket.priceTicks = Number(named.get('px'));
  if (named.has('display')) ticket.displayQtyLots = Number(named.get('display'));
  if (named.has('stop')) ticket.stopPriceTicks = Number(named.get('stop'));
  return ticket;
}

/** The event lines of one command, for tests that need no script. */
export function linesOf(events: EventBuffer, act: () => void): string[] {
  events.clear();
  act();
  return eventLines(events);
}
