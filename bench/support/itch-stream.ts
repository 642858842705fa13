/** A synthetic, deterministic day of ITCH messages of eight stocks. */

import { ItchWriter } from '../../src/data/index.ts';
import { createDraw } from './draw.ts';

/** Shares of types in percent: A 45, D 38, X 5, E 7, U 5, about those of a trading day. */
export function buildItchStream(messages: number, seed: number): Uint8Array {
  const writer = new ItchWriter();
  const draw = createDraw(seed);
  for (let locate = 1; locate <= 8; locate++) writer.stockDirectory(locate, 0, `STOCK${locate}`);
  let ts = 34_200_000_000_000;
  let id = 1;
  for (let i = 8; i < messages; i++) {
    ts += draw(10_000);
    const locate = 1 + draw(8);
    const earlier = 1 + draw(id);
    const price = 1_000_000 + 100 * draw(500);
    const kind = draw(100);
    if (kind < 45) writer.addOrder(locate, ts, 0, id++, draw(2), 1 + draw(500), price);
    else if (kind < 83) writer.delete(locate, ts, 0, earlier);
    else if (kind < 88) writer.reduce(locate, ts, 0, earlier, 1 + draw(100));
    else if (kind < 95) writer.execute(locate, ts, 0, earlier, 1 + draw(100), i);
    else writer.replace(locate, ts, 0, earlier, 0, id++, 1 + draw(500), price);
  }
  return writer.bytes;
}
