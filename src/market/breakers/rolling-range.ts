/**
 * What CME's dynamic circuit breakers and velocity logic have in common: the range of prices that may trade is bounded by the
 * extremes of a sliding window of trades, a price beyond it puts the instrument (or its group) into a pause, and the
 * window starts anew when trading resumes.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { type AuctionKind, Breaker, type BreakerAction, type BreakerScope } from './contract.ts';
import { RollingExtremes } from './rolling-extremes.ts';

export abstract class RollingRangeBreaker extends Breaker {
  /** A trade counts from its time, inclusive, to this much later, exclusive. */
  readonly windowNs: number;
  protected readonly window = new RollingExtremes();

  constructor(rule: string, windowNs: number) {
    super(rule);
    this.windowNs = windowNs;
  }

  override onTrade(timeNs: number, priceTicks: number, _qtyLots: number, _actions: BreakerAction[]): void {
    this.window.dropThrough(timeNs - this.windowNs);
    this.window.add(timeNs, priceTicks);
    this.#renew();
  }

  override onTime(timeNs: number, _actions: BreakerAction[]): void {
    this.window.dropThrough(timeNs - this.windowNs);
    this.#renew();
  }

  override onUncross(
    timeNs: number,
    priceTicks: number,
    _kind: AuctionKind,
    _actions: BreakerAction[],
  ): void {
    this.window.clear();
    this.isInterrupting = false;
    if (priceTicks !== UNDEF_INT32) this.window.add(timeNs, priceTicks);
    this.#renew();
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    this.window.writeState(writer);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.window.readState(reader);
  }

  abstract override onBreach(timeNs: number, priceTicks: number, side: Side, actions: BreakerAction[]): void;

  /** Largest and smallest price allowed while the window holds these extremes. */
  protected abstract boundsOf(minTicks: number, maxTicks: number): void;

  protected restart(): void {
    this.window.clear();
    this.isInterrupting = false;
    this.#renew();
  }

  protected interrupt(
    pause: {
      readonly timeNs: number;
      readonly untilNs: number;
      readonly phase: 'preOpen' | 'reserved' | 'halt';
      readonly scope: BreakerScope;
    },
    actions: BreakerAction[],
  ): void {
    this.isInterrupting = true;
    actions.push({
      kind: 'interrupt',
      rule: this.rule,
      randomNsMax: 0,
      lowTicks: PRICE_TICKS_MIN,
      highTicks: PRICE_TICKS_MAX,
      ...pause,
    });
  }

  /** Nothing has to happen when a trade leaves the window, only the range is another from then on. */
  #renew(): void {
    if (this.window.isEmpty) this.setRange(PRICE_TICKS_MIN, PRICE_TICKS_MAX);
    else this.boundsOf(this.window.minTicks, this.window.maxTicks);
    this.validUntilNs = this.window.oldestNs + this.windowNs;
  }
}
