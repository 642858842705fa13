/** Progress of a long command: a bar on a terminal, a plain line now and then elsewhere, nothing with --json. */

import cliProgress from 'cli-progress';
import type { Progress } from '../services/index.ts';

const PLAIN_STEP = 0.1;

export interface ProgressView {
  show(progress: Progress): void;
  end(): void;
}

export function createProgressView(title: string, isQuiet: boolean): ProgressView {
  if (isQuiet) return { show: () => {}, end: () => {} };
  return process.stderr.isTTY ? createBar(title) : createLines(title);
}

function createBar(title: string): ProgressView {
  const bar = new cliProgress.SingleBar(
    {
      format: `${title} {bar} {percentage} %  {text}`,
      hideCursor: true,
      stream: process.stderr,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(100, 0, { text: '' });
  return {
    show: ({ share, text }) => bar.update(Math.floor(share * 100), { text }),
    end: () => bar.stop(),
  };
}

function createLines(title: string): ProgressView {
  let next = PLAIN_STEP;
  return {
    show: ({ share, text }) => {
      if (share < next) return;
      console.error(`${title} ${Math.floor(share * 100)} %  ${text}`);
      next = Math.floor(share / PLAIN_STEP + 1) * PLAIN_STEP;
    },
    end: () => {},
  };
}
