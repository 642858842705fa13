/** Counts of a replay: rows, executions, differences, actions. */

import { MBO_ACTION_NAMES, type Quarantine } from '../data/index.ts';
import {
  EXECUTION_CAUSES,
  type ExecutionCauseName,
  ROW_CAUSES,
  ROW_UNEXPLAINED,
  rowCauseNames,
} from './causes.ts';
import type { CountByName, Difference, MissedExecution, ReplayMode, ReplayResult } from './contract.ts';

const DIFFERENCES_DEFAULT = 20;

/** What is known of a missed execution when it happens. Its cause may change until the end. */
export type MissDetails = Omit<MissedExecution, 'cause' | 'explanation'>;

interface OpenMiss {
  readonly cause: ExecutionCauseName;
  readonly skippedOrder: number;
  readonly details: MissDetails | null;
}

export class Tally {
  readonly byAction = new Float64Array(MBO_ACTION_NAMES.length);
  rows = 0;
  rowsEqual = 0;
  unknownOrders = 0;
  executions = 0;
  executionsMatched = 0;
  firstTradeTsNs: number | null = null;
  readonly differences: Difference[] = [];
  readonly #keepMax: number;
  readonly #remarks = new Map<string, number>();
  readonly #rowsByMask = new Map<number, number>();
  readonly #excused = new Map<ExecutionCauseName, number>();
  readonly #misses: OpenMiss[] = [];
  readonly #missedWithoutDetails = new Map<ExecutionCauseName, number>();
  readonly #seenCauses = new Set<string>();
  /** Dense ids of orders that were passed over, and those of them that the recording named afterwards. */
  readonly #skipped = new Set<number>();
  readonly #namedAfterwards = new Set<number>();

  constructor(keepMax: number | undefined) {
    this.#keepMax = keepMax ?? DIFFERENCES_DEFAULT;
  }

  countRow(mask: number): void {
    if (mask === 0) this.rowsEqual++;
    else this.#rowsByMask.set(mask, (this.#rowsByMask.get(mask) ?? 0) + 1);
  }

  /** Whether a difference of this cause is to be described: the first ones of all and the first of each cause. */
  keepsDifference(bit: number): boolean {
    return this.differences.length < this.#keepMax || !this.#seenCauses.has(`row ${bit}`);
  }

  addDifference(bit: number, difference: Omit<Difference, 'cause' | 'explanation'>): void {
    const [, cause, explanation] = ROW_CAUSES.find((entry) => entry[0] === bit)!;
    this.#seenCauses.add(`row ${bit}`);
    this.differences.push({ ...difference, cause, explanation });
  }

  get remarks(): CountByName {
    return sorted(this.#remarks);
  }

  /** Adds what a decoder remarked on one file. */
  addRemarks(remarks: CountByName): void {
    for (const [name, count] of Object.entries(remarks))
      this.#remarks.set(name, (this.#remarks.get(name) ?? 0) + count);
  }

  countExecution(tsEventNs: number): void {
    this.executions++;
    this.firstTradeTsNs ??= tsEventNs;
  }

  excuse(cause: ExecutionCauseName): void {
    this.#excused.set(cause, (this.#excused.get(cause) ?? 0) + 1);
  }

  /** `skippedOrder` is the dense id of the order that was passed over, 0 if it does not matter. */
  miss(cause: ExecutionCauseName, skippedOrder: number, describe: () => MissDetails): void {
    const keeps = this.#misses.length < this.#keepMax || !this.#seenCauses.has(`miss ${cause}`);
    this.#seenCauses.add(`miss ${cause}`);
    if (skippedOrder !== 0) this.#skipped.add(skippedOrder);
    if (keeps || skippedOrder !== 0) {
      this.#misses.push({ cause, skippedOrder, details: keeps ? describe() : null });
    } else {
      this.#missedWithoutDetails.set(cause, (this.#missedWithoutDetails.get(cause) ?? 0) + 1);
    }
  }

  /** To be told of every order that a record names. */
  noteNamed(orderId: number): void {
    if (this.#skipped.size > 0 && this.#skipped.has(orderId)) this.#namedAfterwards.add(orderId);
  }

  result(mode: ReplayMode, hasRows: boolean): TallyResult {
    const excusedRows: Record<string, number> = {};
    let unexplained = 0;
    let excused = 0;
    for (const [mask, count] of this.#rowsByMask) {
      if ((mask & ROW_UNEXPLAINED) !== 0) unexplained += count;
      else {
        excused += count;
        excusedRows[rowCauseNames(mask)] = count;
      }
    }
    const missed = new Map(this.#missedWithoutDetails);
    const examples: MissedExecution[] = [];
    for (const miss of this.#misses) {
      const cause = this.#finalCause(miss);
      missed.set(cause, (missed.get(cause) ?? 0) + 1);
      if (miss.details !== null) {
        examples.push({ ...miss.details, cause, explanation: EXECUTION_CAUSES[cause].explanation });
      }
    }
    const isMatch = mode === 'match';
    return {
      rows: this.rows,
      rowsEqual: hasRows ? this.rowsEqual : null,
      rowsExcused: hasRows ? excused : null,
      rowsExcusedByCause: sorted(Object.entries(excusedRows)),
      rowsUnexplained: hasRows ? unexplained : null,
      firstDifferences: this.differences,
      executions: this.executions,
      executionsMatched: isMatch ? this.executionsMatched : null,
      executionsExcused: isMatch ? sum(this.#excused.values()) : null,
      executionsExcusedByCause: sorted(this.#excused),
      executionsMissed: isMatch ? sum(missed.values()) : null,
      executionsMissedByCause: sorted(missed),
      missedExamples: examples,
      recordsByAction: Object.fromEntries(
        MBO_ACTION_NAMES.map((name, action) => [name, this.byAction[action]!] as const).filter(
          ([, count]) => count > 0,
        ),
      ),
      remarks: this.remarks,
      unknownOrders: this.unknownOrders,
      firstTradeTsNs: this.firstTradeTsNs,
    };
  }

  #finalCause(miss: OpenMiss): ExecutionCauseName {
    if (miss.cause !== 'out-of-priority' || this.#namedAfterwards.has(miss.skippedOrder)) return miss.cause;
    return 'out-of-priority-unconfirmed';
  }
}

export type TallyResult = Pick<
  ReplayResult,
  | 'rows'
  | 'rowsEqual'
  | 'rowsExcused'
  | 'rowsExcusedByCause'
  | 'rowsUnexplained'
  | 'firstDifferences'
  | 'executions'
  | 'executionsMatched'
  | 'executionsExcused'
  | 'executionsExcusedByCause'
  | 'executionsMissed'
  | 'executionsMissedByCause'
  | 'missedExamples'
  | 'recordsByAction'
  | 'remarks'
  | 'unknownOrders'
  | 'firstTradeTsNs'
>;

/** What several quarantines of one replay set aside. */
export function quarantineResult(quarantines: readonly Quarantine[]): ReplayResult['quarantine'] {
  const byReason = new Map<string, number>();
  const examples: { reason: string; source: string; record: number; detail: string }[] = [];
  for (const quarantine of quarantines) {
    for (const [reason, count] of quarantine.counts)
      byReason.set(reason, (byReason.get(reason) ?? 0) + count);
    for (const [reason, kept] of quarantine.examples) {
      for (const { sourceIndex, detail } of kept) {
        examples.push({ reason, source: quarantine.source, record: sourceIndex, detail });
      }
    }
  }
  return { total: sum(byReason.values()), byReason: sorted(byReason), examples };
}

function sorted(counts: Iterable<readonly [string, number]>): CountByName {
  return Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
