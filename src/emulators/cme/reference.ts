/** The Reference Data API version 3: products of a code, and pages of their instruments. */

import type { RestAnswer, RestRequest, Stage } from '../contract.ts';
import { isoNanos } from '../words.ts';
import { type Contract, contractsOf } from './contracts.ts';

export const REFERENCE_PATH = '/refdata/v3';
const PAGE_SIZE = 20;
const PAGE_SIZE_MAX = 2000;

export class CmeReference {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async ask(path: string, { query }: RestRequest): Promise<RestAnswer | null> {
    const contracts = [...(await contractsOf(this.#stage)).values()];
    if (path === 'products') return this.#page('products', productsOf(contracts, query, this.#now()), query);
    if (path === 'instruments') {
      const guid = query.get('productGuid');
      const symbol = query.get('globexSymbol');
      const wanted = contracts.filter(
        (one) => (guid === null || guidOf(one) === guid) && (symbol === null || one.symbol === symbol),
      );
      const rows = wanted.map((one) => instrumentRow(one, this.#now()));
      return this.#page('instruments', rows, query);
    }
    return null;
  }

  #now(): string {
    return isoNanos(this.#stage.nowNs());
  }

  #page(what: string, rows: readonly unknown[], query: URLSearchParams): RestAnswer {
    const size = Number(query.get('size') ?? PAGE_SIZE);
    const number = Number(query.get('page') ?? 0);
    if (!(Number.isSafeInteger(size) && size >= 1 && size <= PAGE_SIZE_MAX && Number.isSafeInteger(number)))
      return {
        status: 400,
        body: { errorResponse: { error: `size is from 1 to ${PAGE_SIZE_MAX}, page a whole number` } },
      };
    const link = (page: number): { href: string } => {
      const asked = new URLSearchParams(query);
      asked.set('page', String(page));
      asked.set('size', String(size));
      return { href: `${this.#stage.baseUrl()}${REFERENCE_PATH}/${what}?${asked}` };
    };
    const pages = Math.ceil(rows.length / size);
    const shown = rows.slice(number * size, (number + 1) * size);
    return {
      status: 200,
      body: {
        ...(shown.length === 0 ? {} : { _embedded: { [what]: shown } }),
        _links: {
          self: link(number),
          ...(number + 1 < pages ? { next: link(number + 1), last: link(pages - 1) } : {}),
        },
        _metadata: { size, totalElements: rows.length, totalPages: pages, number, type: 'page' },
      },
    };
  }
}

function securityType({ productType, isSpread }: Contract): string {
  return isSpread ? 'COMBO' : productType;
}

/** Products are those of code, kind and exchange. */
function guidOf(one: Contract): string {
  return `${one.productCode}-${securityType(one)}-${one.definition?.mic ?? 'XCME'}`;
}

function productsOf(contracts: readonly Contract[], query: URLSearchParams, now: string): readonly unknown[] {
  const [code, type, exchange] = ['globexProductCode', 'securityType', 'exchangeGlobex'].map((name) =>
    query.get(name),
  );
  const first = new Map<string, Contract>();
  for (const one of contracts) if (!first.has(guidOf(one))) first.set(guidOf(one), one);
  return [...first.values()]
    .filter(
      (one) =>
        (code === null || one.productCode === code) &&
        (type === null || securityType(one) === type) &&
        (exchange === null || (one.definition?.mic ?? 'XCME') === exchange),
    )
    .map((one) => {
      const { definition } = one;
      return {
        productGuid: guidOf(one),
        productName: definition?.name ?? one.productCode,
        globexProductCode: one.productCode,
        securityType: securityType(one),
        exchangeGlobex: definition?.mic ?? 'XCME',
        tradePxCcy: definition?.currency ?? 'USD',
        globexMinTick: definition?.tick ?? null,
        globexMatchAlgo: definition?.matching ?? null,
        minGlobexOrdQty: definition?.minQty ?? null,
        maxGlobexOrdQty: definition?.maxQty ?? null,
        optStyle: definition?.style?.toUpperCase() ?? null,
        sector: definition?.sector ?? null,
        lastUpdated: now,
      };
    });
}

function instrumentRow(one: Contract, now: string): unknown {
  const { definition } = one;
  return {
    productGuid: guidOf(one),
    guid: `${guidOf(one)}-${one.id}`,
    globexSymbol: one.symbol,
    globexSecurityId: one.id,
    instrumentName: definition?.name ?? one.symbol,
    lastUpdated: definition === null ? now : isoNanos(definition.tsEvent),
    firstTradeDate: definition?.listed ?? null,
    lastTradeDate: definition?.expiry ?? null,
    tradeTick: definition?.tick ?? null,
    strikePx: definition?.strike ?? null,
    putCallIndicator: definition?.right?.toUpperCase() ?? null,
  };
}
