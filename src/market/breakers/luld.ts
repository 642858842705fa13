/**
 * Limit up, limit down as a state machine (market-rules §4.1–§4.3):
 *
 *   waiting ─first reference─► normal ─NBB = upper or NBO = lower─► limit ─15 s─► paused ─uncross─► normal
 *                                ▲──────────exit: new reference──────┘
 *
 * Bands stand from the first reference to the close; they follow the mean of trades in 'normal' only. Not modelled: trades
 * that the tape reports late or breaks, and quotes of other venues (the venue's best quotes stand for the national ones).
 */

import { type BinaryReader, type BinaryWriter, invariant } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, SELL, type Side, UNDEF_INT32 } from '../../domain/index.ts';
import { checkRanges, DURATION_NS_RANGE, PPM_RANGE } from './config-check.ts';
import { type AuctionKind, Breaker, type BreakerAction, type CallOutlook } from './contract.ts';
import {
  type BandTicks,
  differsByPpm,
  type ExactPrice,
  type LuldInstrument,
  type LuldRules,
  luldBands,
  luldCollars,
} from './luld-bands.ts';
import { PPM, scaleHalfUp } from './rounding.ts';
import { TradeWindow } from './trade-window.ts';

export interface LuldDay {
  /** Start and end of regular trading hours. */
  readonly openNs: number;
  readonly closeNs: number;
  readonly previousCloseTicks: number;
}

/** 'halted': trading stands still for another reason; the reopening price is the reference then too. */
const PHASES = ['closed', 'waiting', 'normal', 'limit', 'paused', 'halted'] as const;
export type LuldPhase = (typeof PHASES)[number];

const NO_DAY: LuldDay = { openNs: 0, closeNs: 0, previousCloseTicks: 0 };
/** Share by which a mean of doubles may be off, generously. */
const ROUGH_MARGIN = 1e-9;

export class LuldBreaker extends Breaker {
  override readonly boundsOrders = true;
  readonly rules: LuldRules;
  readonly instrument: LuldInstrument;
  #day = NO_DAY;
  #phase: LuldPhase = 'closed';
  readonly #window = new TradeWindow();
  #reference: ExactPrice = { numerator: 0n, denominator: 1n };
  #roughReference = 0;
  #referenceSinceNs = 0;
  #bidTicks = UNDEF_INT32;
  #askTicks = UNDEF_INT32;
  #isStraddling = false;
  #limitSinceNs = 0;
  #pausedUntilNs = 0;
  /** Whether the pause came from the upper band. */
  #isLimitUp = false;
  /** Whether this pause has been handed over to the closing auction. */
  #isForClose = false;
  #upperSteps = 0;
  #lowerSteps = 0;

  constructor(rules: LuldRules, instrument: LuldInstrument) {
    super('luld');
    checkRules(rules, instrument);
    this.rules = rules;
    this.instrument = instrument;
  }

  get phase(): LuldPhase {
    return this.#phase;
  }

  /** The reference price in ticks, halves up; UNDEF_INT32 before the first. */
  get referenceTicks(): number {
    return this.#hasReference
      ? scaleHalfUp(this.#reference.numerator, 1n, this.#reference.denominator)
      : UNDEF_INT32;
  }

  /** Prices at which the reopening auction of the present pause may uncross. */
  get collars(): BandTicks {
    return luldCollars(this.rules, this.instrument.ticksPerCent, {
      referenceTicks: this.#isLimitUp ? this.highTicks : this.lowTicks,
      isLimitUp: this.#isLimitUp,
      otherBandTicks: this.#isLimitUp ? this.lowTicks : this.highTicks,
      upperSteps: this.#upperSteps,
      lowerSteps: this.#lowerSteps,
    });
  }

  /** Begins a day, before its open. Bands of the day before are gone. */
  startDay(day: LuldDay): void {
    checkRanges(this.rule, [['previousCloseTicks', day.previousCloseTicks, [1, PRICE_TICKS_MAX]]]);
    invariant(day.openNs < day.closeNs, 'a day closes after it opens');
    this.#day = day;
    this.#phase = 'waiting';
    this.#window.clear();
    this.#reference = { numerator: 0n, denominator: 1n };
    this.#bidTicks = UNDEF_INT32;
    this.#askTicks = UNDEF_INT32;
    this.#isStraddling = false;
    this.isInterrupting = false;
    this.setRange(PRICE_TICKS_MIN, PRICE_TICKS_MAX);
    this.#schedule(day.openNs - 1);
  }

  override onTrade(timeNs: number, priceTicks: number, qtyLots: number, actions: BreakerAction[]): void {
    if (timeNs < this.#day.openNs || this.#phase === 'closed') return;
    if (qtyLots < this.rules.eligibleQtyLotsMin) return;
    this.#window.dropThrough(timeNs - this.rules.windowNs);
    this.#window.add(timeNs, priceTicks, 1);
    if (this.#phase === 'normal') {
      if (timeNs - this.#referenceSinceNs >= this.rules.inForceNsMin && this.#isMeanFarOff()) {
        this.#takeReference(timeNs, this.#mean(), actions);
      }
    } else if (this.#phase === 'waiting' && timeNs >= this.#day.openNs + this.rules.openingNs) {
      this.#takeReference(timeNs, this.#mean(), actions);
    }
  }

  override onQuote(timeNs: number, bidTicks: number, askTicks: number, actions: BreakerAction[]): void {
    this.#bidTicks = bidTicks;
    this.#askTicks = askTicks;
    this.#lookAtQuotes(timeNs, actions);
  }

  override onTime(timeNs: number, actions: BreakerAction[]): void {
    while (this.nextTimeNs <= timeNs) {
      const nowNs = this.nextTimeNs;
      this.#at(nowNs, actions);
      this.#schedule(nowNs);
    }
  }

  override onCallEnd(timeNs: number, outlook: CallOutlook, actions: BreakerAction[]): boolean {
    if (this.#phase !== 'paused' || outlook.kind !== 'reopening') return true;
    if (this.#isForClose) {
      this.#extendCall(timeNs, this.#day.closeNs, actions);
      return false;
    }
    if (timeNs < this.#pausedUntilNs) {
      // Somebody ends the call: a pause lasts its time all the same.
      this.#extendCall(timeNs, this.#pausedUntilNs, actions);
      return false;
    }
    const { lowTicks, highTicks } = this.collars;
    const { potentialTicks, unmatchedMarketSide } = outlook;
    const isTooHigh = potentialTicks > highTicks || unmatchedMarketSide === BUY;
    const isTooLow =
      (potentialTicks !== UNDEF_INT32 && potentialTicks < lowTicks) || unmatchedMarketSide === SELL;
    if (!isTooHigh && !isTooLow) return true;
    if (isTooHigh) this.#upperSteps++;
    if (isTooLow) this.#lowerSteps++;
    this.#extendCall(timeNs, timeNs + this.rules.pauseNs, actions);
    return false;
  }

  override onSuspend(timeNs: number, actions: BreakerAction[]): void {
    if (this.#phase !== 'normal' && this.#phase !== 'limit') return;
    if (this.#phase === 'limit') this.#endLimit(timeNs, actions);
    this.#setStraddle(timeNs, false, actions);
    this.#phase = 'halted';
    this.#schedule(timeNs);
  }

  /** The opening price gives the first reference, a reopening the next; an uncross without a trade opens on quotes. */
  override onUncross(timeNs: number, priceTicks: number, kind: AuctionKind, actions: BreakerAction[]): void {
    if (this.#phase === 'closed' || kind === 'closing' || timeNs < this.#day.openNs) return;
    const hasTraded = priceTicks !== UNDEF_INT32;
    if (this.#phase === 'normal' && hasTraded && kind !== 'reopening') {
      this.onTrade(timeNs, priceTicks, this.rules.eligibleQtyLotsMin, actions);
      return;
    }
    this.#window.dropThrough(timeNs - this.rules.windowNs);
    if (hasTraded) {
      this.#window.add(timeNs, priceTicks, 1);
      // The quotes of the call are gone with the uncross; the venue reports those that are left.
      this.#bidTicks = UNDEF_INT32;
      this.#askTicks = UNDEF_INT32;
    }
    if (this.#phase === 'waiting') {
      const isInTime = timeNs < this.#day.openNs + this.rules.openingNs;
      if (hasTraded) this.#takeReference(timeNs, isInTime ? whole(priceTicks) : this.#mean(), actions);
      else this.#openOnQuotes(timeNs, actions);
    } else {
      this.isInterrupting = false;
      this.#takeReference(timeNs, hasTraded ? whole(priceTicks) : this.#reference, actions);
    }
  }

  /** The limit-state quotations are all executed or cancelled: with rule 'quotationsGone' this is the exit. */
  onLimitQuotationsGone(timeNs: number, actions: BreakerAction[]): void {
    if (this.#phase === 'limit' && this.rules.limitStateExit === 'quotationsGone') {
      this.#leaveLimit(timeNs, actions);
    }
  }

  /** The primary market declares a pause, as it may in a straddle state. Does nothing outside of normal trading. */
  declarePause(timeNs: number, actions: BreakerAction[]): void {
    if (this.#phase !== 'normal' && this.#phase !== 'limit') return;
    if (this.#phase === 'normal') this.#isLimitUp = this.#askTicks > this.highTicks;
    this.#pause(timeNs, actions);
    this.#schedule(timeNs);
  }

  override writeState(writer: BinaryWriter): void {
    super.writeState(writer);
    writer.float64(this.#day.openNs);
    writer.float64(this.#day.closeNs);
    writer.int32(this.#day.previousCloseTicks);
    writer.uint8(PHASES.indexOf(this.#phase));
    writer.string(String(this.#reference.numerator));
    writer.string(String(this.#reference.denominator));
    writer.float64(this.#referenceSinceNs);
    writer.int32(this.#bidTicks);
    writer.int32(this.#askTicks);
    writer.uint8((this.#isStraddling ? 1 : 0) | (this.#isLimitUp ? 2 : 0) | (this.#isForClose ? 4 : 0));
    writer.float64(this.#limitSinceNs);
    writer.float64(this.#pausedUntilNs);
    writer.int32(this.#upperSteps);
    writer.int32(this.#lowerSteps);
    this.#window.writeState(writer);
  }

  override readState(reader: BinaryReader): void {
    super.readState(reader);
    this.#day = {
      openNs: reader.float64(),
      closeNs: reader.float64(),
      previousCloseTicks: reader.int32(),
    };
    this.#phase = PHASES[reader.uint8()]!;
    this.#setReference({ numerator: BigInt(reader.string()), denominator: BigInt(reader.string()) });
    this.#referenceSinceNs = reader.float64();
    this.#bidTicks = reader.int32();
    this.#askTicks = reader.int32();
    const bits = reader.uint8();
    this.#isStraddling = (bits & 1) !== 0;
    this.#isLimitUp = (bits & 2) !== 0;
    this.#isForClose = (bits & 4) !== 0;
    this.#limitSinceNs = reader.float64();
    this.#pausedUntilNs = reader.float64();
    this.#upperSteps = reader.int32();
    this.#lowerSteps = reader.int32();
    this.#window.readState(reader);
  }

  get #hasReference(): boolean {
    return this.#reference.numerator > 0n;
  }

  get #noReopeningFromNs(): number {
    return this.#day.closeNs - this.rules.noReopeningNs;
  }

  /** What time alone brings at one instant. */
  #at(nowNs: number, actions: BreakerAction[]): void {
    const { openNs, closeNs } = this.#day;
    if (nowNs >= closeNs) {
      if (this.#phase === 'limit') this.#endLimit(nowNs, actions);
      this.#phase = 'closed';
      this.isInterrupting = false;
      if (this.setRange(PRICE_TICKS_MIN, PRICE_TICKS_MAX)) this.#sayBands(nowNs, actions);
    } else if (this.#phase === 'limit') {
      if (nowNs >= this.#limitSinceNs + this.rules.limitStateNs) this.#pause(nowNs, actions);
    } else if (this.#phase === 'paused') {
      if (nowNs >= this.#noReopeningFromNs) this.#handToClose(nowNs, actions);
    } else if (this.#phase === 'normal') {
      this.#renewBands(nowNs, actions);
    } else if (this.#phase === 'waiting' && nowNs >= openNs + this.rules.openingNs) {
      this.#window.dropThrough(nowNs - this.rules.windowNs);
      if (this.#window.count > 0) this.#takeReference(nowNs, this.#mean(), actions);
    }
  }

  /** The next instant at which time alone brings something. */
  #schedule(afterNs: number): void {
    if (this.#phase === 'closed') {
      this.setWake(Number.POSITIVE_INFINITY);
      return;
    }
    const { openNs, closeNs } = this.#day;
    let next = closeNs;
    const consider = (timeNs: number): void => {
      if (timeNs > afterNs && timeNs < next) next = timeNs;
    };
    if (this.#phase === 'limit') consider(this.#limitSinceNs + this.rules.limitStateNs);
    else if (this.#phase === 'paused') consider(this.#noReopeningFromNs);
    else {
      consider(openNs + this.rules.openingNs);
      consider(openNs + this.rules.openDoublingNs);
      consider(closeNs - this.rules.closeDoublingNs);
    }
    this.setWake(next);
  }

  #mean(): ExactPrice {
    return { numerator: this.#window.weightedSum, denominator: BigInt(this.#window.weightSum) };
  }

  /** Doubles rule out what is clearly too near; what is close to the threshold is decided exactly. */
  #isMeanFarOff(): boolean {
    const move = Math.abs(this.#window.roughMean - this.#roughReference);
    const threshold = (this.#roughReference * this.rules.changePpmMin) / PPM;
    if (move < threshold - this.#roughReference * ROUGH_MARGIN) return false;
    return differsByPpm(this.#reference, this.#mean(), this.rules.changePpmMin);
  }

  #openOnQuotes(timeNs: number, actions: BreakerAction[]): void {
    if (this.rules.openedOnQuotes === 'previousClose') {
      this.#takeReference(timeNs, whole(this.#day.previousCloseTicks), actions);
    } else if (this.rules.openedOnQuotes === 'midpoint') {
      if (this.#bidTicks === UNDEF_INT32 || this.#askTicks === UNDEF_INT32) return;
      this.#takeReference(
        timeNs,
        { numerator: BigInt(this.#bidTicks + this.#askTicks), denominator: 2n },
        actions,
      );
    }
  }

  #setReference(reference: ExactPrice): void {
    this.#reference = reference;
    this.#roughReference = Number(reference.numerator) / Number(reference.denominator);
  }

  #takeReference(timeNs: number, reference: ExactPrice, actions: BreakerAction[]): void {
    this.#setReference(reference);
    this.#referenceSinceNs = timeNs;
    this.#phase = 'normal';
    this.#renewBands(timeNs, actions);
    this.#schedule(timeNs);
  }

  #renewBands(timeNs: number, actions: BreakerAction[]): void {
    const { openNs, closeNs, previousCloseTicks } = this.#day;
    const isOpenDoubled = timeNs < openNs + this.rules.openDoublingNs;
    const isCloseDoubled = timeNs >= closeNs - this.rules.closeDoublingNs;
    const bands = luldBands(this.rules, this.instrument, this.#reference, {
      previousCloseTicks,
      isDoublingTime: isCloseDoubled ? 'close' : isOpenDoubled ? 'open' : 'no',
    });
    if (this.setRange(bands.lowTicks, bands.highTicks)) this.#sayBands(timeNs, actions);
    this.#lookAtQuotes(timeNs, actions);
  }

  #sayBands(timeNs: number, actions: BreakerAction[]): void {
    const { lowTicks, highTicks } = this;
    actions.push({ kind: 'bandsChanged', rule: this.rule, timeNs, lowTicks, highTicks });
  }

  /** Side whose best quote stands at its band and is not crossed by the other side, or null. */
  #limitSide(): Side | null {
    const bid = this.#bidTicks;
    const ask = this.#askTicks;
    if (bid !== UNDEF_INT32 && ask !== UNDEF_INT32 && ask < bid) return null;
    if (bid === this.highTicks) return BUY;
    return ask === this.lowTicks ? SELL : null;
  }

  #lookAtQuotes(timeNs: number, actions: BreakerAction[]): void {
    const side = this.#limitSide();
    if (this.#phase === 'limit') {
      const isOff = side !== (this.#isLimitUp ? BUY : SELL);
      if (isOff && this.rules.limitStateExit === 'quoteLeavesBand') this.#leaveLimit(timeNs, actions);
    } else if (this.#phase === 'normal') {
      this.#setStraddle(timeNs, side === null && this.#isStraddle(), actions);
      if (side === null) return;
      this.#phase = 'limit';
      this.#limitSinceNs = timeNs;
      this.#isLimitUp = side === BUY;
      const limitTicks = side === BUY ? this.highTicks : this.lowTicks;
      actions.push({ kind: 'limitStateEntered', rule: this.rule, timeNs, side, limitTicks });
      this.#schedule(timeNs);
    }
  }

  #isStraddle(): boolean {
    const isBidBelow = this.#bidTicks !== UNDEF_INT32 && this.#bidTicks < this.lowTicks;
    const isAskAbove = this.#askTicks !== UNDEF_INT32 && this.#askTicks > this.highTicks;
    return isBidBelow || isAskAbove;
  }

  #setStraddle(timeNs: number, isStraddling: boolean, actions: BreakerAction[]): void {
    if (isStraddling === this.#isStraddling) return;
    this.#isStraddling = isStraddling;
    const kind = isStraddling ? 'straddleEntered' : 'straddleLeft';
    actions.push({ kind, rule: this.rule, timeNs });
  }

  #endLimit(timeNs: number, actions: BreakerAction[]): void {
    actions.push({ kind: 'limitStateLeft', rule: this.rule, timeNs });
  }

  /** On exit the mean is the reference at once, however little it differs; without trades the old one stays. */
  #leaveLimit(timeNs: number, actions: BreakerAction[]): void {
    this.#endLimit(timeNs, actions);
    this.#window.dropThrough(timeNs - this.rules.windowNs);
    this.#takeReference(timeNs, this.#window.count > 0 ? this.#mean() : this.#reference, actions);
  }

  #pause(timeNs: number, actions: BreakerAction[]): void {
    if (this.#phase === 'limit') this.#endLimit(timeNs, actions);
    this.#setStraddle(timeNs, false, actions);
    this.#phase = 'paused';
    this.isInterrupting = true;
    this.#isForClose = false;
    this.#upperSteps = 0;
    this.#lowerSteps = 0;
    this.#pausedUntilNs = timeNs + this.rules.pauseNs;
    actions.push({
      kind: 'interrupt',
      rule: this.rule,
      timeNs,
      phase: 'pause',
      scope: 'instrument',
      untilNs: this.#pausedUntilNs,
      randomNsMax: 0,
      ...this.collars,
    });
    if (timeNs >= this.#noReopeningFromNs) this.#handToClose(timeNs, actions);
  }

  #extendCall(timeNs: number, untilNs: number, actions: BreakerAction[]): void {
    this.#pausedUntilNs = untilNs;
    actions.push({ kind: 'callExtended', rule: this.rule, timeNs, untilNs, randomNsMax: 0, ...this.collars });
  }

  #handToClose(timeNs: number, actions: BreakerAction[]): void {
    if (this.#isForClose) return;
    this.#isForClose = true;
    actions.push({ kind: 'noReopening', rule: this.rule, timeNs });
  }
}

function whole(priceTicks: number): ExactPrice {
  return { numerator: BigInt(priceTicks), denominator: 1n };
}

function checkRules(rules: LuldRules, instrument: LuldInstrument): void {
  checkRanges('luld', [
    ['buckets.length', rules.buckets.length, [1, 16]],
    ['windowNs', rules.windowNs, [1, DURATION_NS_RANGE[1]]],
    ['openDoublingNs', rules.openDoublingNs, DURATION_NS_RANGE],
    ['closeDoublingNs', rules.closeDoublingNs, DURATION_NS_RANGE],
    ['openingNs', rules.openingNs, DURATION_NS_RANGE],
    ['inForceNsMin', rules.inForceNsMin, DURATION_NS_RANGE],
    ['limitStateNs', rules.limitStateNs, [1, DURATION_NS_RANGE[1]]],
    ['pauseNs', rules.pauseNs, [1, DURATION_NS_RANGE[1]]],
    ['noReopeningNs', rules.noReopeningNs, DURATION_NS_RANGE],
    ['changePpmMin', rules.changePpmMin, PPM_RANGE],
    ['collarPpm', rules.collarPpm, PPM_RANGE],
    ['collarCents', rules.collarCents, [1, 10_000]],
    ['collarCentsUpTo', rules.collarCentsUpTo, [0, 1_000_000]],
    ['eligibleQtyLotsMin', rules.eligibleQtyLotsMin, [1, 0x7fff_ffff]],
    ['tier', instrument.tier, [1, 2]],
    ['leveragePercent', instrument.leveragePercent, [100, 1_000]],
    ['ticksPerCent', instrument.ticksPerCent, [1, 1_000_000]],
    ...rules.buckets.flatMap((bucket, i) => [
      [`buckets[${i}].tier1Ppm`, bucket.tier1Ppm, PPM_RANGE] as const,
      [`buckets[${i}].tier2Ppm`, bucket.tier2Ppm, PPM_RANGE] as const,
      [
        `buckets[${i}].fromCents`,
        bucket.fromCents,
        [rules.buckets[i - 1]?.fromCents ?? 0, 10_000_000],
      ] as const,
    ]),
  ]);
}
