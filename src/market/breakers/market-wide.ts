/**
 * Market-wide circuit breaker (market-rules §4.5): three levels below the previous close of an index. It is fed with
 * values of the index, not with trades, and stops the whole market. Values that come while it is halted change nothing.
 */

import type { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { PRICE_TICKS_MAX, PRICE_TICKS_MIN } from '../../domain/index.ts';
import { checkRanges, DURATION_NS_RANGE, PPM_RANGE } from './config-check.ts';
import type { BreakerAction } from './contract.ts';
import { PPM, scaleHalfUp } from './rounding.ts';

export interface MarketWideLevel {
  /** Fall from the previous close. */
  readonly fallPpm: number;
  /** Length of the halt; null closes the market for the day. */
  readonly haltNs: number | null;
  /** Without effect this long before the close; null: at any time. */
  readonly idleBeforeCloseNs: number | null;
}

export interface MarketWideDay {
  readonly closeNs: number;
  /** Previous close of the index, in hundredths of a point. */
  readonly previousCloseCents: number;
}

export class MarketWideBreaker {
  readonly rule = 'marketWide';
  /** Level 1 first, each deeper than the one before. */
  readonly levels: readonly MarketWideLevel[];
  /** Index values of the levels, in hundredths of a point, halves up; empty before the first day. */
  levelCents: readonly number[] = [];
  /** Highest level that was triggered today, 0 = none: each triggers once a day, and those above it do so no more. */
  triggeredLevel = 0;
  /** The market stands still before this instant; Infinity: for the rest of the day. */
  haltedUntilNs = Number.NEGATIVE_INFINITY;
  #closeNs = 0;

  constructor(levels: readonly MarketWideLevel[]) {
    checkRanges('marketWide', [
      ['levels.length', levels.length, [1, 8]],
      ...levels.flatMap((level, i) => [
        [
          `levels[${i}].fallPpm`,
          level.fallPpm,
          [(levels[i - 1]?.fallPpm ?? PPM_RANGE[0] - 1) + 1, PPM - 1],
        ] as const,
        [`levels[${i}].haltNs`, level.haltNs ?? 0, DURATION_NS_RANGE] as const,
        [`levels[${i}].idleBeforeCloseNs`, level.idleBeforeCloseNs ?? 0, DURATION_NS_RANGE] as const,
      ]),
    ]);
    this.levels = levels;
  }

  startDay(day: MarketWideDay): void {
    checkRanges(this.rule, [['previousCloseCents', day.previousCloseCents, [1, 1_000_000_000_000]]]);
    this.#setLevels(day.previousCloseCents);
    this.#closeNs = day.closeNs;
    this.triggeredLevel = 0;
    this.haltedUntilNs = Number.NEGATIVE_INFINITY;
  }

  onIndexValue(timeNs: number, indexCents: number, actions: BreakerAction[]): void {
    if (timeNs < this.haltedUntilNs) return;
    for (let level = this.levelCents.length; level > this.triggeredLevel; level--) {
      if (indexCents > this.levelCents[level - 1]!) continue;
      const { idleBeforeCloseNs } = this.levels[level - 1]!;
      if (idleBeforeCloseNs !== null && timeNs >= this.#closeNs - idleBeforeCloseNs) continue;
      this.#trigger(timeNs, level, actions);
      return;
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section(this.rule);
    writer.array(Float64Array.from(this.levelCents));
    writer.int32(this.triggeredLevel);
    writer.float64(this.haltedUntilNs);
    writer.float64(this.#closeNs);
  }

  readState(reader: BinaryReader): void {
    reader.section(this.rule);
    this.levelCents = [...reader.float64Array()];
    this.triggeredLevel = reader.int32();
    this.haltedUntilNs = reader.float64();
    this.#closeNs = reader.float64();
  }

  #setLevels(previousCloseCents: number): void {
    this.levelCents = this.levels.map(({ fallPpm }) =>
      scaleHalfUp(BigInt(previousCloseCents), BigInt(PPM - fallPpm), BigInt(PPM)),
    );
  }

  #trigger(timeNs: number, level: number, actions: BreakerAction[]): void {
    const { haltNs } = this.levels[level - 1]!;
    this.triggeredLevel = level;
    this.haltedUntilNs = haltNs === null ? Number.POSITIVE_INFINITY : timeNs + haltNs;
    actions.push({
      kind: 'interrupt',
      rule: this.rule,
      timeNs,
      phase: haltNs === null ? 'closed' : 'halt',
      scope: 'market',
      untilNs: this.haltedUntilNs,
      randomNsMax: 0,
      lowTicks: PRICE_TICKS_MIN,
      highTicks: PRICE_TICKS_MAX,
    });
  }
}
