/** Each fault comes as it was asked for, and not otherwise. */

import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EmulateOptions, EmulatorServer } from '../../src/emulators/index.ts';
import { levelMarket } from '../support/crypto-market.ts';
import { openEmulator } from '../support/emulator.ts';

const STEPS = 120;
let server: EmulatorServer;
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
});

const made = levelMarket('BTCUSDT', STEPS);
const ids = made.trades.map(({ id }) => id);

async function start(fault: Record<string, string>, more: Partial<EmulateOptions> = {}): Promise<void> {
  const faults = Object.entries(fault).map(([name, spec]) => ({ name, spec }));
  server = await openEmulator('binance', made.source, { speed: Number.POSITIVE_INFINITY, faults, ...more });
}

const ask = (path = '/api/v3/trades?symbol=BTCUSDT'): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`);

/** Texts of the trade stream until the playback ends or the connection does. */
async function hear(): Promise<string[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws/btcusdt@trade`);
  sockets.push(socket);
  const texts: string[] = [];
  let isOpen = true;
  socket.on('message', (data) => texts.push(String(data)));
  socket.on('error', () => {});
  socket.on('close', () => {
    isOpen = false;
  });
  await once(socket, 'open');
  while (isOpen && server.playback.state !== 'ended') await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 60));
  return texts;
}

const idOf = (text: string): number => (JSON.parse(text) as { t: number }).t;
const countOf = (name: string): number => server.faults.list().find((one) => one.name === name)!.fired;

describe('faults of requests', () => {
  it('429 refuses with Retry-After, at the request that was named', async () => {
    await start({ '429': 'nth:2,seconds:7' });
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 200]);
    expect(answers[1]!.headers.get('retry-after')).toBe('7');
    expect(await answers[1]!.json()).toMatchObject({ code: -1003 });
  });

  it('5xx fails every time it is due', async () => {
    await start({ '5xx': 'every:2,status:502' });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 502, 200, 502, 200, 502]);
  });

  it('slow answers late', async () => {
    await start({ slow: 'nth:1,ms:150,on:rest' });
    const began = performance.now();
    expect((await ask()).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(145);
  });

  it('cut breaks off in the middle of a body', async () => {
    await start({ cut: 'nth:1,on:rest' }, { begin: 'end' });
    const cut = await ask();
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toThrow();
    expect(((await (await ask()).json()) as unknown[]).length).toBe(ids.length);
  });
});

describe('faults of sockets', () => {
  it('without faults every trade comes once, in order', async () => {
    await start({});
    expect((await hear()).map(idOf)).toEqual(ids);
  });

  it('gap leaves messages out', async () => {
    await start({ gap: 'every:10' });
    const heard = (await hear()).map(idOf);
    expect(heard).toEqual(ids.filter((_, index) => (index + 1) % 10 !== 0));
    expect(countOf('gap')).toBe(ids.length - heard.length);
    expect(countOf('gap')).toBeGreaterThan(0);
  });

  it('duplicate sends a message twice', async () => {
    await start({ duplicate: 'nth:3' });
    expect((await hear()).map(idOf)).toEqual([...ids.slice(0, 3), ids[2], ...ids.slice(3)]);
  });

  it('reorder sends a message after the next one', async () => {
    await start({ reorder: 'nth:3' });
    expect((await hear()).map(idOf)).toEqual([ids[0], ids[1], ids[3], ids[2], ...ids.slice(4)]);
  });

  it('bad-frame sends a text that is no JSON', async () => {
    await start({ 'bad-frame': 'nth:2' });
    const texts = await hear();
    expect(texts.length).toBe(ids.length);
    expect(() => JSON.parse(texts[1]!)).toThrow();
    expect(texts.filter((_, index) => index !== 1).map(idOf)).toEqual(ids.filter((_, index) => index !== 1));
  });

  it('cut breaks the connection in the middle of a frame', async () => {
    await start({ cut: 'nth:4' });
    expect((await hear()).map(idOf)).toEqual(ids.slice(0, 3));
  });

  it('slow holds a message and those behind it, in order', async () => {
    await start({ slow: 'nth:5,ms:50,on:socket' });
    expect((await hear()).map(idOf)).toEqual(ids);
    expect(countOf('slow')).toBe(1);
  });

  it('faults by chance are the same for the same seed, and others for another', async () => {
    const heard: number[][] = [];
    for (const seed of [5, 5, 6]) {
      await start({ gap: 'p:0.3' }, { seed });
      heard.push((await hear()).map(idOf));
      await server.close();
    }
    await start({});
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]).not.toEqual(heard[2]);
    expect(heard[0]!.length).toBeLessThan(ids.length);
  });
});

describe('control', () => {
  it('asks for faults, tells how often they came, and takes them back', async () => {
    await start({});
    const post = (body: unknown): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.port}/_twin/faults`, { method: 'POST', body: JSON.stringify(body) });
    expect((await post({ '5xx': 'every:1' })).status).toBe(200);
    expect((await ask()).status).toBe(503);
    expect(await (await ask('/_twin')).json()).toMatchObject({
      vendor: 'binance',
      state: 'waiting',
      faults: [{ name: '5xx', spec: 'every:1', seen: 1, fired: 1 }],
    });
    expect((await post({ '5xx': null })).status).toBe(200);
    expect((await ask()).status).toBe(200);
    const refused = await post({ '6xx': 'every:1' });
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as { error: string }).error).toContain('fault');
  });

  it('a fault that makes no sense is refused with everything that is wrong', async () => {
    await start({});
    expect(() => server.faults.set('gap', 'ms:5')).toThrow(/a fault is name=when/);
    expect(() => server.faults.set('5xx', 'p:2,status:404')).toThrow(/p:2 .*status:404 .*says when/);
  });
});
