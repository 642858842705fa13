/** A dataset whose gaps are filled, made of another: the same records, and those that a policy puts into the gaps, each with its bit. */

import { TwinError } from '../../base/index.ts';
import { sumOf } from '../lake/dataset.ts';
import { derive } from '../lake/derive.ts';
import type { Lake } from '../lake/lake.ts';
import type { Part } from '../lake/part-writer.ts';
import type { SchemaName } from '../registry.ts';
import type { SessionCalendar } from './calendar.ts';
import { FILL_POLICIES, type FillPolicy, fillBars, fillQuotes } from './fill-records.ts';

const MAKER = { name: 'fill', version: 1 };

export interface FillRequest {
  readonly parent: string;
  /** What is done with gaps of bars, and of quotes; records of a schema with `none` stay in the parent alone. */
  readonly bars: FillPolicy;
  readonly quotes: FillPolicy;
  /** Longest time without a quote, s. */
  readonly everyS: number;
  /** Of a venue of the parent; null: gaps within a day (UTC). */
  readonly calendarOf: (venue: string) => SessionCalendar | null;
  /** Name of the new dataset; null makes one of the request. */
  readonly name: string | null;
}

export interface FillResult {
  readonly dataset: string;
  readonly records: number;
  /** Records that were made, by bit of quality. */
  readonly filled: Readonly<Record<string, number>>;
  /** Whether it was there already. */
  readonly isOld: boolean;
}

/** Makes the dataset, or what is left of it to make. Raises DATA_NOT_FOUND, DATA_REQUEST with every problem, DATA_LAKE. */
export async function fillDataset(
  lake: Lake,
  request: FillRequest,
  codeVersion: string,
  signal?: AbortSignal,
): Promise<FillResult> {
  const { parent, bars, quotes, everyS, calendarOf, name } = request;
  const { parts } = lake.dataset(parent);
  checkRequest(request, new Set(parts.map(({ schema }) => schema)));
  const derivation = {
    maker: MAKER,
    parents: [parent],
    request: { policy: bars, quotes, everyS, calendar: calendarNames(parts, calendarOf) },
    name,
    codeVersion,
    ...(signal === undefined ? {} : { signal }),
  };
  const { dataset, tasks, records, isOld } = await derive(lake, derivation, async (source, take, venue) => {
    const calendar = calendarOf(venue);
    const remarks: Record<string, number> = {};
    if (bars !== 'none') remarks[`${bars} bars`] = await fillBars(source, bars, calendar, take);
    if (quotes === 'previous' || quotes === 'linear')
      remarks[`${quotes} quotes`] = await fillQuotes(source, quotes, everyS, calendar, take);
    return remarks;
  });
  return { dataset, records, filled: sumOf(tasks.map(({ remarks }) => remarks)), isOld };
}

/** One name where all venues have the same calendar, else those of each venue. */
function calendarNames(
  parts: readonly Part[],
  calendarOf: FillRequest['calendarOf'],
): string | Readonly<Record<string, string>> {
  const venues = [...new Set(parts.map(({ venue }) => venue))].sort();
  const names = venues.map((venue) => calendarOf(venue)?.name ?? 'day');
  if (new Set(names).size === 1) return names[0]!;
  return Object.fromEntries(venues.map((venue, index) => [venue, names[index]!]));
}

function checkRequest({ bars, quotes, everyS }: FillRequest, has: ReadonlySet<SchemaName>): void {
  const problems: string[] = [];
  for (const [what, policy] of [
    ['policy', bars],
    ['quotes', quotes],
  ] as const) {
    if (!FILL_POLICIES.includes(policy))
      problems.push(`${what}=${policy} (allowed: ${FILL_POLICIES.join(', ')})`);
  }
  if (bars === 'none' && quotes === 'none')
    problems.push('neither bars (policy) nor quotes have a policy other than none');
  if (bars !== 'none' && !has.has('bar')) problems.push('the dataset has no bars: policy=none');
  if (bars === 'fromTrades' && !has.has('trade'))
    problems.push('policy=fromTrades, but the dataset has no trades');
  if (quotes !== 'none' && !has.has('bbo')) problems.push('the dataset has no quotes: quotes=none');
  if (quotes === 'fromTrades') problems.push('quotes=fromTrades (allowed: none, previous, linear)');
  if (!Number.isInteger(everyS) || everyS < 1) problems.push(`every=${everyS} (whole seconds, 1 or more)`);
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'gaps are filled by a policy that fits to the dataset', { problems });
}
