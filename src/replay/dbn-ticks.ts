/** Ticks of the instruments of DBN files, found in all their prices before the replay begins. */

import { basename } from 'node:path';
import {
  DbnDecoder,
  MboBatch,
  type MboDecoder,
  Quarantine,
  UNDEF_PRICE,
  venuePrices,
} from '../data/index.ts';
import { ByteCount, ByteFeed } from './byte-feed.ts';
import { TickVote } from './price-scale.ts';
import { newVenueDecoder, type VenueFile } from './venue-feeds.ts';

/** Greatest tick of each instrument that divides its prices, bad ones aside, in price units. */
export async function commonTicks(
  paths: readonly string[],
  beside: readonly VenueFile[],
): Promise<Map<number, number>> {
  const votes = new Map<number, TickVote>();
  const silent = (path: string): Quarantine => new Quarantine('lenient', basename(path));
  for (const path of paths) await voteOn(path, new DbnDecoder(silent(path)), votes);
  for (const { path, kind } of beside) {
    if (kind === 'dbn') await voteOn(path, newVenueDecoder(kind, silent(path)), votes);
  }
  return new Map([...votes].map(([number, vote]) => [number, vote.unitsPerTick]));
}

async function voteOn(path: string, decoder: MboDecoder, votes: Map<number, TickVote>): Promise<void> {
  const batch = new MboBatch();
  const feed = new ByteFeed(path, decoder, new ByteCount());
  const vote = (number: number, price: number): void => {
    const found = votes.get(number) ?? new TickVote();
    votes.set(number, found);
    found.add(price);
  };
  try {
    for (;;) {
      while (decoder.read(batch) > 0 || batch.venue.length > 0) {
        for (let r = 0; r < batch.count; r++) {
          if (batch.price[r] !== UNDEF_PRICE) vote(batch.instrument[r]!, batch.price[r]!);
        }
        for (const message of batch.venue)
          for (const price of venuePrices(message)) vote(message.instrument!, price);
      }
      if (feed.hasEnded) return;
      await feed.pull();
    }
  } finally {
    await feed.close();
  }
}
