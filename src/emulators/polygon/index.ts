/** Polygon: REST of stocks and its socket of stocks. */

import type { VendorEmulator } from '../contract.ts';
import { OpenBars } from './open-bars.ts';
import { PolygonRest } from './rest.ts';
import { PolygonSession } from './session.ts';

export const POLYGON_EMULATOR: VendorEmulator = {
  name: 'polygon',
  about: 'Polygon: REST and the socket of stocks; any key is taken',
  options: {},
  paths: () => [
    { what: 'REST', scheme: 'http', path: '' },
    { what: 'sockets', scheme: 'ws', path: '/stocks' },
  ],
  open(stage) {
    const rest = new PolygonRest(stage);
    const bars = new OpenBars();
    return {
      onChange: (change) => bars.onChange(change),
      rest: (request) => rest.ask(request),
      connect: (path, _query, line) => (path === '/stocks' ? new PolygonSession(stage, line, bars) : null),
      fault: (status) => ({
        status,
        body: { status: 'ERROR', error: WORDS[status] ?? 'internal error' },
      }),
    };
  },
};

const WORDS: Readonly<Record<number, string>> = {
  404: 'not found',
  429: "You've exceeded the maximum requests per minute, please wait or upgrade your subscription to continue.",
};
