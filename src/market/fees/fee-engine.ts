/**
 * Fees of fills by dated schedules (market-rules §5.6). All amounts are whole numbers of 1e-6 currency units, positive =
 * charge. Rates come from the period of the fill's day, half-open [from, to); the branch below 1.00 from the execution
 * price. Amounts are kept unrounded to cents until the invoice (invoice.ts).
 */

import { invariant, TwinError } from '../../base/index.ts';
import { BUY, SELL } from '../../domain/index.ts';
import { isCalendarDay } from '../exact/calendar-day.ts';
import { periodOn } from '../exact/dated-periods.ts';
import { FeeCard } from './fee-card.ts';
import type { FeeInstrument } from './fee-charge.ts';
import type { FillKind } from './fill-kinds.ts';
import { RegulatoryDay } from './regulatory.ts';
import type { FeeSchedule, RegulatoryFees } from './schedule.ts';

/** One side of one trade, as the fee engine sees it. */
export interface FeeFill extends FillKind {
  /** Trading day, YYYY-MM-DD. */
  readonly day: string;
  readonly priceTicks: number;
  readonly qtyLots: number;
  /** Assumed tier by name; null = the one that the schedule assumes. */
  readonly tier: string | null;
  /** A discount of the schedule by name ('bnb'), or null. */
  readonly discount: string | null;
}

/** Fees of a fill, or sums of them: 1e-6 currency units, positive = charge. Reused by the caller. */
export class FeeAmounts {
  exchangeFeeMicro = 0;
  section31Micro = 0;
  tafMicro = 0;
  clearingMicro = 0;
  /** Amount taken from the received base asset in place of exchangeFeeMicro, in 1e-8 units; 0 = paid in currency. */
  takenBaseUnits = 0;

  /** Sum of all parts that are paid in currency. */
  get totalMicro(): number {
    const exchange = this.takenBaseUnits === 0 ? this.exchangeFeeMicro : 0;
    return exchange + this.section31Micro + this.tafMicro + this.clearingMicro;
  }
}

export class FeeEngine {
  readonly schedule: FeeSchedule;
  readonly #regulatory: RegulatoryFees | null;
  readonly #instrument: FeeInstrument;
  /** Made when a period is first met; fills of one day find theirs without a look-up. */
  readonly #cards = new Map<string, FeeCard>();
  #day = '';
  #card: FeeCard | null = null;
  #regulatoryDay: RegulatoryDay | null = null;

  /** Raises MKT_CONFIG when the schedule needs regulatory tables and gets none. */
  constructor(schedule: FeeSchedule, regulatory: RegulatoryFees | null, instrument: FeeInstrument) {
    if (schedule.regulatory !== 'none' && regulatory === null) {
      throw new TwinError('MKT_CONFIG', 'a venue with regulatory fees is given their tables', {
        venue: schedule.venue,
      });
    }
    this.schedule = schedule;
    this.#regulatory = regulatory;
    this.#instrument = instrument;
  }

  /** Computes the fees of one fill into `out`. Raises MKT_CONFIG for days, tiers or fills without a rate. */
  compute(fill: FeeFill, out: FeeAmounts): FeeAmounts {
    const isWhole = Number.isSafeInteger(fill.priceTicks) && Number.isSafeInteger(fill.qtyLots);
    invariant(isWhole && fill.qtyLots > 0, 'a fill has whole ticks and a whole number of lots above 0');
    const card = this.cardOn(fill.day);
    const rule = card.ruleOf(fill, fill.priceTicks);
    const tier = card.tierIndex(fill.tier);
    const charge = card.charge(rule, tier, card.discountIndex(fill.discount));
    out.exchangeFeeMicro = charge.micro(fill.priceTicks, fill.qtyLots);
    out.clearingMicro = card.clearingMicro(tier, fill.priceTicks, fill.qtyLots);
    // A discount is earned by paying in another coin, so such a fee is not taken from what was received.
    const isTaken = card.period.feeAsset === 'received' && fill.side === BUY && fill.discount === null;
    out.takenBaseUnits = isTaken ? charge.baseUnits(fill.qtyLots) : 0;
    out.section31Micro = 0;
    out.tafMicro = 0;
    if (fill.side === SELL && this.schedule.regulatory !== 'none') {
      const regulatory = this.#regulatoryOn(fill.day, this.schedule.regulatory);
      out.section31Micro = regulatory.section31Micro(fill.priceTicks, fill.qtyLots);
      out.tafMicro = regulatory.tafMicro(fill.qtyLots);
    }
    return out;
  }

  /** Rates of a day. Raises MKT_CONFIG when the schedule has none for it. */
  cardOn(day: string): FeeCard {
    if (day === this.#day && this.#card !== null) return this.#card;
    if (!isCalendarDay(day)) throw new TwinError('MKT_CONFIG', 'a day is given as YYYY-MM-DD', { day });
    const period = periodOn(this.schedule.periods, day, `the fee schedule of ${this.schedule.venue}`);
    const card = this.#cards.get(period.from) ?? new FeeCard(this.schedule, period, this.#instrument);
    this.#cards.set(period.from, card);
    this.#day = day;
    this.#card = card;
    this.#regulatoryDay = null;
    return card;
  }

  /** Raises MKT_CONFIG when a day has no rates, of the venue or of its regulators. */
  requireDay(day: string): void {
    this.cardOn(day);
    if (this.schedule.regulatory !== 'none') this.#regulatoryOn(day, this.schedule.regulatory);
  }

  #regulatoryOn(day: string, kind: 'usEquity' | 'usOption'): RegulatoryDay {
    this.#regulatoryDay ??= new RegulatoryDay(
      this.#regulatory!,
      kind,
      this.#instrument,
      day,
      this.schedule.microRounding,
    );
    return this.#regulatoryDay;
  }
}
