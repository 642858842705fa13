/** Lengths of Binance's klines; months have no fixed length, and seconds are finer than what is kept of trades. */

const UNIT_S: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of '1m', '4h', '1d', '1w'; null for anything else. */
export function binanceIntervalS(word: string | null): number | null {
  const parts = /^(\d{1,2})([mhdw])$/.exec(word ?? '');
  const length = parts === null ? 0 : Number(parts[1]) * UNIT_S[parts[2]!]!;
  return length > 0 ? length : null;
}
