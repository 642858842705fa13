/** The frame of every page: one file that needs nothing else, and a policy that forbids scripts and requests. */

import { Html, html } from './html.ts';
import { STYLES } from './styles.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export const LOGO = new Html(
  '<svg viewBox="0 0 20 20" aria-hidden="true"><g fill="none" stroke="var(--accent)" stroke-width="2" stroke-linecap="round"><path d="M2 14 7 8l4 3 7-8"/><path d="M2 18 7 12l4 3 7-8" opacity=".4"/></g></svg>',
);

export interface PageParts {
  readonly title: string;
  readonly header: Html;
  readonly jump: Html;
  readonly main: Html;
  readonly footer: Html;
}

export function page({ title, header, jump, main, footer }: PageParts): string {
  const body = html`<a class="skip" href="#main">Skip to the content</a><div class="page">
${header}
${jump}
<main id="main">
${main}
</main>
<footer>${footer}</footer>
</div>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Html(STYLES)}</style></head>
<body>${body}</body></html>
`.text;
}
