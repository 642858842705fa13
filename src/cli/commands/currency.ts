import { TwinError } from '../../base/index.ts';
import { convertDataset, readRates } from '../../data/index.ts';
import { packageVersion } from '../../runs/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { type LakeOptions, toJson, withLake } from '../lake-output.ts';

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

interface RateOptions extends LakeOptions {
  readonly rates: string[];
  readonly maxAge: number;
}

interface ConvertOptions extends RateOptions {
  readonly to: string;
  readonly from?: string;
  readonly name?: string;
}

/** twin data convert */
export function convert(id: string, options: ConvertOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { rates, to, from, maxAge, name } = options;
    const request = { dataset: id, rates, to, from: from ?? null, maxAgeS: maxAge, name: name ?? null };
    const result = await withInterrupt((signal) => convertDataset(lake, request, packageVersion(), signal));
    if (options.json === true) {
      console.log(toJson(result));
      return;
    }
    const ways = Object.entries(result.ways).map(([way, count]) => `${count} ${way}`);
    console.log(`dataset    ${result.dataset}${result.isOld ? ' (was there already)' : ''}`);
    console.log(`records    ${result.records}`);
    console.log(`rates      ${ways.join(', ')}`);
  });
}

interface RateAtOptions extends RateOptions {
  readonly at: string;
}

/** twin data rate */
export function rate(from: string, to: string, options: RateAtOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const ms = INSTANT.test(options.at) ? Date.parse(options.at) : Number.NaN;
    if (Number.isNaN(ms))
      throw new TwinError('DATA_REQUEST', 'a time is written like 2014-05-01T12:00:00Z', { at: options.at });
    const book = await readRates(lake.source(options.rates));
    const ns = BigInt(ms) * NS_PER_MS;
    const found = book.rateAt(from, to, ns, BigInt(options.maxAge) * NS_PER_S);
    if (found === null) {
      const age = book.lastAgeNs(from, to, ns);
      throw new TwinError('DATA_REQUEST', 'there is a rate, young enough, at that time', {
        from,
        to,
        at: options.at,
        maxAgeS: options.maxAge,
        lastRateAgeS: age === null ? 'none' : Number(age / NS_PER_S),
        pairs: book.pairs.slice(0, 20),
      });
    }
    const ageS = Number(found.ageNs) / 1e9;
    if (options.json === true)
      console.log(toJson({ from, to, at: options.at, rate: found.rate, ageS, path: found.path }));
    else console.log(`${found.rate} ${to} for 1 ${from}, ${ageS} s old, by ${found.path.join(' > ')}`);
  });
}
