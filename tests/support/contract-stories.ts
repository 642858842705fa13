/** What the records of a world tell of its option contracts, as the readers of a journal hear it. */

import type { InstrumentSpec } from '../../src/domain/index.ts';
import { ContractTerms } from '../../src/runs/contract-terms.ts';
import type { RecordLog } from './test-agents.ts';

export function contractsTold(instruments: readonly InstrumentSpec[], { records }: RecordLog): ContractTerms {
  const told = new ContractTerms(instruments);
  for (const record of records) {
    const words = Int32Array.from(record);
    told.take(words, new Float64Array(words.buffer), 0);
  }
  return told;
}
