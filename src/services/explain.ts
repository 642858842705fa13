/** The life of an order of a run: its journal, with the rules and the groups of agents that the manifest names. */

import { type BookRules, DEFAULT_BOOK_RULES } from '../market/index.ts';
import { explainJournal, JOURNAL_FILE, type OrderExplanation, type StoredRun } from '../runs/index.ts';
import { refuseIngest } from './report.ts';

/** The parts of a run's config that matter here. Configs of other versions and replays may have none of them. */
interface ExplainedConfig {
  readonly rules?: Partial<BookRules>;
  readonly instruments?: readonly { readonly symbol: string; readonly rules?: Partial<BookRules> }[];
  readonly agents?: readonly { readonly name: string; readonly count: number }[];
}

/**
 * What became of an order, and why it was not filled. Raises RUNS_NO_ORDER for an id that the run does not have,
 * RUNS_NOT_FOUND, RUNS_DAMAGED; a journal with a damaged tail is explained up to there and has `tail` set.
 */
export function explainOrder(run: StoredRun, orderId: number): OrderExplanation {
  refuseIngest(run);
  const { kind, status, digest } = run.manifest;
  const config = kind === 'simulation' ? (run.manifest.config as ExplainedConfig) : {};
  return explainJournal(run.path(JOURNAL_FILE), orderId, {
    kind,
    status,
    digest,
    rulesOf: (symbol) => ({
      ...DEFAULT_BOOK_RULES,
      ...config.rules,
      ...config.instruments?.find((instrument) => instrument.symbol === symbol)?.rules,
    }),
    groupOf: (accountId) => groupOf(config.agents ?? [], accountId),
  });
}

/** Agents are numbered through the groups in their order, and agent i trades for account i + 1. */
function groupOf(groups: readonly { name: string; count: number }[], accountId: number): string | null {
  let last = 0;
  for (const { name, count } of groups) {
    last += count;
    if (accountId <= last) return name;
  }
  return null;
}
