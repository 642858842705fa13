/** Amounts in 1e-6 currency units as text. */

const MICRO_DECIMALS = 6;

/** All six digits behind the point, none grouped: '-1234.500000'. */
export function formatMicro(micro: bigint): string {
  const digits = String(micro < 0n ? -micro : micro).padStart(MICRO_DECIMALS + 1, '0');
  return `${micro < 0n ? '-' : ''}${digits.slice(0, -MICRO_DECIMALS)}.${digits.slice(-MICRO_DECIMALS)}`;
}
