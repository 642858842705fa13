/** A process that plays Binance for `bench/live.ts`: answers a subscription, then sends frames at a rate. Arguments: rate, seconds. */

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const [rate, seconds] = process.argv.slice(2).map(Number) as [number, number];
const TICK_MS = 5;
const START_MS = 1_704_196_800_000;
const FRAMES = rate * seconds;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.once('listening', () => console.log(`port ${(server.address() as AddressInfo).port}`));
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id } = JSON.parse(String(data)) as { id: number };
    socket.send(JSON.stringify({ result: null, id }));
    const started = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(FRAMES, Math.floor(((performance.now() - started) / 1000) * rate));
      for (; sent < due; sent++) socket.send(frameOf(sent));
      if (sent < FRAMES) return;
      clearInterval(timer);
      socket.send(JSON.stringify({ e: 'serverShutdown' }));
    }, TICK_MS);
  });
});

/** Every second frame a trade, every second one a quote. */
function frameOf(n: number): string {
  const price = (60_000 + (n % 500) / 100).toFixed(2);
  const time = START_MS + Math.floor(n / (rate / 1000));
  const data =
    n % 2 === 0
      ? {
          e: 'trade',
          E: time,
          s: 'BTCUSDT',
          t: n / 2 + 1,
          p: price,
          q: '0.00100000',
          T: time,
          m: n % 4 === 0,
          M: true,
        }
      : {
          u: n,
          s: 'BTCUSDT',
          b: price,
          B: '1.50000000',
          a: (Number(price) + 0.01).toFixed(2),
          A: '2.25000000',
        };
  return JSON.stringify({ stream: n % 2 === 0 ? 'btcusdt@trade' : 'btcusdt@bookTicker', data });
}
