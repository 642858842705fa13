/** Continuous series of futures, with the products that come with the package. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TwinError } from '../base/index.ts';
import {
  type ContinuousRequest,
  type ContinuousResult,
  continuousDataset,
  type FuturesCode,
  type Lake,
} from '../data/index.ts';
import type { Calendar } from '../market/index.ts';
import { packageVersion } from '../runs/index.ts';
import { expiryDay, type FuturesProduct, parseCalendar, parseFuturesProducts } from '../scenarios/index.ts';
import { readInputText } from './read-input-text.ts';
import { isTimeZone } from './zoned-time.ts';

const CONFIGS = fileURLToPath(new URL('../../configs/', import.meta.url));
const PRODUCTS = `${CONFIGS}reference/futures.yaml`;
const CALENDARS = `${CONFIGS}venues/sessions/calendars/`;

export interface RollOrder extends Omit<ContinuousRequest, 'days'> {
  /** Null: those of the product. */
  readonly days: number | null;
  /** Letters of the months that the series goes through; null: those of the product. */
  readonly months: string | null;
  /** Path of a file of products in the place of the package's. */
  readonly products: string | null;
}

/** Makes a continuous series of a dataset. Raises DATA_NOT_FOUND, DATA_REQUEST, DATA_LAKE, MKT_CONFIG and BASE_INPUT_FILE. */
export async function rollFutures(
  lake: Lake,
  order: RollOrder,
  signal?: AbortSignal,
): Promise<ContinuousResult> {
  const { months, products, days, ...request } = order;
  const product = productOf(futuresProducts(products ?? PRODUCTS), request.root);
  const calendar = readCalendar(product.calendar);
  return await continuousDataset(
    lake,
    { ...request, days: days ?? product.rollDays },
    {
      months: months ?? product.months,
      day: product.day,
      expiryOf: (code) => lastDay(product, calendar, code),
    },
    packageVersion(),
    signal,
  );
}

/** Products of a file, the package's own by default. Raises MKT_CONFIG with every problem, and BASE_INPUT_FILE. */
export function futuresProducts(path = PRODUCTS): FuturesProduct[] {
  const calendars = readdirSync(CALENDARS).map((name) => name.replace(/\.yaml$/, ''));
  return parseFuturesProducts(readInputText(path), path, { calendars, isTimeZone });
}

/** Last day of a contract by the rule of its product; null for a year whose holidays are not known. */
export function lastDay(
  product: FuturesProduct,
  calendar: Calendar,
  { year, month }: Pick<FuturesCode, 'year' | 'month'>,
): string | null {
  try {
    return expiryDay(product, calendar, { year, month });
  } catch (error) {
    if (error instanceof TwinError && error.code === 'MKT_CONFIG') return null;
    throw error;
  }
}

/** A calendar of configs/venues/sessions/calendars. */
export function readCalendar(name: string): Calendar {
  const path = `${CALENDARS}${name}.yaml`;
  return parseCalendar(readInputText(path), path);
}

function productOf(products: readonly FuturesProduct[], code: string): FuturesProduct {
  const found = products.find(({ codes }) => codes.includes(code));
  if (found !== undefined) return found;
  throw new TwinError('DATA_REQUEST', 'a product of futures is one that is known', {
    product: code,
    known: products.flatMap(({ codes }) => codes),
    mend: 'name a file with it by --products',
  });
}
