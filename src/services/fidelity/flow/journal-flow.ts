/** The displayed book of a run, simulated or replayed, as flow. */

import { TwinError } from '../../../base/index.ts';
import type { FlowRemarks, FlowStream } from '../../../fidelity/index.ts';
import { JournalReader } from '../../../runs/index.ts';
import { RecordsFlow } from './records-flow.ts';

const BATCH_RECORDS = 8192;

export interface JournalFlow {
  readonly stream: FlowStream;
  readonly remarks: FlowRemarks;
  readonly setAside: Readonly<Record<string, number>>;
}

/**
 * Reads a journal up to its end or its damaged tail, which is counted as set aside. Sizes are in units of the instrument, whatever
 * its lots are. Raises FIDELITY_INPUT, RUNS_NOT_FOUND, RUNS_DAMAGED.
 */
export function flowOfJournal(path: string, symbol: string | null, levels: number): JournalFlow {
  const reader = new JournalReader(path);
  try {
    const instrument = instrumentOf(reader, symbol);
    const { tickSize, lotSize, symbol: name } = reader.header.instruments[instrument]!;
    const flow = new RecordsFlow({
      ...{ symbol: name, tickSize, levels, instrument },
      unitsPerLot: Number(lotSize),
    });
    for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
      flow.take(batch);
    }
    flow.end();
    const torn = reader.tail === null ? {} : { 'torn-tail-bytes': reader.tail.tornBytes };
    return { stream: flow.stream, remarks: flow.remarks, setAside: torn };
  } finally {
    reader.close();
  }
}

function instrumentOf(reader: JournalReader, symbol: string | null): number {
  const { instruments } = reader.header;
  const symbols = instruments.map((instrument) => instrument.symbol);
  if (symbol === null && symbols.length === 1) return 0;
  const found = symbol === null ? -1 : symbols.indexOf(symbol);
  if (found >= 0) return found;
  throw new TwinError(
    'FIDELITY_INPUT',
    'one instrument is scored: its symbol is named where there are more',
    {
      symbol,
      found: symbols.slice(0, 20).join(', '),
    },
  );
}
