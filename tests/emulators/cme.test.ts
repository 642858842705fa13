/** The emulated CME: tokens, pages of definitions, login, subscriptions and messages of its socket. */

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MemorySink, MemorySource, type NewRecord } from '../../src/data/index.ts';
import type { EmulatorServer } from '../../src/emulators/index.ts';
import { contractMarket, MARKET_START_NS, stockMarket } from '../support/crypto-market.ts';
import { ingest, receive } from '../support/emulated-ingest.ts';
import { openEmulator } from '../support/emulator.ts';

let server: EmulatorServer;
afterEach(async () => server.close());

interface Message {
  readonly header: Readonly<Record<string, string>>;
  readonly payload: Record<string, unknown>;
}

async function token(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/as/token.oauth2`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('id:secret').toString('base64')}` },
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Opens a socket, asks for `subscriptions`, and returns what came until `isEnough`. */
async function hear(
  bearer: string,
  payload: unknown,
  isEnough: (messages: readonly Message[]) => boolean,
): Promise<Message[]> {
  const messages: Message[] = [];
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/marketdatastream/v1`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () =>
      socket.send(
        JSON.stringify({ header: { messageType: 'SUBSCRIBE', version: '1.0', requestId: '9' }, payload }),
      ),
    );
    socket.on('message', (data) => {
      messages.push(JSON.parse(String(data)) as Message);
      if (isEnough(messages)) resolve();
    });
  });
  socket.terminate();
  return messages;
}

const asked = (productType: string, types = ['TRD', 'TOB']) => ({
  subscriptionMessageTypes: types,
  subscriptions: [
    { productType: 'FUT', productCode: 'ES' },
    { productType, productCode: 'ES' },
  ],
});

describe('twin emulate cme', () => {
  it('definitions come back as they were, over as many pages as it takes', async () => {
    const source = contractMarket('ES', 12);
    server = await openEmulator('cme', source, { begin: 'end' });
    const received = await ingest('cme', server, {
      symbols: ['ES'],
      schemas: ['definition'],
      options: { size: '5' },
    });
    const there = await received.records('definition');
    const told: unknown[] = [];
    for await (const batch of source.read({ schema: 'definition' })) told.push(...batch.rows());
    const fields = (one: unknown) => {
      const { symbol, tsEvent, assetClass, name, mic, currency, tick, expiry, productCode, vendorId } =
        one as NewRecord<'definition'>;
      return { symbol, tsEvent, assetClass, name, mic, currency, tick, expiry, productCode, vendorId };
    };
    expect(there.map(fields).sort(bySymbol)).toEqual(told.map(fields).sort(bySymbol));
    expect(there).toHaveLength(12);
    // A token, the products, three pages.
    expect(server.state().requests).toBe(5);
    received.lake.close();
  });

  it('wants a token for requests and sockets', async () => {
    server = await openEmulator('cme', contractMarket('ES', 1), { begin: 'end' });
    const at = `http://127.0.0.1:${server.port}`;
    expect((await fetch(`${at}/refdata/v3/products`)).status).toBe(401);
    expect((await fetch(`${at}/as/token.oauth2`, { method: 'POST' })).status).toBe(401);
    const [login] = await hear('made-up', asked('FUT'), (messages) => messages.length === 1);
    expect(login!.payload).toEqual({ status: 'denied' });
  });

  it('one wrong product type rejects the whole request', async () => {
    server = await openEmulator('cme', stockMarket('ESZ3', 20));
    const messages = await hear(await token(), asked('STK'), (heard) => heard.length === 2);
    expect(messages.map(({ header }) => header.messageType)).toEqual(['LOGINSTATUS', 'SUBSCRIPTION_STATUS']);
    expect(messages[1]).toMatchObject({ header: { requestId: '9' }, payload: { status: 'REJECTED' } });
    expect(server.playback.state).toBe('waiting');
  });

  it('messages have the shape that the venue gives them, and numbers without a hole', async () => {
    server = await openEmulator('cme', stockMarket('ESZ3', 40), { speed: Number.POSITIVE_INFINITY });
    const messages = await hear(
      await token(),
      asked('OOF'),
      (heard) => heard.filter(({ header }) => header.messageType === 'TRD').length === 20,
    );
    expect(messages.map(({ header }) => Number(header.sequenceNumber))).toEqual(messages.map((_, at) => at));
    const instrument = {
      definitionSource: 'E',
      exchangeMic: 'XCME',
      periodCode: '202312',
      productCode: 'ES',
      productGroup: 'ES',
      productType: 'FUT',
      symbol: 'ESZ3',
    };
    const first = (type: string) => messages.find(({ header }) => header.messageType === type)!;
    expect(first('TRD').header).toMatchObject({ version: '1.0', sentTime: '2023-11-14T22:13:20.100000000Z' });
    expect(first('TRD').payload).toMatchObject([
      { instrument, tradeSummary: { aggressorSide: 'BUY', tradePrice: '180.02', tradeQty: '11' } },
    ]);
    expect(first('TOB').payload).toMatchObject({
      instrument,
      bidLevel: [{ price: '180', qty: '100', lastUpdateTime: '2023-11-14T22:13:20.000000000Z' }],
      askLevel: [{ price: '180.02', qty: '200' }],
    });
  });

  it('statistics of the source reach our adapter as they were', async () => {
    const sink = new MemorySink('made');
    const head = { symbol: 'ESZ3', quality: 0 };
    const at = (second: number) => MARKET_START_NS + BigInt(second) * 1_000_000_000n;
    const trade = (second: number) => ({
      ...head,
      tsEvent: at(second),
      sourceIndex: second,
      kind: 'regular',
    });
    for (const second of [0, 4])
      sink.push('trade', {
        ...trade(second),
        price: 4500,
        qty: 1,
        tradeId: String(second),
      } as NewRecord<'trade'>);
    const figures = [
      {
        kind: 'settlement',
        price: 4501.25,
        isFinal: true,
        tsReference: at(0) - (at(0) % 86_400_000_000_000n),
      },
      { kind: 'openInterest', value: 1234 },
    ];
    figures.forEach((figure, index) => {
      const placed = { ...head, tsEvent: at(1 + index), sourceIndex: 10 + index };
      sink.push('statistics', { ...placed, ...figure } as NewRecord<'statistics'>);
    });
    server = await openEmulator('cme', new MemorySource(sink), { speed: 20 });
    const received = await receive('cme', server, { symbols: ['ES'], schemas: ['statistics', 'trade'] });
    const told = await received.records('statistics');
    expect(told).toMatchObject(figures.map((figure, index) => ({ ...figure, tsEvent: at(1 + index) })));
    received.lake.close();
  });
});

function bySymbol(a: { readonly symbol: string }, b: { readonly symbol: string }): number {
  return a.symbol < b.symbol ? -1 : 1;
}
