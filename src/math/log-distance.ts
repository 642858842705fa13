/** Numbers of 0 or more on a scale of ratios: ln(value + 1). */
export function logScale(value: number): number {
  return Math.log(value + 1);
}

/** How far apart two numbers of 0 or more are on a scale of ratios: |ln((one + 1) / (other + 1))|. */
export function logDistance(one: number, other: number): number {
  return Math.abs(Math.log((one + 1) / (other + 1)));
}
