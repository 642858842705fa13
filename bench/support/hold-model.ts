// hot: bench/kernel.ts
/**
 * The hold model of the event loop: as many events wait as there are targets; each one handled schedules the next of
 * its target. 85 % after about 50 us, 10 % after about 5 ms, 5 % after exactly 10 us, so that equal times occur.
 */

import { Xoshiro128 } from '../../src/base/index.ts';
import { exponential } from '../../src/math/index.ts';
import { type EventHandler, Kernel } from '../../src/sim/index.ts';

const SHORT_NS = 50_000;
const LONG_NS = 5_000_000;
const EXACT_NS = 10_000;

/** Delay of the next event, whole ns. */
export function holdDelayNs(random: Xoshiro128): number {
  const draw = random.nextFloat();
  if (draw < 0.05) return EXACT_NS;
  return Math.round(exponential(random) * (draw < 0.15 ? LONG_NS : SHORT_NS));
}

export class HoldModel implements EventHandler {
  /** Order-sensitive, over the targets of all events handled. */
  hash = 0x811c9dc5;
  readonly #kernel = new Kernel();
  readonly #random: Xoshiro128;
  readonly #lane: number;

  /** With a lane, the events of exact delay go through it and not through the heap. */
  constructor(targets: number, seed: number, hasLane = false) {
    this.#random = new Xoshiro128(seed);
    this.#lane = hasLane ? this.#kernel.laneFor(EXACT_NS, 0) : -1;
    for (let target = 0; target < targets; target++) this.#scheduleNext(target);
  }

  /** Handles `events` more events. */
  run(events: number): void {
    this.#kernel.run(this, Number.MAX_SAFE_INTEGER, events);
  }

  handle(_kind: number, target: number): void {
    this.hash = Math.imul(this.hash ^ target, 0x01000193);
    this.#scheduleNext(target);
  }

  #scheduleNext(target: number): void {
    const delayNs = holdDelayNs(this.#random);
    if (this.#lane >= 0 && delayNs === EXACT_NS) this.#kernel.send(this.#lane, 0, target);
    else this.#kernel.schedule(this.#kernel.nowNs + delayNs, 0, 0, target);
  }
}
