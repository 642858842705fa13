/**
 * The vectors of the market-rules document that concern what is built: matching and order life (1.x), feed semantics
 * (12.x). Each is the start of a test's name, or stands here with the reason why it is left to later work.
 */

/** Vectors that a test proves. */
export const PROVED: readonly string[] = [
  ...['a', 'b', 'c', 'd'].map((letter) => `T1.2-${letter}`),
  ...[...'abcdef'].map((letter) => `T1.3-${letter}`),
  ...[...'abcdefghij'].map((letter) => `T1.4-${letter}`),
  'T1.5-a',
  'T1.6-a',
  ...['a', 'b', 'c'].map((letter) => `T1.7-${letter}`),
  ...['a', 'b', 'c', 'd'].map((letter) => `T1.8-${letter}`),
  ...['a', 'b', 'c', 'd'].map((letter) => `T1.9-${letter}`),
  'T1.10-a',
  'T1.10-b',
  // The third mode, price-to-comply, in halves: where it is displayed, and where it ranks (docs/limits.md, matching).
  'T1.11-a',
  'T1.11-b',
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `T1.12-${letter}`),
  ...['a', 'b', 'c', 'd'].map((letter) => `T1.13-${letter}`),
  ...['a', 'b', 'c', 'd'].map((letter) => `T1.14-${letter}`),
  ...['a', 'b', 'c'].map((letter) => `T1.15-${letter}`),
  'T1.16-a',
  ...['a', 'b', 'c'].map((letter) => `T1.17-${letter}`),
  'T1.18-a',
  'T1.18-b',
  'T1.19-a',
  'T12.1-a',
  'T12.1-b',
  ...['a', 'b', 'c'].map((letter) => `T12.2-${letter}`),
  'T12.3-a',
  'T12.3-b',
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((letter) => `T12.9-${letter}`),
  'T12.10-a',
];

const OTHER_FEED = 'no adapter of this feed is built (docs/limits.md, data)';

/** Vectors left to later work. */
export const LEFT: Readonly<Record<string, string>> = {
  ...reason(OTHER_FEED, 'T12.4', 'a'),
  ...reason(OTHER_FEED, 'T12.5', 'a'),
  ...reason(OTHER_FEED, 'T12.6', 'a'),
  ...reason(OTHER_FEED, 'T12.7', 'ab'),
  'T12.8-a': 'two lines are not joined and there is no window for reordering (docs/limits.md, data)',
};

function reason(text: string, section: string, letters: string): Record<string, string> {
  return Object.fromEntries([...letters].map((letter) => [`${section}-${letter}`, text]));
}
