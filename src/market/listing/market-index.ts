/**
 * The market-wide breaker fed from prices (market-rules §4.5): an index over instruments of the venue, weighted by whole
 * numbers, in hundredths of the currency. It counts the last price of each, before the first trade of a day the close before.
 *
 * index = sum of weight · price / sum of weights, halves up. Each instrument has a feed among its breakers; the feed that
 * hears of the price which reaches a level asks for the halt of the market.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import { UNDEF_INT32 } from '../../domain/index.ts';
import { type AuctionKind, Breaker, type BreakerAction } from '../breakers/contract.ts';
import { MarketWideBreaker, type MarketWideLevel } from '../breakers/market-wide.ts';
import { scaleHalfUp } from '../breakers/rounding.ts';
import { divide, multiply, parseExact, type Rational, rational } from '../exact/rational.ts';
import type { BreakerDay, DayBreaker } from './listing-config.ts';

export interface IndexMember {
  readonly symbol: string;
  readonly tickSize: string;
  /** Whole number from 1. */
  readonly weight: number;
}

export class MarketIndex {
  readonly breaker: MarketWideBreaker;
  readonly #symbols: readonly string[];
  /** By member: last price in ticks, and the factor that makes hundredths of the index of it, over one denominator. */
  readonly #ticks: number[];
  readonly #factors: readonly bigint[];
  readonly #denominator: bigint;

  constructor(levels: readonly MarketWideLevel[], members: readonly IndexMember[]) {
    this.breaker = new MarketWideBreaker(levels);
    this.#symbols = members.map(({ symbol }) => symbol);
    this.#ticks = members.map(() => 0);
    const weightSum = members.reduce((sum, { weight }) => sum + weight, 0);
    const shares = members.map(({ tickSize, weight }) =>
      multiply(parseExact(tickSize), divide(rational(BigInt(100 * weight)), rational(BigInt(weightSum)))),
    );
    this.#denominator = shares.reduce((product, share) => product * share.denominator, 1n);
    this.#factors = shares.map(
      ({ numerator, denominator }: Rational) => numerator * (this.#denominator / denominator),
    );
  }

  /** Value from the last prices, hundredths. */
  get cents(): number {
    let sum = 0n;
    this.#factors.forEach((factor, index) => {
      sum += factor * BigInt(this.#ticks[index]!);
    });
    return scaleHalfUp(sum, 1n, this.#denominator);
  }

  /** Feed of a member among its breakers; none for an instrument that is no member. */
  feedsOf(symbol: string): DayBreaker[] {
    const member = this.#symbols.indexOf(symbol);
    if (member < 0) return [];
    return [{ breaker: new IndexFeed(this, member), startDay: (day) => this.startDay(member, day) }];
  }

  /** A member's day starts. Members start one after another before anything trades; the last one leaves the whole close. */
  startDay(member: number, { closeNs, previousCloseTicks }: BreakerDay): void {
    if (previousCloseTicks === UNDEF_INT32 || previousCloseTicks < 1)
      throw new TwinError('MKT_CONFIG', 'a member of the market index has a close above 0', {
        symbol: this.#symbols[member],
        previousCloseTicks,
      });
    this.#ticks[member] = previousCloseTicks;
    this.breaker.startDay({ closeNs, previousCloseCents: Math.max(1, this.cents) });
  }

  onPrice(member: number, timeNs: number, priceTicks: number, actions: BreakerAction[]): void {
    if (this.#ticks[member] === priceTicks) return;
    this.#ticks[member] = priceTicks;
    this.breaker.onIndexValue(timeNs, this.cents, actions);
  }

  /** The state of a member; the first one keeps the breaker's as well. */
  writeMember(writer: BinaryWriter, member: number): void {
    writer.int32(this.#ticks[member]!);
    if (member === 0) this.breaker.writeState(writer);
  }

  readMember(reader: BinaryReader, member: number): void {
    this.#ticks[member] = reader.int32();
    if (member === 0) this.breaker.readState(reader);
  }
}

/** Tells the index of the prices of one member. It bounds nothing. */
class IndexFeed extends Breaker {
  readonly #index: MarketIndex;
  readonly #member: number;

  constructor(index: MarketIndex, member: number) {
    super('marketWide');
    this.#index = index;
    this.#member = member;
  }

  override onTrade(timeNs: number, priceTicks: number, _qtyLots: number, actions: BreakerAction[]): void {
    this.#index.onPrice(this.#member, timeNs, priceTicks, actions);
  }

  override onUncross(timeNs: number, priceTicks: number, _kind: AuctionKind, actions: BreakerAction[]): void {
    if (priceTicks !== UNDEF_INT32) this.#index.onPrice(this.#member, timeNs, priceTicks, actions);
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    this.#index.writeMember(writer, this.#member);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.#index.readMember(reader, this.#member);
  }
}
