/** Recorded flow for the tests of the scorer. */

import type { FlowStream } from '../../src/fidelity/index.ts';
import { type ReadFlow, readFlow } from '../../src/services/index.ts';
import { sharedFile } from './shared-data.ts';

const AAPL = 'data/lobster/AAPL_2012-06-21_34200000_37800000';

/** Paths of the AAPL hour: 50-level messages, the first full rows, and the best level of every row; null where they are absent. */
export function aaplHourFiles(): string[] | null {
  const paths = [
    `${AAPL}_message_50.csv.gz`,
    `${AAPL}_orderbook_50.first672rows.csv.gz`,
    `${AAPL}_orderbook_50.level1columns.csv.gz`,
  ].map(sharedFile);
  return paths.some((path) => path === null) ? null : (paths as string[]);
}

export function googDayFiles(levels: 1 | 10): string[] | null {
  const stem = 'data/lobster/GOOG_2012-06-21_34200000_57600000';
  const paths = [`${stem}_message_${levels}.csv.gz`, `${stem}_orderbook_${levels}.csv.gz`].map(sharedFile);
  return paths.some((path) => path === null) ? null : (paths as string[]);
}

/** The ES day of 2023-12-25 with the snapshot of the day before. */
export function esDayFiles(): string[] | null {
  const paths = ['24', '25'].map((day) =>
    sharedFile(`data/dbn/nautilus/esh4-glbx-mdp3-202312${day}.mbo.dbn.zst`),
  );
  return paths.some((path) => path === null) ? null : (paths as string[]);
}

export function readFiles(names: readonly string[], levels = 10): Promise<ReadFlow> {
  return readFlow({ names, symbol: null, levels, lake: 'no-lake', runs: 'no-runs' });
}

/** Bids and asks of a row as text: 'price x lots', best first. */
export function bookText(stream: FlowStream, row: number): { bids: string[]; asks: string[] } {
  const side = (ticks: Int32Array, lots: Float64Array): string[] => {
    const at = row * stream.levels;
    return [...lots.subarray(at, at + stream.levels)].flatMap((qty, level) =>
      qty > 0 ? [`${ticks[at + level]} x ${qty}`] : [],
    );
  };
  return { bids: side(stream.bidTicks, stream.bidLots), asks: side(stream.askTicks, stream.askLots) };
}
