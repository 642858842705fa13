/** Adds up the fees of a run by kind of fill and by group of agents, exactly, one tally per currency. */

import {
  FILL_KIND_NAMES,
  RECORD_WORDS,
  WORD_OTHER,
  WORD_OTHER_LEAVES,
  WORD_QTY,
} from '../../../domain/index.ts';
import type { JournalBatch } from '../../journal-reader.ts';
import { ExactSum } from '../exact-sum.ts';
import type { AgentGroupSize, FeeSummary, FeeTotal } from './fee-summary.ts';

/** Name of the row of accounts that the config knows no group of. */
const OTHER_ACCOUNTS = 'other accounts';

export class FeeTally {
  readonly #currency: string;
  readonly #groups: readonly AgentGroupSize[];
  /** Last account of each group. */
  readonly #lastAccounts: readonly number[];
  readonly #byFillKind = FILL_KIND_NAMES.map(() => new Totals());
  /** By group; the last one is of no group. */
  readonly #byGroup: readonly Totals[];
  readonly #total = new Totals();

  constructor(currency: string, groups: readonly AgentGroupSize[]) {
    this.#currency = currency;
    this.#groups = groups;
    let last = 0;
    this.#lastAccounts = groups.map(({ agents }) => {
      last += agents;
      return last;
    });
    this.#byGroup = [...groups, null].map(() => new Totals());
  }

  /** Takes record `r`, which is of a fee. */
  take({ words, doubles }: JournalBatch, r: number): void {
    const at = r * RECORD_WORDS;
    const micro = doubles[(at + WORD_QTY) >> 1]!;
    this.#total.add(micro);
    this.#byFillKind[words[at + WORD_OTHER_LEAVES]!]?.add(micro);
    this.#byGroup[this.#groupOf(words[at + WORD_OTHER]!)]!.add(micro);
  }

  summary(): FeeSummary | null {
    const total = this.#total.summary();
    if (total.fills === 0) return null;
    const groups = [...this.#groups, { name: OTHER_ACCOUNTS, agents: 0 }].map((group, i) => ({
      ...group,
      ...this.#byGroup[i]!.summary(),
    }));
    return {
      currency: this.#currency,
      total,
      byFillKind: FILL_KIND_NAMES.map((kind, i) => ({ kind, ...this.#byFillKind[i]!.summary() })).filter(
        ({ fills }) => fills > 0,
      ),
      byGroup: groups.filter(({ agents, fills }) => agents > 0 || fills > 0),
    };
  }

  /** Accounts count from 1, in the order of the groups. */
  #groupOf(account: number): number {
    const group = this.#lastAccounts.findIndex((last) => account <= last);
    return group === -1 || account < 1 ? this.#groups.length : group;
  }
}

class Totals {
  #fills = 0;
  readonly #charged = new ExactSum();
  readonly #rebates = new ExactSum();

  add(micro: number): void {
    this.#fills++;
    if (micro >= 0) this.#charged.add(micro);
    else this.#rebates.add(micro);
  }

  summary(): FeeTotal {
    return {
      fills: this.#fills,
      chargedMicro: this.#charged.total(),
      rebatesMicro: this.#rebates.total(),
    };
  }
}
