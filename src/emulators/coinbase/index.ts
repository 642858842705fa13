/** Coinbase Exchange: its public REST API and its sockets. */

import type { VendorEmulator } from '../contract.ts';
import { CoinbaseProduct, productId } from './product.ts';
import { CoinbaseRest, refusal } from './rest.ts';
import { CoinbaseSession } from './session.ts';

export const COINBASE_EMULATOR: VendorEmulator = {
  name: 'coinbase',
  about: 'Coinbase Exchange: REST and sockets, level 2 and order by order',
  options: {},
  paths: () => [
    { what: 'REST', scheme: 'http', path: '' },
    { what: 'sockets', scheme: 'ws', path: '' },
  ],
  open(stage) {
    const instruments = [...stage.market.instruments.values()];
    const products = new Map(instruments.map((one) => [productId(one), new CoinbaseProduct(one)]));
    const bySymbol = new Map(instruments.map((one) => [one, products.get(productId(one))!]));
    const rest = new CoinbaseRest(stage, products);
    return {
      onChange: (change) => bySymbol.get(change.instrument)?.play(change),
      rest: (request) => rest.ask(request),
      connect: (path, _query, line) => (path === '/' ? new CoinbaseSession(stage, products, line) : null),
      fault: (status) => refusal(status, WORDS[status] ?? 'Internal server error'),
    };
  },
};

const WORDS: Readonly<Record<number, string>> = { 404: 'NotFound', 429: 'Public rate limit exceeded' };
