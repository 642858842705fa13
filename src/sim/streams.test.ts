import { describe, expect, it } from 'vitest';
import { BinaryReader, BinaryWriter } from '../base/index.ts';
import { RandomStreams } from './streams.ts';

const draws = (streams: RandomStreams, name: string, count = 20): number[] =>
  Array.from({ length: count }, () => streams.stream(name).nextUint32());

describe('RandomStreams', () => {
  it('gives each name its own draws, whatever else is drawn and in whatever order', () => {
    const alone = draws(new RandomStreams(1), 'a');
    const crowded = new RandomStreams(1);
    draws(crowded, 'z');
    const [first, other, second] = [
      draws(crowded, 'a', 10),
      draws(crowded, 'b', 10),
      draws(crowded, 'a', 10),
    ];
    expect([...first, ...second]).toEqual(alone);
    expect(other).not.toEqual(first);
  });

  it('gives other draws for another seed', () => {
    expect(draws(new RandomStreams(1), 'a')).not.toEqual(draws(new RandomStreams(2), 'a'));
  });

  it('goes on from a saved state, with streams that the restored one had not opened yet', () => {
    const streams = new RandomStreams(3);
    draws(streams, 'a', 7);
    draws(streams, 'größe', 3);
    const writer = new BinaryWriter();
    streams.writeState(writer);
    const copy = new RandomStreams(3);
    draws(copy, 'a', 2);
    copy.readState(new BinaryReader(writer.finish()));
    expect(draws(copy, 'a')).toEqual(draws(streams, 'a'));
    expect(draws(copy, 'größe')).toEqual(draws(streams, 'größe'));
  });
});
