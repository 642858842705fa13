import type { RollAdjustment, RollRule } from '../../data/index.ts';
import { rollFutures } from '../../services/index.ts';
import { withInterrupt } from '../interrupt.ts';
import { type LakeOptions, toJson, withLake } from '../lake-output.ts';
import { formatTable } from '../table.ts';

interface RollOptions extends LakeOptions {
  readonly product: string;
  readonly rule: RollRule;
  readonly days?: number;
  readonly adjust: RollAdjustment;
  readonly rank: number;
  readonly months?: string;
  readonly facts?: string;
  readonly products?: string;
  readonly name?: string;
}

/** twin data roll */
export function roll(id: string, options: RollOptions): Promise<void> {
  return withLake(options, async (lake) => {
    const { product, rule, days, adjust, rank, months, facts, products, name } = options;
    const order = {
      dataset: id,
      root: product,
      rule,
      days: days ?? null,
      adjust,
      rank,
      months: months ?? null,
      facts: facts ?? null,
      products: products ?? null,
      name: name ?? null,
    };
    const result = await withInterrupt((signal) => rollFutures(lake, order, signal));
    if (options.json === true) {
      console.log(toJson(result));
      return;
    }
    console.log(`dataset    ${result.dataset}${result.isOld ? ' (was there already)' : ''}`);
    console.log(`records    ${result.records} of ${result.symbol}`);
    const rows = result.rolls.map(({ day, from, to, fromPrice, toPrice }) => [
      day,
      from,
      to,
      fromPrice,
      toPrice,
    ]);
    console.log(
      rows.length === 0
        ? 'rolls      none'
        : formatTable(['roll on', 'from', 'to', 'last', 'last of new'], rows),
    );
  });
}
