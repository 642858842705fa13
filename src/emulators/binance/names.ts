/** Instruments as Binance names and describes them: `exchangeInfo`. */

import type { Instrument } from '../market/market.ts';
import { plainText } from '../words.ts';

export type BinanceMarket = 'spot' | 'usdm';

/** Decimals of every price and quantity of Binance. */
export const DECIMALS = 8;
/** Coins that prices are quoted in, longest first, to tell the pair from the symbol where no definition says it. */
const QUOTES = [
  'FDUSD',
  'USDT',
  'USDC',
  'TUSD',
  'BUSD',
  'USD',
  'EUR',
  'BTC',
  'ETH',
  'BNB',
  'TRY',
  'BRL',
  'JPY',
];
/** Day that stands for 'never' in the futures API. */
const NEVER_MS = 4_133_404_800_000;

/** Symbol as Binance writes it: no separators, capital letters. */
export function binanceSymbol(symbol: string): string {
  return symbol.replace(/[-/ ]/g, '').toUpperCase();
}

/** The coins of a pair: of the definition, else of the symbol, else the symbol itself in US dollars. */
export function pairOf({ symbol, definition }: Instrument): readonly [base: string, quote: string] {
  if (definition?.baseCurrency != null && definition.currency !== null)
    return [definition.baseCurrency, definition.currency];
  const parts = /^([^-/]+)[-/]([^-/]+)$/.exec(symbol);
  if (parts !== null) return [parts[1]!.toUpperCase(), parts[2]!.toUpperCase()];
  const name = binanceSymbol(symbol);
  const quote = QUOTES.find((coin) => name.length > coin.length && name.endsWith(coin));
  return quote === undefined ? [name, definition?.currency ?? 'USD'] : [name.slice(0, -quote.length), quote];
}

/** An entry of `exchangeInfo`. Rules that no definition tells are zero, which is how Binance says that there is none. */
export function symbolInfo(instrument: Instrument, market: BinanceMarket): Readonly<Record<string, unknown>> {
  const { definition } = instrument;
  const [baseAsset, quoteAsset] = pairOf(instrument);
  const text = (value: number | null | undefined): string => plainText(value ?? 0, DECIMALS);
  const minNotional = text(definition?.minNotional);
  const filters = [
    { filterType: 'PRICE_FILTER', minPrice: '0', maxPrice: '0', tickSize: text(definition?.tick) },
    {
      filterType: 'LOT_SIZE',
      minQty: text(definition?.minQty),
      maxQty: text(definition?.maxQty),
      stepSize: text(definition?.lot),
    },
    market === 'spot'
      ? { filterType: 'NOTIONAL', minNotional, applyMinToMarket: true, avgPriceMins: 5 }
      : { filterType: 'MIN_NOTIONAL', notional: minNotional },
  ];
  const shared = {
    symbol: binanceSymbol(instrument.symbol),
    status: definition?.isActive === false ? 'BREAK' : 'TRADING',
    baseAsset,
    baseAssetPrecision: DECIMALS,
    quoteAsset,
    quotePrecision: DECIMALS,
    filters,
  };
  if (market === 'usdm') {
    return {
      ...shared,
      pair: `${baseAsset}${quoteAsset}`,
      contractType: 'PERPETUAL',
      deliveryDate: NEVER_MS,
      onboardDate: 0,
      marginAsset: quoteAsset,
      pricePrecision: decimalsOf(definition?.tick),
      quantityPrecision: decimalsOf(definition?.lot),
      orderTypes: ['LIMIT', 'MARKET'],
      timeInForce: ['GTC', 'IOC', 'FOK'],
    };
  }
  return {
    ...shared,
    quoteAssetPrecision: DECIMALS,
    baseCommissionPrecision: DECIMALS,
    quoteCommissionPrecision: DECIMALS,
    orderTypes: ['LIMIT', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    permissions: ['SPOT'],
  };
}

function decimalsOf(step: number | null | undefined): number {
  if (step == null || step === 0) return DECIMALS;
  const text = plainText(step, DECIMALS);
  const at = text.indexOf('.');
  return at < 0 ? 0 : text.length - at - 1;
}
