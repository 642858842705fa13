/**
 * Random commands for an order book, as data: the same seed gives the same list. Each seed draws its own mix ("swarm"):
 * few prices or the ends of the int32 range, many icebergs, many stops, much self-trade prevention, and so on.
 */

import { assertNever } from '../../src/base/index.ts';
import {
  BUY,
  DAY,
  FLAG_HIDDEN,
  FLAG_POST_ONLY,
  FLAG_POST_ONLY_REJECT,
  FLAG_POST_ONLY_SLIDE,
  FOK,
  GTC,
  GTD,
  IOC,
  LIMIT,
  MARKET,
  MARKET_TO_LIMIT,
  OrderTicket,
  PRICE_TICKS_MAX,
  PRICE_TICKS_MIN,
  QTY_LOTS_MAX,
  ReplaceTicket,
  SELL,
  STOP,
  STOP_LIMIT,
  UNDEF_INT32,
} from '../../src/domain/index.ts';
import type { BookRules, OrderBook } from '../../src/market/index.ts';
import { drawAllocation } from './allocation-rules.ts';
import { type GuardTerms, MovingGuard } from './moving-guard.ts';
import { uncross } from './uncross.ts';

/** The fields of an order ticket that differ from its defaults. */
export type TicketFields = Partial<Omit<OrderTicket, 'reset'>>;
export type ReplaceFields = Partial<Omit<ReplaceTicket, 'reset'>>;

export type BookCommand =
  | { readonly kind: 'submit'; readonly ticket: TicketFields }
  | { readonly kind: 'place'; readonly ticket: TicketFields }
  | { readonly kind: 'cancel'; readonly orderId: number; readonly accountId: number }
  | {
      readonly kind: 'reduce';
      readonly orderId: number;
      readonly accountId: number;
      readonly qtyLots: number;
    }
  | { readonly kind: 'replace'; readonly ticket: ReplaceFields }
  | { readonly kind: 'massCancel'; readonly accountId: number }
  | { readonly kind: 'expire'; readonly orderId: number }
  | { readonly kind: 'expireDay' }
  /** Orders are collected from now on. */
  | { readonly kind: 'collect' }
  /** An auction at the price of most volume; what was collected matches as it comes again. */
  | { readonly kind: 'uncross' }
  | ({ readonly kind: 'guard' } & GuardTerms)
  | { readonly kind: 'unguard' };

const orderTicket = new OrderTicket();
const replaceTicket = new ReplaceTicket();

/** Gives one command to a book. The ticket objects are reused, as a venue reuses them. */
export function applyCommand(book: OrderBook, command: BookCommand): void {
  switch (command.kind) {
    case 'submit':
      book.submit(Object.assign(orderTicket.reset(), command.ticket));
      return;
    case 'place':
      book.place(Object.assign(orderTicket.reset(), command.ticket));
      return;
    case 'cancel':
      book.cancel(command.orderId, command.accountId);
      return;
    case 'reduce':
      book.reduce(command.orderId, command.accountId, command.qtyLots);
      return;
    case 'replace':
      book.replace(Object.assign(replaceTicket.reset(), command.ticket));
      return;
    case 'massCancel':
      book.massCancel(command.accountId);
      return;
    case 'expire':
      book.expire(command.orderId);
      return;
    case 'expireDay':
      book.expireDay();
      return;
    case 'collect':
      book.isCollecting = true;
      return;
    case 'uncross':
      uncross(book);
      book.isCollecting = false;
      book.releaseStops();
      return;
    case 'guard':
      book.guard = new MovingGuard(command);
      return;
    case 'unguard':
      book.guard = null;
      return;
    default:
      assertNever(command);
  }
}

/** Time among auctions: `unruly` of 100 commands begin or end a call, or set bounds of trading. */
export interface CommandShape {
  readonly passive?: number;
  readonly unruly?: number;
}

/** Small seeded generator (mulberry32); quality is ample for choosing commands. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e37_79b1) ^ 0x5851_f42d;
  }

  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const unit = ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
    return low + Math.floor(unit * (high - low + 1));
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.int(0, 99) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(0, choices.length - 1)]!;
  }
}

/** The mix of one seed. Percentages unless the name says otherwise. */
interface Mix {
  readonly lowTicks: number;
  readonly highTicks: number;
  readonly qtyLotsMax: number;
  readonly accounts: number;
  readonly iceberg: number;
  readonly hidden: number;
  readonly minQty: number;
  readonly stop: number;
  readonly postOnly: number;
  readonly selfTrade: number;
  readonly stpGroups: number;
  readonly immediate: number;
  readonly market: number;
  readonly broken: number;
  readonly place: number;
  readonly change: number;
  readonly mass: number;
  /** How far back a change looks for its order, in orders. */
  readonly reach: number;
}

const FEATURES = [
  'iceberg',
  'hidden',
  'minQty',
  'stop',
  'postOnly',
  'selfTrade',
  'immediate',
  'market',
] as const;

function drawMix(dice: Dice): Mix {
  const [centre, halfWidth] = dice.pick([
    [100, 1],
    [0, 3],
    [10_000, 6],
    [-50, 15],
    [1_000, 60],
    [PRICE_TICKS_MAX - 2, 2],
    [PRICE_TICKS_MIN + 2, 2],
    [0, PRICE_TICKS_MAX],
  ] as const);
  // Each feature is off, rare or heavy in a seed, so that their interplay is met in every density.
  const share = Object.fromEntries(
    FEATURES.map((name) => [name, dice.pick([0, 3, 10, 10, 30, 60])]),
  ) as Record<(typeof FEATURES)[number], number>;
  return {
    ...share,
    lowTicks: centre - halfWidth,
    highTicks: centre + halfWidth,
    qtyLotsMax: dice.pick([3, 10, 10, 50, 1_000, QTY_LOTS_MAX]),
    accounts: dice.int(1, 4),
    stpGroups: dice.int(1, 3),
    broken: dice.pick([0, 1, 5]),
    place: dice.pick([0, 0, 3, 20]),
    change: dice.pick([5, 20, 40, 60]),
    mass: dice.pick([0, 1, 2]),
    reach: dice.pick([10, 40, 200]),
  };
}

/** The rules that a seed's books play by: all combinations come up. */
export function rulesOfSeed(seed: number): BookRules {
  const dice = new Dice(seed ^ 0x0b00_4b00);
  return {
    icebergRefresh: dice.pick(['roundRobin', 'displayThenHiddenTime', 'roundRobinAfterHidden'] as const),
    replaceLosesPriority: dice.pick(['standard', 'standard', 'always'] as const),
    replaceQty: dice.pick(['total', 'open'] as const),
    stopAlreadyTriggered: dice.pick(['reject', 'enter'] as const),
    stopLimitBeyondStop: dice.pick(['reject', 'allow'] as const),
    publishLevels: dice.chance(85),
    allocation: drawAllocation(dice),
    protectionTicks: dice.pick([null, null, 0, 2, 40]),
  };
}

/** Rules of a seed for books whose orders share: the same, with an algorithm in place of time alone. */
export function sharingRulesOfSeed(seed: number): BookRules {
  const dice = new Dice(seed ^ 0x0a11_0c00);
  let allocation = drawAllocation(dice);
  while (allocation === 'fifo') allocation = drawAllocation(dice);
  return { ...rulesOfSeed(seed), allocation };
}

/**
 * The command list of a seed. `passive`: so many of 100 orders keep to the half of the prices where the other side is not,
 * which makes levels deep; without it most orders trade at once and levels have few orders.
 */
export function makeCommands(
  seed: number,
  commandCount: number,
  { passive = 0, unruly = 0 }: CommandShape = {},
): BookCommand[] {
  return new CommandSource(seed, passive, unruly).take(commandCount);
}

class CommandSource {
  readonly #dice: Dice;
  readonly #mix: Mix;
  readonly #passive: number;
  readonly #unruly: number;
  /** Account by order id; entry 0 is unused. */
  readonly #accountOf: number[] = [0];

  constructor(seed: number, passive: number, unruly: number) {
    this.#dice = new Dice(seed);
    this.#mix = drawMix(this.#dice);
    this.#passive = passive;
    this.#unruly = unruly;
  }

  take(commandCount: number): BookCommand[] {
    return Array.from({ length: commandCount }, () => this.#next());
  }

  #next(): BookCommand {
    const dice = this.#dice;
    const mix = this.#mix;
    if (this.#unruly > 0 && dice.chance(this.#unruly)) return this.#unrulyCommand();
    if (dice.chance(mix.mass) && dice.chance(20)) {
      return dice.pick([
        { kind: 'massCancel', accountId: dice.int(0, mix.accounts) },
        { kind: 'massCancel', accountId: dice.int(1, mix.accounts) },
        { kind: 'expireDay' },
      ]);
    }
    if (this.#accountOf.length > 1 && dice.chance(mix.change)) return this.#change();
    const ticket = this.#ticket();
    if (dice.chance(mix.broken)) this.#breakTicket(ticket);
    const mayRest = ticket.type === LIMIT && ticket.timeInForce !== IOC && ticket.timeInForce !== FOK;
    const isPlaced = dice.chance(mix.place) && (mayRest || dice.chance(5));
    return { kind: isPlaced ? 'place' : 'submit', ticket };
  }

  #unrulyCommand(): BookCommand {
    const dice = this.#dice;
    const [lowTicks, highTicks] = [this.#price(), this.#price()].sort((a, b) => a - b) as [number, number];
    return dice.pick<BookCommand>([
      { kind: 'collect' },
      { kind: 'uncross' },
      { kind: 'uncross' },
      { kind: 'unguard' },
      {
        kind: 'guard',
        lowTicks,
        highTicks,
        drift: dice.int(-1, 2),
        rest: dice.pick(['same', 'clip', 'cancel'] as const),
        eliminates: dice.chance(50),
      },
    ]);
  }

  #ticket(): TicketFields {
    const dice = this.#dice;
    const mix = this.#mix;
    const accountId = dice.int(1, mix.accounts);
    const orderId = this.#accountOf.push(accountId) - 1;
    const qtyLots = this.#qty();
    const ticket: TicketFields = {
      orderId,
      accountId,
      side: dice.pick([BUY, SELL] as const),
      priceTicks: this.#price(),
      qtyLots,
    };
    if (this.#passive > 0 && dice.chance(this.#passive)) ticket.priceTicks = this.#passivePrice(ticket.side!);
    this.#drawType(ticket);
    ticket.timeInForce = dice.chance(mix.immediate)
      ? dice.pick([IOC, FOK] as const)
      : dice.pick([DAY, GTC, GTC, GTD] as const);
    if (dice.chance(mix.selfTrade)) {
      ticket.stpGroup = dice.int(1, mix.stpGroups);
      ticket.stpMode = dice.int(0, 5) as 0 | 1 | 2 | 3 | 4 | 5;
    }
    this.#drawVisibility(ticket, qtyLots);
    return ticket;
  }

  #drawType(ticket: TicketFields): void {
    const dice = this.#dice;
    const mix = this.#mix;
    if (dice.chance(mix.stop)) {
      ticket.type = dice.pick([STOP, STOP_LIMIT] as const);
      ticket.stopPriceTicks = this.#price();
      // Mostly a limit on the right side of the stop.
      if (dice.chance(80)) {
        const ticks = [ticket.stopPriceTicks, ticket.priceTicks!].sort((a, b) => a - b);
        ticket.priceTicks = ticket.side === BUY ? ticks[1]! : ticks[0]!;
        ticket.stopPriceTicks = ticket.side === BUY ? ticks[0]! : ticks[1]!;
      }
    } else {
      ticket.type = dice.chance(mix.market) ? dice.pick([MARKET, MARKET_TO_LIMIT] as const) : LIMIT;
    }
  }

  #drawVisibility(ticket: TicketFields, qtyLots: number): void {
    const dice = this.#dice;
    const mix = this.#mix;
    const isImmediate = ticket.timeInForce === IOC || ticket.timeInForce === FOK;
    let flags = dice.chance(mix.hidden) ? FLAG_HIDDEN : 0;
    if (ticket.type === LIMIT && !isImmediate && dice.chance(mix.postOnly)) {
      flags |= dice.pick([FLAG_POST_ONLY_REJECT, FLAG_POST_ONLY_SLIDE]);
    }
    const mayNotRest = isImmediate || ticket.type === MARKET || ticket.type === STOP;
    if (dice.chance(mix.minQty)) {
      if (!mayNotRest) flags |= FLAG_HIDDEN;
      ticket.minQtyLots = dice.int(1, qtyLots);
    }
    if ((flags & FLAG_HIDDEN) === 0 && dice.chance(mix.iceberg)) {
      ticket.displayQtyLots = dice.chance(70) ? Math.ceil(qtyLots / dice.int(2, 6)) : dice.int(0, qtyLots);
    }
    if (flags !== 0) ticket.flags = flags;
  }

  /** Breaks one rule of an order, or says something twice. */
  #breakTicket(ticket: TicketFields): void {
    const dice = this.#dice;
    const breaks: (() => void)[] = [
      () => Object.assign(ticket, { orderId: dice.int(0, ticket.orderId!) }),
      () => Object.assign(ticket, { side: 2 }),
      () => Object.assign(ticket, { type: dice.pick([-1, 5]) }),
      () => Object.assign(ticket, { timeInForce: dice.pick([2, 5, 7]) }),
      () => Object.assign(ticket, { stpMode: dice.pick([-1, 6]) }),
      () => Object.assign(ticket, { qtyLots: dice.pick([0, -1, UNDEF_INT32]) }),
      () => Object.assign(ticket, { priceTicks: dice.pick([UNDEF_INT32, UNDEF_INT32 + 1, 0x7fff_ffff]) }),
      () => Object.assign(ticket, { stopPriceTicks: dice.pick([UNDEF_INT32, 0x7fff_ffff]) }),
      () => Object.assign(ticket, { displayQtyLots: dice.pick([-1, QTY_LOTS_MAX]) }),
      () => Object.assign(ticket, { displayQtyLots: 1, flags: FLAG_HIDDEN }),
      () => Object.assign(ticket, { minQtyLots: dice.pick([-1, 1, QTY_LOTS_MAX]) }),
      () => Object.assign(ticket, { flags: FLAG_POST_ONLY }),
      () => Object.assign(ticket, { flags: FLAG_POST_ONLY_REJECT, timeInForce: dice.pick([IOC, FOK]) }),
      () => Object.assign(ticket, { flags: FLAG_POST_ONLY_SLIDE, type: dice.pick([MARKET, STOP_LIMIT]) }),
    ];
    dice.pick(breaks)();
  }

  #change(): BookCommand {
    const dice = this.#dice;
    const orderId = this.#knownId();
    const owner = this.#accountOf[orderId] ?? 1;
    const accountId = dice.chance(80) ? owner : dice.chance(70) ? 0 : owner + 1;
    switch (dice.int(0, 9)) {
      case 0:
      case 1:
      case 2:
        return { kind: 'cancel', orderId, accountId };
      case 3:
        return { kind: 'expire', orderId };
      case 4:
      case 5:
        return { kind: 'reduce', orderId, accountId, qtyLots: dice.chance(3) ? 0 : this.#qty() };
      default:
        return { kind: 'replace', ticket: this.#replaceFields(orderId, accountId) };
    }
  }

  #replaceFields(orderId: number, accountId: number): ReplaceFields {
    const dice = this.#dice;
    const ticket: ReplaceFields = { orderId, accountId };
    const isBroken = dice.chance(this.#mix.broken);
    if (dice.chance(60)) ticket.qtyLots = isBroken && dice.chance(30) ? dice.pick([0, -3]) : this.#qty();
    if (dice.chance(40)) ticket.priceTicks = isBroken ? 0x7fff_ffff : this.#price();
    if (dice.chance(25)) ticket.displayQtyLots = dice.chance(20) ? dice.pick([-1, 0]) : this.#qty();
    if (dice.chance(25)) ticket.stopPriceTicks = isBroken ? 0x7fff_ffff : this.#price();
    return ticket;
  }

  /** Mostly an order of the recent past; sometimes one long gone or never issued. */
  #knownId(): number {
    const last = this.#accountOf.length - 1;
    if (this.#dice.chance(3)) return last + this.#dice.int(1, 3);
    if (this.#dice.chance(10)) return this.#dice.int(0, last);
    return Math.max(1, last - this.#dice.int(0, this.#mix.reach));
  }

  #passivePrice(side: number): number {
    const { lowTicks, highTicks } = this.#mix;
    const middle = Math.floor((lowTicks + highTicks) / 2);
    return side === BUY ? this.#dice.int(lowTicks, middle) : this.#dice.int(middle + 1, highTicks);
  }

  #price(): number {
    return this.#dice.int(this.#mix.lowTicks, this.#mix.highTicks);
  }

  #qty(): number {
    const { qtyLotsMax } = this.#mix;
    // A few full-size orders make level totals pass 2^31.
    if (qtyLotsMax === QTY_LOTS_MAX && this.#dice.chance(30)) return QTY_LOTS_MAX;
    return this.#dice.int(1, qtyLotsMax);
  }
}
