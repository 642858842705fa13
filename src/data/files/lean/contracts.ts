/** Names of contracts as LEAN writes them. */

/** '20151224' as '2015-12-24'. */
export function dashed(yyyymmdd: string): string {
  return `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6, 8)}`;
}
