// hot: bench/quality.ts
/**
 * Gaps in the numbers of messages. A number that is more than one above the last starts with a gap; equal ones are one message. What
 * the numbers count differs: those of some feeds run over all symbols, those of others within each, and many only grow. With `auto`
 * a run of numbers is looked at only while it is dense: `LEARN_STEPS` steps at least, and `DENSE` of them by one. The run over the
 * whole feed goes before those of the symbols.
 */

import { qualityMask, type SchemaName } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { CheckedRows, QualityCheck } from './check.ts';
import type { GapLog } from './gap-log.ts';
import type { QualityOptions } from './options.ts';

const GAP = qualityMask('gapBefore');
/** Steps of a run before its gaps count. */
export const LEARN_STEPS = 100;
/** Share of steps by one from which a run is dense. */
export const DENSE = 0.99;
/** A number that is at most this much below the last came late; one further below starts the run anew. */
export const LATE_MAX = 1000;

class Run {
  last = -1;
  lastNs = 0n;
  steps = 0;
  single = 0;

  get isDense(): boolean {
    return this.steps >= LEARN_STEPS && this.single >= DENSE * this.steps;
  }
}

export class SequenceCheck implements QualityCheck {
  readonly #schema: SchemaName;
  readonly #mode: QualityOptions['sequence'];
  readonly #names: readonly string[];
  readonly #gaps: GapLog;
  readonly #feed = new Run();
  readonly #bySlot: Run[] = [];

  /** `names` of the symbols by slot, which grows. */
  constructor(schema: SchemaName, mode: QualityOptions['sequence'], names: readonly string[], gaps: GapLog) {
    this.#schema = schema;
    this.#mode = mode;
    this.#names = names;
    this.#gaps = gaps;
  }

  check({ batch, quality, slots }: CheckedRows): void {
    const numbers = batch.column('sequence') as Int64Column;
    const times = batch.column('tsEvent') as Int64Column;
    for (let row = 0; row < batch.count; row++) {
      if (numbers.isAbsent(row)) continue;
      const number = numbers.number(row);
      const slot = slots[row]!;
      const inFeed = this.#mode === 'symbol' ? 0 : missingBefore(this.#feed, number);
      const inSymbol = this.#mode === 'feed' ? 0 : missingBefore(this.#run(slot), number);
      if (inFeed > 0 && (this.#mode === 'feed' || this.#feed.isDense)) {
        quality[row]! |= GAP;
        this.#note('', this.#feed, number, inFeed, times.values[row]!);
      } else if (inSymbol > 0 && this.#isCounted(slot)) {
        quality[row]! |= GAP;
        this.#note(this.#names[slot]!, this.#run(slot), number, inSymbol, times.values[row]!);
      }
      if (this.#mode !== 'symbol') advance(this.#feed, number, times.values[row]!);
      if (this.#mode !== 'feed') advance(this.#run(slot), number, times.values[row]!);
    }
  }

  #isCounted(slot: number): boolean {
    return this.#mode === 'symbol' || (!this.#feed.isDense && this.#run(slot).isDense);
  }

  #run(slot: number): Run {
    while (this.#bySlot.length <= slot) this.#bySlot.push(new Run());
    return this.#bySlot[slot]!;
  }

  #note(symbol: string, run: Run, number: number, missing: number, beforeNs: bigint): void {
    this.#gaps.add({
      kind: 'sequence',
      schema: this.#schema,
      symbol,
      from: BigInt(run.last + 1),
      to: BigInt(number - 1),
      missing,
      afterNs: run.lastNs,
      beforeNs,
    });
  }
}

function missingBefore(run: Run, number: number): number {
  return run.last < 0 ? 0 : Math.max(0, number - run.last - 1);
}

function advance(run: Run, number: number, ns: bigint): void {
  if (number <= run.last && number >= run.last - LATE_MAX) return;
  if (number > run.last && run.last >= 0) {
    run.steps++;
    if (number === run.last + 1) run.single++;
  }
  run.last = number;
  run.lastNs = ns;
}
