/**
 * The ledger: scores of the flow twin on one synthetic recording, a row for each commit that meant to change them. Its last row is what
 * the code gives; a change that moves them adds a row, and the file shows how they went.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evaluateFlow } from '../../../src/services/fidelity/evaluate.ts';
import type { ScoreOutcome } from '../../../src/services/index.ts';
import { syntheticRecording } from './synthetic-recording.ts';

export const LEDGER_PATH = fileURLToPath(new URL('scores.json', import.meta.url));
/** The command that adds a row. */
export const LEDGER_COMMAND = 'npm run ledger';

export const SCORE_NAMES = [
  'meanL1',
  'meanW1',
  'floorL1',
  'floorW1',
  'baselineL1',
  'baselineW1',
  'fidelityIndex',
  'worstFamilyScore',
] as const;
export type ScoreName = (typeof SCORE_NAMES)[number];
export type Scores = Readonly<Record<ScoreName, number>>;

export interface LedgerRow {
  /** Commit that the row was added on top of; the change it belongs to comes with the row. */
  readonly commit: string;
  /** What changed, in a few words. */
  readonly change: string;
  /** Digest of the recording: rows of different recordings are not compared. */
  readonly recording: string;
  readonly windows: number;
  readonly scores: Scores;
}

/** How far scores may be from those of the row: machines round alike, so only what the last digit hides. */
export const TOLERANCES: Scores = {
  ...{
    meanL1: 0.0005,
    meanW1: 0.0005,
    floorL1: 0.0005,
    floorW1: 0.0005,
    baselineL1: 0.0005,
    baselineW1: 0.0005,
  },
  ...{ fidelityIndex: 0.05, worstFamilyScore: 0.05 },
};
const DIGITS = 4;

export function readLedger(): LedgerRow[] {
  return JSON.parse(readFileSync(LEDGER_PATH, 'utf8')) as LedgerRow[];
}

export function ledgerText(rows: readonly LedgerRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** What the code gives now. */
export async function scoredNow(): Promise<Pick<LedgerRow, 'recording' | 'windows' | 'scores'>> {
  const { flow, digest } = syntheticRecording();
  const outcome = await evaluateFlow(flow, {
    ...{
      real: ['synthetic'],
      symbol: null,
      levels: 10,
      windowMessages: 500,
      fromMinute: null,
      toMinute: null,
    },
    ...{
      lake: 'no-lake',
      runs: 'no-runs',
      draws: 0,
      seed: 1,
      windows: null,
      design: 'A' as const,
      splitMinute: null,
      hasProfiles: false,
    },
  });
  return { recording: digest, windows: outcome.score.windows, scores: scoresOf(outcome) };
}

function scoresOf({ score }: ScoreOutcome): Scores {
  const { sim, floor, baseline, fidelityIndex, families } = score;
  const known = families.flatMap((one) => (one.score === null ? [] : [one.score]));
  const found = {
    ...{ meanL1: sim.l1.mean, meanW1: sim.w1.mean, floorL1: floor!.l1.mean, floorW1: floor!.w1.mean },
    ...{ baselineL1: baseline!.l1.mean, baselineW1: baseline!.w1.mean },
    ...{ fidelityIndex: fidelityIndex!, worstFamilyScore: Math.min(...known) },
  };
  return Object.fromEntries(SCORE_NAMES.map((name) => [name, Number(found[name].toFixed(DIGITS))])) as Scores;
}

/** What to say where the last row is not what the code gives; null where it is. */
export function differenceOf(
  row: Pick<LedgerRow, 'recording' | 'scores'>,
  now: Pick<LedgerRow, 'recording' | 'scores'>,
): string | null {
  const lines: string[] = [];
  if (row.recording !== now.recording)
    lines.push(`recording: the ledger has ${row.recording}, the simulator makes ${now.recording}`);
  for (const name of SCORE_NAMES) {
    const [was, is] = [row.scores[name], now.scores[name]];
    if (!(Math.abs(is - was) <= TOLERANCES[name]))
      lines.push(`${name}: the ledger has ${was}, now it is ${is}`);
  }
  if (lines.length === 0) return null;
  const mend = `If the change is meant, add a row with \`${LEDGER_COMMAND} -- "what changed"\` and commit it with the change; if not, find what moved them.`;
  return ['the last row of the ledger has the scores that the code gives', ...lines, mend].join('\n');
}
