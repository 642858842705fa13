/** A dataset whose instruments have one name over all days, made of another and of corporate actions. */

import { TwinError } from '../../base/index.ts';
import { TradingDays } from '../futures/trading-days.ts';
import { derive } from '../lake/derive.ts';
import type { Lake } from '../lake/lake.ts';
import type { Part } from '../lake/part-writer.ts';
import { dayOfText } from '../schema/day.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import { dayOfRecord, MappedSource } from './mapped-source.ts';
import { readSymbolHistory } from './read-history.ts';
import type { NameSpan } from './symbol-history.ts';

const MAKER = { name: 'map', version: 1 };

export interface MapRequest {
  readonly dataset: string;
  /** Datasets with changes of symbols. */
  readonly actions: readonly string[];
  /** Names on the day `day`. */
  readonly symbols: readonly string[];
  /** YYYY-MM-DD. */
  readonly day: string;
  /** Where days begin. */
  readonly zone: string;
  readonly name: string | null;
}

export interface MapResult {
  readonly dataset: string;
  readonly records: number;
  /** Names of each instrument in order of days. */
  readonly names: Readonly<Record<string, readonly NameSpan[]>>;
  /** Whether it was there already. */
  readonly isOld: boolean;
}

/** Makes the dataset, or what is left of it to make. Raises DATA_NOT_FOUND, DATA_REQUEST, DATA_RECORD, DATA_LAKE. */
export async function mapDataset(
  lake: Lake,
  request: MapRequest,
  codeVersion: string,
  signal?: AbortSignal,
): Promise<MapResult> {
  const { dataset: parent, actions, symbols, day, zone, name } = request;
  if (dayOfText(day) === null) throw new TwinError('DATA_REQUEST', 'a day is written YYYY-MM-DD', { day });
  const history = await readSymbolHistory(lake.source(actions));
  const names = Object.fromEntries(symbols.map((symbol) => [symbol, history.namesOf(symbol, day)]));
  const { parts } = lake.dataset(parent);
  const days = new TradingDays(zone, 0);
  const without = symbols.filter((symbol) => !names[symbol]!.some((span) => hasRecords(parts, span, days)));
  if (without.length > 0)
    throw new TwinError(
      'DATA_REQUEST',
      'a dataset has records of the instruments that had the names on the day',
      {
        dataset: parent,
        day,
        without,
        names: without.flatMap((symbol) => names[symbol]!.map((span) => span.symbol)),
      },
    );
  const { dataset, records, isOld } = await derive(
    lake,
    {
      maker: MAKER,
      parents: [parent, ...actions],
      request: { symbols, day, zone },
      name,
      codeVersion,
      ...(signal === undefined ? {} : { signal }),
    },
    async (ofVenue, take) => {
      const mapped = new MappedSource(ofVenue, { history, day, zone });
      for (const schema of await ofVenue.schemas())
        for await (const batch of mapped.read({ schema, symbols }))
          await take(batch as unknown as RecordBatch);
      return {};
    },
  );
  return { dataset, records, names, isOld };
}

/** Whether there are records of a name between the first and the last of its days. */
function hasRecords(parts: readonly Part[], { symbol, from, until }: NameSpan, days: TradingDays): boolean {
  return parts.some(
    (part) =>
      part.symbol === symbol &&
      (from === null || dayOfRecord(BigInt(part.lastNs), days) >= from) &&
      (until === null || dayOfRecord(BigInt(part.firstNs), days) < until),
  );
}
