/** Cuts a request to Alpha Vantage into tasks: by function, symbol, and month for bars of minutes of shares. */

import type { IngestRequest, IngestTask } from '../../ingest/adapter.ts';
import { RequestChecks } from '../request-checks.ts';
import type { AlphaFunction } from './functions.ts';
import { type AlphaSettings, type AlphaSymbol, alphaSettings } from './settings.ts';

export const ALPHA_VENUE = 'alphavantage';

export function planAlphaVantage(request: IngestRequest): IngestTask[] {
  const checks = new RequestChecks(ALPHA_VENUE, request);
  const settings = alphaSettings(checks, request);
  checks.refuse();
  const tasks = settings.functions
    .filter(({ makes }) => makes.some((schema) => request.schemas.includes(schema)))
    .flatMap((one) => tasksOf(one, settings, request));
  if (tasks.length === 0)
    checks.add(
      `schemas=${request.schemas.join(',')} symbols=${request.symbols.join(',')} (no function has them; economy and functions name more)`,
    );
  checks.refuse();
  return tasks;
}

function tasksOf(one: AlphaFunction, settings: AlphaSettings, request: IngestRequest): IngestTask[] {
  const symbols: readonly (AlphaSymbol | null)[] =
    one.assets.length === 0 ? [null] : settings.symbols.filter(({ asset }) => one.assets.includes(asset));
  const months = one.isMonthly ? monthsOf(request) : [null];
  return symbols.flatMap((symbol) =>
    months.map((month) => taskOf(one, symbol, month, { settings, request })),
  );
}

/** 'YYYY-MM' from the first day to the last; null asks for the newest. */
function monthsOf({ from, to }: IngestRequest): (string | null)[] {
  if (from === null || to === null) return [null];
  const months: string[] = [];
  let [year, month] = from.split('-').map(Number) as [number, number];
  for (let at = from.slice(0, 7); at <= to.slice(0, 7); ) {
    months.push(at);
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year++;
    at = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
  }
  return months;
}

function taskOf(
  one: AlphaFunction,
  symbol: AlphaSymbol | null,
  month: string | null,
  { settings, request }: { readonly settings: AlphaSettings; readonly request: IngestRequest },
): IngestTask {
  const query = new URLSearchParams({ function: one.name });
  symbol?.parts.forEach((part, at) => {
    query.set(one.symbolIn[at]!, part);
  });
  for (const [name, value] of Object.entries(one.query))
    query.set(
      name,
      value.replace(/\{(\w+)\}/, (_, option: string) => settings.values[option] ?? ''),
    );
  if (month !== null) query.set('month', month);
  if (one.name === 'NEWS_SENTIMENT') setNewsTimes(query, request);
  const { from, to } = request;
  const words = [symbol?.parts.join('') ?? '', month ?? '', query.get('interval') ?? ''];
  return {
    id: [one.name.replaceAll('_', '-').toLowerCase(), ...words]
      .filter((part) => part !== '')
      .join('-')
      .replaceAll(/[^A-Za-z0-9.-]/g, '.'),
    label: [words[0], one.name, ...words.slice(1)].filter((part) => part !== '').join(' '),
    schemas: one.makes.filter((schema) => request.schemas.includes(schema)),
    venue: ALPHA_VENUE,
    parameters: {
      query: String(query),
      restUrl: settings.restUrl,
      // News are bounded by the query, to the minute.
      ...(from === null || one.name === 'NEWS_SENTIMENT' ? {} : { from }),
      ...(to === null || one.name === 'NEWS_SENTIMENT' ? {} : { to }),
      ...(settings.isLabelledByEnd ? { labels: 'end' } : {}),
    },
    expected: { requests: 1, bytes: one.bytes },
  };
}

function setNewsTimes(query: URLSearchParams, { from, to }: IngestRequest): void {
  if (from !== null) query.set('time_from', `${from.replaceAll('-', '')}T0000`);
  if (to !== null) query.set('time_to', `${to.replaceAll('-', '')}T2359`);
}
