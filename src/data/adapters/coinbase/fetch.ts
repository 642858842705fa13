/** Asks Coinbase Exchange for the pages of a task. Answers that tell no time come after the page of the venue's time. */

import type { FetchContext, IngestTask, RawPage } from '../../ingest/adapter.ts';
import type { HttpAnswer } from '../../transport/http-client.ts';
import { instantOfIso, msOfInstant } from '../../venues/instant.ts';
import { isMessage, parsed } from '../../venues/messages.ts';
import { CANDLE_ROWS, type CoinbaseKind, TRADE_ROWS } from './plan.ts';
import { signCoinbase, signedHeaders } from './sign.ts';

/** Coinbase refuses requests that do not say who asks. */
const HEADERS = { 'User-Agent': 'market-twin' };

export async function* fetchCoinbase(task: IngestTask, context: FetchContext): AsyncGenerator<RawPage> {
  let at: string | null = context.resumeAt ?? firstPlace(task);
  while (at !== null) {
    const path = pathOf(task, at);
    const signature = signCoinbase(context.secrets, path, Math.floor(Date.now() / 1000));
    const request = {
      url: `${task.parameters.restUrl}${path}`,
      headers: HEADERS,
      secretHeaders: signedHeaders(signature),
    };
    const answer = await context.http.ask(request, context.signal);
    const next = nextPlace(task, at, answer);
    const contentType = answer.headers['content-type'] ?? 'application/json';
    yield { bytes: answer.bytes, origin: answer.url, contentType, next };
    at = next;
  }
}

function firstPlace(task: IngestTask): string {
  const kind = task.parameters.kind as CoinbaseKind;
  if (kind === 'trades') return 'newest';
  return kind === 'candles' ? `ms:${task.parameters.fromMs}` : 'time';
}

/** The path for a place: 'time', 'after:<trade id>', 'ms:<time>', or a word for the one page there is. */
function pathOf(task: IngestTask, place: string): string {
  const { kind, symbol, level, granularity, toMs } = task.parameters;
  const [how, value = ''] = place.split(':');
  if (how === 'time') return '/time';
  const product = `/products/${symbol}`;
  switch (kind as CoinbaseKind) {
    case 'products':
      return '/products';
    case 'trades':
      return `${product}/trades?limit=${TRADE_ROWS}${how === 'after' ? `&after=${value}` : ''}`;
    case 'candles': {
      const endMs = Math.min(Number(toMs), Number(value) + CANDLE_ROWS * Number(granularity) * 1000) - 1000;
      const [start, end] = [Number(value), endMs].map((ms) => new Date(ms).toISOString());
      return `${product}/candles?granularity=${granularity}&start=${start}&end=${end}`;
    }
    case 'book':
      return `${product}/book?level=${level}`;
    case 'ticker':
      return `${product}/ticker`;
    case 'stats':
      return `${product}/stats`;
  }
}

function nextPlace(task: IngestTask, place: string, answer: HttpAnswer): string | null {
  const kind = task.parameters.kind as CoinbaseKind;
  if (place === 'time') return kind;
  if (kind === 'candles') {
    const nextMs = Number(place.split(':')[1]) + CANDLE_ROWS * Number(task.parameters.granularity) * 1000;
    return nextMs < Number(task.parameters.toMs) ? `ms:${nextMs}` : null;
  }
  if (kind !== 'trades') return null;
  const after = answer.headers['cb-after'];
  const rows = parsed(new TextDecoder().decode(answer.bytes));
  const oldest: unknown = Array.isArray(rows) ? rows.at(-1) : undefined;
  const time = isMessage(oldest) ? instantOfIso(oldest.time) : null;
  if (after === undefined || time === null) return null;
  return msOfInstant(time) < Number(task.parameters.fromMs) ? null : `after:${after}`;
}
