/** Ticks of the instruments of DBN files, found in all their prices before the replay begins. */

import { MboBatch, Quarantine, UNDEF_PRICE, venuePrices } from '../data/index.ts';
import { ByteCount } from './byte-feed.ts';
import type { MboInput } from './mbo-input.ts';
import { TickVote } from './price-scale.ts';
import type { VenueInput } from './venue-feeds.ts';

/** Greatest tick of each instrument that divides its prices, bad ones aside, in price units. */
export async function commonTicks(
  inputs: readonly MboInput[],
  beside: readonly VenueInput[],
): Promise<Map<number, number>> {
  const votes = new Map<number, TickVote>();
  for (const input of [...inputs, ...beside.filter(({ hasPrices }) => hasPrices)]) await voteOn(input, votes);
  return new Map([...votes].map(([number, vote]) => [number, vote.unitsPerTick]));
}

async function voteOn(input: MboInput, votes: Map<number, TickVote>): Promise<void> {
  const batch = new MboBatch();
  const feed = input.open(new Quarantine('lenient', input.name), new ByteCount());
  const { rows } = feed;
  const vote = (number: number, price: number): void => {
    const found = votes.get(number) ?? new TickVote();
    votes.set(number, found);
    found.add(price);
  };
  try {
    for (;;) {
      while (rows.read(batch) > 0 || batch.venue.length > 0) {
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
