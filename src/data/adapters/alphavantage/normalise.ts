/** Answers of Alpha Vantage as records: the function of the task tells what they are, and an error is one whatever was asked. */

import { invariant } from '../../../base/index.ts';
import { type IngestTask, type Normaliser, type RecordSink, wholePages } from '../../ingest/adapter.ts';
import { isMessage } from '../../venues/messages.ts';
import { readCsvTable } from '../csv-table.ts';
import { dateOfPage } from '../date-page.ts';
import { exactJson } from '../exact-json.ts';
import { RecordMaker } from '../record-maker.ts';
import type { AlphaAnswer } from './answer.ts';
import { errorOf } from './errors.ts';
import { functionNamed } from './functions.ts';
import { readSeries, readSeriesTable } from './series.ts';

const EXAMPLE_CHARS = 200;
const decoder = new TextDecoder();

export function normaliseAlphaVantage(task: IngestTask, sink: RecordSink): Normaliser {
  const { query: written, from = null, to = null, labels } = task.parameters;
  const query = new URLSearchParams(String(written));
  const asked = functionNamed(query.get('function') ?? '');
  invariant(asked !== null, 'a task is made for a function that is read');
  const maker = new RecordMaker(sink, task.schemas);
  const bounds = { from: from as string | null, to: to as string | null };
  return wholePages((bytes) => {
    const text = decoder.decode(bytes);
    const answer: AlphaAnswer = { whole: {}, query, ...bounds, isLabelledByEnd: labels === 'end', maker };
    maker.sourceIndex = 0;
    if (!/^\s*[{[]/.test(text)) {
      readTable(text, answer, asked.read === readSeries);
      return;
    }
    const whole = exactJson(text);
    const date = dateOfPage(whole);
    const error = errorOf(whole);
    if (date !== null) maker.answeredNs = date;
    else if (error !== null) maker.reject('vendor-error', `${error.error}: ${error.said}`);
    else if (!isMessage(whole)) maker.reject('not-json', text.slice(0, EXAMPLE_CHARS));
    else if (Object.keys(whole).length === 0) maker.remark('empty-answer');
    else asked.read({ ...answer, whole });
  });
}

function readTable(text: string, answer: AlphaAnswer, isSeries: boolean): void {
  const { maker } = answer;
  if (!isSeries) {
    maker.reject('unknown-type', `tables of this function are not read: ${text.slice(0, EXAMPLE_CHARS)}`);
    return;
  }
  const { rows, misfits } = readCsvTable(text);
  readSeriesTable(answer, rows);
  for (const { row, line } of misfits) {
    maker.sourceIndex = row;
    maker.reject('column-count', line.slice(0, EXAMPLE_CHARS));
  }
  if (rows.length === 0 && misfits.length === 0) maker.remark('empty-answer');
}
