/** How a long piece of work tells where it stands and is asked to stop. */

export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** What is done so far, in a few words. */
  readonly text: string;
}

export interface Control {
  readonly onProgress?: (progress: Progress) => void;
  /** Aborted when the work should stop after the step at hand; what was accepted stays. */
  readonly signal?: AbortSignal;
}

/** Lets timers, signals and input have their turn between two steps. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const LOG_SHARE_STEP = 0.1;

/** A control that also notes every tenth of the work in the run's log. */
export function loggedControl(
  control: Control,
  run: { log(event: string, fields: Record<string, unknown>): void },
): Control {
  let next = LOG_SHARE_STEP;
  const onProgress = (progress: Progress): void => {
    control.onProgress?.(progress);
    if (progress.share < next) return;
    run.log('progress', { ...progress });
    next = (Math.floor(progress.share / LOG_SHARE_STEP + 1e-9) + 1) * LOG_SHARE_STEP;
  };
  return { ...control, onProgress };
}
