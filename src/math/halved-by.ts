/** What is left of 1 after a time, where half is left after each half-life; both in the same unit. */
export function halvedBy(elapsed: number, halfLife: number): number {
  return 2 ** (-elapsed / halfLife);
}
