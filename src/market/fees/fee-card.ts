/** A period of a schedule made ready for one instrument: rules by kind of fill, charges by rule, tier and discount. */

import { TwinError } from '../../base/index.ts';
import { compareExact, parseExact } from '../exact/rational.ts';
import { FeeCharge, type FeeInstrument, toMicro } from './fee-charge.ts';
import {
  describeKind,
  FILL_KINDS,
  type FillKind,
  fillKindIndex,
  forEachFillKind,
  holds,
} from './fill-kinds.ts';
import type { FeePeriod, FeeSchedule } from './schedule.ts';

const NO_RULE = 0xffff;

export class FeeCard {
  readonly period: FeePeriod;
  /** Names of the tiers in order; one nameless tier where the period has none. */
  readonly tierNames: readonly (string | null)[];
  /** Groups of rules with a monthly cap, and their caps in 1e-6 currency units. */
  readonly capGroups: readonly string[];
  readonly capMicro: readonly number[];
  readonly #schedule: FeeSchedule;
  readonly #instrument: FeeInstrument;
  readonly #ruleOfKind = new Uint16Array(FILL_KINDS).fill(NO_RULE);
  /** Group of a rule's monthly cap, or -1. */
  readonly #groupOfRule: readonly number[];
  /** By (rule, tier, discount), made when first needed. */
  readonly #charges: (FeeCharge | undefined)[] = [];
  readonly #clearing: (readonly FeeCharge[] | undefined)[] = [];
  readonly #discountNames: readonly string[];
  /** Prices below this many ticks are below 1.00. */
  readonly #oneTicks: number;

  constructor(schedule: FeeSchedule, period: FeePeriod, instrument: FeeInstrument) {
    this.#schedule = schedule;
    this.period = period;
    this.#instrument = instrument;
    this.tierNames = period.tiers?.bands.map((band) => band.name) ?? [null];
    this.#discountNames = Object.keys(period.discounts);
    this.capGroups = [...new Set(period.rules.flatMap(({ monthlyCap }) => monthlyCap?.group ?? []))];
    this.capMicro = this.capGroups.map((group) => {
      const rule = period.rules.find(({ monthlyCap }) => monthlyCap?.group === group);
      return toMicro(rule!.monthlyCap!.amount, schedule.microRounding);
    });
    this.#groupOfRule = period.rules.map(({ monthlyCap }) => this.capGroups.indexOf(monthlyCap?.group ?? ''));
    const tick = parseExact(instrument.tickSize);
    this.#oneTicks = Number((tick.denominator + tick.numerator - 1n) / tick.numerator);
    forEachFillKind(period, (kind, branch, index) => {
      const rule = period.rules.findIndex(({ when }) => holds(when, kind, branch));
      if (rule >= 0) this.#ruleOfKind[index] = rule;
    });
  }

  /** Rule of a fill. Raises MKT_CONFIG for a kind of fill that the period does not serve. */
  ruleOf(kind: FillKind, priceTicks: number): number {
    const branch = priceTicks < this.#oneTicks ? 'belowOne' : 'fromOne';
    const index = fillKindIndex(kind, branch);
    const rule = index < 0 ? NO_RULE : this.#ruleOfKind[index]!;
    if (rule === NO_RULE) {
      throw new TwinError('MKT_CONFIG', 'the fee schedule has a rule for every fill of its venue', {
        venue: this.#schedule.venue,
        from: this.period.from,
        fill: describeKind(kind, branch),
      });
    }
    return rule;
  }

  /** Index into tierNames; null stands for the assumed tier. Raises MKT_CONFIG for an unknown name. */
  tierIndex(name: string | null): number {
    const wanted = name ?? this.period.tiers?.assumed ?? null;
    return this.#find(this.tierNames.indexOf(wanted), 'tier', wanted, this.tierNames);
  }

  /** Index of the tier that a volume earns. Raises MKT_CONFIG where tiers are assigned by name. */
  tierIndexOf(volume: string): number {
    const { tiers } = this.period;
    if (tiers === undefined) return 0;
    const value = parseExact(volume);
    const index = tiers.bands.findIndex(
      ({ from, to }) =>
        from !== undefined &&
        compareExact(parseExact(from), value) <= 0 &&
        (to === undefined || compareExact(value, parseExact(to)) < 0),
    );
    return this.#find(index, `tier by ${tiers.measure}`, volume, this.tierNames);
  }

  /** Index of a discount by name, from 1; 0 = none. Raises MKT_CONFIG for an unknown name. */
  discountIndex(name: string | null): number {
    if (name === null) return 0;
    return this.#find(this.#discountNames.indexOf(name), 'discount', name, this.#discountNames) + 1;
  }

  charge(rule: number, tier: number, discount: number): FeeCharge {
    const at = (rule * this.tierNames.length + tier) * (this.#discountNames.length + 1) + discount;
    const known = this.#charges[at];
    if (known !== undefined) return known;
    const name = this.#discountNames[discount - 1];
    const percent = name === undefined ? null : this.period.discounts[name]!;
    const { microRounding } = this.#schedule;
    const made = new FeeCharge(
      this.period.rules[rule]!,
      this.tierNames[tier]!,
      percent,
      this.#instrument,
      microRounding,
    );
    this.#charges[at] = made;
    return made;
  }

  /** Clearing and pass-through charges of one fill, 1e-6 currency units. */
  clearingMicro(tier: number, priceTicks: number, qtyLots: number): number {
    this.#clearing[tier] ??= this.period.clearing.map(
      (charge) =>
        new FeeCharge(charge, this.tierNames[tier]!, null, this.#instrument, this.#schedule.microRounding),
    );
    let sum = 0;
    for (const charge of this.#clearing[tier]) sum += charge.micro(priceTicks, qtyLots);
    return sum;
  }

  /** Index into capGroups, or -1 when the rule has no monthly cap. */
  groupOf(rule: number): number {
    return this.#groupOfRule[rule]!;
  }

  #find(index: number, what: string, found: string | null, allowed: readonly (string | null)[]): number {
    if (index >= 0) return index;
    throw new TwinError('MKT_CONFIG', `a fill names a ${what} of its fee schedule`, {
      venue: this.#schedule.venue,
      from: this.period.from,
      found: found ?? 'none',
      allowed: allowed.map((name) => name ?? 'none').join(', '),
    });
  }
}
