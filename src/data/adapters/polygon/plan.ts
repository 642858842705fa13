/** Cuts a request to Polygon into tasks: by endpoint, and by what each endpoint is about. */

import type { IngestRequest, IngestTask } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import { daysOf, RequestChecks } from '../request-checks.ts';
import { SPAN_SECONDS } from './bars.ts';
import { type Ask, ENDPOINTS, type Endpoint } from './endpoints.ts';
import { type PolygonSettings, polygonSettings } from './settings.ts';
import { codesOf, marketOf, NEW_YORK, oneTicker, zoneOf } from './tickers.ts';

export const POLYGON_VENUE = 'polygon';
/** Rows of bars below the span of a day of which an answer is made, at most: minutes, or seconds. */
const BASE_ROWS = 50_000;
/** Hours in which bars of stocks come: from 4:00 to 20:00. Others are planned for the whole day, so that no answer is cut. */
const DAY_MINUTES = { stocks: 960, others: 1440 } as const;
/** Tickers of one request of the universal snapshot, as the vendor allows. */
const TICKERS_MAX = 250;
const MS_PER_DAY = 86_400_000;

interface Piece {
  /** Part of the id of the task, behind the name of the endpoint. */
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Rows, where the piece knows better than the table. */
  readonly rows?: number;
}

export function planPolygon(request: IngestRequest): IngestTask[] {
  const checks = new RequestChecks(POLYGON_VENUE, request);
  const settings = polygonSettings(checks, request);
  const chosen = chosenEndpoints(request, settings);
  const needsDays = chosen.some(({ ask }) => ['tickerDay', 'tickerRange', 'day'].includes(ask!.scope));
  const span = needsDays
    ? checks.span('trades, quotes, bars and days of whole markets')
    : { fromMs: 0, toMs: 0 };
  checks.refuse();
  const tasks = chosen.flatMap((endpoint) =>
    piecesOf(endpoint.ask!, { request, settings, ...span }, endpoint).map((piece) =>
      taskOf(endpoint, piece, request, settings),
    ),
  );
  if (tasks.length === 0)
    checks.add(
      `schemas=${request.schemas.join(',')} symbols=${request.symbols.join(',')} (none of the symbols is of a market that has them)`,
    );
  checks.refuse();
  return tasks;
}

function chosenEndpoints(request: IngestRequest, { endpoints }: PolygonSettings): readonly Endpoint[] {
  const candidates =
    endpoints.length > 0 ? endpoints : ENDPOINTS.filter(({ ask }) => ask?.isDefault === true);
  const snapshot = ENDPOINTS.find(({ name }) => name === 'snapshot')!;
  const asked = candidates.filter(({ makes }) => makes.some((schema) => request.schemas.includes(schema)));
  // Figures of now come from the universal snapshot, which would bring the last trade and quote again.
  const hasFigures = endpoints.length === 0 && request.schemas.includes('statistics');
  return hasFigures ? [...asked, { ...snapshot, makes: ['statistics'] }] : asked;
}

interface Asked {
  readonly request: IngestRequest;
  readonly settings: PolygonSettings;
  readonly fromMs: number;
  readonly toMs: number;
}

function piecesOf(ask: Ask, asked: Asked, endpoint: Endpoint): Piece[] {
  const { request, settings } = asked;
  const tickers = settings.symbols.filter((symbol) => ask.markets.includes(marketOf(symbol))).map(oneTicker);
  switch (ask.scope) {
    case 'once':
      return [{ key: '', values: {}, query: endpoint.name === 'tickers' ? { market: settings.market } : {} }];
    case 'day':
      return daysOf(asked.fromMs, asked.toMs).map(({ day }) => ({
        key: day,
        values: { date: day },
        query: { adjusted: settings.adjusted },
      }));
    case 'tickers':
      return Array.from({ length: Math.ceil(tickers.length / TICKERS_MAX) }, (_, at) => {
        const some = tickers.slice(at * TICKERS_MAX, (at + 1) * TICKERS_MAX);
        return { key: String(at + 1), values: { tickers: some.join(',') }, query: {}, rows: some.length };
      });
    case 'ticker':
      if (endpoint.name === 'indicators')
        return tickers.flatMap((ticker) =>
          settings.indicators.map((word) => indicatorPiece(ticker, word, settings)),
        );
      return tickers.map((ticker) => ({
        key: ticker,
        values: valuesOf(ticker),
        query: endpoint.name === 'previousDay' ? { adjusted: settings.adjusted } : {},
      }));
    case 'tickerDay':
      return tickers.flatMap((ticker) =>
        daysOf(asked.fromMs, asked.toMs).map(({ day }) => dayPiece(ticker, day, endpoint, settings)),
      );
    case 'tickerRange':
      return tickers.flatMap((ticker) => rangePieces(ticker, asked, request.to!));
  }
}

/** The values of the names in paths that follow from a ticker. */
function valuesOf(ticker: string): Record<string, string> {
  return { ticker, underlying: underlyingOf(ticker), ...codesOf(ticker) };
}

/** 'O:AAPL230616C00150000' is derived from AAPL; other tickers are asked for what is derived from them. */
function underlyingOf(ticker: string): string {
  return /^O:([A-Z]+)\d*\d{6}[CP]\d{8}$/.exec(ticker)?.[1] ?? ticker;
}

function indicatorPiece(ticker: string, indicator: string, settings: PolygonSettings): Piece {
  const { window, timespan, adjusted } = settings;
  const windows: Record<string, string> = indicator === 'macd' ? {} : { window: String(window) };
  return {
    key: `${ticker}-${indicator}`,
    values: { ...valuesOf(ticker), indicator },
    query: { timespan, adjusted, order: 'asc', ...windows },
  };
}

function dayPiece(ticker: string, day: string, { name }: Endpoint, { adjusted }: PolygonSettings): Piece {
  const piece = { key: `${ticker}-${day}`, values: { ...valuesOf(ticker), date: day } };
  if (name.startsWith('openClose')) return { ...piece, query: { adjusted } };
  const zone = zoneOf(marketOf(ticker));
  const [start, end] = [day, dayAfter(day)].map((at) => String(zone.instantNs(at)));
  return { ...piece, query: { 'timestamp.gte': start!, 'timestamp.lt': end! } };
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + MS_PER_DAY).toISOString().slice(0, 10);
}

/** Spans below a day are cut so that what an answer is made of stays below the limit of the vendor. */
function rangePieces(ticker: string, { settings, fromMs, toMs }: Asked, to: string): Piece[] {
  const { timespan, multiplier, adjusted } = settings;
  const seconds = SPAN_SECONDS[timespan]!;
  const minutes = marketOf(ticker) === 'stocks' ? DAY_MINUTES.stocks : DAY_MINUTES.others;
  const isBelowDay = seconds < SPAN_SECONDS.day!;
  const baseRowsPerDay = timespan === 'second' ? minutes * 60 : minutes;
  const days = isBelowDay ? Math.max(1, Math.floor(BASE_ROWS / baseRowsPerDay)) : Number.POSITIVE_INFINITY;
  const pieces: Piece[] = [];
  for (let at = fromMs; at < toMs; at += days * MS_PER_DAY) {
    const from = new Date(at).toISOString().slice(0, 10);
    const endMs = Math.min(toMs, at + days * MS_PER_DAY);
    const last = endMs === toMs ? to : new Date(endMs - MS_PER_DAY).toISOString().slice(0, 10);
    const rows = ((endMs - at) / MS_PER_DAY) * (isBelowDay ? (minutes * 60) / seconds : 86_400 / seconds);
    pieces.push({
      key: `${ticker}-${multiplier}${timespan}-${from}`,
      values: { ...valuesOf(ticker), multiplier: String(multiplier), timespan, from, to: last },
      query: { adjusted },
      rows: Math.ceil(rows / multiplier),
    });
  }
  return pieces;
}

function taskOf(
  endpoint: Endpoint,
  piece: Piece,
  request: IngestRequest,
  { restUrl }: PolygonSettings,
): IngestTask {
  const ask = endpoint.ask!;
  const fill = (template: string, written: (value: string) => string): string =>
    template.replace(/\{(\w+)\}/g, (_, name: string) => written(piece.values[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(ask.query)) query.set(name, fill(value, String));
  for (const [name, value] of Object.entries(piece.query)) query.set(name, value);
  for (const [name, value] of boundsOf(ask.daysBy, request)) query.set(name, value);
  if (ask.limit > 0) query.set('limit', String(ask.limit));
  const search = query.size === 0 ? '' : `?${query}`;
  const rows = piece.rows ?? ask.rows;
  const schemas = endpoint.makes.filter((schema: SchemaName) => request.schemas.includes(schema));
  return {
    id: [endpoint.name, piece.key]
      .join('-')
      .replaceAll(/[^A-Za-z0-9.-]/g, '.')
      .replace(/-$/, ''),
    label: labelOf(endpoint.name, piece),
    schemas,
    venue: POLYGON_VENUE,
    parameters: { path: `${fill(endpoint.path, inPath)}${search}`, restUrl },
    expected: {
      requests: ask.limit === 0 ? 1 : Math.max(1, Math.ceil(rows / ask.limit)),
      bytes: Math.ceil(rows * ask.rowBytes),
    },
  };
}

/** 'AAPL trades 2024-01-02'. */
function labelOf(name: string, { key, values: { ticker = '' } }: Piece): string {
  const rest = key.startsWith(ticker) ? key.slice(ticker.length).replace(/^-/, '') : key;
  return [ticker, name, rest].filter((part) => part !== '').join(' ');
}

/** The days of a request as bounds of a query: dates where the vendor compares dates, else the instants of midnight. */
function boundsOf(daysBy: Ask['daysBy'], { from, to }: IngestRequest): [string, string][] {
  if (daysBy === null) return [];
  const isDate = daysBy.endsWith('date');
  const instant = (day: string): string =>
    daysBy === 'timestamp' ? String(NEW_YORK.instantNs(day)! / 1_000_000n) : `${day}T00:00:00Z`;
  const bounds: [string, string][] = [];
  if (from !== null) bounds.push([`${daysBy}.gte`, isDate ? from : instant(from)]);
  if (to !== null) bounds.push(isDate ? [`${daysBy}.lte`, to] : [`${daysBy}.lt`, instant(dayAfter(to))]);
  return bounds;
}

/** The vendor's clients leave colons as they are. */
function inPath(value: string): string {
  return encodeURIComponent(value).replaceAll('%3A', ':');
}
