/** Index at which the running sum of the values passes the draw. */
export function drawOf(values: Float64Array, draw: number): number {
  let left = draw;
  for (let i = 0; i < values.length - 1; i++) {
    left -= values[i]!;
    if (left <= 0) return i;
  }
  return values.length - 1;
}
