/** Amounts in 1e-6 currency units as text. */

const MICRO_DECIMALS = 6;

/** All six digits behind the point, none grouped: '-1234.500000'. */
export function formatMicro(micro: bigint): string {
  const digits = String(micro < 0n ? -micro : micro).padStart(MICRO_DECIMALS + 1, '0');
  return `${micro < 0n ? '-' : ''}${digits.slice(0, -MICRO_DECIMALS)}.${digits.slice(-MICRO_DECIMALS)}`;
}

/** Rounded to `decimals` digits, halves away from zero. */
export function roundMicro(micro: bigint, decimals: number): bigint {
  const step = 10n ** BigInt(Math.max(0, MICRO_DECIMALS - decimals));
  const half = step / 2n;
  return ((micro < 0n ? micro - half : micro + half) / step) * step;
}
