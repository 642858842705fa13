/**
 * A run as one HTML file that needs nothing else: no script, no request, and a policy that forbids both. Charts are inline
 * drawings whose colours follow the theme of the reader's screen.
 */

import type { RunManifest } from '../manifest.ts';
import { actionsSection } from './actions-section.ts';
import { contractsSection } from './contracts-section.ts';
import { exactnessSection } from './exactness.ts';
import { formatCount, formatDuration, formatEpoch, formatShort } from './format.ts';
import { type Html, html } from './html.ts';
import { busiestFirst, instrumentsSection } from './instrument-section.ts';
import { LOGO, page } from './page.ts';
import { code, fact, table, tiles } from './parts.ts';
import type { ReportInput } from './report-input.ts';
import type { RunSummary } from './run-summary.ts';
import { feeIncomeOf } from './venue/fee-income.ts';
import { feesSection } from './venue/fees-section.ts';
import { clockText, dateOfDay, type RunClock, runClock } from './venue/run-clock.ts';

/** Longest config text in the page, in characters; the whole one is in the manifest. */
const CONFIG_CHARS_MAX = 20_000;

/** The whole page. */
export async function renderReport(input: ReportInput): Promise<string> {
  const { manifest, summary, replay } = input;
  const { instruments, fees, lastNs } = summary;
  const title = `${manifest.name} – ${manifest.kind} report`;
  const clock = runClock(manifest.config, summary.epochNs, lastNs);
  return page({
    title,
    header: header(manifest, summary, clock),
    jump: jumpList(input),
    main: html`${overviewSection(manifest, summary)}
${replay === undefined ? null : exactnessSection(replay)}
${await instrumentsSection(instruments, clock)}
${actionsSection(summary, clock)}
${contractsSection(summary, clock)}
${feesSection(fees, feeIncomeOf(manifest, instruments, lastNs))}
${runSection(manifest, summary)}`,
    footer: html`Market Twin ${manifest.codeVersion.package}. ${clockNote(summary, clock)}`,
  });
}

/** Links to the sections that there are. */
function jumpList({ summary, replay }: ReportInput): Html {
  const { instruments, fees } = summary;
  // The instrument that stands first, which is open.
  const hasSessions = (busiestFirst(instruments)[0]?.sessions ?? null) !== null;
  return html`<nav class="jump" aria-label="Sections"><a href="#overview">Overview</a>${
    replay === undefined ? null : html`<a href="#exactness">Exactness</a>`
  }<a href="#instruments">${instruments.length === 1 ? 'Instrument' : 'Instruments'}</a>${
    hasSessions ? html`<a href="#sessions-1">Sessions</a>` : null
  }${fees.length === 0 ? null : html`<a href="#fees">Fees</a>`}<a href="#run">The run</a></nav>`;
}

/** Whose clock the page shows. */
function clockNote({ epochNs }: RunSummary, clock: RunClock): string {
  const { timeZone, movedMs, hasDays } = clock;
  if (timeZone === null) {
    const epoch = epochNs === null ? ', which is no instant of the calendar' : ` (${formatEpoch(epochNs)})`;
    return `Times count from the run's epoch${epoch}.`;
  }
  const day = hasDays ? `day 1 is ${dateOfDay(clock, 1)}` : dateOfDay(clock, 1)!;
  const moved =
    movedMs === 0
      ? ''
      : ` Clocks there were set ${movedMs > 0 ? 'forward' : 'back'} by ${formatDuration(Math.abs(movedMs) * 1e6)} during the run; the clock of this page was not.`;
  return `Times are of the venue's clock, ${timeZone}: ${day}. They count from the run's epoch, midnight there (${formatEpoch(epochNs!)}).${moved}`;
}

const BADGES = { finished: 'good', running: 'warn', interrupted: 'warn', failed: 'bad' } as const;

function header(manifest: RunManifest, summary: RunSummary, clock: RunClock): Html {
  const zone = clock.timeZone === null ? '' : `, ${clock.timeZone}`;
  const toSecond = (ns: number): string => clockText(clock, Math.floor(ns / 1e9) * 1e9);
  const when =
    summary.records === 0
      ? 'no records'
      : `${toSecond(summary.firstNs)} to ${toSecond(summary.lastNs)}${zone}`;
  return html`<header class="top"><p class="brand">${LOGO}Market Twin</p><h1>${manifest.name}</h1>
<p class="sub"><span class="badge ${BADGES[manifest.status]}">${manifest.status}</span><span>${manifest.kind}</span><span>${when}</span></p>
${warnings(manifest, summary)}</header>`;
}

function warnings({ status, error }: RunManifest, { tail }: RunSummary): Html[] {
  const list: Html[] = [];
  if (error !== null) {
    list.push(
      html`<p class="note-line bad" role="note"><strong>${error.code}</strong>: ${error.message}. ${error.mend}</p>`,
    );
  }
  if (status === 'interrupted' || status === 'running') {
    list.push(
      html`<p class="note-line" role="note">The run did not reach its end; this report shows what was written up to there.</p>`,
    );
  }
  if (tail !== null) {
    list.push(
      html`<p class="note-line" role="note">The journal is damaged behind record ${formatCount(tail.wholeRecords)}: ${tail.reason}. The ${formatCount(tail.tornBytes)} bytes behind it are left out.</p>`,
    );
  }
  return list;
}

function overviewSection(manifest: RunManifest, summary: RunSummary): Html {
  const { records, instruments, firstNs, lastNs } = summary;
  const trades = instruments.reduce((sum, { trading }) => sum + (trading?.trades ?? 0), 0);
  const orders = instruments.reduce(
    (sum, { series }) => sum + series.rows.reduce((n, row) => n + row.newOrders, 0),
    0,
  );
  const ratio = trades === 0 ? 'no trades' : `${formatShort(orders / trades)} orders per trade`;
  return html`<section id="overview"><h2>Overview</h2>
${tiles([
  { name: 'Records', value: formatCount(records), note: 'in the journal' },
  { name: 'New orders', value: formatCount(orders) },
  { name: 'Trades', value: formatCount(trades), note: ratio },
  { name: 'Time covered', value: formatDuration(lastNs - firstNs), note: 'first to last record' },
  ...(instruments.length > 1 ? [{ name: 'Instruments', value: formatCount(instruments.length) }] : []),
  { name: 'Seed', value: manifest.seed === null ? 'none' : String(manifest.seed) },
])}
<div class="card"><dl class="facts">
${fact('Run', code(manifest.id))}
${fact('Digest', html`${code(manifest.digest ?? summary.digest)}${digestNote(manifest, summary)}`)}
${fact('Config, sha256', code(manifest.configSha256))}
${fact('Code', html`${manifest.codeVersion.package}, ${manifest.codeVersion.commit === null ? 'no commit known' : code(manifest.codeVersion.commit)}`)}
</dl></div></section>`;
}

/** Says whether the records that this report read are those that the manifest vouches for. */
function digestNote({ digest }: RunManifest, summary: RunSummary): Html {
  if (digest === null) return html` <span class="badge warn">of the records so far</span>`;
  return digest === summary.digest
    ? html` <span class="badge good">agrees with the journal</span>`
    : html` <span class="badge bad">the journal has ${summary.digest}</span>`;
}

function runSection(manifest: RunManifest, summary: RunSummary): Html {
  const { dataIds, timings, counts } = manifest;
  const config = JSON.stringify(manifest.config, null, 2) ?? 'null';
  const shown =
    config.length > CONFIG_CHARS_MAX
      ? `${config.slice(0, CONFIG_CHARS_MAX)}\n… ${formatCount(config.length - CONFIG_CHARS_MAX)} more characters in manifest.json`
      : config;
  return html`<section id="run"><h2>The run</h2>
<p class="lead">The same code, config, data and seed give the same digest on the same runtime version.</p>
<div class="card"><dl class="facts">
${fact('Started', manifest.createdAt)}
${fact('Ended', manifest.endedAt ?? 'not yet')}
${fact('Runtime', `Node ${manifest.nodeVersion} on ${manifest.platform}`)}
${fact('Epoch', summary.epochNs === null ? 'a time of its own' : html`${formatEpoch(summary.epochNs)} ${code(`${summary.epochNs} ns`)}`)}
</dl></div>
${dataTable(dataIds)}
<div class="tables">${valueTable('Counts', counts, formatCount)}${valueTable('Timings, s', timings, formatShort)}</div>
<details class="card plain"><summary>Resolved config</summary><pre><code>${shown}</code></pre></details>
</section>`;
}

function dataTable(dataIds: RunManifest['dataIds']): Html {
  if (dataIds.length === 0) return html`<p class="lead">The run reads no data files.</p>`;
  const rows = dataIds.map(({ path, bytes, sha256 }) => [path, formatCount(bytes), code(sha256)]);
  return table('Data', ['File', 'Bytes', 'sha256'], rows, [1]);
}

function valueTable(
  caption: string,
  values: Readonly<Record<string, number>>,
  format: (value: number) => string,
): Html | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return table(
    caption,
    ['Name', 'Value'],
    entries.map(([name, value]) => [name, format(value)]),
    [1],
  );
}
