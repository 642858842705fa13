/**
 * A managed desk over one book, driven by script commands (book-script.ts). After each command it checks the structure of
 * book and desk and the conservation of every order's quantity; with `viaSnapshots` book and desk are restored from bytes
 * before each command, which must change nothing.
 */

import { expect } from 'vitest';
import { BinaryReader, BinaryWriter } from '../../src/base/index.ts';
import { EventBuffer, ReplaceTicket } from '../../src/domain/index.ts';
import {
  type BookRules,
  DEFAULT_BOOK_RULES,
  FastBook,
  ManagedDesk,
  type ManagedOrders,
  type ManagedRules,
  type ManagedTerms,
  type OnFill,
  type OrderBook,
  ReferenceBook,
} from '../../src/market/index.ts';
import { giveCommand, ladderOf, orderTicketOf } from './book-script.ts';
import { EventAudit } from './event-audit.ts';
import { eventLines } from './event-text.ts';

export type BookClass = new (rules: BookRules, events: EventBuffer) => OrderBook;

export interface DeskOptions {
  readonly book: BookClass;
  readonly viaSnapshots: boolean;
}

/** Both books, each straight through and restored before every command: for describe.each. */
export const DESKS: readonly (readonly [string, DeskOptions])[] = [
  ['FastBook', { book: FastBook, viaSnapshots: false }],
  ['FastBook, restored before each command', { book: FastBook, viaSnapshots: true }],
  ['ReferenceBook', { book: ReferenceBook, viaSnapshots: false }],
  ['ReferenceBook, restored before each command', { book: ReferenceBook, viaSnapshots: true }],
];

/** An order of a group or bracket: a script command and what the venue does for it. */
export type DeskOrder = readonly [command: string, terms?: ManagedTerms];

const PLAIN: ManagedTerms = { kind: 'plain' };

export class TestDesk {
  readonly source = { nextId: 1 };
  /** What `submit` and the like answered last: a reject code, 0 = taken. */
  lastCode = 0;
  timeNs = 0;
  readonly #options: DeskOptions;
  readonly #rules: BookRules;
  readonly #managed: Partial<ManagedRules>;
  readonly #audit = new EventAudit();
  #events = new EventBuffer();
  #book: OrderBook;
  #desk: ManagedDesk;

  constructor(options: DeskOptions, managed: Partial<ManagedRules> = {}, rules: Partial<BookRules> = {}) {
    this.#options = options;
    this.#managed = managed;
    this.#rules = { ...DEFAULT_BOOK_RULES, publishLevels: false, ...rules };
    this.#book = this.#newBook();
    this.#desk = this.#newDesk();
  }

  get book(): OrderBook {
    return this.#book;
  }

  get orders(): ManagedOrders {
    return this.#desk.orders[0]!;
  }

  get desk(): ManagedDesk {
    return this.#desk;
  }

  get ladder(): string {
    return ladderOf(this.#book);
  }

  /** Ids of the orders in the book in canonical order: their queue at each price. */
  get queue(): number[] {
    const ids: number[] = [];
    this.#book.forEachOrder(({ orderId }) => ids.push(orderId));
    return ids;
  }

  /** Gives commands to the book; the event lines of the last one and of what followed it. */
  give(...commands: readonly string[]): string[] {
    let lines: string[] = [];
    for (const command of commands) lines = this.act(() => giveCommand(this.#book, command, this.source));
    return lines;
  }

  submit(command: string, terms: ManagedTerms): string[] {
    return this.act(() => {
      this.lastCode = this.orders.submit(orderTicketOf(command, this.source), terms);
    });
  }

  group(onFill: OnFill, ...members: readonly DeskOrder[]): string[] {
    return this.act(() => {
      this.lastCode = this.orders.submitGroup(this.#requests(members), onFill);
    });
  }

  bracket(onFill: OnFill, entry: DeskOrder, ...exits: readonly DeskOrder[]): string[] {
    return this.act(() => {
      const [first, ...others] = this.#requests([entry, ...exits]);
      this.lastCode = this.orders.submitBracket(first!, others, onFill);
    });
  }

  cancel(orderId: number, accountId = 0): string[] {
    return this.act(() => {
      this.lastCode = this.orders.requests.cancel(orderId, accountId);
    });
  }

  replace(orderId: number, changes: Partial<ReplaceTicket>): string[] {
    return this.act(() => {
      const ticket = Object.assign(new ReplaceTicket(), changes, { orderId });
      this.lastCode = this.orders.requests.replace(ticket);
    });
  }

  /** The event lines of an action and of what the desk does after it. */
  act(action: () => void): string[] {
    if (this.#options.viaSnapshots) this.#restore();
    this.#events.clear();
    this.#events.timeNs = this.timeNs;
    action();
    this.#desk.afterCommand(0, 0);
    this.#audit.follow(this.#events);
    this.#book.validate();
    this.orders.validate();
    this.#audit.compareWithBook(this.#book);
    return eventLines(this.#events);
  }

  /** Bytes of book and desk. */
  state(): Uint8Array {
    const writer = new BinaryWriter();
    this.#book.writeState(writer);
    this.#desk.writeState(writer);
    return writer.finish();
  }

  #requests(orders: readonly DeskOrder[]) {
    return orders.map(([command, terms = PLAIN]) => ({ ticket: orderTicketOf(command, this.source), terms }));
  }

  #newBook(): OrderBook {
    const { book: Book } = this.#options;
    return new Book(this.#rules, this.#events);
  }

  #newDesk(): ManagedDesk {
    const issue = (): number => this.source.nextId++;
    return new ManagedDesk([this.#book], this.#events, issue, () => this.#managed);
  }

  #restore(): void {
    const reader = new BinaryReader(this.state());
    this.#events = new EventBuffer();
    this.#book = this.#newBook();
    this.#desk = this.#newDesk();
    this.#book.readState(reader);
    this.#desk.readState(reader);
    expect(reader.isAtEnd, 'what was written is read').toBe(true);
  }
}
