/** One pass over a journal that gives everything a report needs, in bounded memory. */

import { TwinError } from '../../base/index.ts';
import { DOUBLE_TIME, EV_FEE, RECORD_WORDS, WORD_INSTRUMENT } from '../../domain/index.ts';
import { ContractTerms } from '../contract-terms.ts';
import type { JournalReader } from '../journal-reader.ts';
import { ActionTally } from './action-summary.ts';
import { InstrumentTally } from './instrument-tally.ts';
import type { RunSummary } from './run-summary.ts';
import type { AgentGroupSize } from './venue/fee-summary.ts';
import { FeeTally } from './venue/fee-tally.ts';

const BATCH_RECORDS = 8192;

export interface SummaryOptions {
  /** Intervals of the time series at most. Default 480: one per two pixels of a wide chart. */
  readonly buckets?: number;
  /** Distances from the best price of the depth profile, in ticks. Default 20. */
  readonly depthTicks?: number;
  /** Time between samples of the depth profile. Default 100 ms. */
  readonly depthIntervalNs?: number;
  /** Whose accounts the fees are of, in the order of the accounts. Default none. */
  readonly groups?: readonly AgentGroupSize[];
}

/** Reads the records that the reader has before it. Raises RUNS_DAMAGED for an instrument the header does not name. */
export function summarizeJournal(reader: JournalReader, options: SummaryOptions = {}): RunSummary {
  const { buckets = 480, depthTicks = 20, depthIntervalNs = 1e8, groups = [] } = options;
  const { instruments, epochNs } = reader.header;
  const tallies = instruments.map(
    (spec) => new InstrumentTally(spec, { buckets, depthTicks, depthIntervalNs }),
  );
  const currencies = [...new Set(instruments.map(({ currency }) => currency))];
  const feesByCurrency = currencies.map((currency) => new FeeTally(currency, groups));
  const fees = instruments.map(({ currency }) => feesByCurrency[currencies.indexOf(currency)]!);
  const actions = new ActionTally(instruments);
  const contracts = new ContractTerms(instruments);
  let firstNs = 0;
  let lastNs = 0;
  let records = 0;
  for (let batch = reader.next(BATCH_RECORDS); batch !== null; batch = reader.next(BATCH_RECORDS)) {
    if (records === 0) firstNs = batch.doubles[DOUBLE_TIME]!;
    for (let r = 0; r < batch.count; r++) {
      const at = r * RECORD_WORDS;
      const instrument = batch.words[at + WORD_INSTRUMENT]!;
      const tally = tallies[instrument];
      if (tally === undefined) {
        throw new TwinError('RUNS_DAMAGED', 'a record is of an instrument of the journal', {
          record: records + r,
          instrument,
        });
      }
      tally.take(batch, r);
      actions.take(batch, r);
      contracts.take(batch.words, batch.doubles, at);
      if ((batch.words[at]! & 0xff) === EV_FEE) fees[instrument]!.take(batch, r);
    }
    records += batch.count;
    lastNs = batch.doubles[((batch.count - 1) * RECORD_WORDS) / 2 + DOUBLE_TIME]!;
  }
  for (const tally of tallies) tally.end(lastNs);
  return {
    records,
    firstNs,
    lastNs,
    epochNs,
    digest: reader.digestHex(),
    tail: reader.tail,
    actions: { list: actions.actions, leftOut: actions.leftOut },
    instruments: tallies.map((tally, index) => ({ ...tally.summary(), contract: contracts.storyOf(index) })),
    fees: feesByCurrency.map((tally) => tally.summary()).filter((summary) => summary !== null),
  };
}
