/** Kinds of corporate actions (market-rules §8): their place is the code of a `corporateAction` record. */
export const ACTION_KINDS = [
  'split',
  'cashDividend',
  'specialDividend',
  'stockDividend',
  'spinOff',
  'rights',
  'symbolChange',
  'cashMerger',
  'stockMerger',
  'delisting',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
