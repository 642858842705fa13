/**
 * The vectors of the market-rules document that concern what is built: matching and order life (1.x), sessions, auctions,
 * breakers, fees, latency, ticks and lots (2.x to 7.x), corporate actions (8.x), feed semantics (12.x). Each is the start of a test's name, or stands here with the reason why it is left to later work.
 */

/** Vectors that a test proves. */
export const PROVED: readonly string[] = [
  ...vectors('T1.2', 'abcd'),
  ...vectors('T1.3', 'abcdef'),
  ...vectors('T1.4', 'abcdefghij'),
  'T1.5-a',
  'T1.6-a',
  ...vectors('T1.7', 'abc'),
  ...vectors('T1.8', 'abcd'),
  ...vectors('T1.9', 'abcd'),
  'T1.10-a',
  'T1.10-b',
  // The third mode, price-to-comply, in halves: where it is displayed, and where it ranks (docs/limits.md, matching).
  'T1.11-a',
  'T1.11-b',
  ...vectors('T1.12', 'abcdef'),
  ...vectors('T1.13', 'abcd'),
  ...vectors('T1.14', 'abcd'),
  ...vectors('T1.15', 'abc'),
  'T1.16-a',
  ...vectors('T1.17', 'abc'),
  'T1.18-a',
  'T1.18-b',
  'T1.19-a',
  ...vectors('T2.9', 'abcdefgh'),
  'T3.2-a',
  'T3.3-a',
  ...vectors('T3.4', 'abcdefghijklm'),
  'T3.5-a',
  'T3.7-a',
  ...vectors('T4.4', 'abcdefgh'),
  'T4.5-a',
  ...['T4.6', 'T4.7', 'T4.8'].flatMap((section) => vectors(section, 'ab')),
  ...vectors('T5.1', 'abc'),
  ...vectors('T5.2', 'ab'),
  'T5.3-a',
  ...vectors('T5.4', 'ab'),
  'T5.5-a',
  'T5.6-a',
  ...vectors('T6.3', 'abcd'),
  'T6.5-a',
  ...['T7.1', 'T7.2'].flatMap((section) => vectors(section, 'ab')),
  ...vectors('T7.3', 'abcde'),
  ...vectors('T7.4', 'abc'),
  'T7.5-a',
  ...vectors('T8.1', 'abcdefg'),
  ...vectors('T8.3', 'abcdefgh'),
  ...vectors('T8.4', 'abc'),
  'T12.1-a',
  'T12.1-b',
  ...vectors('T12.2', 'abc'),
  'T12.3-a',
  'T12.3-b',
  'T12.4-a',
  'T12.5-a',
  'T12.6-a',
  ...vectors('T12.7', 'ab'),
  'T12.8-a',
  ...vectors('T12.9', 'abcdefghi'),
  'T12.10-a',
];

/** Vectors left to later work. */
export const LEFT: Readonly<Record<string, string>> = {};

function vectors(section: string, letters: string): string[] {
  return [...letters].map((letter) => `${section}-${letter}`);
}
