/** The interruption that lies on top of a schedule: volatility call, pause, reopening call, product status. */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { InterruptionPlan } from './schedule.ts';
import { CLOSED, type SessionState } from './states.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class Interruption {
  isOn = false;
  state: SessionState = CLOSED;
  /** Ends with a reopening auction. */
  uncrosses = false;
  /** Infinity: until it is ended by hand. */
  endNs = NEVER;
  /** Largest random prolongation, 0 once it was drawn. */
  randomNsMax = 0;
  #startNs = 0;
  #everyNs = 0;

  begin(nowNs: number, plan: InterruptionPlan, untilNs: number, randomNsMax: number): void {
    this.isOn = true;
    this.state = plan.state;
    this.uncrosses = plan.uncross;
    this.#startNs = nowNs;
    this.endNs = Math.max(untilNs, nowNs);
    this.randomNsMax = randomNsMax;
    this.#everyNs = plan.imbalanceEveryNs ?? 0;
  }

  /** First publication of an imbalance after a time; Infinity = none. */
  publicationAfter(timeNs: number): number {
    if (this.#everyNs === 0) return NEVER;
    const sinceNs = Math.max(timeNs, this.#startNs) - this.#startNs;
    return this.#startNs + (Math.floor(sinceNs / this.#everyNs) + 1) * this.#everyNs;
  }

  writeState(writer: BinaryWriter): void {
    for (const value of [this.isOn ? 1 : 0, this.state, this.uncrosses ? 1 : 0]) writer.int32(value);
    for (const value of [this.endNs, this.randomNsMax, this.#startNs, this.#everyNs]) writer.float64(value);
  }

  readState(reader: BinaryReader): void {
    this.isOn = reader.int32() === 1;
    this.state = reader.int32();
    this.uncrosses = reader.int32() === 1;
    this.endNs = reader.float64();
    this.randomNsMax = reader.float64();
    this.#startNs = reader.float64();
    this.#everyNs = reader.float64();
  }
}
