/**
 * Random delays in whole nanoseconds (market-rules §6.3). One class with a numeric kind, so that the call site stays
 * monomorphic whatever distribution a link has. Every draw is rounded half up and is never negative.
 *
 *   constant    shift
 *   lognormal   shift + exp(N(mu, sigma^2)) ns
 *   gamma       shift + Gamma(shape, scale)
 *   empirical   inverse of a distribution function, linear between the table's quantiles
 *   tail        a base delay, and with probability epsilon a truncated Pareto delay on top
 *   burst       quiet or burst delay by a two-state Markov process in time: the only kind with a state
 */

import { type BinaryReader, type BinaryWriter, TwinError, type Xoshiro128 } from '../base/index.ts';
import { exponential, normal } from './ziggurat.ts';

export type LatencySpec =
  | { readonly kind: 'constant'; readonly shiftNs: number }
  /** `mu` is the mean of the natural logarithm of the part above the shift, in ns: ln of its median. */
  | { readonly kind: 'lognormal'; readonly shiftNs: number; readonly mu: number; readonly sigma: number }
  | { readonly kind: 'gamma'; readonly shiftNs: number; readonly shape: number; readonly scaleNs: number }
  /** `quantiles`: rising probabilities from 0 to 1 with rising delays. */
  | { readonly kind: 'empirical'; readonly quantiles: readonly { readonly p: number; readonly ns: number }[] }
  | {
      readonly kind: 'tail';
      readonly base: LatencySpec;
      readonly epsilon: number;
      readonly minNs: number;
      readonly alpha: number;
      readonly maxNs: number;
    }
  | {
      readonly kind: 'burst';
      readonly quiet: LatencySpec;
      readonly burst: LatencySpec;
      /** Mean time that the market stays in each state. */
      readonly quietMeanNs: number;
      readonly burstMeanNs: number;
    };

const CONSTANT = 0;
const LOGNORMAL = 1;
const GAMMA = 2;
const EMPIRICAL = 3;
const TAIL = 4;
const BURST = 5;

const LATENCY_KINDS: readonly string[] = ['constant', 'lognormal', 'gamma', 'empirical', 'tail', 'burst'];

/** No delay is longer than this (104 days): the range of simulated time. */
const DELAY_NS_MAX = Number.MAX_SAFE_INTEGER;

export class LatencySampler {
  readonly #kind: number;
  readonly #shiftNs: number;
  /** mu, shape or alpha; of bursts the mean quiet time. */
  readonly #a: number;
  /** sigma, scale or minimum of the tail; of bursts the mean burst time. */
  readonly #b: number;
  readonly #maxNs: number;
  readonly #epsilon: number;
  readonly #probabilities: Float64Array;
  readonly #delaysNs: Float64Array;
  readonly #base: LatencySampler | null;
  readonly #burst: LatencySampler | null;
  #isBurst = false;
  /** When the state changes next; NaN before the first draw. */
  #changeNs = Number.NaN;

  /** Raises WORLD_CONFIG with every problem of the spec. */
  constructor(spec: LatencySpec) {
    const problems = checkLatency(spec, spec.kind);
    if (problems.length > 0)
      throw new TwinError('WORLD_CONFIG', `a latency is sound: ${problems.join('; ')}`);
    this.#kind = LATENCY_KINDS.indexOf(spec.kind);
    this.#shiftNs = 'shiftNs' in spec ? spec.shiftNs : 0;
    const [a, b] = shapeOf(spec);
    this.#a = a;
    this.#b = b;
    this.#maxNs = spec.kind === 'tail' ? spec.maxNs : DELAY_NS_MAX;
    this.#epsilon = spec.kind === 'tail' ? spec.epsilon : 0;
    const quantiles = spec.kind === 'empirical' ? spec.quantiles : [];
    this.#probabilities = Float64Array.from(quantiles, ({ p }) => p);
    this.#delaysNs = Float64Array.from(quantiles, ({ ns }) => ns);
    const base = spec.kind === 'tail' ? spec.base : spec.kind === 'burst' ? spec.quiet : null;
    this.#base = base === null ? null : new LatencySampler(base);
    this.#burst = spec.kind === 'burst' ? new LatencySampler(spec.burst) : null;
  }

  /** One delay in ns. `nowNs` moves the burst state on and must not fall; other kinds do not look at it. */
  sampleNs(random: Xoshiro128, nowNs: number): number {
    const drawn = Math.round(this.#draw(random, nowNs));
    return drawn < 0 ? 0 : drawn > DELAY_NS_MAX ? DELAY_NS_MAX : drawn;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('latency');
    writer.uint8(this.#isBurst ? 1 : 0);
    writer.float64(this.#changeNs);
    this.#base?.writeState(writer);
    this.#burst?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('latency');
    this.#isBurst = reader.uint8() === 1;
    this.#changeNs = reader.float64();
    this.#base?.readState(reader);
    this.#burst?.readState(reader);
  }

  #draw(random: Xoshiro128, nowNs: number): number {
    switch (this.#kind) {
      case CONSTANT:
        return this.#shiftNs;
      case LOGNORMAL:
        return this.#shiftNs + Math.exp(this.#a + this.#b * normal(random));
      case GAMMA:
        return this.#shiftNs + this.#b * gamma(random, this.#a);
      case EMPIRICAL:
        return this.#drawQuantile(random.nextDouble());
      case TAIL: {
        const base = this.#base!.#draw(random, nowNs);
        if (random.nextDouble() >= this.#epsilon) return base;
        return base + truncatedPareto(random.nextDouble(), this.#b, this.#maxNs, this.#a);
      }
      case BURST:
        this.#advance(random, nowNs);
        return (this.#isBurst ? this.#burst! : this.#base!).#draw(random, nowNs);
      default:
        return Number.NaN;
    }
  }

  #drawQuantile(p: number): number {
    let low = 0;
    let high = this.#probabilities.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#probabilities[middle]! <= p) low = middle;
      else high = middle;
    }
    const span = this.#probabilities[high]! - this.#probabilities[low]!;
    const part = (p - this.#probabilities[low]!) / span;
    return this.#delaysNs[low]! + part * (this.#delaysNs[high]! - this.#delaysNs[low]!);
  }

  /** Starts quiet or bursting by their shares of time, then plays every change up to now. */
  #advance(random: Xoshiro128, nowNs: number): void {
    if (Number.isNaN(this.#changeNs)) {
      this.#isBurst = random.nextDouble() < this.#b / (this.#a + this.#b);
      this.#changeNs = nowNs + exponential(random) * (this.#isBurst ? this.#b : this.#a);
    }
    while (this.#changeNs <= nowNs) {
      this.#isBurst = !this.#isBurst;
      this.#changeNs += exponential(random) * (this.#isBurst ? this.#b : this.#a);
    }
  }
}

/** Every problem of a latency spec; `path` leads to it. */
export function checkLatency(spec: LatencySpec, path: string): string[] {
  if (!LATENCY_KINDS.includes(spec.kind)) return [`${path}.kind: one of ${LATENCY_KINDS.join(', ')}`];
  const problems: string[] = [];
  const range = (name: string, value: number, low: number, high: number, isAbove = false): void => {
    if (Number.isFinite(value) && value <= high && (isAbove ? value > low : value >= low)) return;
    problems.push(`${path}.${name}: ${isAbove ? 'above' : 'from'} ${low} to ${high}, found ${value}`);
  };
  if ('shiftNs' in spec) range('shiftNs', spec.shiftNs, 0, 1e15);
  if (spec.kind === 'lognormal') {
    // The median is at most e^34 ns, a week.
    range('mu', spec.mu, -10, 34);
    range('sigma', spec.sigma, 0, 10);
  } else if (spec.kind === 'gamma') {
    range('shape', spec.shape, 0, 1e6, true);
    range('scaleNs', spec.scaleNs, 0, 1e15, true);
  } else if (spec.kind === 'empirical') {
    problems.push(...checkQuantiles(spec.quantiles, path));
  } else if (spec.kind === 'tail') {
    range('epsilon', spec.epsilon, 0, 1);
    range('alpha', spec.alpha, 0, 100, true);
    range('minNs', spec.minNs, 0, 1e15, true);
    range('maxNs', spec.maxNs, spec.minNs, 1e15, true);
    problems.push(...checkLatency(spec.base, `${path}.base`));
  } else if (spec.kind === 'burst') {
    range('quietMeanNs', spec.quietMeanNs, 0, 1e15, true);
    range('burstMeanNs', spec.burstMeanNs, 0, 1e15, true);
    problems.push(...checkLatency(spec.quiet, `${path}.quiet`), ...checkLatency(spec.burst, `${path}.burst`));
  }
  return problems;
}

function checkQuantiles(
  quantiles: readonly { readonly p: number; readonly ns: number }[],
  path: string,
): string[] {
  const problems: string[] = [];
  if (quantiles.length < 2) problems.push(`${path}.quantiles: at least two, found ${quantiles.length}`);
  quantiles.forEach(({ p, ns }, index) => {
    const where = `${path}.quantiles[${index}]`;
    const before = quantiles[index - 1];
    if (!(p >= 0 && p <= 1)) problems.push(`${where}.p: from 0 to 1, found ${p}`);
    if (!(ns >= 0 && ns <= 1e15)) problems.push(`${where}.ns: from 0 to 1e15, found ${ns}`);
    if (before !== undefined && !(p > before.p))
      problems.push(`${where}.p: rises, found ${p} after ${before.p}`);
    if (before !== undefined && ns < before.ns)
      problems.push(`${where}.ns: does not fall, found ${ns} after ${before.ns}`);
  });
  if (quantiles.length >= 2 && quantiles[0]!.p !== 0) problems.push(`${path}.quantiles[0].p: begins at 0`);
  if (quantiles.length >= 2 && quantiles.at(-1)!.p !== 1) problems.push(`${path}.quantiles: ends at p = 1`);
  return problems;
}

function shapeOf(spec: LatencySpec): readonly [number, number] {
  if (spec.kind === 'lognormal') return [spec.mu, spec.sigma];
  if (spec.kind === 'gamma') return [spec.shape, spec.scaleNs];
  if (spec.kind === 'tail') return [spec.alpha, spec.minNs];
  return spec.kind === 'burst' ? [spec.quietMeanNs, spec.burstMeanNs] : [0, 0];
}

/**
 * A variate of the gamma distribution with scale 1.
 * Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); below shape 1 with their boost.
 */
export function gamma(random: Xoshiro128, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.nextDouble()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - random.nextDouble();
    if (Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Inverse distribution function of a Pareto law on [min, max], at probability p. */
export function truncatedPareto(p: number, min: number, max: number, alpha: number): number {
  const beyond = (min / max) ** alpha;
  return min * (1 - p * (1 - beyond)) ** (-1 / alpha);
}

/** Mean waiting time of an M/G/1 queue (Pollaczek-Khinchine), in the unit of the mean service time. */
export function mg1Wait(utilisation: number, serviceMean: number, serviceVariation: number): number {
  if (!(utilisation >= 0 && utilisation < 1)) {
    throw new TwinError('WORLD_CONFIG', 'a queue that settles is used from 0 to below 1', { utilisation });
  }
  return ((utilisation / (1 - utilisation)) * (1 + serviceVariation) * serviceMean) / 2;
}

/** Mean and quantile of the shifted lognormal (market-rules §6.3); `z` is the normal quantile. */
export function lognormalMean(shift: number, mu: number, sigma: number): number {
  return shift + Math.exp(mu + (sigma * sigma) / 2);
}

/** The parameter mu of a lognormal part with this median. */
export function lognormalMu(median: number): number {
  return Math.log(median);
}

export function lognormalQuantile(shift: number, mu: number, sigma: number, z: number): number {
  return shift + Math.exp(mu + sigma * z);
}

const LIGHT_KM_PER_S = 299_792.458;
const NS_PER_S = 1e9;

/** One-way time over a path in ns: geodesic km, refractive index, and path over geodesic (market-rules §6.1). */
export function propagationNs(distanceKm: number, index: number, pathFactor: number): number {
  return Math.round((distanceKm * index * pathFactor * NS_PER_S) / LIGHT_KM_PER_S);
}
