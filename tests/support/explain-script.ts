/**
 * Journals from text, for explanations: the commands of book-script.ts, one per line and second, and what a venue with
 * sessions says. A line that starts with + happens at the time of the line before.
 *
 * ```
 * buy 5 @ 100 gtd until=9 acct=1          order ids count up by themselves; until: seconds
 * session HALTED halt luld                state, cause, rule; the state before is the last one
 * bands 90 110 luld                       low, high, rule; none leaves an end open
 * limitState limitStateEntered 110 luld
 * auction opening 100 volume=5 left=10:buy
 * auction opening none noInterest
 * bounded 101 buy 5 market acct=1         taken at 101 at most, as better quotes elsewhere have it; the rest goes
 * managed sell 5 @ none acct=1             looked after by the venue, outside of the book; none: without a cap
 * hold onClose sell 5 @ 100 acct=2        accepted for an auction, without a place in the book
 * cross 3 5 4 @ 100                       auction trade of buy 3 and sell 5, 4 lots; both rest or are held
 * drop 3 auctionOver                      cancelled by the venue
 * fee 3 trade=1 micro=-1200 acct=1
 * ```
 */

import { join } from 'node:path';
import {
  AUCTION_KIND_NAMES,
  AUCTION_TERM_NAMES,
  CANCEL_REASON_NAMES,
  CMD_MANAGED,
  EV_ACCEPTED,
  EV_AUCTION,
  EV_BANDS,
  EV_CANCELED,
  EV_FEE,
  EV_LEVEL,
  EV_LIMIT_STATE,
  EV_SESSION,
  EV_TRADE,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  HEAD_FLAG_AUCTION,
  HEAD_SIDE_SHIFT,
  IOC,
  LIMIT,
  LIMIT_STATE_NAMES,
  NO_PRICE_NAMES,
  PRICE_TICKS_MIN,
  RECORD_WORDS,
  SESSION_CAUSE_NAMES,
  SESSION_RULE_NAMES,
  UNDEF_INT32,
  writeFloat64,
} from '../../src/domain/index.ts';
import {
  type BookRules,
  DEFAULT_BOOK_RULES,
  FastBook,
  recordTrade,
  SESSION_STATE_NAMES,
} from '../../src/market/index.ts';
import {
  explainJournal,
  JournalWriter,
  type OrderExplanation,
  type RunContext,
} from '../../src/runs/index.ts';
import { RunDigest } from '../../src/sim/index.ts';
import { giveCommand, ticketOf } from './book-script.ts';
import { CommandedBook, emitNew } from './commanded-book.ts';
import { TEST_INSTRUMENT } from './journal-of-commands.ts';

const SECOND_NS = 1e9;

/** Writes the journal of a script to a new file. */
export function journalOfScript(path: string, script: string, rules: Partial<BookRules> = {}): void {
  const venue = new ScriptedVenue({ ...DEFAULT_BOOK_RULES, ...rules });
  const { events } = venue.book;
  const digest = new RunDigest();
  const writer = new JournalWriter(path, {
    runId: 'script',
    epochNs: null,
    instruments: [TEST_INSTRUMENT],
    createdBy: 'test',
  });
  let second = 0;
  for (const line of script.split('\n').map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (!line.startsWith('+')) second++;
    events.clear();
    events.timeNs = second * SECOND_NS;
    venue.give(line.replace(/^\+\s*/, ''));
    digest.seal(events.words, 0, events.count, RECORD_WORDS);
    writer.write(events.words, events.count);
  }
  writer.close();
}

/** The run of a script: finished, with accounts 1 to 4 in one group. */
export function contextOf(context: Partial<RunContext> = {}, rules: Partial<BookRules> = {}): RunContext {
  return {
    kind: 'simulation',
    status: 'finished',
    digest: null,
    rulesOf: () => ({ ...DEFAULT_BOOK_RULES, ...rules }),
    groupOf: (accountId) => (accountId < 5 ? 'traders' : null),
    ...context,
  };
}

let files = 0;

/** Explains an order of a script. */
export function explainScript(
  folder: string,
  script: string,
  orderId: number,
  rules: Partial<BookRules> = {},
  context: Partial<RunContext> = {},
): OrderExplanation {
  const path = join(folder, `script-${++files}.bin`);
  journalOfScript(path, script, rules);
  return explainJournal(path, orderId, contextOf(context, rules));
}

class ScriptedVenue {
  readonly book: CommandedBook;
  readonly #source = { nextId: 1 };
  /** Open lots of orders that are held for an auction. */
  readonly #held = new Map<number, number>();
  #state = 0;
  #tradeId = 0;

  constructor(rules: BookRules) {
    this.book = new CommandedBook(rules);
  }

  give(line: string): void {
    const words = line.split(/\s+/);
    const named = new Map(
      words.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]),
    );
    const plain = words.filter((word) => !word.includes('='));
    const says: Readonly<Record<string, () => void>> = {
      session: () => this.#session(plain),
      bands: () => this.#bands(plain),
      limitState: () => this.#limitState(plain),
      auction: () => this.#auction(plain, named),
      hold: () => this.#hold(plain, named),
      managed: () => this.#managed(plain, named),
      bounded: () => this.#bounded(plain, named),
      cross: () => this.#cross(plain.map(Number)),
      drop: () => this.#drop(plain),
      fee: () => this.#fee(plain, named),
    };
    const say = says[plain[0]!];
    if (say !== undefined) {
      say();
      return;
    }
    this.book.expireTimeNs = Number(named.get('until') ?? 0) * SECOND_NS;
    giveCommand(this.book, line, this.#source);
  }

  get #events(): EventBuffer {
    return this.book.events;
  }

  #session([, state, cause = 'schedule', rule = '']: string[]): void {
    const after = codeOf(SESSION_STATE_NAMES, state);
    const code = codeOf(SESSION_CAUSE_NAMES, cause) | (codeOf(SESSION_RULE_NAMES, rule) << 8);
    this.#events.emit(EV_SESSION | (code << HEAD_CODE_SHIFT), after, this.#state, 0, 0, 0, 0, 0);
    this.#state = after;
  }

  #bands([, low, high, rule]: string[]): void {
    const code = codeOf(SESSION_RULE_NAMES, rule);
    this.#events.emit(EV_BANDS | (code << HEAD_CODE_SHIFT), 0, ticksOf(low), ticksOf(high), 0, 0, 0, 0);
  }

  #limitState([, what, ticks, rule]: string[]): void {
    const code = codeOf(SESSION_RULE_NAMES, rule) | (codeOf(LIMIT_STATE_NAMES, what) << 8);
    this.#events.emit(EV_LIMIT_STATE | (code << HEAD_CODE_SHIFT), 0, ticksOf(ticks), 0, 0, 0, 0, 0);
  }

  #auction([, kind, ticks, noPrice = '']: string[], named: ReadonlyMap<string, string>): void {
    const code = codeOf(AUCTION_KIND_NAMES, kind) | (codeOf(NO_PRICE_NAMES, noPrice) << 8);
    const [left = '0', side = 'buy'] = (named.get('left') ?? '').split(':');
    const head = EV_AUCTION | (code << HEAD_CODE_SHIFT) | ((side === 'sell' ? 1 : 0) << HEAD_SIDE_SHIFT);
    this.#events.emit(head, 0, ticksOf(ticks), 0, 0, 0, 0, 0);
    const at = (this.#events.count - 1) * RECORD_WORDS;
    writeFloat64(this.#events.words, at + 6, Number(named.get('volume') ?? 0));
    writeFloat64(this.#events.words, at + 8, Number(left));
  }

  #hold([, term, ...order]: string[], named: ReadonlyMap<string, string>): void {
    const ticket = ticketOf(order, named, this.#source);
    ticket.auctionTerm = codeOf(AUCTION_TERM_NAMES, term) as typeof ticket.auctionTerm;
    const { orderId, side, priceTicks, qtyLots, accountId } = ticket;
    emitNew(this.#events, ticket);
    const head = EV_ACCEPTED | (side << HEAD_SIDE_SHIFT);
    this.#events.emit(head, orderId, priceTicks, qtyLots, qtyLots, accountId, 0, 0);
    this.#held.set(orderId, qtyLots);
  }

  #managed([, ...order]: string[], named: ReadonlyMap<string, string>): void {
    const ticket = ticketOf(
      order.map((word) => (word === 'none' ? String(PRICE_TICKS_MIN) : word)),
      named,
      this.#source,
    );
    const { orderId, side, priceTicks, qtyLots, accountId } = ticket;
    emitNew(this.#events, ticket);
    this.#events.emit(CMD_MANAGED, orderId, 0, 0, 0, 0, 0, 0);
    const head = EV_ACCEPTED | (side << HEAD_SIDE_SHIFT);
    this.#events.emit(head, orderId, priceTicks, qtyLots, qtyLots, accountId, 0, 0);
  }

  #bounded([, bound, ...order]: string[], named: ReadonlyMap<string, string>): void {
    const ticket = ticketOf(order, named, this.#source);
    emitNew(this.#events, ticket);
    Object.assign(ticket, { type: LIMIT, timeInForce: IOC, priceTicks: ticksOf(bound) });
    FastBook.prototype.submit.call(this.book, ticket);
  }

  /** What a resting order loses is taken off the book; only its level records are kept of what the book says. */
  #cross([, buyId = 0, sellId = 0, lots = 0, , ticks = 0]: number[]): void {
    const events = this.#events;
    const levels: [price: number, lots: number, orders: number, head: number][] = [];
    const leavesOf = (orderId: number): number => {
      const view = this.book.order(orderId);
      const leaves = (view === null ? this.#held.get(orderId)! : view.shownLots + view.reserveLots) - lots;
      if (view === null) {
        this.#held.set(orderId, leaves);
        return leaves;
      }
      const from = events.count;
      recordTrade(this.book, orderId, lots, ticks);
      for (let r = from; r < events.count; r++) {
        const at = r * RECORD_WORDS;
        if ((events.words[at]! & 0xff) !== EV_LEVEL) continue;
        levels.push([
          events.words[at + 5]!,
          events.doubles[(at + 6) >> 1]!,
          events.words[at + 8]!,
          events.words[at]!,
        ]);
      }
      events.count = from;
      return leaves;
    };
    const [buyLeaves, sellLeaves] = [leavesOf(buyId), leavesOf(sellId)];
    const tradeId = ++this.#tradeId;
    events.emit(EV_TRADE | HEAD_FLAG_AUCTION, buyId, ticks, lots, buyLeaves, sellId, sellLeaves, tradeId);
    for (const [price, shown, orders, head] of levels) events.emitLevel(head, price, shown, orders);
  }

  #drop([, id, reason]: string[]): void {
    const orderId = Number(id);
    const head = EV_CANCELED | (codeOf(CANCEL_REASON_NAMES, reason) << HEAD_CODE_SHIFT);
    const held = this.#held.get(orderId);
    if (held === undefined) this.book.removeWith(head, this.book.pool.slotOf[orderId]!);
    else this.#events.emit(head, orderId, 0, held, 0, 0, 0, 0);
  }

  #fee([, id]: string[], named: ReadonlyMap<string, string>): void {
    const words = this.#events;
    words.emit(EV_FEE, Number(id), 0, 0, 0, Number(named.get('acct') ?? 0), 0, Number(named.get('trade')));
    writeFloat64(words.words, (words.count - 1) * RECORD_WORDS + 6, Number(named.get('micro')));
  }
}

function codeOf(names: readonly string[], name: string | undefined): number {
  const code = names.indexOf(name ?? '');
  if (code < 0) throw new Error(`a script line names one of ${names.join(', ')}, not "${name}"`);
  return code;
}

function ticksOf(text: string | undefined): number {
  return text === 'none' ? UNDEF_INT32 : Number(text);
}
