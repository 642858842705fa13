/** Daily bars of a test: every price is the close. */

import type { CanonicalRecord, Lake } from '../../src/data/index.ts';

export function dailyBar(symbol: string, tsEvent: bigint, close: number, volume = 1) {
  const prices = { open: close, high: close, low: close, close };
  return { symbol, tsEvent, intervalS: 86_400, basis: 'trade', ...prices, volume, adjusted: 'raw' } as const;
}

/** All bars of a dataset in their order. */
export async function barsOfDataset(lake: Lake, dataset: string): Promise<CanonicalRecord<'bar'>[]> {
  const bars: CanonicalRecord<'bar'>[] = [];
  for await (const batch of lake.source([dataset]).read({ schema: 'bar' })) bars.push(...batch.rows());
  return bars;
}
