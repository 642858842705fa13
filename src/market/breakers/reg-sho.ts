/**
 * Regulation SHO rule 201 (market-rules §4.9): after a fall of 10 % from the previous close, short sales are allowed above
 * the best bid only, for the rest of the day and the next one. It bounds no price of others, so its range is everything.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, UNDEF_INT32 } from '../../domain/index.ts';
import { checkRanges } from './config-check.ts';
import { type AuctionKind, Breaker, type BreakerAction } from './contract.ts';
import type { EntryReject } from './entry-reject.ts';
import { PPM, shareFloor } from './rounding.ts';

export interface RegShoRules {
  readonly fallPpm: number;
  /** Days after the day of the fall on which the restriction stays. */
  readonly followingDays: number;
}

export class RegShoBreaker extends Breaker {
  readonly rules: RegShoRules;
  /** Highest price that is a fall of so much; below every price before the first day. */
  triggerTicks = -1;
  /** Days the restriction lasts, today included; 0 = none. */
  restrictedDays = 0;
  #hasFallenToday = false;

  constructor(rules: RegShoRules) {
    super('regSho201');
    checkRanges('regSho201', [
      ['fallPpm', rules.fallPpm, [1, PPM - 1]],
      ['followingDays', rules.followingDays, [0, 30]],
    ]);
    this.rules = rules;
  }

  get isRestricted(): boolean {
    return this.restrictedDays > 0;
  }

  startDay(previousCloseTicks: number): void {
    checkRanges(this.rule, [['previousCloseTicks', previousCloseTicks, [1, PRICE_TICKS_MAX]]]);
    this.triggerTicks = shareFloor(previousCloseTicks, PPM - this.rules.fallPpm);
    if (this.restrictedDays > 0) this.restrictedDays--;
    this.#hasFallenToday = false;
  }

  override onTrade(timeNs: number, priceTicks: number, _qtyLots: number, actions: BreakerAction[]): void {
    if (priceTicks > this.triggerTicks || this.#hasFallenToday || this.triggerTicks < 0) return;
    this.#hasFallenToday = true;
    const wasRestricted = this.isRestricted;
    this.restrictedDays = 1 + this.rules.followingDays;
    if (!wasRestricted) actions.push({ kind: 'shortSaleRestricted', rule: this.rule, timeNs });
  }

  override onUncross(timeNs: number, priceTicks: number, _kind: AuctionKind, actions: BreakerAction[]): void {
    if (priceTicks !== UNDEF_INT32) this.onTrade(timeNs, priceTicks, 1, actions);
  }

  /** Checks a short sale that would trade or be displayed at a price; without a best bid every price is above it. */
  checkShortSale(priceTicks: number, nationalBidTicks: number): EntryReject | null {
    if (!this.isRestricted || nationalBidTicks === UNDEF_INT32 || priceTicks > nationalBidTicks) return null;
    return {
      rule: 'REG_SHO_201',
      text: `a short sale under the price test is above the best bid: priceTicks=${priceTicks} bidTicks=${nationalBidTicks}`,
    };
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.int32(this.triggerTicks);
    writer.int32(this.restrictedDays);
    writer.uint8(this.#hasFallenToday ? 1 : 0);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.triggerTicks = reader.int32();
    this.restrictedDays = reader.int32();
    this.#hasFallenToday = reader.uint8() === 1;
  }
}
