/**
 * The exchange fees of one account at one venue over a month (market-rules §5.1): fills are charged at an assumed tier,
 * monthly caps hold within the month, and the end of the month trues up to the tier that the volume earned.
 *
 * Each fill is priced at every tier of its period, and the sums are kept side by side. So the true-up is exact, rounding and
 * limits per trade included, without keeping the fills. When a new schedule begins within a month, its caps start afresh.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../../base/index.ts';
import type { FeeCard } from './fee-card.ts';
import type { FeeAmounts, FeeEngine, FeeFill } from './fee-engine.ts';

/** Sums of one period of the schedule within the month. */
interface PeriodSums {
  /** First day of the period: its card is found by it again. */
  from: string;
  /** By tier, 1e-6 currency units. */
  byTier: Float64Array;
  /** By (tier, cap group): what counts toward the cap. */
  capped: Float64Array;
  /** By cap group: what was posted, whose tier may be assumed differently from fill to fill. */
  postedCapped: Float64Array;
}

export interface MonthEnd {
  /** What the fills were charged during the month, 1e-6 currency units. */
  readonly postedMicro: number;
  /** What they cost at the tiers that were earned. */
  readonly earnedMicro: number;
  /** earned - posted: positive = still to pay. */
  readonly trueUpMicro: number;
}

export class MonthlyFees {
  readonly #engine: FeeEngine;
  /** YYYY-MM, or empty before the first fill. */
  #month = '';
  #postedMicro = 0;
  #periods: PeriodSums[] = [];

  constructor(engine: FeeEngine) {
    this.#engine = engine;
  }

  /** Fees of a fill with monthly caps applied. Raises MKT_CONFIG for a fill of another month than the open one. */
  add(fill: FeeFill, out: FeeAmounts): FeeAmounts {
    const month = fill.day.slice(0, 7);
    if (this.#month !== '' && month !== this.#month) {
      throw new TwinError('MKT_CONFIG', 'a month is closed before a fill of another one', {
        open: this.#month,
        day: fill.day,
      });
    }
    this.#engine.compute(fill, out);
    this.#month = month;
    const card = this.#engine.cardOn(fill.day);
    const rule = card.ruleOf(fill, fill.priceTicks);
    const discount = card.discountIndex(fill.discount);
    const group = card.groupOf(rule);
    const sums = this.#sumsOf(card);
    for (let tier = 0; tier < card.tierNames.length; tier++) {
      let amount = card.charge(rule, tier, discount).micro(fill.priceTicks, fill.qtyLots);
      if (group >= 0) {
        const at = tier * card.capGroups.length + group;
        amount = Math.min(amount, card.capMicro[group]! - sums.capped[at]!);
        sums.capped[at]! += amount;
      }
      sums.byTier[tier]! += amount;
    }
    if (group >= 0) {
      out.exchangeFeeMicro = Math.min(
        out.exchangeFeeMicro,
        card.capMicro[group]! - sums.postedCapped[group]!,
      );
      sums.postedCapped[group]! += out.exchangeFeeMicro;
    }
    this.#postedMicro += out.exchangeFeeMicro;
    return out;
  }

  /** Ends the month with the tier that a volume earns (in the schedule's measure, exact decimal). */
  closeByVolume(volume: string): MonthEnd {
    return this.#close((card) => card.tierIndexOf(volume));
  }

  /** Ends the month with a tier by name. */
  closeByTier(tier: string | null): MonthEnd {
    return this.#close((card) => card.tierIndex(tier));
  }

  writeState(writer: BinaryWriter): void {
    writer.section('monthly-fees');
    writer.string(this.#month);
    writer.float64(this.#postedMicro);
    writer.int32(this.#periods.length);
    for (const { from, byTier, capped, postedCapped } of this.#periods) {
      writer.string(from);
      writer.array(byTier);
      writer.array(capped);
      writer.array(postedCapped);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('monthly-fees');
    this.#month = reader.string();
    this.#postedMicro = reader.float64();
    this.#periods = Array.from({ length: reader.int32() }, () => ({
      from: reader.string(),
      byTier: reader.float64Array(),
      capped: reader.float64Array(),
      postedCapped: reader.float64Array(),
    }));
  }

  #close(tierOf: (card: FeeCard) => number): MonthEnd {
    let earnedMicro = 0;
    for (const { from, byTier } of this.#periods) earnedMicro += byTier[tierOf(this.#engine.cardOn(from))]!;
    const postedMicro = this.#postedMicro;
    this.#month = '';
    this.#postedMicro = 0;
    this.#periods = [];
    return { postedMicro, earnedMicro, trueUpMicro: earnedMicro - postedMicro };
  }

  #sumsOf(card: FeeCard): PeriodSums {
    const { from } = card.period;
    const known = this.#periods.find((sums) => sums.from === from);
    if (known !== undefined) return known;
    const made = {
      from,
      byTier: new Float64Array(card.tierNames.length),
      capped: new Float64Array(card.tierNames.length * card.capGroups.length),
      postedCapped: new Float64Array(card.capGroups.length),
    };
    this.#periods.push(made);
    return made;
  }
}
