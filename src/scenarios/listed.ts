/** Which instrument is listed where: with several venues, each listing is an instrument of its own, named SYMBOL@venue. */

import type { InstrumentSpec } from '../domain/index.ts';
import { optionTermsOf } from './option-contracts.ts';
import type { Scenario } from './schema.ts';

export interface Listed {
  readonly spec: InstrumentSpec;
  /** The scenario's instrument that is listed, and its place there. */
  readonly of: Scenario['instruments'][number];
  /** Place of the venue in the scenario; 0 where there is one or none. */
  readonly venue: number;
}

/** All listings, by instrument and then by venue. */
export function listedInstruments({ instruments, venues }: Scenario): Listed[] {
  return instruments.flatMap((of): Listed[] => {
    const { symbol, tickSize, lotSize, currency, minorUnit } = of;
    const option = of.option === undefined ? {} : { option: optionTermsOf(of.option) };
    const sizes = { tickSize, lotSize, currency, minorUnit, ...option };
    if (venues === undefined) return [{ spec: { symbol, ...sizes }, of, venue: 0 }];
    return venues.flatMap(({ name, symbols }, venue) =>
      symbols === undefined || symbols.includes(symbol)
        ? [{ spec: { symbol: `${symbol}@${name}`, ...sizes, venue: name, product: symbol }, of, venue }]
        : [],
    );
  });
}

/** Places of the listings that a user means by a symbol: one listing, or a product at all its venues. */
export function placesOf(listed: readonly Listed[], symbol: string): number[] {
  return listed.flatMap(({ spec, of }, place) =>
    spec.symbol === symbol || of.symbol === symbol ? [place] : [],
  );
}

/** The venue of a scenario, or the first of its venues. */
export function mainVenueOf({ venue, venues }: Scenario): Scenario['venue'] {
  return venue ?? venues?.[0]?.venue;
}

/** Symbols that may be named. */
export function namesOf(listed: readonly Listed[]): string[] {
  return [...new Set([...listed.map(({ of }) => of.symbol), ...listed.map(({ spec }) => spec.symbol)])];
}
