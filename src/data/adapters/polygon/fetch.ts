/** Asks Polygon for the pages of a task, one after the other by `next_url`. The key goes in a header and is in no address. */

import type { FetchContext, IngestTask, RawPage } from '../../ingest/adapter.ts';
import { datePage } from '../date-page.ts';
import { classifyPolygon } from './answers.ts';
import { endpointOf } from './endpoints.ts';
import { POLYGON_KEY } from './settings.ts';

export async function* fetchPolygon(task: IngestTask, context: FetchContext): AsyncGenerator<RawPage> {
  const { http, secrets, signal, resumeAt } = context;
  const path = String(task.parameters.path);
  const needsDate = endpointOf(path.split('?')[0]!)?.endpoint.needsDate === true;
  let at: string | null = resumeAt ?? path;
  // The date stands once, in front of the first page.
  let isDateOpen = needsDate && resumeAt === null;
  while (at !== null) {
    let next: string | null = null;
    const request = {
      url: `${task.parameters.restUrl}${at}`,
      secretHeaders: { Authorization: `Bearer ${secrets[POLYGON_KEY] ?? ''}` },
    };
    const answer = await http.ask(request, signal, (got) => {
      const read = classifyPolygon(got);
      next = read.next;
      return read.verdict;
    });
    const date = isDateOpen ? datePage(answer, at) : null;
    if (date !== null) yield date;
    isDateOpen = false;
    const contentType = answer.headers['content-type'] ?? 'application/json';
    yield { bytes: answer.bytes, origin: answer.url, contentType, next };
    at = next;
  }
}
