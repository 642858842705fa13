/** Asks Alpha Vantage: one answer for each task, never in pages. The key is added to the query and shown nowhere. */

import type { FetchContext, IngestTask, RawPage } from '../../ingest/adapter.ts';
import { datePage } from '../date-page.ts';
import { classifyAlphaVantage } from './errors.ts';
import { functionNamed } from './functions.ts';
import { ALPHA_KEY } from './settings.ts';

/** Place of the answer behind its date. */
const ANSWER = 'answer';

export async function* fetchAlphaVantage(task: IngestTask, context: FetchContext): AsyncGenerator<RawPage> {
  const query = String(task.parameters.query);
  const request = {
    url: `${task.parameters.restUrl}/query?${query}`,
    secretQuery: { apikey: context.secrets[ALPHA_KEY] ?? '' },
  };
  const answer = await context.http.ask(request, context.signal, classifyAlphaVantage);
  const needsDate = functionNamed(new URLSearchParams(query).get('function') ?? '')?.needsDate === true;
  const date = needsDate && context.resumeAt === null ? datePage(answer, ANSWER) : null;
  if (date !== null) yield date;
  const contentType = answer.headers['content-type'] ?? 'application/json';
  yield { bytes: answer.bytes, origin: answer.url, contentType, next: null };
}
