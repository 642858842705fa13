/** Alpha Vantage: one address, a function for everything, and errors with status 200. */

import type { RestAnswer, RestRequest, Stage, VendorEmulator } from '../contract.ts';
import type { Instrument } from '../market/market.ts';
import { pastRecords } from '../records.ts';
import {
  actionRows,
  earnings,
  exchangeRate,
  globalQuote,
  news,
  overview,
  STATEMENT_NAMES,
  statements,
  symbolSearch,
} from './company.ts';
import { type Asked, EXTENDED, SERIES, seriesAnswer } from './series.ts';
import { invalidCall, REFUSALS, Refusal, refusalAnswer } from './words.ts';

export const ALPHA_VANTAGE_EMULATOR: VendorEmulator = {
  name: 'alphavantage',
  about: 'Alpha Vantage: series, quotes, figures of companies, news; any key is taken',
  options: {
    limit: {
      about: 'what the fault 429 says was used up: a second, a minute, the day, or the plan',
      default: 'second',
      allowed: ['second', 'minute', 'day', 'premium'],
    },
  },
  paths: () => [{ what: 'REST', scheme: 'http', path: '' }],
  open: (stage, options) => ({
    rest: (request) => ask(stage, request),
    connect: () => null,
    fault: (status) => fault(status, options.limit as keyof typeof REFUSALS),
  }),
};

function fault(status: number, limit: keyof typeof REFUSALS): RestAnswer {
  if (status !== 429) return { status, body: {} };
  return refusalAnswer(limit === 'minute' ? 'Note' : 'Information', REFUSALS[limit]);
}

async function ask(stage: Stage, { method, path, query }: RestRequest): Promise<RestAnswer | null> {
  if (method !== 'GET' || path !== '/query') return null;
  if ((query.get('apikey') ?? '') === '') return refusalAnswer('Error Message', REFUSALS.key);
  try {
    const name = query.get('function') ?? '';
    if (name in SERIES || name === EXTENDED)
      return await seriesAnswer(stage, name, query, asked(stage, name, query));
    return { status: 200, body: await answer(stage, name, query) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusalAnswer('Error Message', error.message);
  }
}

function answer(stage: Stage, name: string, query: URLSearchParams): Promise<unknown> | unknown {
  if (name === 'NEWS_SENTIMENT') return news(stage, query);
  if (name === 'SYMBOL_SEARCH') return symbolSearch(stage, query.get('keywords') ?? '');
  if (name === 'OVERVIEW') {
    const share = find(stage, [query.get('symbol') ?? '']);
    return share === null ? {} : overview(stage, share);
  }
  if (name === 'CURRENCY_EXCHANGE_RATE') {
    const { codes, instrument } = asked(stage, name, query);
    return exchangeRate(stage, codes, instrument);
  }
  if (name === 'GLOBAL_QUOTE') return globalQuote(stage, asked(stage, name, query).instrument);
  if (name === 'EARNINGS') return earnings(stage, asked(stage, name, query).instrument);
  if (STATEMENT_NAMES.includes(name)) return statements(stage, name, asked(stage, name, query).instrument);
  if (name === 'SPLITS' || name === 'DIVIDENDS') return actions(stage, name, asked(stage, name, query));
  throw new Refusal(`This API function (${name}) does not exist.`);
}

async function actions(
  stage: Stage,
  name: 'SPLITS' | 'DIVIDENDS',
  { instrument: { symbol } }: Asked,
): Promise<unknown> {
  const records = await pastRecords(stage, 'corporate_action', { symbols: [symbol] });
  return { symbol, data: actionRows(name, records) };
}

/** Names of the parameters that hold the symbol, or both codes of a pair. */
function parametersOf(name: string): readonly string[] {
  if (name.startsWith('FX_')) return ['from_symbol', 'to_symbol'];
  if (name === 'CURRENCY_EXCHANGE_RATE') return ['from_currency', 'to_currency'];
  return SERIES[name]?.family === 'coin' ? ['symbol', 'market'] : ['symbol'];
}

/** Raises Refusal for a symbol that is not there. */
function asked(stage: Stage, name: string, query: URLSearchParams): Asked {
  const codes = parametersOf(name).map((parameter) => query.get(parameter) ?? '');
  const instrument = find(stage, codes);
  if (instrument === null) throw invalidCall(name);
  return { codes, instrument };
}

/** A pair is written in one of three ways. */
function find({ market }: Stage, codes: readonly string[]): Instrument | null {
  for (const between of ['', '-', '/']) {
    const found = market.instruments.get(codes.join(between).toUpperCase());
    if (found !== undefined) return found;
  }
  return null;
}
