/** An explanation as text for people: one section per question, long lists cut in the middle with a count of the rest. */

import { assertNever } from '../../base/index.ts';
import { formatTicks, type OptionTerms, type RoutingName } from '../../domain/index.ts';
import { contractText } from '../contract-terms.ts';
import { formatClock, formatCount, formatEpoch } from '../report/format.ts';
import type {
  Entry,
  Fill,
  MarketAtArrival,
  Move,
  OrderExplanation,
  Owner,
  RouteEvent,
  SentOrder,
  SessionEvent,
  Step,
  TakenPlace,
} from './explanation.ts';
import { aheadText, bandText, lotsText, wordsOf } from './words.ts';

/** Lines of one list at most; the JSON has them all. */
const LIST_LINES_MAX = 12;
const MICRO = 1e6;

const ROUTING_WORDS: Readonly<Record<RoutingName, string>> = {
  venue: 'as the venue has it',
  sweep: 'intermarket sweep',
  slide: 'slides before better quotes elsewhere',
  cancel: 'cancelled before better quotes elsewhere',
  route: 'goes on to better quotes elsewhere',
};

/** Ends without a line break. */
export function renderExplanation(explanation: OrderExplanation): string {
  return new Renderer(explanation).text();
}

class Renderer {
  readonly #of: OrderExplanation;

  constructor(explanation: OrderExplanation) {
    this.#of = explanation;
  }

  text(): string {
    const { orderId, instrument, epochNs, answer, market, moves, fills, session, steps, notes, why } =
      this.#of;
    const clock = epochNs === null ? '' : `, times since ${formatEpoch(epochNs)}`;
    return [
      `order ${orderId} of ${instrument.symbol}${clock}`,
      ...section('sent', [this.#sent(this.#of.sent)]),
      ...section('answer', answer === null ? [] : [at(answer, answer.rule ?? 'accepted')]),
      ...section('market when it came', market === null ? [] : [this.#market(market)]),
      ...section('what it could take', this.#entries()),
      ...section('its own steps', bounded(steps.map((step) => this.#step(step)))),
      ...section(`ahead of it: ${movesTitle(moves)}`, bounded(moves.map(moveText))),
      ...section('routed', bounded(this.#of.routes.map((route) => this.#route(route)))),
      ...section('fills', bounded(fills.map((fill) => this.#fill(fill)))),
      ...section('session while it lived', bounded(session.map((event) => this.#session(event)))),
      ...section('contract', this.#contract()),
      ...section('lots', [this.#lots()]),
      ...section('why', [why]),
      ...section('notes', [...notes]),
    ].join('\n');
  }

  #sent(sent: SentOrder): string {
    const terms = [
      `${sent.side}${sent.type === null ? '' : ` ${wordsOf(sent.type)}`} ${lotsText(sent.qtyLots)}`,
      ...(sent.priceTicks === null ? [] : [`at ${this.#price(sent.priceTicks)}`]),
      ...(sent.stopPriceTicks === null ? [] : [`stop ${this.#price(sent.stopPriceTicks)}`]),
      ...(sent.timeInForce === null ? [] : [sent.timeInForce]),
      ...(sent.expireTimeNs === null ? [] : [`until ${formatClock(sent.expireTimeNs)}`]),
      ...(sent.isHidden ? ['hidden'] : []),
      ...(sent.postOnly === null ? [] : [`post only (${sent.postOnly})`]),
      ...(sent.displayQtyLots === null ? [] : [`shows ${formatCount(sent.displayQtyLots)}`]),
      ...(sent.minQtyLots === null ? [] : [`at least ${formatCount(sent.minQtyLots)}`]),
      ...(sent.auctionTerm === null ? [] : [`for ${wordsOf(sent.auctionTerm)}`]),
      ...(sent.routing === null ? [] : [ROUTING_WORDS[sent.routing]]),
      ...(sent.stpGroup === null ? [] : [`self-trade group ${sent.stpGroup} (${wordsOf(sent.stpMode)})`]),
    ];
    return at(sent, `${terms.join(', ')}${ownerText(sent)}`);
  }

  #market({ bestOwnTicks, bestOppositeTicks, lastTradeTicks, session }: MarketAtArrival): string {
    const isBuy = this.#of.sent.side === 'buy';
    const [bid, ask] = isBuy ? [bestOwnTicks, bestOppositeTicks] : [bestOppositeTicks, bestOwnTicks];
    const state = session === null ? '' : `, session ${session}`;
    return `best bid ${this.#priceOrNone(bid)}, best ask ${this.#priceOrNone(ask)}, last trade ${this.#priceOrNone(lastTradeTicks)}${state}`;
  }

  /** Entries that met something, or were after something. */
  #entries(): string[] {
    return this.#of.entries
      .filter(({ displayedLots, hiddenLots }) => displayedLots + hiddenLots > 0)
      .map((entry) => this.#entry(entry));
  }

  #entry(entry: Entry): string {
    const limit =
      entry.limitTicks === null ? 'at any price' : `at ${this.#price(entry.limitTicks)} or better`;
    const stood = `${formatCount(entry.displayedLots)} displayed and ${formatCount(entry.hiddenLots)} hidden lots ${limit}`;
    return at(
      entry,
      `${entry.cause}: ${stood}; ${formatCount(entry.fillableLots)} of the ${formatCount(entry.neededLots)} it needed`,
    );
  }

  #step(step: Step): string {
    const { kind, lots, leavesLots, place, reason } = step;
    const limit = step.priceTicks === null ? '' : ` at ${this.#price(step.priceTicks)}`;
    const stop = step.stopPriceTicks === null ? '' : `, stop ${this.#price(step.stopPriceTicks)}`;
    const lost = step.losesPlace ? ', lost its place' : '';
    switch (kind) {
      case 'rested':
      case 'refreshed':
        return at(
          step,
          `${kind}${limit}, shows ${formatCount(lots)} of ${lotsText(leavesLots)}${lost}${this.#taken(place)}`,
        );
      case 'triggered':
        return at(step, `triggered, ${lotsText(lots)}${limit}${stop}`);
      case 'replaced':
        return at(
          step,
          `${reason === null ? '' : `corporate action (${wordsOf(reason)}): `}replaced to ${lotsText(lots)}${limit}${stop}${lost}`,
        );
      case 'reduced':
      case 'restated':
        return at(step, `${kind} by ${formatCount(lots)} to ${lotsText(leavesLots)}`);
      case 'cancelRejected':
      case 'replaceRejected':
        return at(step, `${kind === 'cancelRejected' ? 'cancel' : 'replace'} refused: ${reason}`);
      case 'canceled':
      case 'expired':
        return at(
          step,
          `${kind === 'canceled' ? 'cancelled' : kind}, ${lotsText(lots)} open${reason === null ? '' : ` (${wordsOf(reason)})`}`,
        );
      default:
        return assertNever(kind);
    }
  }

  #taken(place: TakenPlace | null): string {
    if (place === null) return '';
    const opposite = this.#of.sent.side === 'buy' ? 'ask' : 'bid';
    return `: ${aheadText(place)} ahead, ${lotsText(place.betterLots)} at better prices, best ${opposite} ${this.#priceOrNone(place.bestOppositeTicks)}`;
  }

  #route(route: RouteEvent): string {
    const { kind, symbol, orderId, priceTicks, lots, openLots } = route;
    const what = `${lotsText(lots)} at ${this.#price(priceTicks)}`;
    const open = `${lotsText(openLots)} open`;
    if (kind === 'routed') return at(route, `${what} sent to ${symbol}, ${open}`);
    const there = `${symbol} as order ${orderId}`;
    return at(
      route,
      kind === 'filled'
        ? `${what} filled at ${there}, ${open}`
        : `${lotsText(lots)} came back from ${there}, ${open}`,
    );
  }

  #fill(fill: Fill): string {
    const counter =
      fill.counterOrderId === null ? 'an order that is not named' : `order ${fill.counterOrderId}`;
    const how = fill.role === 'auction' ? 'in an auction' : `as ${wordsOf(fill.role)}`;
    const trade =
      fill.role === 'routed' ? 'elsewhere' : `${how}, with ${counter}${ownerText(fill.counterparty)}`;
    const standIn =
      fill.standIn === null ? '' : `, by order ${fill.standIn.orderId} of ${fill.standIn.symbol}`;
    const place = fill.place === null ? '' : `, ${aheadText(fill.place)} ahead`;
    const fee = fill.feeMicro === null ? '' : `, ${this.#fee(fill.feeMicro)}`;
    return at(
      fill,
      `${lotsText(fill.lots)} at ${this.#price(fill.priceTicks)} ${trade}${standIn}${place}, ${lotsText(fill.leavesLots)} left${fee}`,
    );
  }

  #fee(micro: number): string {
    const amount = (Math.abs(micro) / MICRO).toFixed(6).replace(/0+$/, '').replace(/\.$/, '');
    return `${micro < 0 ? 'rebate' : 'fee'} ${amount} ${this.#of.instrument.currency}`;
  }

  #session(event: SessionEvent): string {
    switch (event.kind) {
      case 'session': {
        const rule = event.rule === '' ? '' : ` ${event.rule}`;
        return at(event, `${event.state} after ${event.stateBefore} (${wordsOf(event.cause)}${rule})`);
      }
      case 'auction':
        return at(
          event,
          event.priceTicks === null
            ? `${event.auction} auction without a price (${wordsOf(event.noPrice)})`
            : `${event.auction} auction at ${this.#price(event.priceTicks)}, ${lotsText(event.volumeLots)}, ${lotsText(event.imbalanceLots)} left to ${event.imbalanceSide}`,
        );
      case 'bands':
        return at(
          event,
          `bands ${bandText(event.lowTicks, event.highTicks, (ticks) => this.#price(ticks))} (${event.rule})`,
        );
      case 'limitState':
        return at(event, `${wordsOf(event.what)} at ${this.#priceOrNone(event.limitTicks)} (${event.rule})`);
      default:
        return assertNever(event);
    }
  }

  /** Terms of an option: when the order came, and what became of them while it lived. */
  #contract(): string[] {
    const { contract, sent, outcome } = this.#of;
    if (contract === null) return [];
    const { listed, changes, end } = contract;
    const untilNs = outcome.endNs ?? Number.POSITIVE_INFINITY;
    const first = changes.findLast(({ timeNs }) => timeNs < sent.timeNs) ?? listed;
    const later = changes.filter(({ timeNs }) => timeNs >= sent.timeNs && timeNs <= untilNs);
    const named = (one: { readonly symbol: string; readonly terms: OptionTerms }): string =>
      `${one.symbol}, ${contractText(one.terms)}`;
    return [
      named(first),
      ...later.map((change) =>
        at(
          change,
          `${wordsOf(change.action)}: ${change.perContract === 1 ? '' : `${change.perContract} for one, `}${named(change)}`,
        ),
      ),
      ...(end === null || end.timeNs > untilNs ? [] : [at(end, `expired, ${wordsOf(end.outcome)}`)]),
    ];
  }

  /** Parts of the account that are not zero. */
  #lots(): string {
    const { sent, changedByReplace, filled, cancelled, expired, rejected, open } = this.#of.lots;
    const replaced =
      changedByReplace === 0
        ? ''
        : `, ${changedByReplace > 0 ? '+' : ''}${formatCount(changedByReplace)} by replace`;
    const parts = Object.entries({ filled, cancelled, expired, rejected, open })
      .filter(([, lots]) => lots > 0)
      .map(([name, lots]) => `${formatCount(lots)} ${name}`);
    const fees = this.#of.feeMicro === null ? '' : `; ${this.#fee(this.#of.feeMicro)} in all`;
    return `${formatCount(sent)} sent${replaced}: ${parts.join(', ')}${fees}`;
  }

  #price(ticks: number): string {
    return formatTicks(this.#of.instrument, ticks);
  }

  #priceOrNone(ticks: number | null): string {
    return ticks === null ? 'none' : this.#price(ticks);
  }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** First and last lines of a long list, and how many there are between them. */
function bounded(lines: readonly string[]): string[] {
  if (lines.length <= LIST_LINES_MAX) return [...lines];
  const half = LIST_LINES_MAX / 2;
  const rest = lines.length - LIST_LINES_MAX;
  return [...lines.slice(0, half), `… ${formatCount(rest)} more (--json has all)`, ...lines.slice(-half)];
}

function at({ timeNs }: { readonly timeNs: number }, text: string): string {
  return `${formatClock(timeNs)}  ${text}`;
}

/** How much left from ahead, and how much came. */
function movesTitle(moves: readonly Move[]): string {
  let left = 0;
  let came = 0;
  for (const { lots } of moves) {
    if (lots > 0) left += lots;
    else came -= lots;
  }
  return `${lotsText(left)} left${came === 0 ? '' : `, ${lotsText(came)} came`}`;
}

function moveText(move: Move): string {
  const { kind, orderId, lots } = move;
  const what = `${wordsOf(kind)} of order ${orderId}: ${lotsText(Math.abs(lots))} ${lots > 0 ? 'less' : 'more'}`;
  return at(move, `${what}, ${aheadText(move)} ahead`);
}

function ownerText({ accountId, group }: Owner): string {
  if (accountId === null) return '';
  return `, account ${accountId}${group === null ? '' : ` (${group})`}`;
}
