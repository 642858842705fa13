/** What instruments are: tickers, their details, contracts, new issues; and the tables of codes that records have. */

import type { NewRecord } from '../../registry.ts';
import { type Message, messagesOf, numberOf, priceOf, textOf } from '../../venues/messages.ts';
import { isoNs, utcDayNs } from '../vendor-time.ts';
import { eachRow, type Page } from './page.ts';
import { oneTicker } from './tickers.ts';

type AssetClass = NewRecord<'definition'>['assetClass'];

const CLASS_BY_TYPE: Readonly<Record<string, AssetClass>> = {
  CS: 'equity',
  PFD: 'equity',
  ADRC: 'equity',
  ADRP: 'equity',
  GDR: 'equity',
  NYRS: 'equity',
  OS: 'equity',
  ETF: 'etf',
  ETN: 'etf',
  ETV: 'etf',
  ETS: 'etf',
  FUND: 'fund',
  INDEX: 'index',
  BOND: 'bond',
};
const CLASS_BY_MARKET: Readonly<Record<string, AssetClass>> = {
  crypto: 'crypto',
  fx: 'fx',
  indices: 'index',
};

/** Tickers of a list, and the details of one. What it is worth and how many there are of it are figures of the day. */
export const readTickers = eachRow((row, page) => {
  const { maker } = page;
  const ticker = textOf(row.ticker) ?? page.path.ticker ?? null;
  if (ticker === null) {
    maker.reject('missing-value', 'a definition has a ticker');
    return;
  }
  const symbol = oneTicker(ticker);
  const asked = page.query.get('date');
  const time = maker.timeOr(utcDayNs(asked) ?? isoNs(row.last_updated_utc));
  maker.push('definition', {
    symbol,
    ...time,
    assetClass: CLASS_BY_MARKET[String(row.market)] ?? CLASS_BY_TYPE[String(row.type)] ?? 'other',
    name: textOf(row.name),
    mic: textOf(row.primary_exchange),
    currency: (textOf(row.currency_symbol) ?? textOf(row.currency_name))?.toUpperCase() ?? null,
    baseCurrency: textOf(row.base_currency_symbol),
    lot: numberOf(row.round_lot),
    listed: dayOf(row.list_date),
    delisted: dayOf(row.delisted_utc),
    isActive: activeOf(row.active),
    figi: textOf(row.composite_figi),
    cik: textOf(row.cik),
    sector: textOf(row.sic_description),
    vendorId: textOf(row.share_class_figi),
  });
  for (const [name, unit] of SIZES) {
    const value = numberOf(row[name]);
    if (value === null) continue;
    maker.push('fundamental', { symbol, ...time, metric: name, value, unit, periodEnd: asked });
  }
});

const SIZES = [
  ['market_cap', 'USD'],
  ['share_class_shares_outstanding', 'shares'],
  ['weighted_shares_outstanding', 'shares'],
  ['total_employees', 'persons'],
] as const;

function dayOf(value: unknown): string | null {
  return typeof value === 'string' && value.length >= 10 ? value.slice(0, 10) : null;
}

function activeOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : null;
}

/** A contract on options, from reference data or within a snapshot. */
export function pushContract(
  { maker }: Page,
  ticker: string,
  details: Message,
  time: { readonly tsEvent: bigint | null; readonly quality?: number },
  name: unknown = null,
): void {
  const right = details.contract_type;
  const style = details.exercise_style;
  if (right !== 'call' && right !== 'put') maker.remark('contract-of-other-type');
  if (details.additional_underlyings !== undefined) maker.remark('additional-underlyings');
  maker.push('definition', {
    symbol: ticker,
    ...time,
    assetClass: 'option',
    name: textOf(name),
    mic: textOf(details.primary_exchange),
    currency: 'USD',
    multiplier: numberOf(details.shares_per_contract),
    underlying: textOf(details.underlying_ticker),
    strike: priceOf(details.strike_price),
    right: right === 'call' || right === 'put' ? right : null,
    style: style === 'american' || style === 'european' || style === 'bermudan' ? style : null,
    expiry: textOf(details.expiration_date),
  });
}

export const readContracts = eachRow((row, page) => {
  const ticker = textOf(row.ticker) ?? page.path.ticker ?? null;
  if (ticker === null) page.maker.reject('missing-value', 'a contract has a ticker');
  else pushContract(page, ticker, row, page.maker.timeOr(utcDayNs(page.query.get('as_of'))));
});

export const readIpos = eachRow((row, { maker }) => {
  const symbol = textOf(row.ticker);
  if (symbol === null) {
    maker.remark('issue-without-ticker');
    return;
  }
  maker.push('definition', {
    symbol,
    ...maker.timeOr(utcDayNs(row.last_updated)),
    assetClass: CLASS_BY_TYPE[String(row.security_type)] ?? 'other',
    name: textOf(row.issuer_name),
    mic: textOf(row.primary_exchange),
    currency: textOf(row.currency_code),
    lot: numberOf(row.lot_size),
    listed: dayOf(row.listing_date),
    isin: textOf(row.isin),
    cusip: textOf(row.us_code),
  });
});

/** A line of a table of codes: the vendor's word for what a code means. */
function pushCode({ maker }: Page, series: string, entity: string, textValue: string | null): void {
  if (textValue === null) maker.remark('code-without-meaning');
  else maker.push('alt', { symbol: 'polygon', ...maker.asAnswered, series, entity, textValue });
}

export const readTickerTypes = eachRow((row, page) =>
  pushCode(page, 'tickerType', `${row.asset_class}:${row.code}`, textOf(row.description)),
);
export const readExchanges = eachRow((row, page) =>
  pushCode(page, 'exchange', `${row.asset_class}:${row.id}`, textOf(row.mic) ?? textOf(row.name)),
);
export const readConditions = eachRow((row, page) => {
  const kinds = Array.isArray(row.data_types) ? row.data_types : String(row.data_types).split(',');
  for (const kind of kinds) {
    pushCode(page, `condition.${kind}`, `${row.asset_class}:${row.id}:${row.type}`, textOf(row.name));
  }
});

export const readRelated = eachRow((row, page) => {
  const ticker = textOf(row.ticker);
  if (ticker === null) page.maker.reject('missing-value', 'a related company has a ticker');
  else
    page.maker.push('alt', {
      symbol: page.path.ticker ?? String(page.whole.stock_symbol),
      ...page.maker.asAnswered,
      series: 'relatedCompany',
      entity: ticker,
      textValue: ticker,
    });
});

export const readTaxonomies = eachRow((row, { maker }) => {
  const symbol = textOf(row.ticker);
  if (symbol === null) maker.reject('missing-value', 'a classification has a ticker');
  else
    maker.push('alt', {
      symbol,
      ...maker.asAnswered,
      series: `taxonomy.${row.category}`,
      entity: textOf(row.tag),
      textValue: textOf(row.reason),
    });
});

/** Answers that tell nothing of instruments, in the examples of the vendor. */
export const readFilings = eachRow((row: Message, { maker }) => {
  maker.remark(messagesOf(row.files) === null ? 'filing' : 'filingWithFiles');
});
