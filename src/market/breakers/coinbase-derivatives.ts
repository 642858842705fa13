/**
 * Coinbase Derivatives' price fluctuation limits (market-rules §4.8): a share around a reference that is set each hour; a
 * breach halts the product, and the breached limit is the reference for the rest of the hour. At the hour the reference is
 * the last price [convention].
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { checkRanges, DOWN_PPM_MAX, DURATION_NS_RANGE } from './config-check.ts';
import { type AuctionKind, Breaker, type BreakerAction } from './contract.ts';
import { rangeAround } from './rounding.ts';

export interface CoinbaseDerivativesRules {
  readonly limitPpm: number;
  readonly periodNs: number;
  readonly haltNs: number;
}

export class CoinbaseDerivativesBreaker extends Breaker {
  readonly rules: CoinbaseDerivativesRules;
  referenceTicks = UNDEF_INT32;
  #lastTicks = UNDEF_INT32;

  constructor(rules: CoinbaseDerivativesRules) {
    super('coinbaseDerivatives');
    checkRanges('coinbaseDerivatives', [
      ['limitPpm', rules.limitPpm, [1, DOWN_PPM_MAX]],
      ['periodNs', rules.periodNs, [1, DURATION_NS_RANGE[1]]],
      ['haltNs', rules.haltNs, DURATION_NS_RANGE],
    ]);
    this.rules = rules;
  }

  /** Begins a session on the hour with its first reference. */
  startDay(startNs: number, referenceTicks: number, actions: BreakerAction[]): void {
    this.isInterrupting = false;
    this.#lastTicks = referenceTicks;
    this.#setReference(startNs, referenceTicks, actions);
    this.setWake(startNs + this.rules.periodNs);
  }

  override onTrade(_timeNs: number, priceTicks: number, _qtyLots: number, _actions: BreakerAction[]): void {
    this.#lastTicks = priceTicks;
  }

  override onTime(timeNs: number, actions: BreakerAction[]): void {
    while (this.nextTimeNs <= timeNs) {
      this.#setReference(this.nextTimeNs, this.#lastTicks, actions);
      this.setWake(this.nextTimeNs + this.rules.periodNs);
    }
  }

  override onBreach(timeNs: number, _priceTicks: number, side: Side, actions: BreakerAction[]): void {
    invariant(!this.isInterrupting, 'a breach comes from continuous trading');
    this.isInterrupting = true;
    this.#setReference(timeNs, side === BUY ? this.highTicks : this.lowTicks, actions);
    actions.push({
      kind: 'interrupt',
      rule: this.rule,
      timeNs,
      phase: 'halt',
      scope: 'instrument',
      untilNs: timeNs + this.rules.haltNs,
      randomNsMax: 0,
      lowTicks: PRICE_TICKS_MIN,
      highTicks: PRICE_TICKS_MAX,
    });
  }

  override onUncross(
    _timeNs: number,
    priceTicks: number,
    _kind: AuctionKind,
    _actions: BreakerAction[],
  ): void {
    this.isInterrupting = false;
    if (priceTicks !== UNDEF_INT32) this.#lastTicks = priceTicks;
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.int32(this.referenceTicks);
    writer.int32(this.#lastTicks);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.referenceTicks = reader.int32();
    this.#lastTicks = reader.int32();
  }

  #setReference(timeNs: number, referenceTicks: number, actions: BreakerAction[]): void {
    this.referenceTicks = referenceTicks;
    const { lowTicks, highTicks } = rangeAround(referenceTicks, this.rules.limitPpm);
    if (this.setRange(lowTicks, highTicks)) {
      actions.push({ kind: 'bandsChanged', rule: this.rule, timeNs, lowTicks, highTicks });
    }
  }
}
