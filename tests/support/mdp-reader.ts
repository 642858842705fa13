/** Reads captures of MDP 3.0 into memory, for tests. */

import { MDP_FORMAT, type MdpNormaliser, MemorySink } from '../../src/data/index.ts';

export interface MdpRead {
  readonly sink: MemorySink;
  readonly normaliser: MdpNormaliser;
}

/** `chunkBytes`: size of the pieces in which the capture comes. */
export function readMdp(
  bytes: Uint8Array,
  options: Readonly<Record<string, string>> = {},
  chunkBytes = bytes.length,
): MdpRead {
  const sink = new MemorySink('test.pcap');
  const defaults = Object.entries(MDP_FORMAT.options).map(([name, option]) => [name, option.default]);
  const context = { fileName: 'test.pcap', options: { ...Object.fromEntries(defaults), ...options } };
  const normaliser = MDP_FORMAT.open(context, sink) as MdpNormaliser;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = new Uint8Array(bytes.subarray(at, at + chunkBytes));
    normaliser.write(chunk);
    chunk.fill(0xee);
  }
  normaliser.endPage();
  normaliser.end();
  return { sink, normaliser };
}

/** Levels as 'price×qty', the best one first. */
export function bookText(
  { normaliser }: MdpRead,
  id: number,
  side: 'buy' | 'sell',
  view: 'outright' | 'implied' | 'consolidated' = 'outright',
): string {
  const levels = normaliser.levels(id, side, view) ?? [];
  return levels.map(({ priceSteps, qty }) => `${Number(priceSteps) / 1e9}×${qty}`).join(' ');
}
