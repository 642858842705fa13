/** Numbers of a 32-bit xorshift, 0 to below `limit`: the same on every machine, and cheap beside what is measured. */
export function createDraw(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
