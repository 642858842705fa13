/** Binance, spot or USD-M futures: its public REST API and its market streams. */

import type { RestAnswer, VendorEmulator } from '../contract.ts';
import type { BinanceMarket } from './names.ts';
import { BinanceRest } from './rest.ts';
import { BinanceSession } from './session.ts';

/** Address of the streams, whatever stands before it: /ws, /ws/<streams>, /ws/<number>, /stream. */
const STREAM_PATH = /(?:^|\/)(?:(stream)|ws(?:\/(.+))?)\/?$/;

export const BINANCE_EMULATOR: VendorEmulator = {
  name: 'binance',
  about: 'Binance: REST and market streams, spot or USD-M futures',
  options: { market: { about: 'which of its markets', default: 'spot', allowed: ['spot', 'usdm'] } },
  paths: ({ market }) => [
    { what: 'REST', scheme: 'http', path: market === 'usdm' ? '/fapi/v1' : '/api/v3' },
    { what: 'combined streams', scheme: 'ws', path: '/stream' },
    { what: 'raw streams', scheme: 'ws', path: '/ws' },
  ],
  open(stage, options) {
    const market = options.market as BinanceMarket;
    const rest = new BinanceRest(stage, market);
    return {
      rest: (request) => rest.ask(request),
      connect(path, query, line) {
        const parts = STREAM_PATH.exec(path);
        if (parts === null) return null;
        const isCombined = parts[1] !== undefined;
        const session = new BinanceSession(stage, rest, market, line, isCombined);
        const names = isCombined ? query.get('streams') : (parts[2] ?? null);
        if (names !== null) session.subscribe(names.split('/').filter((name) => name.includes('@')));
        return session;
      },
      fault,
    };
  },
};

function fault(status: number): RestAnswer {
  if (status === 404) return { status, body: { code: -1000, msg: 'There is no such endpoint.' } };
  if (status === 429)
    return {
      status,
      body: { code: -1003, msg: 'Too many requests; current limit is 6000 request weight per 1 MINUTE.' },
    };
  return {
    status,
    body: { code: -1001, msg: 'Internal error; unable to process your request. Please try again.' },
  };
}
