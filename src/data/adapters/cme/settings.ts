/** What a request to CME means: addresses, product codes and the kinds of contracts, checked. */

import { TwinError } from '../../../base/index.ts';
import type { IngestRequest } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';

export const CME_VENUE = 'GLBX';
export const PAGE_SIZE_MAX = 2000;
const SILENCE_S_MAX = 86_400;
const PRODUCT_TYPES = ['FUT', 'OOF'] as const;
const SPREADS = ['OUTRIGHT', 'SPREADS'] as const;
/** Product codes of Globex, and periods of contracts: a month, or a week of it. */
const PRODUCT = /^[A-Z0-9]{1,6}$/;
const PERIOD = /^\d{6}(?:w[1-5])?$/;

export type ProductType = (typeof PRODUCT_TYPES)[number];

export const CME_OPTIONS = {
  rest: {
    about: 'Address of the Reference Data API',
    default: 'https://refdata.api.cmegroup.com/refdata/v3',
  },
  token: { about: 'Address that gives OAuth tokens', default: 'https://auth.cmegroup.com/as/token.oauth2' },
  socket: {
    about: 'Address of Market Data over WebSocket',
    default: 'wss://markets.api.cmegroup.com/marketdatastream/v1',
  },
  types: {
    about: `Kinds of contracts: ${PRODUCT_TYPES.join('+')} (futures, options on them)`,
    default: 'FUT',
  },
  exchange: {
    about: 'MIC of the exchange of the products, where a code has several: XCME, XCBT, …',
    default: '',
  },
  periods: { about: 'Contracts to follow live: 202412+202412w1', default: '' },
  spreads: { about: `Live: ${SPREADS.join(' or ')} alone`, default: '' },
  size: { about: 'Instruments per page', default: '1000' },
  silence: { about: 'Live: silence after which the connection is taken for dead, s', default: '600' },
} as const;

export interface CmeSettings {
  readonly restUrl: string;
  readonly tokenUrl: string;
  readonly socketUrl: string;
  readonly products: readonly string[];
  readonly types: readonly ProductType[];
  /** '' for any. */
  readonly exchange: string;
  readonly periods: readonly string[];
  readonly spreads: readonly string[];
  readonly pageSize: number;
  readonly silenceMs: number;
}

/** Schemas of the socket; definitions come by request. */
export const LIVE_SCHEMAS: readonly SchemaName[] = ['trade', 'bbo', 'statistics'];
export const CME_SCHEMAS: readonly SchemaName[] = ['definition', ...LIVE_SCHEMAS];

/** Raises DATA_REQUEST with every problem. `isLive`: for the socket. */
export function cmeSettings(request: IngestRequest, isLive: boolean): CmeSettings {
  const problems: string[] = [];
  const { options, symbols, schemas } = request;
  const written = (name: keyof typeof CME_OPTIONS): string => options[name] ?? CME_OPTIONS[name].default;
  const address = (name: 'rest' | 'token' | 'socket', protocols: readonly string[]): string => {
    const value = written(name);
    const isRight = URL.canParse(value) && protocols.includes(new URL(value).protocol);
    if (!isRight) problems.push(`${name}=${value} (an address that begins with ${protocols.join(' or ')})`);
    return value.replace(/\/+$/, '');
  };
  const whole = (name: 'size' | 'silence', max: number): number => {
    const number = /^\d{1,6}$/.test(written(name)) ? Number(written(name)) : 0;
    if (number < 1 || number > max) problems.push(`${name}=${written(name)} (1 to ${max})`);
    return number;
  };
  const words = (name: 'types' | 'spreads', allowed: readonly string[]): string[] => {
    const list = written(name)
      .split('+')
      .filter((word) => word !== '');
    for (const word of list)
      if (!allowed.includes(word)) problems.push(`${name}=${word} (allowed: ${allowed.join(', ')})`);
    return list;
  };
  const types = words('types', PRODUCT_TYPES) as ProductType[];
  if (types.length === 0) problems.push(`types= (allowed: ${PRODUCT_TYPES.join(', ')})`);
  const periods = written('periods')
    .split('+')
    .filter((period) => period !== '');
  for (const period of periods)
    if (!PERIOD.test(period)) problems.push(`periods=${period} (YYYYMM or YYYYMMw1)`);
  const exchange = written('exchange');
  if (exchange !== '' && !/^[A-Z0-9]{4}$/.test(exchange)) problems.push(`exchange=${exchange} (a MIC: XCME)`);
  if (symbols.length === 0) problems.push('symbols= (at least one product code, such as ES)');
  for (const symbol of symbols)
    if (!PRODUCT.test(symbol)) problems.push(`symbols=${symbol} (a product code, such as ES)`);
  const served = isLive ? LIVE_SCHEMAS : CME_SCHEMAS.filter((name) => !LIVE_SCHEMAS.includes(name));
  if (!schemas.some((name) => served.includes(name))) {
    const other = isLive ? 'comes by request' : 'come with --live';
    problems.push(`schema=${schemas.join(',')} (${served.join(', ')} here; the others ${other})`);
  }
  const settings = {
    restUrl: address('rest', ['http:', 'https:']),
    tokenUrl: address('token', ['http:', 'https:']),
    socketUrl: address('socket', ['ws:', 'wss:']),
    products: symbols,
    types,
    exchange,
    periods,
    spreads: words('spreads', SPREADS),
    pageSize: whole('size', PAGE_SIZE_MAX),
    silenceMs: 1000 * whole('silence', SILENCE_S_MAX),
  };
  if (problems.length > 0) {
    throw new TwinError('DATA_REQUEST', 'an ingest asks for what the vendor has', {
      vendor: 'cme',
      problems,
    });
  }
  return settings;
}
