/**
 * Rates between currencies at an instant: the last one that was known then, direct, turned around, or through a third currency. A rate
 * that is older than the limit is none.
 */

/** Times, ns since 1970 UTC, in order, and rates of one pair. */
class Series {
  #times = new BigInt64Array(64);
  #rates = new Float64Array(64);
  #count = 0;
  /** Where the last question was answered: questions mostly come in the order of time. */
  #at = 0;

  /** A time is not before that of the last rate. */
  add(ns: bigint, rate: number): void {
    if (this.#count === this.#times.length) {
      const [times, rates] = [new BigInt64Array(2 * this.#count), new Float64Array(2 * this.#count)];
      times.set(this.#times);
      rates.set(this.#rates);
      [this.#times, this.#rates] = [times, rates];
    }
    this.#times[this.#count] = ns;
    this.#rates[this.#count++] = rate;
  }

  /** The last rate at or before an instant. */
  last(ns: bigint): { readonly ns: bigint; readonly rate: number } | null {
    if (this.#count === 0 || this.#times[0]! > ns) return null;
    let low = this.#times[this.#at]! <= ns ? this.#at : 0;
    let high = this.#count - 1;
    while (low < high && this.#times[low + 1]! <= ns) {
      const middle = (low + high + 1) >> 1;
      if (this.#times[middle]! <= ns) low = middle;
      else high = middle - 1;
    }
    this.#at = low;
    return { ns: this.#times[low]!, rate: this.#rates[low]! };
  }
}

export interface RateAt {
  /** Units of the second currency for one of the first. */
  readonly rate: number;
  /** Age of the oldest rate in it, ns. */
  readonly ageNs: bigint;
  /** Currencies that it goes through, both ends included. */
  readonly path: readonly string[];
}

export class RateBook {
  readonly #series = new Map<string, Series>();
  readonly #currencies = new Set<string>();

  /** Notes what one unit of the base costs from an instant on. Rates of a pair come in the order of time; it is more than 0. */
  add(base: string, quote: string, ns: bigint, rate: number): void {
    const name = `${base}/${quote}`;
    let series = this.#series.get(name);
    if (series === undefined) {
      series = new Series();
      this.#series.set(name, series);
      this.#currencies.add(base).add(quote);
    }
    series.add(ns, rate);
  }

  /** Pairs that there are rates of, as base/quote. */
  get pairs(): string[] {
    return [...this.#series.keys()].sort();
  }

  /**
   * The rate at an instant: direct, else turned around, else through the third currency whose older leg is youngest. Null where no rate
   * is at most `maxAgeNs` old.
   */
  rateAt(from: string, to: string, ns: bigint, maxAgeNs: bigint): RateAt | null {
    if (from === to) return { rate: 1, ageNs: 0n, path: [from] };
    const leg = this.#leg(from, to, ns, maxAgeNs);
    if (leg !== null) return leg;
    let best: RateAt | null = null;
    for (const over of this.#currencies) {
      if (over === from || over === to) continue;
      const first = this.#leg(from, over, ns, maxAgeNs);
      const second = first === null ? null : this.#leg(over, to, ns, maxAgeNs);
      if (first === null || second === null) continue;
      const ageNs = first.ageNs > second.ageNs ? first.ageNs : second.ageNs;
      if (best !== null && best.ageNs <= ageNs) continue;
      best = { rate: first.rate * second.rate, ageNs, path: [from, over, to] };
    }
    return best;
  }

  /** Age of the last rate of two currencies, however old, ns; null where there is none. For messages. */
  lastAgeNs(from: string, to: string, ns: bigint): bigint | null {
    return this.rateAt(from, to, ns, 2n ** 62n)?.ageNs ?? null;
  }

  #leg(from: string, to: string, ns: bigint, maxAgeNs: bigint): RateAt | null {
    const direct = this.#series.get(`${from}/${to}`)?.last(ns);
    if (direct != null && ns - direct.ns <= maxAgeNs)
      return { rate: direct.rate, ageNs: ns - direct.ns, path: [from, to] };
    const inverse = this.#series.get(`${to}/${from}`)?.last(ns);
    if (inverse != null && ns - inverse.ns <= maxAgeNs)
      return { rate: 1 / inverse.rate, ageNs: ns - inverse.ns, path: [from, to] };
    return null;
  }
}
